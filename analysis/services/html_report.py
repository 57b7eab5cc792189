"""The results as one HTML file: figures, tables and methods; it opens from disk, without a network or a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from analysis.bundle.ids import ids_of, without_ids
from analysis.options import ReportOptions
from analysis.paper.methods import HEADING, methods_of
from analysis.paper.style import paper_style
from analysis.paper.writing import figures_of
from analysis.reports.annotator_choice import chosen_annotator
from analysis.reports.answer import answer_of
from analysis.reports.disagreements import disagreements_of
from analysis.reports.overview import Overview, overview_of
from analysis.reports.personas import persona_kappas_of
from analysis.reports.tables import Table, Value, plain
from analysis.reports.vote_rules import vote_rules_of
from analysis.reports.wording import number
from analysis.results import Results, results_of
from annotation.exporting.tables import name_of, word_for
from annotation.integrity.snapshot import one_moment
from annotation.models import HUMAN_KINDS, Annotation, Question, Study

NAME = "report.html"
STYLE = "css/report.css"
LEAGUE = ("annotator", "kind", "condition", "kappa_reference", "kappa_content", "agreement", "ac1_reference", "n")
PERSONAS = ("persona_id", "annotator", "n", "agreement", "kappa")
MOST_ROWS = 400
MOST_TEXTS = 20
"""Questions with what people wrote, those first on which most differ from the model."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Picture:
    name: str
    caption: str
    source: str


@dataclass(frozen=True)
class PlainTable:
    title: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


@dataclass(frozen=True)
class QuotedAnswer:
    rater: str
    choice: str
    justification: str


@dataclass(frozen=True)
class QuotedQuestion:
    question: Question
    words: str
    answers: tuple[QuotedAnswer, ...]


def no_progress(doing: str, done: int, of: int) -> None:
    """For callers that need not know."""


def write_report(
    study: Study,
    folder: Path,
    *,
    options: ReportOptions | None = None,
    progress: Progress = no_progress,
    with_texts: bool = False,
) -> None:
    """Write ``report.html`` into the folder; what participants wrote is in it only if asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    with one_moment():
        results = results_of(Study.objects.get(pk=study.pk), options)
        progress("computing the report", 0, 1)
        text = report_of(results, overview_of(results), with_texts=with_texts)
    (folder / NAME).write_text(text, encoding="utf-8")


def report_of(results: Results, overview: Overview, *, with_texts: bool = False) -> str:
    ids, style = ids_of(results.study), read_style()
    context = {
        "study": results.study,
        "overview": overview,
        "answer": answer_of(results, overview.league, overview.people),
        "figures": list(pictures_of(results, overview)),
        "tables": list(tables_of(results, overview)),
        "methods": methods_of(results, overview).removeprefix(HEADING),
        "quoted": list(quoted_of(results)) if with_texts else [],
        "style": mark_safe(style),  # noqa: S308 (our own file)
        "policy": policy_for(style),
    }
    return str(without_ids(render_to_string("analysis/report.html", context), ids))


def read_style() -> str:
    return Path(finders.find(STYLE)).read_text(encoding="utf-8")


def policy_for(style: str) -> str:
    """What the file may load: its own style and its own pictures, nothing else, and no script."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def pictures_of(results: Results, overview: Overview) -> Iterator[Picture]:
    """Each figure as an address that holds the picture itself, so that no two share an id."""
    with paper_style():
        for figure in figures_of(results, overview):
            drawn = BytesIO()
            figure.draw().savefig(drawn, format="svg", metadata={"Date": None}, bbox_inches="tight")
            source = f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"
            yield Picture(figure.name, figure.caption, source)


# --- Tables ------------------------------------------------------------------------------------------
def tables_of(results: Results, overview: Overview) -> Iterator[PlainTable]:
    rules = vote_rules_of(results).table()
    yield plain_table("Agreement of each annotator with people", overview.league.table(), LEAGUE)
    yield plain_table("Under each vote rule", rules, tuple(name for name in rules.names if not is_part(name)))
    yield plain_table("Within each persona", persona_kappas_of(results).table(), PERSONAS)


def is_part(name: str) -> bool:
    return name.endswith(("_low", "_high", "_undefined"))


def plain_table(title: str, table: Table, names: tuple[str, ...]) -> PlainTable:
    """Some columns of a table, each number with its interval or the reason why it has no value."""
    lines = [dict(zip(table.names, map(plain, row), strict=True)) for row in table.rows]
    rows = tuple(tuple(cell_of(line, name) for name in names) for line in lines[:MOST_ROWS])
    return PlainTable(title, tuple(name.replace("_", " ") for name in names), rows, max(0, len(lines) - MOST_ROWS))


def cell_of(line: dict[str, Value], name: str) -> str:
    value, low, high = (line.get(part) for part in (name, f"{name}_low", f"{name}_high"))
    if value is None:
        return str(line.get(f"{name}_undefined") or "").replace("_", " ")
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    interval = f" [{number(low)}, {number(high)}]" if isinstance(low, float) and isinstance(high, float) else ""
    return f"{number(value)}{interval}"


# --- What participants wrote -------------------------------------------------------------------------
def quoted_of(results: Results) -> Iterator[QuotedQuestion]:
    """The questions on which people differ most from the model of the headline, with their reasons."""
    position = chosen_annotator(results, "")
    if position is None:
        return
    report = disagreements_of(results, position)
    rows = report.rows[:MOST_TEXTS]
    questions = Question.objects.select_related("persona").in_bulk([row.question_id for row in rows])
    answers = answers_of(results, [row.question_id for row in rows])
    for row in rows:
        question = questions[row.question_id]
        words = row.words(question.alternative_kind, report.annotator.label)
        yield QuotedQuestion(question, words, tuple(answers.get(question.pk, ())))


def answers_of(results: Results, question_ids: list[int]) -> dict[int, list[QuotedAnswer]]:
    raters = {pk for pk in results.matrix.slot_raters.ravel().tolist() if pk >= 0}
    rows = Annotation.objects.filter(question_id__in=question_ids, rater__kind__in=HUMAN_KINDS)
    found: dict[int, list[QuotedAnswer]] = {}
    for row in rows.select_related("question", "rater").order_by("pk"):
        if row.rater_id in raters:
            quoted = QuotedAnswer(name_of(row.rater), word_for(row.question, row.choice), row.justification)
            found.setdefault(row.question_id, []).append(quoted)
    return found
