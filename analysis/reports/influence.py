"""What the result depends on: a model's kappa with the consensus without each persona, rater or question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from math import isnan
from operator import attrgetter

import numpy as np
from django.db.models import QuerySet

from analysis.labels import Annotator
from analysis.options import Coding, InvalidOption
from analysis.reference import evidence_of, is_held_out
from analysis.reports.best import lead_of, with_people_of
from analysis.reports.columns import ReportColumn, file_table, sorted_by, text, whole_number
from analysis.reports.tables import Table
from analysis.reports.wording import estimate_words, number, range_words, undefined_words
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.influence import Influence, without_groups, without_raters
from analysis.stats.labels import FloatArray, IntArray
from analysis.stats.undefined import Undefined
from annotation.models import Question, Rater
from files.columns import DECIMAL, Column

MOST_NAMED = 900
VISIBLE = 0.0005
"""A smaller change is none in three digits."""


class Kind(StrEnum):
    """What is left out, one at a time."""

    PERSONA = "persona"
    RATER = "rater"
    QUESTION = "question"


@dataclass(frozen=True)
class Without:
    """Kappa under one coding without a group; nan where the rest leaves it undefined."""

    overall: float
    value: float
    change: float

    @property
    def words(self) -> str:
        return undefined_words(Undefined.ONE_CATEGORY) if isnan(self.value) else number(self.value)

    @property
    def change_words(self) -> str:
        """With its sign, and with a third digit: most changes are small."""
        if isnan(self.change):
            return ""
        return number(self.change, 3) if self.change < 0 or number(self.change, 3) == "0.000" else f"+{self.change:.3f}"


@dataclass(frozen=True)
class Row:
    """A persona, rater or question, and both kappas without it."""

    kind: Kind
    name: Name
    n_without: int
    content: Without
    reference: Without

    def of(self, coding: Coding) -> Without:
        return self.content if coding is Coding.CONTENT else self.reference


@dataclass(frozen=True, eq=False)
class Headline:
    """What the groups are left out of: the model's kappa with people; ``coding`` is the one the page leads with."""

    annotator: Annotator
    asked: Coding
    coding: Coding
    content: Estimate
    reference: Estimate

    @property
    def kappa(self) -> Estimate:
        return self.content if self.coding is Coding.CONTENT else self.reference

    @property
    def sentence(self) -> str:
        kappa = estimate_words(self.kappa).rstrip(".")
        aside = "" if self.coding is self.asked else " (kappa by content cannot show anything here)"
        return f"“{self.annotator.label}” and people: kappa by {self.coding.value} is {kappa}{aside}."


@dataclass(frozen=True)
class Name:
    """How a group is called; ``link`` is what the address of its page takes, None where it has none."""

    name: str
    persona: str
    prompt: str = ""
    link: str | int | None = None


Namer = Callable[[list[int]], list[Name]]


@dataclass(frozen=True, eq=False)
class Left:
    """All groups of one kind, in the reader's order: a sequence of :class:`Row`, named as they are read."""

    kind: Kind
    headline: Headline
    content: Influence
    reference: Influence
    names: Namer
    order: IntArray
    sort: str

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, places: slice) -> list[Row]:
        return self.rows(self.order[places].tolist())

    def rows(self, positions: list[int]) -> list[Row]:
        return [self._row(place, name) for place, name in zip(positions, self.names(positions), strict=True)]

    def _row(self, position: int, name: Name) -> Row:
        n = int(self.content.n_without[position])
        return Row(self.kind, name, n, _without(self.content, position), _without(self.reference, position))

    @cached_property
    def chosen(self) -> Influence:
        return self.content if self.headline.coding is Coding.CONTENT else self.reference

    @cached_property
    def strongest(self) -> Row | None:
        """The one that moves kappa most; one whose loss leaves kappa undefined comes only after all others."""
        order = self.chosen.strongest()
        return self.rows([int(order[0])])[0] if len(order) and not isnan(self.chosen.overall) else None

    @property
    def title(self) -> str:
        """In plain words what leaving one out would do, without a full stop."""
        row, kappa = self.strongest, self.headline.kappa
        if row is None:
            return f"Nothing moves kappa by {self.headline.coding.value}: {estimate_words(kappa).rstrip('.')}"
        without = row.of(self.headline.coding)
        if isnan(without.value):
            return f"Without {row.name.name} kappa would be {without.words.rstrip('.')}"
        if not self.moves:
            return f"No {self.kind.value} moves kappa, which is {number(kappa.value)} without each of them too"
        return f"Without {row.name.name} the kappa would be {number(without.value)} instead of {number(kappa.value)}"

    @property
    def finding(self) -> str:
        """The largest change beside the interval, and beside the change that half of the groups stay below."""
        row, interval = self.strongest, self.headline.kappa.interval
        if row is None or not self.moves:
            return f"{self.title}."
        size = f"by {number(self.typical, 3)} or less" if self.typical >= VISIBLE else "by less than 0.001"
        typical = f"half of the {self.kind.value}s move it {size}"
        if isnan(interval.low):
            return f"{self.title}; {typical}."
        place = "inside" if row.of(self.headline.coding).value in interval else "outside"
        return f"{self.title}; that is {place} its interval {range_words(interval)}, and {typical}."

    @cached_property
    def moves(self) -> bool:
        """Whether leaving one out changes anything that three digits show."""
        return self.strongest is not None and abs(self.strongest.of(self.headline.coding).change) >= VISIBLE

    @property
    def typical(self) -> float:
        """The median size of a change."""
        changes = np.abs(self.chosen.change)
        return float(np.median(changes[~np.isnan(changes)]))

    def table(self) -> Table:
        return file_table(COLUMNS, self[:])


def _kappa_without(coding: Coding) -> ReportColumn:
    name = f"kappa_{coding.value}"
    if_undefined = "; empty where the rest is of one category" if coding is Coding.CONTENT else ""
    return ReportColumn(
        lambda row: row.of(coding),
        (
            Column(name, DECIMAL, f"Kappa by {coding.value} of all.", attrgetter("overall")),
            Column(f"{name}_without", DECIMAL, f"The same without it{if_undefined}.", attrgetter("value")),
            Column(f"{name}_change", DECIMAL, "The second minus the first.", attrgetter("change")),
        ),
        heading=f"Kappa by {coding.value}",
        sort=coding.value,
        cell="without",
        style="figure words",
    )


COLUMNS = (
    text("left_out", "persona, rater or question.", lambda row: row.kind.value),
    text(
        "name",
        "What it is called: the persona's id; the rater, or the prompt's id, \"for\" the persona's id.",
        lambda row: row.name.name,
        heading="Without",
        cell="left_out_name",
    ),
    text("persona_id", "The persona's id, as in its file.", lambda row: row.name.persona),
    text("prompt_id", "The prompt's id of a question; else empty.", lambda row: row.name.prompt),
    *(_kappa_without(coding) for coding in Coding),
    whole_number(
        "n_without",
        "Questions with a reference and a choice of the model that are left.",
        lambda row: row.n_without,
        heading="Questions left",
        sort="n",
    ),
)


@dataclass(frozen=True, eq=False)
class InfluenceReport:
    """One kind in full, the strongest of each kind beside it."""

    headline: Headline
    left: tuple[Left, ...]
    chosen: Left | None
    kind: Kind


def influence_of(results: Results, position: int, *, kind: str, sort: str = "") -> InfluenceReport:
    """Leave out each persona, rater and question; ``kind`` names the one listed. Raises ``InvalidOption``."""
    if kind not in list(Kind):
        raise InvalidOption(f"of={kind} is not one of {', '.join(Kind)}.")
    headline = _headline(results, position)
    sort = sort if sorted_by(COLUMNS, sort) else f"-{headline.coding.value}"
    left = tuple(_left(results, position, headline, one, sort) for one in kinds_of(results))
    chosen = next((one for one in left if one.kind == kind), None)
    return InfluenceReport(headline, left, chosen, Kind(kind))


def kinds_of(results: Results) -> list[Kind]:
    """What can be left out: where raters are weighed by a fit to all answers, no rater can be left out alone."""
    fitted = not results.options.rule.counts_votes and not is_held_out(results)
    no_raters = fitted or not results.humans.shape[0]
    return [kind for kind in Kind if not (kind is Kind.RATER and no_raters)]


def _headline(results: Results, position: int) -> Headline:
    asked, found = results.options.coding, with_people_of(results, position)
    annotator = results.annotators[position]
    return Headline(annotator, asked, lead_of([found], asked), found.content, found.reference)


def _left(results: Results, position: int, headline: Headline, kind: Kind, sort: str) -> Left:
    evidence = [evidence_of(results, results.matrix.named[position], coding) for coding in Coding]
    if kind is Kind.RATER:
        content, reference = (without_raters(one, results.sampling) for one in evidence)
        names: Namer = partial(_raters, results, content.raters, content.clusters)
        return _in_order(kind, headline, content.influence, reference.influence, names, sort)
    groups = results.clusters if kind is Kind.PERSONA else np.arange(results.matrix.n_items)
    by_content, by_reference = (without_groups(one, groups) for one in evidence)
    names = partial(_personas if kind is Kind.PERSONA else _questions, results, by_content.groups)
    return _in_order(kind, headline, by_content, by_reference, names, sort)


def _in_order(
    kind: Kind, headline: Headline, content: Influence, reference: Influence, names: Namer, sort: str
) -> Left:
    return Left(kind, headline, content, reference, names, _order(content, reference, sort), sort)


def _personas(results: Results, groups: np.ndarray, positions: list[int]) -> list[Name]:
    personas = [results.matrix.personas[place] for place in groups[positions].tolist()]
    return [Name(persona.key, persona.key, link=persona.pk) for persona in personas]


def _questions(results: Results, groups: np.ndarray, positions: list[int]) -> list[Name]:
    ids = results.matrix.question_ids[groups[positions]].tolist()
    prompt_of = _by_id(Question.objects.filter(study=results.study), ids, "prompt_key")
    personas = [results.matrix.personas[place].key for place in results.clusters[positions].tolist()]
    pairs = [(prompt_of[pk][0], persona, pk) for pk, persona in zip(ids, personas, strict=True)]
    return [Name(f"{prompt} for {persona}", persona, prompt, pk) for prompt, persona, pk in pairs]


def _raters(results: Results, ids: np.ndarray, clusters: np.ndarray, positions: list[int]) -> list[Name]:
    wanted = ids[positions].tolist()
    known = _by_id(Rater.objects.filter(study=results.study), wanted, "pseudonym", "assignment__state")
    personas = [results.matrix.personas[place].key for place in clusters[positions].tolist()]
    found = [(*known[pk], persona) for pk, persona in zip(wanted, personas, strict=True)]
    return [
        Name(f"{pseudonym} for {persona}", persona, link=pseudonym if state else None)
        for pseudonym, state, persona in found
    ]


def _by_id(rows: QuerySet, ids: list[int], *fields: str) -> dict[int, tuple]:
    """Some rows by id, in one query; all of the study's where there are too many to name."""
    named = rows.filter(pk__in=ids) if len(ids) <= MOST_NAMED else rows
    return {pk: tuple(values) for pk, *values in named.values_list("pk", *fields)}


def _order(content: Influence, reference: Influence, sort: str) -> IntArray:
    """Positions by the size of a change, or by what is left; what is undefined stays last."""
    sizes: dict[str, FloatArray] = {
        "n": content.n_without.astype(np.float64),
        "content": np.abs(content.change),
        "reference": np.abs(reference.change),
    }
    size = sizes[sort.removeprefix("-")]
    return np.argsort(-size if sort.startswith("-") else size, kind="stable")


def _without(influence: Influence, position: int) -> Without:
    return Without(influence.overall, float(influence.without[position]), float(influence.change[position]))
