"""What was acknowledged is stored, once, whatever is killed meanwhile."""

from __future__ import annotations

import time
from functools import partial

from django.db import connection

from annotation.models import Annotation, AnnotationRevision, Assignment, Outcome
from annotation.rehearsal.audit import broken_promises
from annotation.rehearsal.behaviour import Behaviour
from annotation.rehearsal.crowd import come_back, first_visit, look_again, make_walker, together
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.page import read_form
from annotation.rehearsal.walker import Walker
from tests.load.crash import spread_over, striking
from tests.load.integrity import assert_intact


def make_walkers(study, site, numbers, **habits) -> list[Walker]:
    oracle = Oracle(study)
    oracle.choose = lambda code, labels, rng, accuracy: rng.choice(sorted(labels))  # no database needed
    return [
        make_walker(study, oracle, site=site, seed=1, number=number, behaviour=Behaviour(**habits), patience=120)
        for number in numbers
    ]


def visit(walker: Walker) -> None:
    first_visit(walker, oracle=None)


def ends(walkers) -> set[str]:
    return {walker.walk.end for walker in walkers}


def assert_kept(study, *groups) -> None:
    walks = [walker.walk for walkers in groups for walker in walkers]
    assert broken_promises(study, walks) == []
    assert_intact(study)


def test_answers_of_200_raters_in_two_versions_while_workers_are_killed(wide_study, serve):
    server = serve()
    walkers = make_walkers(wide_study, server.url, range(200), revises=1.0)
    with striking(server.kill_a_worker, times=15, is_due=spread_over(4000, walkers, times=15)) as kills:
        together(walkers, visit)
    assert len(kills) == 15
    assert ends(walkers) == {"done"}
    assert sum(len(walker.walk.answered) for walker in walkers) == 200 * 10 * 2
    assert Annotation.objects.count() == 200 * 10
    assert AnnotationRevision.objects.count() == 200 * 10
    assert_kept(wide_study, walkers)


def test_answers_while_the_database_crashes_twice(study, cluster, serve):
    walkers = make_walkers(study, serve().url, range(80))
    with striking(partial(crash, cluster), times=2, is_due=spread_over(800, walkers, times=2)) as crashes:
        together(walkers, visit)
    connection.close()
    assert len(crashes) == 2
    assert sum(walker.walk.retries for walker in walkers) > 0
    assert ends(walkers) == {"done"}
    assert Annotation.objects.count() == 80 * 10
    assert_kept(study, walkers)


def test_answers_of_late_finishers_are_kept_and_get_their_code(study, serve):
    """80 people live; 30 run out of time and 30 others take their seats; then the 30 send what they have."""
    site = serve().url
    punctual = make_walkers(study, site, range(50))
    late = make_walkers(study, site, range(50, 80), breaks_off_before=8)
    together(punctual + late, visit)
    assert study.assignments.live().count() == 30
    let_time_run_out(study)
    new = make_walkers(study, site, range(80, 110))
    together(new, visit)
    together(late, come_back)
    everybody = punctual + late + new
    together(everybody, look_again)
    assert ends(everybody) == {"done"}
    code = study.code_for(Outcome.COMPLETED)
    assert [walker.walk.completion_codes for walker in everybody] == [[code, code]] * 110
    assert states(study) == {"complete": 80, "surplus": 30}
    assert Annotation.objects.count() == 110 * 10
    assert_kept(study, everybody)


def test_answers_of_late_finishers_take_a_free_seat_back(study, serve):
    late = make_walkers(study, serve().url, range(30), breaks_off_before=8)
    together(late, visit)
    let_time_run_out(study)
    together(late, come_back)
    assert ends(late) == {"done"}
    assert states(study) == {"complete": 30}
    assert_kept(study, late)


def test_database_down_at_the_last_question_shows_no_code_and_hands_the_text_back(study, cluster, serve):
    (walker,) = make_walkers(study, serve(workers=2).url, [1], breaks_off_before=10)
    visit(walker)
    page = walker._open(f"/a/{walker.code}/q/10/")
    answer = {"choice": "A", "justification": 'Simulated reason: <her> faith & "family",\ntwo lines of it.'}
    cluster.stop_immediately()
    try:
        refused = walker.client.post(page.path, read_form(page.text).filled(**answer))
        done = walker.client.get(f"/a/{walker.code}/done/")
    finally:
        cluster.start()
        connection.close()
    code = study.code_for(Outcome.COMPLETED)
    assert (refused.status, done.status) == (503, 503)
    assert code not in refused.text + done.text
    handed_back = read_form(refused.text)
    assert dict(handed_back.filled())["justification"] == answer["justification"]
    assert dict(handed_back.filled())["choice"] == "A"
    walker.walk_on(walker._send(refused))
    assert walker.walk.completion_codes == [code]
    walker.client.close()
    assert Annotation.objects.filter(justification=answer["justification"]).count() == 1
    assert_kept(study, [walker])


# --- Trouble on purpose -----------------------------------------------------------------------------
def crash(cluster) -> None:
    """Stop the database at once, as a power cut would, and start it again."""
    cluster.stop_immediately()
    time.sleep(0.3)
    cluster.start()


def let_time_run_out(study) -> None:
    for assignment in study.assignments.live():
        Oracle(study).let_time_run_out(assignment.code)


def states(study) -> dict[str, int]:
    found = list(Assignment.objects.filter(study=study).values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}
