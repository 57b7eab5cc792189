"""manage.py rehearse, with a real server in front of the test's database."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Annotation, Assignment, Outcome, Rater, Response
from annotation.rehearsal.audit import broken_promises
from annotation.rehearsal.behaviour import Behaviour
from annotation.rehearsal.crowd import first_visit, look_again, make_walker, together
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.report import percentile
from annotation.rehearsal.server import SiteServer, database_url
from tests.factories import arrive, finished, make_study

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


def test_rehearse_refuses_a_draft():
    with pytest.raises(CommandError, match="is draft"):
        rehearse(small_study(open=False))


def test_rehearse_refuses_a_site_that_takes_them_for_people():
    study = small_study()
    with (
        SiteServer(environment={"SECRET_KEY": "another key than ours"}) as stranger,
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
