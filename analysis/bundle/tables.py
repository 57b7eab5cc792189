"""The data files of a bundle: what each contains, and its rows one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from analysis.bundle.columns import IMPORTS, PERSONAS, QUESTIONS, RATERS
from annotation.exporting.rows import CHUNK, EXPORTS, export_columns
from annotation.models import AnnotationImport, Question, Rater, RaterKind, Study
from files.columns import Column
from personas.models import Persona


@dataclass(frozen=True)
class DataFile:
    """One file of rows: its name without the ending, what it contains, its columns, and the query behind it."""

    name: str
    help: str
    columns: list[Column]
    query: Callable[[Study], QuerySet]

    @property
    def filename(self) -> str:
        return f"{self.name}.jsonl"

    def rows(self, study: Study) -> Iterator[dict[str, object]]:
        for item in self.query(study).iterator(chunk_size=CHUNK):
            yield {column.name: column.value(item) for column in self.columns}


def personas_of(study: Study) -> QuerySet[Persona]:
    return Persona.objects.shown_in(study).order_by("position")


def questions_of(study: Study) -> QuerySet[Question]:
    questions = Question.objects.filter(study=study).select_related("persona", "foil_persona")
    wide = ("attributes", "origins")
    deferred = [f"{persona}__{name}" for persona in ("persona", "foil_persona") for name in wide]
    return questions.defer(*deferred).order_by("persona__position", "position")


def raters_of(study: Study) -> QuerySet[Rater]:
    raters = Rater.objects.filter(study=study, archived_at=None).exclude(kind=RaterKind.PREVIEW)
    return raters.prefetch_related("runs").order_by("pk")


def imports_of(study: Study) -> QuerySet[AnnotationImport]:
    return AnnotationImport.objects.filter(study=study).order_by("pk")


def exported(what: str, help: str) -> DataFile:
    """One of the exports, always without Prolific's ids."""
    return DataFile(what, help, export_columns(what), lambda study: EXPORTS[what].queryset(only(study)))


def only(study: Study) -> QuerySet[Study]:
    return Study.objects.filter(pk=study.pk)


DATA_FILES = (
    DataFile("personas", "The personas that raters played.", PERSONAS, personas_of),
    DataFile("questions", "Every question with its two responses and its fixed order.", QUESTIONS, questions_of),
    DataFile("raters", "Everybody who labelled: people, models and rules.", RATERS, raters_of),
    DataFile(
        "annotations",
        "Every current answer of people, models and rules, but for archived annotators.",
        export_columns("annotations"),
        lambda study: EXPORTS["annotations"].queryset(only(study)).filter(rater__archived_at=None),
    ),
    exported("assignments", "Every participant's way through the study."),
    exported("revisions", "What answers said before they were changed."),
    DataFile("imports", "The files of annotations that were imported.", IMPORTS, imports_of),
)
