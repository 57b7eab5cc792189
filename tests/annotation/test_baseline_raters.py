"""Baseline raters in a study: every question, once, and anew when the questions are."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from annotation.baselines import ALWAYS_REVISED, LONGEST, NEAREST, RANDOM, RULES, SHORTEST
from annotation.models import Annotation, Choice, Rater, RaterKind
from annotation.services import baseline_raters
from annotation.services.baseline_raters import (
    compute_baseline_raters,
    questions_without_baseline,
    remove_baseline_raters,
)
from annotation.services.questions import import_questions
from jobs.models import Phase
from jobs.services.runs import start_run
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    """The revised answers are shorter than the alternatives."""
    return factories.make_study(personas=2, questions=3, checks=1, open=False)


def choices(study, rule):
    answers = Annotation.objects.for_study(study).filter(rater__kind=RaterKind.COMPUTED, rater__name=rule)
    return list(answers.order_by("question_id").values_list("choice", flat=True))


def test_compute_baseline_raters_answers_every_question_that_is_data(study):
    done = compute_baseline_raters(study=study)
    assert (done.questions, set(done.changed)) == (6, set(RULES))
    assert choices(study, ALWAYS_REVISED) == [Choice.REVISED] * 6
    long = [len(q.revised) > len(q.alternative) for q in study.questions.countable().order_by("pk")]
    assert choices(study, LONGEST) == [Choice.REVISED if is_longer else Choice.ALTERNATIVE for is_longer in long]
    assert choices(study, SHORTEST) == [Choice.ALTERNATIVE if is_longer else Choice.REVISED for is_longer in long]
    assert questions_without_baseline(study) == 0


def test_compute_baseline_raters_chooses_the_answer_near_the_persona():
    study = factories.make_study(personas=3, questions=0, open=False)
    ann, ben, _ = study.personas.order_by("position")
    ann.attributes = [["hobby", "chess"], ["secret", "roses"]]
    ben.attributes = [["hobby", "roses"]]
    ann.save()
    ben.save()
    factories.make_question(study, ann, 1, revised="Play chess.", alternative="Plant roses.")
    factories.make_question(study, ben, 1, revised="Play chess.", alternative="Plant roses.")
    study.persona_set.shown_attributes = ["hobby"]
    study.persona_set.save()
    compute_baseline_raters(study=study)
    assert choices(study, NEAREST) == [Choice.REVISED, Choice.ALTERNATIVE]


def test_compute_baseline_raters_twice_changes_nothing(study):
    compute_baseline_raters(study=study)
    before = list(Annotation.objects.values_list("pk", flat=True)), study.events.count()
    assert compute_baseline_raters(study=study).changed == ()
    assert (list(Annotation.objects.values_list("pk", flat=True)), study.events.count()) == before


def test_compute_baseline_raters_takes_another_seed(study):
    compute_baseline_raters(study=study)
    changed = {seed: compute_baseline_raters(study=study, seed=seed).changed for seed in range(8)}
    assert any(RANDOM in rules for rules in changed.values())
    assert not any(ALWAYS_REVISED in rules for rules in changed.values())
    assert Rater.objects.get(name=RANDOM).metadata["seed"] in range(8)


def test_compute_baseline_raters_answers_new_questions_too(study):
    compute_baseline_raters(study=study)
    for persona in study.personas.all():
        factories.make_question(study, persona, 9)
    assert questions_without_baseline(study) == 2
    assert set(compute_baseline_raters(study=study).changed) == set(RULES)
    assert len(choices(study, RANDOM)) == 8
    assert Rater.objects.filter(kind=RaterKind.COMPUTED).count() == len(RULES)


def test_remove_baseline_raters_leaves_models(study):
    factories.make_model(study)
    compute_baseline_raters(study=study)
    remove_baseline_raters(study)
    assert set(Rater.objects.values_list("kind", flat=True)) == {RaterKind.MODEL}


def test_baseline_raters_do_not_hold_questions_back(study):
    compute_baseline_raters(study=study)
    row = {
        "persona_id": "persona-01",
        "prompt_id": "new",
        "prompt": "New?",
        "revised": "Revised.",
        "baseline": "Baseline.",
    }
    study.attention_after = []
    study.save()
    import_questions(study=study, data=json.dumps(row).encode(), filename="q.jsonl", replace=True)
    assert (study.questions.count(), choices(study, RANDOM)) == (1, [])


def test_baseline_raters_command_says_what_it_did(study):
    out = StringIO()
    call_command("baseline_raters", study.slug, stdout=out)
    call_command("baseline_raters", study.slug, stdout=out)
    first, second = out.getvalue().splitlines()
    assert first.startswith(f"{study.slug}: 6 baseline raters answered 6 questions (always the alternative,")
    assert second == f"{study.slug}: the baseline raters were already computed; nothing changed."


def test_run_of_baseline_raters_gives_the_same_answers_by_parts(study, monkeypatch):
    monkeypatch.setattr(baseline_raters, "PERSONAS_AT_ONCE", 1)
    monkeypatch.setattr(baseline_raters, "ROWS_AT_ONCE", 2)
    run = start_run("baseline-raters", study=study)
    assert (run.state, run.chunks.filter(phase=Phase.WORK).count(), run.done) == ("done", 2, 6)
    assert set(run.result) == {*RULES, "questions"}
    assert questions_without_baseline(study) == 0
    assert Rater.objects.get(name=RANDOM).metadata["seed"] == study.seed
    assert compute_baseline_raters(study=study).changed == ()


def test_run_of_baseline_raters_says_when_the_questions_changed_meanwhile(study, monkeypatch):
    monkeypatch.setattr(baseline_raters, "questions_without_baseline", lambda study: 1)
    run = start_run("baseline-raters", study=study)
    assert run.state == "failed"
    assert "The questions have changed since" in run.reason
