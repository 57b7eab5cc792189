"""manage.py rehearse, with a real server in front of the test's database."""

import io
import os
import subprocess
import sys
import time
from collections import Counter

import psutil
import pytest
from django.core.management import CommandError, call_command

from annotation.forms.rehearsal import HABITS
from annotation.models import Annotation, Assignment, Outcome, Rater, Response, Study
from annotation.rehearsal.audit import broken_promises
from annotation.rehearsal.behaviour import Behaviour
from annotation.rehearsal.crowd import first_visit, look_again, make_walker, together
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.report import percentile
from annotation.rehearsal.server import SiteServer, database_url
from annotation.services import seating
from annotation.services.assembly import StudyNotReady, create_study, open_study, pause_study, prepare_rehearsal
from jobs.services.runs import start_run
from tests.factories import arrive, finished, make_entry, make_researcher, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def rehearse(study, *arguments) -> str:
    out = io.StringIO()
    call_command("rehearse", study.slug, *arguments, stdout=out, no_color=True)
    return out.getvalue()


def small_study(**settings):
    return make_study(personas=2, questions=4, raters=2, **settings)


def walked(study, *behaviours) -> list:
    oracle = Oracle(study)
    with SiteServer() as server:
        walkers = [
            make_walker(study, oracle, site=server.url, seed=5, number=number, behaviour=behaviour)
            for number, behaviour in enumerate(behaviours, start=1)
        ]
        together(walkers, lambda walker: first_visit(walker, oracle))
        together([walker for walker in walkers if walker.walk.end == "done"], look_again)
    return [walker.walk for walker in walkers]


# --- The command ------------------------------------------------------------------------------------
def test_rehearse_walks_raters_and_marks_all_of_them():
    study = small_study()
    report = rehearse(study, "--raters", "6", "--burst", "6", "--seed", "1")
    assert "6 simulated raters" in report
    assert "Every promise was kept" in report
    assert study.raters.filter(is_rehearsal=True).count() == study.raters.count() >= 4
    assert Annotation.objects.filter(justification__startswith="Simulated reason").count() == Annotation.objects.count()


def test_rehearse_wipe_leaves_nothing_but_the_study():
    study = small_study()
    finished(study, 1, is_rehearsal=True)
    finished(study, 2)
    assert "1 simulated raters wiped" in rehearse(study, "--wipe")
    assert list(Rater.objects.values_list("is_rehearsal", flat=True)) == [False]
    assert Annotation.objects.count() == 4


def test_rehearse_refuses_a_study_with_real_participants():
    study = small_study()
    arrive(study)
    with pytest.raises(CommandError, match="1 real participants are in"):
        rehearse(study, "--raters", "1")


def test_rehearse_walks_a_draft_which_stays_one():
    study = small_study(open=False)
    assert "Every promise was kept" in rehearse(study, "--raters", "4", "--burst", "4")
    study.refresh_from_db()
    assert (study.state, study.seats.count()) == ("draft", 4)
    with pytest.raises(StudyNotReady, match="Wipe the rehearsal first"):
        open_study(study=study)
    rehearse(study, "--wipe")
    open_study(study=study)
    assert seating.arrive(study=Study.objects.get(), entry=make_entry()).assignment


def test_draft_takes_no_real_participant_during_a_rehearsal():
    study = small_study(open=False)
    prepare_rehearsal(study=study)
    assert seating.arrive(study=study, entry=make_entry(1)).refusal == Outcome.NOT_OPEN
    assert seating.arrive(study=study, entry=make_entry(2), is_rehearsal=True).assignment


def test_rehearse_refuses_a_paused_study_and_one_without_questions():
    study = small_study()
    pause_study(study=study)
    with pytest.raises(CommandError, match="is paused"):
        rehearse(study)
    with pytest.raises(CommandError, match="No persona has been chosen"):
        rehearse(create_study(slug="empty", name="Empty"))


# --- From the console -------------------------------------------------------------------------------
def test_rehearsal_from_the_console_is_a_run_on_a_draft(client):
    grace = make_researcher()
    study = small_study(open=False, by=grace)
    client.force_login(grace)
    assert "Rehearse</a>" in client.get(f"/studies/{study.slug}/").content.decode()
    start = f"/studies/{study.slug}/rehearse/"
    assert 'value="5"' in client.get(start).content.decode()
    page = client.post(start, {"raters": 3}, follow=True).content.decode()
    run = study.runs.get()
    assert (run.state, run.done, run.failed) == ("done", 3, 0)
    assert "3 simulated raters, " in page
    assert "All were kept" in page
    assert study.events.filter(what="rehearsal started", by=grace, detail={"raters": 3}).exists()
    assert 3 == study.raters.filter(is_rehearsal=True).count() == study.raters.count()
    client.post(start, {"raters": 2})
    assert study.raters.count() == 2, "the earlier ones are wiped"


def test_rehearsal_from_the_console_has_as_many_of_each_kind_as_asked(client):
    grace = make_researcher()
    study = small_study(open=False, by=grace)
    client.force_login(grace)
    start = f"/studies/{study.slug}/rehearse/"
    declines, pastes = (f"habit_{list(HABITS).index(name)}" for name in ("declines", "pastes reasons"))
    assert "at least 5 must come" in client.post(start, {"raters": 4, declines: 5}).content.decode()
    client.post(start, {"raters": 3, "skill": 0, declines: 1, pastes: 2})
    run = study.runs.get()
    assert run.parameters == {"raters": 3, "accuracy": 0.0, "habits": {"declines": 1, "pastes reasons": 2}}
    assert (run.state, study.assignments.filter(state="declined").count()) == ("done", 1)
    answers = Annotation.objects.filter(rater__study=study)
    assert (answers.count(), answers.filter(choice="revised").count(), answers.filter(paste_count=0).count()) == (
        8,
        0,
        0,
    )
    client.post(f"/studies/{study.slug}/wipe-rehearsal/")
    assert not study.raters.exists()


def test_rehearsal_from_the_console_says_which_promise_was_broken(monkeypatch):
    monkeypatch.setattr("annotation.rehearsal.rehearse.broken_promises", lambda study, walks: ["An answer was lost."])
    run = start_run("rehearsal", study=small_study(), parameters={"raters": 1})
    assert run.reason == "Broken promise: An answer was lost."
    assert run.state == "failed"


def test_rehearsal_from_the_console_is_refused_with_real_participants(client):
    grace = make_researcher()
    study = small_study(by=grace)
    arrive(study)
    client.force_login(grace)
    page = client.post(f"/studies/{study.slug}/rehearse/", {"raters": 3}).content.decode()
    assert "1 real participants are in" in page
    assert not study.runs.exists()
    assert "Rehearse</a>" not in client.get(f"/studies/{study.slug}/").content.decode()


def test_server_of_a_rehearsal_ends_with_the_process_that_started_it():
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, env=environment())
    server = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    give_up = time.monotonic() + 60
    while psutil.pid_exists(server) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert not psutil.pid_exists(server)


STARTER = """
import time, django
django.setup()
from annotation.rehearsal.server import SiteServer
server = SiteServer()
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def environment():
    return os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": database_url()}


def test_rehearse_refuses_a_site_that_takes_them_for_people():
    study = small_study()
    with (
        SiteServer(environment={"SECRET_KEY": "another key than ours, as long as the site wants it"}) as stranger,
        pytest.raises(CommandError, match="without the mark of a rehearsal"),
    ):
        rehearse(study, "--raters", "3", "--url", stranger.url)
    assert Assignment.objects.count() == 1


# --- The raters -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("accuracy", "choice"), [(1.0, Response.REVISED), (0.0, Response.ALTERNATIVE)])
def test_walkers_choose_with_their_accuracy(accuracy, choice):
    study = small_study(design="foil")
    walks = walked(study, Behaviour(accuracy=accuracy), Behaviour(accuracy=accuracy))
    assert broken_promises(study, walks) == []
    assert list(Annotation.objects.values_list("choice", flat=True)) == [choice] * 8


def test_walkers_end_as_their_behaviour_says():
    study = make_study(personas=3, questions=4, raters=2)
    walks = walked(
        study,
        Behaviour(),
        Behaviour(declines=True),
        Behaviour(fails_check=True),
        Behaviour(breaks_off_before=2, withdraws=True),
        Behaviour(breaks_off_before=3),
        Behaviour(double_clicks=True, revises=1.0),
    )
    assert [walk.end for walk in walks] == ["done", "declined", "screened-out", "stopped", "left", "done"]
    code = study.code_for(Outcome.COMPLETED)
    assert [walk.completion_codes for walk in walks] == [[code, code], [], [], [], [], [code, code]]
    assert [len(walk.answered) for walk in walks] == [4, 0, 0, 1, 2, 8]
    assert broken_promises(study, walks) == []


def test_walkers_with_javascript_get_the_next_page_with_the_answer_to_a_form():
    study = small_study()
    walks = walked(study, Behaviour(), Behaviour(has_javascript=False))
    assert broken_promises(study, walks) == []
    kinds = [Counter(kind for kind, _ in walk.requests) for walk in walks]
    assert [kind["POST q"] for kind in kinds] == [4, 4]
    assert [kind["GET q"] for kind in kinds] == [0, 4]
    assert [kind["GET instructions"] for kind in kinds] == [1, 1], "the first page loads no htmx"


# --- The audit must see what is broken --------------------------------------------------------------
def test_broken_promises_sees_an_answer_that_was_lost():
    study = small_study()
    walks = walked(study, Behaviour())
    Annotation.objects.first().delete()
    found = broken_promises(study, walks)
    assert any("acknowledged once, stored 0 times" in each for each in found)
    assert any("before all answers were stored" in each for each in found)


def test_broken_promises_sees_a_stale_answer():
    study = small_study()
    walks = walked(study, Behaviour(revises=1.0))
    answer = Annotation.objects.first()
    older = answer.revisions.get()
    answer.justification, older.justification = older.justification, answer.justification
    answer.save()
    older.save()
    assert any("is not the current one" in each for each in broken_promises(study, walks))


def test_broken_promises_sees_contradictions():
    study = small_study()
    (walk,) = walked(study, Behaviour())
    walk.told.append("turned away")
    walk.codes.add("another")
    found = broken_promises(study, [walk])
    assert any("was told different things" in each for each in found)
    assert any("was given 2 assignments" in each for each in found)


# --- Small parts ------------------------------------------------------------------------------------
def test_database_url_leads_to_the_database_of_the_test():
    from django.db import connection

    assert str(connection.settings_dict["NAME"]) in database_url()


def test_percentile_is_the_nearest_rank():
    assert [percentile([4, 1, 3, 2], percent) for percent in (1, 25, 50, 51, 95, 100)] == [1, 1, 2, 3, 4, 4]
