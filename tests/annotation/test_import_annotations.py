"""Importing annotations: all or nothing, exact, once, and beside participants who are at work."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import Annotation, AnnotationImport, Choice, Rater, RaterKind, Response, StudyEvent
from annotation.services import annotation_import
from annotation.services.annotation_import import StudyChanged, import_annotations, preview_annotations
from annotation.services.assembly import create_study
from annotation.services.questions import import_questions
from files.reading import UnreadableFile
from personas.services import import_persona_set
from tests import factories

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "data"


def row(persona=1, number=1, /, **changes):
    return {
        "annotator": "model-x",
        "persona_id": f"persona-{persona:02}",
        "prompt_id": f"prompt-{number:02}",
        "choice": "revised",
    } | changes


def jsonl(*rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


def bring(study, *rows, **options):
    return import_annotations(study=study, data=jsonl(*rows), filename="a.jsonl", **options)


def problems_of(study, *rows, **options):
    """What a file is refused for; nothing of it may be stored."""
    before = counts()
    with pytest.raises(UnreadableFile) as caught:
        bring(study, *rows, **options)
    assert counts() == before
    return [(problem.line, problem.column, problem.value) for problem in caught.value.problems]


def counts():
    return [model.objects.count() for model in (Annotation, Rater, AnnotationImport, StudyEvent)]


def stored(study):
    found = Annotation.objects.for_study(study).from_models()
    return sorted(found.values_list("question__prompt_key", "run", "choice", "raw_verdict"))


@pytest.fixture
def study():
    """Personas persona-01 and persona-02, prompts prompt-01 to prompt-03 for each."""
    return factories.make_study(personas=2, questions=3)


@pytest.fixture
def tie_study():
    return factories.make_study(personas=1, questions=3, allows_no_preference=True)


# --- What is stored --------------------------------------------------------------------------------
def test_import_annotations_stores_each_row_exactly(study):
    text = " 007 \u2028 None \U0001f600\t\\N\r\n"
    full = row(
        1,
        2,
        choice="B",
        shown_first="revised",
        justification=text,
        probability="0.1",
        run="2",
        seconds="12.345",
        answered_at="2024-05-01T14:00:00+02:00",
    )
    done = bring(study, row(1, 1), full)
    assert (done.created, done.removed, done.was_already_there) == (2, 0, False)
    annotation = Annotation.objects.get(question__study=study, run=2)
    assert (annotation.rater.kind, annotation.rater.name) == (RaterKind.MODEL, "model-x")
    assert (annotation.choice, annotation.shown_first) == (Choice.ALTERNATIVE, Response.REVISED)
    assert (annotation.justification, annotation.probability, annotation.visible_ms) == (text, 0.1, 12345)
    assert annotation.created_at == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert (annotation.version, annotation.first_choice, annotation.active_ms) == (1, "", 0)
    assert annotation.source == done.source


def test_import_annotations_keeps_what_it_cannot_read_and_counts_it(study):
    done = bring(study, row(1, 1, choice="garbage"), row(1, 2, choice=""), row(1, 3, choice="garbage"), row(2, 1))
    assert done.plan.unparsable == 3
    assert done.plan.unparsable_words == (("garbage", 2), ("", 1))
    assert stored(study)[:2] == [("prompt-01", 1, "revised", ""), ("prompt-01", 1, "unparsable", "garbage")]
    assert Annotation.objects.for_study(study).readable().count() == 1


def test_import_annotations_says_when_no_verdict_could_be_read(study):
    plan = bring(study, row(1, 1, choice="1"), row(1, 2, choice="2"), row(1, 1, annotator="other")).plan
    assert [summary.annotator.name for summary in plan.unread] == ["model-x"]


def test_import_annotations_stores_no_preference_where_the_study_allows_it(study, tie_study):
    bring(tie_study, row(1, 1, choice="tie"))
    assert stored(tie_study) == [("prompt-01", 1, "no_preference", "")]
    assert problems_of(study, row(1, 1, choice="tie")) == [(1, "choice", "tie")]


def test_import_annotations_brings_people_from_elsewhere(study):
    done = bring(study, row(1, 1, annotator="r7"), row(1, 2, annotator="r7"), kind="external")
    rater = Rater.objects.get(study=study, name="r7")
    assert (rater.kind, rater.prolific_id, done.created) == (RaterKind.EXTERNAL, None, 2)
    assert Annotation.objects.for_study(study).from_humans().count() == 2


def test_import_annotations_takes_the_kind_from_the_rows(study):
    bring(study, row(1, 1, annotator="x", kind="external"), row(1, 1, annotator="x", kind="model"))
    assert sorted(Rater.objects.filter(name="x").values_list("kind", flat=True)) == ["external", "model"]


def test_import_annotations_keeps_metadata_by_run(study):
    bring(study, row(1, 1, model_seed="1"), row(1, 2, model_seed="1"), row(1, 1, run=2, metadata={"t": ["x"]}))
    assert Rater.objects.get(name="model-x").metadata == {"runs": {"1": {"model_seed": "1"}, "2": {"t": ["x"]}}}
    assert problems_of(study, row(2, 1, model_seed="1"), row(2, 2, model_seed="2")) == [(2, "model_seed", "2")]


def test_import_annotations_leaves_a_record(study):
    grace = factories.make_researcher()
    done = bring(study, row(1, 1), row(1, 2, choice="?"), by=grace)
    event = study.events.last()
    assert (event.what, event.by, event.detail["created"]) == ("annotations imported", grace, 2)
    assert (done.source.filename, done.source.by) == ("a.jsonl", grace)
    assert (done.source.report["rows"], done.source.report["unparsable"], done.source.report["missing"]) == (2, 1, 4)


# --- Missing and surplus questions -----------------------------------------------------------------
def test_import_annotations_reports_missing_questions(study):
    (summary,) = bring(study, row(1, 1), row(1, 3), row(2, 2), row(2, 3)).plan.annotators
    assert (summary.rows, summary.missing) == (4, 2)
    assert summary.first_missing == ("persona-01 / prompt-02", "persona-02 / prompt-01")


def test_import_annotations_expects_of_people_their_own_personas_only(study):
    (summary,) = bring(study, row(2, 1), row(2, 2), kind="external").plan.annotators
    assert summary.first_missing == ("persona-02 / prompt-03",)


def test_import_annotations_refuses_surplus_rows(study):
    rows = [row(1, 1), row(9, 1), row(1, 9)]
    assert problems_of(study, *rows) == [(2, "persona_id", "persona-09"), (3, "prompt_id", "prompt-09")]


def test_import_annotations_leaves_surplus_rows_out_on_request(study):
    plan = bring(study, row(1, 1), row(9, 1), row(1, 9), ignore_surplus=True).plan
    assert (plan.new, plan.surplus) == (1, 2)
    assert [problem.line for problem in plan.first_surplus] == [2, 3]


def test_import_annotations_refuses_a_file_of_another_study_even_then(study):
    with pytest.raises(UnreadableFile, match="No row in this file belongs"):
        bring(study, row(9, 1), ignore_surplus=True)


# --- Once ------------------------------------------------------------------------------------------
def test_import_annotations_twice_changes_nothing(study):
    rows = [row(1, 1, justification="Because."), row(1, 2, choice="?", probability="0.3", seconds="1.5")]
    bring(study, *rows)
    before = counts()
    again = bring(study, *rows)
    assert (again.was_already_there, again.created, again.plan.already_there) == (True, 0, 2)
    assert counts() == before


def test_import_annotations_adds_what_is_new_to_what_is_there(study):
    bring(study, row(1, 1))
    done = bring(study, row(1, 1), row(1, 2))
    assert (done.created, done.plan.already_there) == (1, 1)
    assert len(stored(study)) == 2


def test_import_annotations_refuses_other_content(study):
    bring(study, row(1, 1), row(1, 2, probability="0.5"), row(1, 3, choice="?"))
    others = [row(1, 1, choice="baseline"), row(1, 2, probability="0.6"), row(1, 3, choice="!"), row(2, 1)]
    assert problems_of(study, *others) == [(1, "choice", "alternative"), (2, "probability", "0.6"), (3, "choice", "!")]


def test_import_annotations_refuses_a_question_twice(study):
    assert problems_of(study, row(1, 1), row(1, 2), row(1, 1, choice="baseline")) == [(3, "prompt_id", "prompt-01")]


def test_import_annotations_replaces_an_annotators_run_whole(study):
    bring(study, row(1, 1), row(1, 2), row(1, 1, run=2), row(1, 1, annotator="other"))
    done = bring(study, row(1, 1, choice="baseline"), row(1, 3), replace=True)
    assert (done.created, done.removed) == (2, 2)
    assert stored(study) == [
        ("prompt-01", 1, "alternative", ""),
        ("prompt-01", 1, "revised", ""),
        ("prompt-01", 2, "revised", ""),
        ("prompt-03", 1, "revised", ""),
    ]
    assert study.events.last().what == "annotations replaced"


def test_import_annotations_replaces_nothing_by_the_same(study):
    bring(study, row(1, 1), row(1, 2))
    assert bring(study, row(1, 1), row(1, 2), replace=True).was_already_there


def test_import_annotations_takes_the_first_file_again_after_it_was_replaced(study):
    bring(study, row(1, 1))
    bring(study, row(1, 1, choice="baseline"), replace=True)
    done = bring(study, row(1, 1), replace=True)
    assert (done.created, done.removed) == (1, 1)
    assert stored(study) == [("prompt-01", 1, "revised", "")]
    assert AnnotationImport.objects.count() == 2


def test_import_annotations_never_takes_a_name_from_another_kind(study):
    bring(study, row(1, 1), kind="model")
    assert bring(study, row(1, 1), kind="external").created == 1


# --- Beside others ---------------------------------------------------------------------------------
def test_import_annotations_works_while_people_annotate(study):
    ben = factories.walk_to_questions(factories.arrive(study, 1))
    factories.answer_all(ben, up_to=1)
    bring(study, row(1, 1))
    factories.answer_all(ben)
    assert factories.finish(ben).completed_at


def test_import_annotations_reads_again_when_the_study_changed_meanwhile(study, monkeypatch):
    make = annotation_import.Planner.read
    seen = []

    def read_while_another_import_ends(planner, *args):
        plan = make(planner, *args)
        if not seen:
            seen.append(plan)
            bring(study, row(1, 1))
        return plan

    monkeypatch.setattr(annotation_import.Planner, "read", read_while_another_import_ends)
    done = bring(study, row(1, 1), row(1, 2))
    assert (seen[0].new, done.created, done.plan.already_there) == (2, 1, 1)


def test_import_annotations_gives_up_when_the_study_keeps_changing(study, monkeypatch):
    make = annotation_import.Planner.read

    def read_while_the_study_changes(planner, *args):
        StudyEvent.objects.create(study=study, what="questions imported")
        return make(planner, *args)

    monkeypatch.setattr(annotation_import.Planner, "read", read_while_the_study_changes)
    with pytest.raises(StudyChanged):
        bring(study, row(1, 1))
    assert not stored(study)


def test_import_annotations_takes_as_many_queries_for_many_rows():
    few, many = factories.make_study(personas=1, questions=2), factories.make_study(personas=8, questions=20)
    rows = [row(p, n) for p in range(1, 9) for n in range(1, 21)]
    with CaptureQueriesContext(connection) as for_few:
        bring(few, row(1, 1), row(1, 2))
    with CaptureQueriesContext(connection) as for_many:
        bring(many, *rows)
    assert len(for_many) == len(for_few)


def test_preview_annotations_changes_nothing(study):
    before = counts()
    plan = preview_annotations(study, jsonl(row(1, 1), row(1, 2)), "a.jsonl")
    assert (plan.new, plan.missing, plan.changes_nothing) == (2, 4, False)
    assert counts() == before


def test_import_annotations_reports_progress(study):
    told = []
    bring(study, row(1, 1), row(1, 2), progress=lambda *step: told.append(step))
    size = told[0][2]
    assert told == [("bytes read", size, size), ("switching", 2, 2)]


# --- The bundled files -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("folder", "revised"),
    [
        ("example-study", {"role-play-1": 200, "role-play-2": 200, "no-persona": 11}),
        ("example-foils", {"role-play-1": 200, "role-play-2": 200, "no-persona": 103, "demographics-only": 194}),
    ],
)
def test_import_annotations_takes_the_bundled_files(folder, revised):
    people = import_persona_set(
        name="example", data=(DATA / "example-study" / "personas.jsonl").read_bytes(), filename="p.jsonl"
    )
    study = create_study(slug="e", name="E", persona_set=people.persona_set)
    import_questions(study=study, data=(DATA / folder / "questions.jsonl").read_bytes(), filename="q.jsonl")
    chosen = {}
    for name in revised:
        data = (DATA / folder / f"annotations-{name}.jsonl").read_bytes()
        done = import_annotations(study=study, data=data, filename=f"{name}.jsonl")
        assert (done.created, done.plan.missing, done.plan.unparsable) == (200, 0, 0)
        chosen[name] = done.source.annotations.filter(choice=Choice.REVISED).count()
        first = json.loads(data.splitlines()[0])
        kept = done.source.annotations.get(
            question__persona__key=first["persona_id"], question__prompt_key=first["prompt_id"]
        )
        assert kept.justification == first["justification"]
    assert chosen == revised


# --- The command -----------------------------------------------------------------------------------
def command(study, tmp_path, *rows, **options):
    file = tmp_path / "a.jsonl"
    file.write_bytes(jsonl(*rows))
    out = StringIO()
    call_command("import_annotations", study.slug, str(file), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_import_annotations_command_says_what_it_did(study, tmp_path):
    rows = [row(1, 1), row(1, 2, choice="?"), row(9, 1, topic="x")]
    assert command(study, tmp_path, *rows, ignore_surplus=True).splitlines() == [
        f"{study.slug}: 2 annotations imported.",
        "  model-x (model): 2 rows, 4 questions without one (first: persona-01 / prompt-03)",
        "Kept as unparsable, left out of the statistics: 1 verdicts (? x 1).",
        "Left out: 1 rows for questions that are not in the study. The first:",
        "  line 3, column persona_id: This study has no questions for a persona with this id. (found: persona-09)",
        "Columns not used: topic.",
    ]
    again = command(study, tmp_path, *rows, ignore_surplus=True)
    assert again.startswith(f"{study.slug}: everything was already stored")


def test_import_annotations_command_changes_nothing_in_a_dry_run(study, tmp_path):
    assert "2 annotations would be imported." in command(study, tmp_path, row(1, 1), row(1, 2), dry_run=True)
    assert not stored(study)


def test_import_annotations_command_replaces_on_request(study, tmp_path):
    command(study, tmp_path, row(1, 1))
    with pytest.raises(
        CommandError, match="line 1, column choice: The study already has a different answer of model-x"
    ):
        command(study, tmp_path, row(1, 1, choice="baseline"))
    said = command(study, tmp_path, row(1, 1, choice="baseline"), replace=True)
    assert "1 annotations imported in place of 1." in said


def test_import_annotations_command_names_what_is_wrong(study, tmp_path):
    with pytest.raises(CommandError, match=r"nothing was imported[\s\S]*line 1, column choice.*\(found: A\)"):
        command(study, tmp_path, row(1, 1, choice="A"))
    assert not stored(study)
