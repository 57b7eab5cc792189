"""What agreement varies by: a crossed random-effects model of each annotator's answers, question by question.

Ten questions of one persona give a kappa that is mostly noise. The model draws each persona's share towards the mean,
as far as the data do not speak against it, and says how much personas, prompts, questions and raters matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from analysis.labels import ALTERNATIVE, REVISED, Labels
from analysis.options import Coding, InvalidOption
from analysis.reports.columns import ReportColumn, decimal, estimate, file_table, text, whole_number
from analysis.reports.people import people_of
from analysis.reports.tables import Table
from analysis.reports.wording import number, percent, percent_range_words, quoted
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.labels import BoolArray, FloatArray, IntArray
from analysis.stats.mixed import NONE, Rows, fit_mixed
from analysis.stats.mixed_summary import Component, MixedSummary, components_of
from personas.models import Persona
from personas.text import short_summary

MOST_MODELS = 8
"""The model has a level for each persona and annotator; the table a column for each annotator."""
PEOPLE = 0


class Measure(StrEnum):
    """What is 1 and what is 0."""

    AGREEMENT = "agreement"
    CHOICE = "choice"

    @property
    def words(self) -> str:
        agreement = "agrees with the most frequent choice of the other raters"
        return agreement if self is Measure.AGREEMENT else "chooses the revised response"


COMPONENTS = {
    "persona": "Personas: some are agreed on more, by people and models alike",
    "prompt": "Prompts",
    "rater": "Raters",
    "cell": "Persona × annotator: somebody does better on one persona than on another",
    "question": "Questions, beyond their persona and prompt",
    "chance": "One answer, everything else fixed",
}


@dataclass(frozen=True, eq=False)
class AnnotatorRow:
    """People or a model: ``observed`` as counted, ``share`` over new personas, prompts, questions and raters."""

    name: str
    n: int
    observed: float
    share: Estimate
    minus_people: Estimate | None


@dataclass(frozen=True, eq=False)
class PersonaLine:
    """One annotator on one persona."""

    persona: Persona
    annotator: str
    n: int
    observed: float
    share: Estimate


@dataclass(frozen=True, eq=False)
class PersonaRow:
    """One persona; ``lines`` in the order of the annotators, None for one without an answer."""

    persona: Persona
    lines: tuple[PersonaLine | None, ...]

    @property
    def summary(self) -> str:
        return short_summary(self.persona.attributes)


@dataclass(frozen=True, eq=False)
class VarianceReport:
    """The fitted model; ``why_not`` says why there is none."""

    measure: Measure
    noun: str
    components: tuple[Component, ...] = ()
    annotators: tuple[AnnotatorRow, ...] = ()
    personas: tuple[PersonaRow, ...] = ()
    left_out: tuple[str, ...] = ()
    constant: tuple[str, ...] = ()
    """Annotators whose outcome never varies: their log-odds are infinite, so the model can say nothing of them."""
    why_not: str = ""

    @cached_property
    def sentence(self) -> str:
        parts = [one for one in self.components if one.name in ("persona", "prompt", "question")]
        largest = max(parts, key=lambda one: one.share)
        names = {"persona": "personas", "prompt": "prompts", "question": "single questions"}
        persona = next(one for one in self.components if one.name == "persona")
        beside = "" if largest is persona else f"; personas make up {percent(persona.share)}"
        return (
            f"Of the variance of one answer, {percent(largest.share)} is between {names[largest.name]}{beside}. "
            f"{self._models_words}"
        )

    @property
    def _models_words(self) -> str:
        compared = [row for row in self.annotators if row.minus_people is not None]
        if not compared:
            return ""
        best = max(compared, key=lambda row: row.share.value)
        assert best.minus_people is not None
        points = number(100 * best.minus_people.value, 0)
        low, high = (number(100 * one, 0) for one in (best.minus_people.interval.low, best.minus_people.interval.high))
        verb = "agree" if self.measure is Measure.AGREEMENT else "choose the revised response"
        return (
            f"Over new personas, prompts and raters, {self.noun}s {verb} in {percent(self.annotators[0].share.value)} "
            f"and {quoted(best.name)} in {percent(best.share.value)} {percent_range_words(best.share.interval)}, "
            f"{points} points [{low}, {high}] more."
        )

    @cached_property
    def lines(self) -> tuple[PersonaLine, ...]:
        return tuple(line for row in self.personas for line in row.lines if line is not None)

    @property
    def persona_columns(self) -> tuple[ReportColumn, ...]:
        """Of the page: a column for each annotator."""
        names = [row.name for row in self.annotators]
        first = ReportColumn(lambda row: row.persona.key, heading="Persona", cell="persona_name", style="")
        return (first, *(_of_annotator(place, name) for place, name in enumerate(names)))

    def table(self, name: str) -> Table:
        """The file of one of the three tables."""
        columns: dict[str, tuple[Sequence[ReportColumn], Iterable[object]]] = {
            "components": (COMPONENT_COLUMNS, self.components),
            "annotators": (ANNOTATOR_COLUMNS, self.annotators),
            "personas": (PERSONA_COLUMNS, self.lines),
        }
        if name not in columns:
            raise InvalidOption(f"table={name} is none of {', '.join(columns)}.")
        return file_table(*columns[name])


def _of_annotator(place: int, name: str) -> ReportColumn:
    return ReportColumn(lambda row: row.lines[place], heading=name, cell="shrunken_share")


COMPONENT_COLUMNS = (
    text("component", "persona, prompt, rater, cell (persona × annotator), question or chance.", lambda row: row.name),
    ReportColumn(lambda row: COMPONENTS[row.name], heading="What differs", style=""),
    decimal("spread", "Standard deviation of the log-odds.", lambda row: row.spread, heading="SD of log-odds"),
    decimal(
        "share",
        "Share of the variance of one answer.",
        lambda row: row.share,
        heading="Share of variance",
        cell="percent",
    ),
)
ANNOTATOR_COLUMNS = (
    text("annotator", "People, or a model run.", lambda row: row.name, heading="Annotator"),
    whole_number("n", "Answers: people's all, a model's one for each question.", lambda row: row.n, heading="n"),
    decimal("observed", "Share as counted.", lambda row: row.observed, heading="Counted", cell="percent"),
    estimate(
        "share",
        "Share over new personas, prompts, questions and raters, from the random-effects model.",
        lambda row: row.share,
        heading="In the model",
        cell="estimate_share",
    ),
    estimate(
        "minus_people",
        "Difference to people's share.",
        lambda row: row.minus_people,
        heading="Minus people",
        cell="points",
    ),
)
PERSONA_COLUMNS = (
    text("persona_id", "The persona's id.", lambda row: row.persona.key),
    text("annotator", "People, or a model run.", lambda row: row.annotator),
    whole_number("n", "Answers on this persona.", lambda row: row.n),
    decimal("observed", "Share as counted.", lambda row: row.observed),
    estimate(
        "share",
        "Shrunken share on this persona, over new prompts, questions and raters.",
        lambda row: row.share,
    ),
)


def read_measure(asked: str) -> Measure:
    """The measure of an address. Raises ``InvalidOption``."""
    if asked not in list(Measure):
        raise InvalidOption(f"measure={asked} is neither agreement nor choice.")
    return Measure(asked)


def variance_of(results: Results, measure: Measure) -> VarianceReport:
    """Fit the model to people and the first models of a study."""
    noun = people_of(results).noun
    places = [n for n, one in enumerate(results.annotators) if not one.is_baseline]
    chosen, rest = places[:MOST_MODELS], places[MOST_MODELS:]
    answers = _answers(results, chosen, measure)
    if not answers.is_of(PEOPLE).any():
        why = "It takes three raters on a question" if measure is Measure.AGREEMENT else "It takes a rater who finished"
        return VarianceReport(measure, noun, why_not=f"{why}.")
    rows, cells = answers.rows()
    if rows.is_too_large:
        return VarianceReport(measure, noun, why_not=f"{rows.outcomes.size:,} answers take too long to fit on a page.")
    if rows.crossed["persona"].max() < 1 or rows.crossed["prompt"].max() < 1:
        return VarianceReport(measure, noun, why_not="It takes at least two personas and two prompts.")
    constant = [one for one in np.unique(answers.annotator).tolist() if answers.is_constant(one)]
    if PEOPLE in constant:
        return VarianceReport(measure, noun, why_not="People's answers do not vary, so there is nothing to divide.")
    same = tuple(answers.count_of(one, results.annotators[chosen[one - 1]].label) for one in constant)
    answers = answers.without(constant)
    rows, cells = answers.rows()
    names = (f"{noun.capitalize()}s", *(results.annotators[n].label for n in chosen))
    present = np.unique(answers.annotator).tolist()
    degrees = min(rows.crossed["persona"].max(), rows.crossed["prompt"].max())
    without = tuple(() if one == PEOPLE else ("rater",) for one in present)
    found = MixedSummary(fit_mixed(rows), without, np.bincount(rows.fixed), float(degrees))
    return VarianceReport(
        measure,
        noun,
        components=components_of(found.fit),
        annotators=tuple(_annotator_row(found, rows, names[one], place) for place, one in enumerate(present)),
        personas=tuple(_persona_rows(answers.personas, found, rows, cells, [names[one] for one in present])),
        left_out=tuple(results.annotators[n].label for n in rest),
        constant=same,
    )


@dataclass(frozen=True, eq=False)
class _Answers:
    """One row for each answer: the annotator (0 for people), item, rater and outcome."""

    results: Results
    annotator: IntArray
    item: IntArray
    rater: IntArray
    outcome: FloatArray

    def is_of(self, annotator: int) -> BoolArray:
        return np.asarray(self.annotator == annotator)

    def is_constant(self, annotator: int) -> bool:
        outcomes = self.outcome[self.is_of(annotator)]
        return bool((outcomes == 0).all() or (outcomes == 1).all())

    def count_of(self, annotator: int, name: str) -> str:
        outcomes = self.outcome[self.is_of(annotator)]
        return f"{name} ({int(outcomes.sum())} of {outcomes.size})"

    def without(self, annotators: list[int]) -> _Answers:
        kept = ~np.isin(self.annotator, annotators)
        return _Answers(self.results, self.annotator[kept], self.item[kept], self.rater[kept], self.outcome[kept])

    @property
    def personas(self) -> list[Persona]:
        """Those with an answer, in the order of their levels."""
        matrix = self.results.matrix
        return [matrix.personas[n] for n in np.unique(matrix.persona_index[self.item])]

    def rows(self) -> tuple[Rows, IntArray]:
        """For the fit, levels numbered from 0; and the persona and annotator of each cell (2, n_cells)."""
        matrix = self.results.matrix
        fixed = np.unique(self.annotator, return_inverse=True)[1]
        persona, prompt = (_numbered(one[self.item]) for one in (matrix.persona_index, matrix.prompt_index))
        cells, cell = np.unique(np.stack([persona, fixed]), axis=1, return_inverse=True)
        crossed = {"persona": persona, "prompt": prompt, "rater": _numbered(self.rater), "cell": cell.reshape(-1)}
        return Rows(self.outcome, fixed, _numbered(self.item), crossed), cells


def _numbered(levels: IntArray) -> IntArray:
    """Levels from 0; :data:`NONE` stays."""
    numbered = np.full(levels.shape, NONE)
    known = levels != NONE
    numbered[known] = np.unique(levels[known], return_inverse=True)[1]
    return numbered


def _answers(results: Results, models: list[int], measure: Measure) -> _Answers:
    matrix = results.matrix
    if measure is Measure.AGREEMENT:
        held = results.panels[Coding.CONTENT].held_out
        rows, items, outcomes = held.rows, held.items, (held.labels == held.references).astype(np.float64)
        of_models = [_agreement(results, matrix.named[n]) for n in models]
    else:
        rows, items = np.nonzero((matrix.humans == REVISED) | (matrix.humans == ALTERNATIVE))
        outcomes = (matrix.humans[rows, items] == REVISED).astype(np.float64)
        of_models = [_choices(matrix.named[n]) for n in models]
    raters = matrix.slot_raters[rows, matrix.persona_index[items]]
    parts = [(np.zeros(len(items), dtype=np.int64), items, raters, outcomes)]
    for place, (found, outcome) in enumerate(of_models, start=1):
        parts.append((np.full(len(found), place), found, np.full(len(found), NONE), outcome))
    annotator, item, rater, outcome = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Answers(results, annotator, item, rater, outcome)


def _agreement(results: Results, labels: Labels) -> tuple[IntArray, FloatArray]:
    """Items, and the share of references with held-out raters that a model meets: one answer for each question."""
    held = results.panels[Coding.CONTENT].held_out
    known = labels[held.items] >= 0
    n = np.bincount(held.items[known], minlength=labels.size)
    alike = np.bincount(held.items[known], labels[held.items[known]] == held.references[known], labels.size)
    items = np.flatnonzero(n)
    return items, alike[items] / n[items]


def _choices(labels: Labels) -> tuple[IntArray, FloatArray]:
    items = np.flatnonzero((labels == REVISED) | (labels == ALTERNATIVE))
    return items, (labels[items] == REVISED).astype(np.float64)


def _annotator_row(found: MixedSummary, rows: Rows, name: str, place: int) -> AnnotatorRow:
    own = rows.outcomes[rows.fixed == place]
    minus = found.difference(place, PEOPLE) if place != PEOPLE else None
    return AnnotatorRow(name, int(own.size), float(own.mean()), found.mean(place), minus)


def _persona_rows(
    personas: list[Persona], found: MixedSummary, rows: Rows, cells: IntArray, names: list[str]
) -> Iterable[PersonaRow]:
    counts = np.bincount(rows.crossed["cell"])
    sums = np.bincount(rows.crossed["cell"], rows.outcomes)
    lines: dict[tuple[int, int], PersonaLine] = {}
    for cell, (persona, place) in enumerate(cells.T.tolist()):
        n = int(counts[cell])
        estimated = found.of_persona(place, persona, cell, n)
        lines[persona, place] = PersonaLine(personas[persona], names[place], n, float(sums[cell] / n), estimated)
    for n, persona in enumerate(personas):
        yield PersonaRow(persona, tuple(lines.get((n, place)) for place in range(len(names))))
