"""The overview: the sentence a paper would print, the league table behind it, and what to doubt about both."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from analysis.options import Coding
from analysis.reports.headline import best_words, by_reference_instead, floor_words, key_words, named
from analysis.reports.league import League, LeagueRow, league_of
from analysis.reports.people import People, people_of
from analysis.reports.wording import (
    coding_words,
    count,
    estimate_words,
    is_by_algebra,
    number,
    percent,
    range_words,
    sampling_words,
)
from analysis.results import Results
from analysis.stats.estimates import Estimate


@dataclass(frozen=True, eq=False)
class Overview:
    """Everything on the first page of results."""

    people: People
    league: League
    sentence: str
    caption: str
    caption_of_both: str
    warning: str


def overview_of(results: Results, *, sort: str = "") -> Overview:
    people, league = people_of(results), league_of(results, sort=sort)
    return Overview(
        people=people,
        league=league,
        sentence=sentence(league, people),
        caption=caption_of(results),
        caption_of_both=caption_of(results, both_codings=True),
        warning=prevalence_warning(league.skewed[0], people, has_key=league.has_key) if league.skewed else "",
    )


def caption_of(results: Results, *, intervals: str = "", both_codings: bool = False) -> str:
    """What every table and figure of results says below itself: coding, vote rule, n, intervals, seed, filters.

    ``intervals`` says how they were made where it was not the jackknife; ``both_codings`` is for tables that
    hold kappa by content and by reference, whichever the reader chose.
    """
    options, people = results.options, people_of(results)
    codings = list(Coding) if both_codings else [options.coding]
    parts = [
        f"Kappa {' and '.join(map(coding_words, codings))}",
        f"human vote: {options.rule.words(results.study.raters_per_persona)}",
        f"{people.kind}, {count(people.questions, 'question')}, {count(people.personas, 'persona')}",
        f"alternative: {results.study.design}",
        intervals or sampling_words(results.sampling),
    ]
    return "; ".join([*parts, people.filters] if people.filters else parts) + "."


def sentence(league: League, people: People) -> str:
    """The headline in words, with its numbers and its doubt."""
    best = league.best_model()
    if best is None or not people.raters:
        return _nothing_to_compare(best, people)
    if league.lead is not league.coding:
        return by_reference_instead(best, league, people)
    kappa = best.kappas[league.coding]
    if kappa.undefined is not None:
        return _without_kappa(best, kappa, league, people)
    among = f"Of {count(len(league.models), 'model annotator')}, " if len(league.models) > 1 else ""
    return (
        f"{among}{best_words(best, league)} with the {people.noun} majority, at kappa {estimate_words(kappa)} "
        f"by {league.coding.value} ({percent(best.pair.observed.value)} of {count(kappa.n, 'question')})"
        f"{_constancy(best, league)}. {against_people(best, league.lead, people)} "
        f"{floor_words(league)} {key_words(league, people)}"
    ).strip()


def _constancy(row: LeagueRow, league: League) -> str:
    if is_by_algebra(row.kappas[league.coding]):
        return ", which is 0 by algebra because one side chose the same response everywhere"
    return ""


def against_people(row: LeagueRow, coding: Coding, people: People) -> str:
    """The model beside a held-out human, both against the consensus of the others."""
    compared = row.beside_human[coding] if row.beside_human else None
    if compared is None or compared.difference.undefined is not None or isnan(compared.second.value):
        return f"How well one {people.noun} agrees with the others cannot be told yet: it takes three on a question."
    human = f"a held-out {people.noun} reaches {estimate_words(compared.second)}"
    return (
        f"Against the consensus of the other raters, {human} and the model {estimate_words(compared.first)}; "
        f"the difference, {difference_words(compared.difference)}, "
        f"{verdict(compared.difference, people)}."
    )


def difference_words(difference: Estimate) -> str:
    return f"{number(difference.value)} {range_words(difference.interval)}".strip()


def verdict(difference: Estimate, people: People) -> str:
    """What an interval of a difference to people allows to say."""
    low, high = difference.interval.low, difference.interval.high
    if isnan(low):
        return "has no interval and settles nothing"
    if low > 0:
        return f"says that the model is closer to the consensus than a {people.noun} is"
    if high < 0:
        return f"says that the model is further from the consensus than a {people.noun} is"
    return "does not settle who is closer"


def prevalence_warning(row: LeagueRow, people: People, *, has_key: bool) -> str:
    """Why kappa misleads on this row, with the numbers that show it."""
    own, consensus, pair = row.own_revised, row.reference_revised, row.pair
    chosen, shares = ("revised", (own, consensus)) if own >= 0.5 else ("alternative", (1 - own, 1 - consensus))
    agreed = (
        f"{named(row)} chooses the {chosen} response in {percent(shares[0])} of these {row.n:,} questions, the "
        f"others' consensus in {percent(shares[1])}."
    )
    kappas = f"kappa by content is {_value(row.content)}, although AC1 by content is {number(pair.ac1.value)}"
    if has_key:
        return (
            f"{agreed} The alternative is a foil, so the revised response is the answer written for this persona: "
            f"choosing it on both sides means that both know the persona. Kappa corrects for exactly that share, so "
            f"{kappas}. Read accuracy against the key and kappa by reference ({_value(row.reference)}) instead."
        )
    return (
        f"{agreed} Two raters who share only that taste and know nothing of the persona would agree on "
        f"{percent(pair.kappa.expected)}; these agree on {percent(pair.observed.value)}. So {kappas}; kappa by "
        f"reference, where a taste for the {chosen} response counts as agreement, is {_value(row.reference)}. The gap "
        f"between the two is shared taste, not knowledge of the person."
    )


def _value(estimate: Estimate) -> str:
    return "undefined" if estimate.undefined is not None else number(estimate.value)


def _without_kappa(best: LeagueRow, kappa: Estimate, league: League, people: People) -> str:
    if not kappa.n:
        return (
            f"No question has both a {people.noun} majority and an answer of a model, so nothing can be compared yet."
        )
    other = Coding.REFERENCE if league.coding is Coding.CONTENT else Coding.CONTENT
    agreed = f"agree on {best.pair.observed.successes:,} of {kappa.n:,} questions"
    return (
        f"{named(best)} and the {people.noun} majority {agreed}, but kappa by {league.coding.value} is "
        f"{estimate_words(kappa)[:-1]} (by {other.value}: {_value(best.kappas[other])})."
    )


def _nothing_to_compare(best: LeagueRow | None, people: People) -> str:
    if best is None and not people.raters:
        return "There are neither human nor model answers to compare yet."
    if best is None:
        return f"There are answers of {people.kind}, but no model to compare with them yet."
    return "There are model answers, but no finished human rater to compare them with yet."
