"""The first screen: one sentence of at most 25 words, and the few numbers it rests on: floor, model, human."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isnan

from analysis.options import Coding
from analysis.reference import beside_annotator
from analysis.reports.league import League, LeagueRow
from analysis.reports.people import People
from analysis.reports.tiles import Tile, tile
from analysis.reports.wording import count, is_by_algebra, number, quoted
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.simultaneous import for_the_best_of

MOST_WORDS = 25
MOST_WORDS_OF_A_NAME = 6
FLOOR = "the persona-blind floor"


class Role(StrEnum):
    """What a mark of the first figure shows."""

    FLOOR = "floor"
    MODEL = "model"
    HUMAN = "human"


class Side(StrEnum):
    """Where a paired difference lies, as far as its interval tells."""

    ABOVE = "above"
    BELOW = "below"
    UNSETTLED = "unsettled"
    UNKNOWN = "unknown"
    """There is nothing to compare with."""


@dataclass(frozen=True)
class Mark:
    """One number of the first screen; ``note`` says what it is beside its name."""

    role: Role
    name: str
    note: str
    estimate: Estimate
    hue: int = 0
    """Picks a model's colour."""
    position: int = -1


@dataclass(frozen=True)
class Answer:
    """What the first screen says. ``difference`` is the model's kappa minus that of a held-out human."""

    sentence: str
    coding: Coding
    marks: tuple[Mark, ...] = ()
    difference: Estimate | None = None
    difference_note: str = ""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        marks = tuple(
            tile(
                mark.role.capitalize(),
                mark.estimate,
                mark.name,
                mark.note,
                symbol=mark.role,
                hue=mark.hue,
                position=mark.position,
            )
            for mark in self.marks
        )
        if self.difference is None:
            return marks
        return (*marks, tile("Model minus human", self.difference, "difference of kappa", self.difference_note))


def answer_of(results: Results, league: League, people: People) -> Answer:
    best = league.best_model()
    if best is None or not people.raters:
        return Answer(_nothing_to_compare(best, people), league.lead)
    kappa = best.kappas[league.lead]
    if kappa.undefined is not None or is_by_algebra(kappa):
        return Answer(_without_kappa(best, league, people), league.lead, _marks(results, league, best))
    difference = _beside_human(best, league)
    sentence = answer_words(
        short_name(best.name),
        people.noun,
        beside_human=side_of(difference),
        beside_floor=side_of(_beside_floor(results, league, best)),
    )
    note = f"interval for the best of {len(league.models)}" if len(league.models) > 1 else "paired, same questions"
    return Answer(sentence, league.lead, _marks(results, league, best), difference, note)


def answer_words(name: str, noun: str, *, beside_human: Side, beside_floor: Side) -> str:
    """The sentence, from where the two paired differences lie.

    >>> answer_words("beta-8b", "human", beside_human=Side.UNSETTLED, beside_floor=Side.UNSETTLED)
    '“beta-8b” cannot be told apart from a held-out human, nor from the persona-blind floor.'
    """
    model, another = quoted(name), "one" if " " in noun else noun
    agrees = f"{model} agrees with {noun}s"
    if beside_human is Side.UNKNOWN:
        return _without_human(model, noun, beside_floor)
    if beside_human is Side.UNSETTLED:
        return {
            Side.ABOVE: f"{agrees} more than {FLOOR} does; it cannot be told apart from a held-out {another}.",
            Side.BELOW: f"{agrees} less than {FLOOR} does; it cannot be told apart from a held-out {another}.",
            Side.UNSETTLED: f"{model} cannot be told apart from a held-out {noun}, nor from {FLOOR}.",
            Side.UNKNOWN: f"{model} cannot be told apart from a held-out {noun}.",
        }[beside_floor]
    is_more = beside_human is Side.ABOVE
    first = f"{agrees} {'more' if is_more else 'less'} than a held-out {another} does"
    return {
        Side.ABOVE: f"{first}, {'and' if is_more else 'but'} more than {FLOOR}.",
        Side.BELOW: f"{first}, {'but' if is_more else 'and'} less than {FLOOR}.",
        Side.UNSETTLED: f"{first}, {'but' if is_more else 'and'} not clearly more than {FLOOR}.",
        Side.UNKNOWN: f"{first}.",
    }[beside_floor]


def _without_human(model: str, noun: str, beside_floor: Side) -> str:
    compared = {
        Side.ABOVE: f"agrees with {noun}s more than {FLOOR} does",
        Side.BELOW: f"agrees with {noun}s less than {FLOOR} does",
        Side.UNSETTLED: f"cannot be told apart from {FLOOR}",
        Side.UNKNOWN: f"is compared with the consensus of {noun}s",
    }[beside_floor]
    return f"{model} {compared}; it takes three raters to hold one out."


def side_of(difference: Estimate | None) -> Side:
    if difference is None:
        return Side.UNKNOWN
    low, high = difference.interval.low, difference.interval.high
    if isnan(low):
        return Side.UNSETTLED
    if low > 0:
        return Side.ABOVE
    return Side.BELOW if high < 0 else Side.UNSETTLED


def short_name(name: str) -> str:
    """A name in at most six words, so that the sentence keeps its length.

    >>> short_name("one two three four five six seven"), short_name("beta-8b, role-play")
    ('one two three four five six…', 'beta-8b, role-play')
    """
    words = name.split()
    return name if len(words) <= MOST_WORDS_OF_A_NAME else " ".join(words[:MOST_WORDS_OF_A_NAME]) + "…"


def _beside_human(best: LeagueRow, league: League) -> Estimate | None:
    """Kappa minus that of a held-out human; the interval holds for whichever model is the best."""
    compared = best.beside_human[league.lead] if best.beside_human else None
    if compared is None or compared.difference.undefined is not None or isnan(compared.second.value):
        return None
    return _for_all(compared.difference, len(league.models))


def _beside_floor(results: Results, league: League, best: LeagueRow) -> Estimate | None:
    if league.floor is None:
        return None
    return _paired(results, best, league.floor, league)


def _paired(results: Results, first: LeagueRow, second: LeagueRow, league: League) -> Estimate:
    labels = [results.matrix.named[row.position] for row in (first, second)]
    difference = beside_annotator(results, labels[0], labels[1], league.lead).difference
    return _for_all(difference, len(league.models))


def _for_all(difference: Estimate, models: int) -> Estimate:
    if models < 2 or isnan(difference.interval.low):
        return difference
    return replace(difference, interval=for_the_best_of(difference, models))


def _marks(results: Results, league: League, best: LeagueRow) -> tuple[Mark, ...]:
    lead, human = league.lead, league.human_ceiling
    floor = league.floor if league.floor is not best else None
    marks = (
        [Mark(Role.FLOOR, floor.name, "blind to the persona", floor.kappas[lead], position=floor.position)]
        if floor
        else []
    )
    marks.append(Mark(Role.MODEL, best.name, _place(results, league, best), best.kappas[lead], best.hue, best.position))
    return (*marks, Mark(Role.HUMAN, human.name, "", human.kappas[lead]))


def _place(results: Results, league: League, best: LeagueRow) -> str:
    """Whether the model is the best of several, or has only the highest number."""
    runs = league.runs_of(best)
    spread = _within_model(runs, league.lead) if len(runs) > 1 else ""
    others = [row for row in league.models if row not in runs]
    if not others:
        return spread
    close = [row for row in others if side_of(_paired(results, best, row, league)) is not Side.ABOVE]
    if not close:
        return _joined(f"best of {league.n_models}", spread)
    models = {row.annotator.rater_id for row in close if row.annotator}
    apart = "any of the others" if len(models) == league.n_models - 1 > 1 else count(len(models), "other")
    return _joined(f"highest of {league.n_models}; not told apart from {apart}", spread)


def _within_model(runs: Sequence[LeagueRow], coding: Coding) -> str:
    """How far the runs of one model differ among themselves."""
    values = [row.kappas[coding].value for row in runs if not isnan(row.kappas[coding].value)]
    return f"{len(runs)} runs, {number(min(values))} to {number(max(values))}"


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _nothing_to_compare(best: LeagueRow | None, people: People) -> str:
    if best is None and not people.raters:
        return "There are neither human nor model answers to compare yet."
    if best is None:
        return f"{people.kind} answered; there is no model to compare with yet."
    return "There are model answers, but no human rater has finished yet."


def _without_kappa(best: LeagueRow, league: League, people: People) -> str:
    kappa, observed, name = best.kappas[league.lead], best.pair.observed, quoted(short_name(best.name))
    if not kappa.n:
        return f"No question has both an answer of {name} and a choice of two {people.noun}s yet."
    if kappa.undefined is None:
        return (
            f"{name} or the {people.noun}s never vary, so kappa is {number(kappa.value)} by algebra and says nothing."
        )
    agreed = f"agree in {observed.successes:,} of {count(observed.n, 'comparison')}"
    return f"{name} and the {people.noun}s {agreed}; kappa has no value where nobody varies."
