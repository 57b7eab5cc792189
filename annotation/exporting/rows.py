"""The rows of an export, one at a time: memory stays the same however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from annotation.exporting.tables import ANNOTATIONS, ASSIGNMENTS, REVISIONS
from annotation.models import Annotation, AnnotationRevision, Assignment, AssignmentEvent, RaterKind, Screen, Study
from files.columns import Column
from files.columns import Value as CellValue
from files.parquet import write_parquet
from files.writing import write_csv, write_jsonl

CHUNK = 2000
# Wide columns that no export holds; reading a persona's attributes for every row would cost more than the row.
UNUSED_OF_QUESTION = ("prompt", "revised", "alternative", "persona__attributes", "persona__origins")
UNUSED_OF_FOIL = ("foil_persona__attributes", "foil_persona__origins")


def unused(prefix: str, names: tuple[str, ...]) -> list[str]:
    return [f"{prefix}__{name}" for name in names]


def annotations_to_export(studies: QuerySet[Study]) -> QuerySet[Annotation]:
    """Every current answer of participants and models; previews are nobody's data."""
    screens = Screen.objects.filter(assignment__rater=OuterRef("rater"), question=OuterRef("question"))
    return (
        Annotation.objects.filter(question__study__in=studies)
        .exclude(rater__kind=RaterKind.PREVIEW)
        .select_related("question__persona", "question__foil_persona", "rater__assignment__seat", "source")
        .defer(*unused("question", UNUSED_OF_QUESTION + UNUSED_OF_FOIL), "rater__metadata", "source__report")
        .with_countable()
        .annotate(
            study_slug=F("question__study__slug"),
            study_design=F("question__study__design"),
            screen_position=Subquery(screens.values("position")[:1]),
        )
        .order_by("question_id", "rater_id", "run")
    )


def revisions_to_export(studies: QuerySet[Study]) -> QuerySet[AnnotationRevision]:
    """Every earlier version of those answers."""
    return (
        AnnotationRevision.objects.filter(annotation__question__study__in=studies)
        .exclude(annotation__rater__kind=RaterKind.PREVIEW)
        .select_related("annotation__question__persona", "annotation__rater")
        .defer(*unused("annotation__question", UNUSED_OF_QUESTION), "annotation__rater__metadata")
        .annotate(
            study_slug=F("annotation__question__study__slug"), study_design=F("annotation__question__study__design")
        )
        .order_by("annotation__question_id", "annotation__rater_id", "annotation__run", "version")
    )


def assignments_to_export(studies: QuerySet[Study]) -> QuerySet[Assignment]:
    """Every participant's assignment, in the order of arrival."""
    last = AssignmentEvent.objects.filter(assignment=OuterRef("pk")).order_by("-pk")
    screens = Screen.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment")
    return (
        Assignment.objects.filter(study__in=studies)
        .of_participants()
        .with_answer_counts()
        .select_related("persona", "seat", "rater")
        .defer("persona__attributes", "persona__origins", "rater__metadata")
        .annotate(
            study_slug=F("study__slug"),
            study_design=F("study__design"),
            last_cause=Subquery(last.values("cause")[:1]),
            last_note=Subquery(last.values("note")[:1]),
            screen_count=Subquery(screens.annotate(n=Count("pk")).values("n")),
        )
        .order_by("study_id", "arrived_at", "pk")
    )


@dataclass(frozen=True)
class Export:
    """A kind of export: its columns and its rows."""

    columns: list[Column]
    queryset: Callable[[QuerySet[Study]], QuerySet]


EXPORTS = {
    "annotations": Export(ANNOTATIONS, annotations_to_export),
    "assignments": Export(ASSIGNMENTS, assignments_to_export),
    "revisions": Export(REVISIONS, revisions_to_export),
}
FORMATS = ("csv", "jsonl", "parquet")


def export_columns(what: str, *, include_prolific_ids: bool = False) -> list[Column]:
    """The columns of one of EXPORTS; Prolific's ids only when asked for."""
    return [column for column in EXPORTS[what].columns if include_prolific_ids or not column.is_identifying]


def rows_of(
    studies: QuerySet[Study], what: str, *, include_prolific_ids: bool = False
) -> Iterator[dict[str, CellValue]]:
    columns = export_columns(what, include_prolific_ids=include_prolific_ids)
    for item in EXPORTS[what].queryset(studies).iterator(chunk_size=CHUNK):
        yield {column.name: column.value(item) for column in columns}


def export_rows(study: Study, what: str, *, include_prolific_ids: bool = False) -> Iterator[dict[str, CellValue]]:
    """The rows of ``what`` (annotations, assignments or revisions), pseudonymous unless ids are asked for."""
    return rows_of(Study.objects.filter(pk=study.pk), what, include_prolific_ids=include_prolific_ids)


def export_text(study: Study, what: str, form: str, *, include_prolific_ids: bool = False) -> Iterator[str]:
    """The same as pieces of a CSV or JSONL file; a page streams it, a command writes it."""
    rows = export_rows(study, what, include_prolific_ids=include_prolific_ids)
    if form == "jsonl":
        return write_jsonl(rows)
    names = [column.name for column in export_columns(what, include_prolific_ids=include_prolific_ids)]
    return write_csv(rows, names)


def write_export(study: Study, what: str, file: BinaryIO, *, include_prolific_ids: bool = False) -> None:
    """The same as a Parquet file, which cannot be streamed: its table of contents comes last."""
    rows = export_rows(study, what, include_prolific_ids=include_prolific_ids)
    write_parquet(file, rows, export_columns(what, include_prolific_ids=include_prolific_ids))
