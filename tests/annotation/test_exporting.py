"""Exports: each row of the database once, exact, pseudonymous, in documented columns."""

import json
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pyarrow import parquet

from annotation.exporting.rows import EXPORTS, export_columns, export_rows, export_text
from annotation.models import Annotation, AnnotationRevision, Assignment, Design, Rater, Response
from annotation.services import previews
from files.writing import read_csv
from tests import factories

pytestmark = pytest.mark.django_db
WHATS = list(EXPORTS)


@pytest.fixture
def study():
    """Three people, a model and a preview."""
    study = factories.make_study(personas=2, questions=4, checks=1)
    cast = factories.make_cast(study)
    factories.answer(cast.ben, 1, Response.ALTERNATIVE, "On second thoughts.")
    factories.make_model(study)
    preview = factories.walk_to_questions(previews.start_preview(study=study))
    factories.answer(preview, 1)
    factories.answer(preview, 1, Response.ALTERNATIVE)
    return study


def rows(study, what="annotations", **options):
    return list(export_rows(study, what, **options))


def row_of(study, assignment, position=1):
    pseudonym = assignment.rater.pseudonym
    return next(row for row in rows(study) if row["rater"] == pseudonym and row["position"] == position)


def test_export_rows_are_the_annotations_in_the_database(study):
    assert len(rows(study)) == Annotation.objects.exclude(rater__kind="preview").count() == 5 + 2 + 5 + 8


def test_export_rows_are_the_assignments_in_the_database(study):
    assert len(rows(study, "assignments")) == Assignment.objects.of_participants().count() == 3


def test_export_rows_are_the_revisions_in_the_database(study):
    (revision,) = rows(study, "revisions")
    assert AnnotationRevision.objects.count() == 2
    assert (revision["choice"], revision["version"]) == ("revised", 1)


@pytest.mark.parametrize("what", WHATS)
def test_export_rows_leave_other_studies_out(study, what):
    other = factories.make_study(questions=1)
    assert rows(other, what) == []


def test_export_rows_tell_a_choice_in_each_coding(study):
    for row in rows(study):
        answer = (
            Annotation.objects.get(
                rater__pseudonym=row["rater"],
                question__persona__key=row["persona_id"],
                question__prompt_key=row["prompt_id"],
            )
            if row["rater_kind"] == "participant"
            else None
        )
        if answer:
            is_first = answer.choice == answer.question.reference_first
            assert row["choice"] == ("revised" if answer.choice == "revised" else "baseline")
            assert row["choice_by_reference"] == ("first" if is_first else "second")
            assert row["choice_as_shown"] == ("A" if answer.choice == answer.shown_first else "B")


def test_export_rows_of_a_model_have_no_seat(study):
    row = next(row for row in rows(study) if row["rater_kind"] == "model")
    assert row["rater"] == "a model"
    assert (row["assignment_state"], row["seat"], row["position"], row["choice_as_shown"]) == ("", None, None, "")


def test_export_rows_say_what_counts(study):
    exported = {(row["rater"], row["persona_id"], row["prompt_id"]) for row in rows(study) if row["is_countable"]}
    counted = Annotation.objects.countable()
    assert exported == {(str(a.rater), a.question.persona.key, a.question.prompt_key) for a in counted}
    assert len(exported) == 4 + 8


def test_answers_count_to_drawn_questions_and_of_simulated_people_only_without_real_ones():
    study = factories.make_study(personas=1, questions=2, raters=2)
    factories.finished(study, 1, is_rehearsal=True)
    assert [row["is_countable"] for row in rows(study)] == [True, True]
    factories.finished(study, 2)
    assert {(row["simulated"], row["is_countable"]) for row in rows(study)} == {(True, False), (False, True)}
    study.questions.filter(position=1).update(is_drawn=False)
    assert sum(row["is_countable"] for row in rows(study)) == Annotation.objects.countable().count() == 1


def test_export_rows_say_how_an_attention_check_went(study):
    checks = [row for row in rows(study) if row["is_attention_check"]]
    assert {(row["choice"], row["right_answer"], row["passed"]) for row in checks} == {
        ("revised", "revised", True),
        ("baseline", "revised", False),
    }
    assert {row["passed"] for row in rows(study) if not row["is_attention_check"]} == {None}


def test_export_rows_name_the_foil_and_its_persona():
    study = factories.make_study(questions=1, design=Design.FOIL)
    factories.finished(study, choice=Response.ALTERNATIVE)
    (row,) = rows(study)
    assert (row["design"], row["choice"]) == ("foil", "foil")
    assert row["foil_persona_id"] not in {"", row["persona_id"]}


def test_export_rows_mark_simulated_raters():
    study = factories.make_study(questions=1)
    factories.finished(study, is_rehearsal=True)
    assert [row["simulated"] for what in ["annotations", "assignments"] for row in rows(study, what)] == [True, True]


def test_export_rows_of_assignments_say_why(study):
    by_state = {row["state"]: row for row in rows(study, "assignments")}
    assert by_state["excluded"]["state_note"] == "Pasted the same reason ten times."
    assert (by_state["complete"]["state_cause"], by_state["complete"]["answers"]) == ("finished", 5)
    assert (by_state["live"]["screens"], by_state["live"]["answers"]) == (5, 2)


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_export_text_holds_no_prolific_id(study, what, form):
    assert not re.search("5f0000|6a0000|aaaaaaaa", "".join(export_text(study, what, form)))


def test_export_text_holds_prolific_ids_when_asked_for(study):
    text = "".join(export_text(study, "assignments", "csv", include_prolific_ids=True))
    assert factories.prolific_id(1) in text


@pytest.mark.parametrize("what", WHATS)
def test_export_rows_take_the_same_queries_however_many(study, what, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows(study, what)


@pytest.mark.parametrize("what", WHATS)
def test_export_columns_are_those_of_the_rows(study, what):
    assert list(rows(study, what)[0]) == [column.name for column in export_columns(what)]


@pytest.mark.parametrize("what", WHATS)
def test_export_text_as_csv_comes_back_as_the_rows(study, what):
    text = "".join(export_text(study, what, "csv"))
    assert list(read_csv(text, export_columns(what))) == rows(study, what)


class AnyText(TestCase):
    """What people write goes through the database into both files and comes back as it was."""

    @classmethod
    def setUpTestData(cls):
        cls.study = factories.make_study(personas=1, questions=1)
        cls.annotation_id = factories.answer(factories.walk_to_questions(factories.arrive(cls.study)), 1).pk

    # NUL and lone surrogates are refused before they reach a database (PostgreSQL cannot hold them).
    @settings(max_examples=600)
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
    def test_export_gives_back_any_justification(self, text):
        Annotation.objects.filter(pk=self.annotation_id).update(justification=text)
        (line,) = "".join(export_text(self.study, "annotations", "jsonl")).split("\n")[:-1]
        (row,) = read_csv("".join(export_text(self.study, "annotations", "csv")), export_columns("annotations"))
        assert json.loads(line)["justification"] == text
        assert row["justification"] == text


def test_export_annotations_command_writes_jsonl(study, capsys):
    call_command("export_annotations", study.slug)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows(study)


def test_export_annotations_command_writes_a_file(study, tmp_path):
    path = tmp_path / "out.csv"
    call_command("export_annotations", study.slug, "--format", "csv", "--what", "assignments", "--output", str(path))
    assert path.read_bytes().decode() == "".join(export_text(study, "assignments", "csv"))


def test_export_annotations_command_writes_parquet_to_a_file_only(study, tmp_path):
    path = tmp_path / "out.parquet"
    call_command("export_annotations", study.slug, "--format", "parquet", "--output", str(path))
    assert parquet.read_metadata(path).num_rows == len(rows(study))
    with pytest.raises(CommandError, match="Parquet is binary"):
        call_command("export_annotations", study.slug, "--format", "parquet")


def test_export_annotations_command_says_what_it_cannot_find(study, tmp_path):
    with pytest.raises(CommandError, match="There is no study 'nowhere'"):
        call_command("export_annotations", "nowhere")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_annotations", study.slug, "--output", str(tmp_path / "no" / "folder.csv"))


# --- Imported annotations -----------------------------------------------------------------------------
def imported(study, kind, name, choice, **fields):
    now = timezone.now()
    rater = Rater.objects.create(study=study, kind=kind, name=name, pseudonym="R-PSEUDO")
    question = study.questions.first()
    return Annotation.objects.create(
        rater=rater, question=question, choice=choice, created_at=now, saved_at=now, **fields
    )


def test_export_rows_call_people_of_other_tools_by_a_pseudonym():
    study = factories.make_study(questions=1)
    imported(study, "external", "5f00000000000000000000aa", "alternative")
    (row,) = rows(study)
    assert (row["rater"], row["rater_kind"], row["is_countable"]) == ("R-PSEUDO", "external", True)
    assert "5f00000000000000000000aa" not in "".join(export_text(study, "annotations", "jsonl"))
    assert rows(study, include_prolific_ids=True)[0]["external_id"] == "5f00000000000000000000aa"


@pytest.mark.parametrize("choice", ["no_preference", "unparsable"])
def test_export_rows_have_no_side_for_what_is_no_response(choice):
    study = factories.make_study(questions=1)
    imported(study, "model", "m", choice, shown_first="revised", probability=0.125, raw_verdict="hm")
    (row,) = rows(study)
    assert (row["choice"], row["choice_by_reference"], row["choice_as_shown"]) == (choice, "", "")
    assert (row["probability"], row["raw_verdict"]) == (0.125, "hm")
