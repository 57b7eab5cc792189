"""The bundled examples: real input, loaded once, run to the end."""

import json
from collections import Counter

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count

from annotation.baselines import RULES
from annotation.integrity.checking import integrity_problems
from annotation.models import AnnotatorRun, Design, Rater, RaterKind, Study, StudyState
from annotation.services.examples import load_examples
from personas.models import PersonaSet
from tests import factories

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR / "data"


def lines(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").split("\n") if line]


def test_load_examples_makes_two_open_studies(capsys):
    call_command("load_examples")
    studies = {study.slug: study for study in Study.objects.all()}
    assert {slug: study.design for slug, study in studies.items()} == {
        "example": Design.BASELINE,
        "example-foils": Design.FOIL,
    }
    for study in studies.values():
        assert (study.state, study.attention_after) == (StudyState.OPEN, [])
        assert (study.personas.count(), study.questions.count(), study.seats.count()) == (20, 200, 80)
        assert "language model" in study.made_by
    assert "example: 20 personas, 200 questions, 80 seats" in capsys.readouterr().out
    assert integrity_problems() == []


def test_load_examples_stores_every_text_as_the_file_has_it():
    load_examples()
    for slug, folder, alternative in [
        ("example", "example-study", "baseline"),
        ("example-foils", "example-foils", "foil"),
    ]:
        stored = Study.objects.get(slug=slug).questions.values_list(
            "persona__key", "prompt_key", "prompt", "revised", "alternative", "foil_persona__key"
        )
        names = ("persona_id", "prompt_id", "prompt", "revised", alternative, "foil_persona_id")
        assert set(stored) == {tuple(row.get(name) for name in names) for row in lines(f"{folder}/questions.jsonl")}


def test_load_examples_gives_both_studies_one_persona_set():
    load_examples()
    persona_set = PersonaSet.objects.get()
    assert {study.persona_set for study in Study.objects.all()} == {persona_set}
    assert (persona_set.name, persona_set.personas.count()) == ("example", 20)


def test_load_examples_again_changes_nothing(capsys):
    first = load_examples()
    before = list(Study.objects.order_by("pk").values())
    assert len(first) == 2
    assert load_examples() == []
    call_command("load_examples")
    assert capsys.readouterr().out.count("left unchanged") == 2
    assert list(Study.objects.order_by("pk").values()) == before


def test_load_examples_leaves_a_study_of_that_slug_alone():
    mine = factories.make_study(slug="example", name="Mine")
    assert [study.slug for study in load_examples()] == ["example-foils"]
    mine.refresh_from_db()
    assert (mine.name, mine.questions.count()) == ("Mine", 20)


def test_load_examples_if_empty_does_nothing_beside_other_studies(capsys):
    factories.make_study(slug="mine")
    call_command("load_examples", "--if-empty")
    assert [study.slug for study in Study.objects.all()] == ["mine"]


def test_example_study_runs_from_arrival_to_code():
    load_examples()
    for number, study in enumerate(Study.objects.all(), start=1):
        assignment = factories.finished(study, number)
        assert assignment.state == "complete"
        assert Counter(assignment.screens.values_list("shown_first", flat=True)) == {"revised": 5, "alternative": 5}
    assert integrity_problems() == []


def test_example_foils_use_each_revision_once():
    rows = lines("example-foils/questions.jsonl")
    revised = {(row["persona_id"], row["prompt_id"]): row["revised"] for row in rows}
    used = Counter((row["foil_persona_id"], row["prompt_id"]) for row in rows)
    assert all(row["foil"] == revised[row["foil_persona_id"], row["prompt_id"]] for row in rows)
    assert set(used) == set(revised)
    assert set(used.values()) == {1}


def test_load_examples_brings_model_annotations_and_baseline_raters():
    load_examples()
    for slug, models in [("example", 3), ("example-foils", 4)]:
        raters = Rater.objects.filter(study__slug=slug).annotate(answers=Count("annotations"))
        kinds = Counter(raters.values_list("kind", "answers"))
        assert kinds == {(RaterKind.MODEL, 200): models, (RaterKind.COMPUTED, 200): len(RULES)}


def test_load_examples_says_what_each_model_was_given():
    load_examples()
    given = AnnotatorRun.objects.filter(rater__study__slug="example-foils").order_by("rater__name")
    assert list(given.values_list("condition", flat=True)) == ["demographics", "none", "persona", "persona"]
