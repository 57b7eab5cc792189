"""The overview: the sentence a paper would print, the league table behind it, and what to doubt about both."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.options import Coding
from analysis.reports.answer import Answer, answer_of
from analysis.reports.headline import (
    against_people,
    agreement_words,
    best_words,
    by_reference_instead,
    floor_words,
    key_words,
    named,
)
from analysis.reports.league import League, LeagueRow, league_of
from analysis.reports.people import People, people_of
from analysis.reports.wording import (
    coding_words,
    count,
    estimate_words,
    is_by_algebra,
    number,
    percent,
    sampling_words,
)
from analysis.results import Results
from analysis.stats.estimates import Estimate


@dataclass(frozen=True, eq=False)
class Overview:
    """Everything on the first page of results."""

    people: People
    league: League
    answer: Answer
    sentence: str
    caption: str
    caption_of_both: str
    warning: str


def overview_of(results: Results, *, sort: str = "") -> Overview:
    people, league = people_of(results), league_of(results, sort=sort)
    return Overview(
        people=people,
        league=league,
        answer=answer_of(results, league, people),
        sentence=sentence(league, people),
        caption=caption_of(results),
        caption_of_both=caption_of(results, both_codings=True),
        warning=prevalence_warning(league.skewed[0], people, has_key=league.has_key) if league.skewed else "",
    )


def caption_of(results: Results, *, intervals: str = "", both_codings: bool = False) -> str:
    """What every table and figure of results says below itself: coding, vote rule, n, intervals, seed, filters.

    ``intervals`` says how they were made where it was not the jackknife; ``both_codings`` is for tables that
    have kappa by content and by reference, whichever the reader chose.
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
    among = f"Of {count(league.n_models, 'model annotator')}, " if league.n_models > 1 else ""
    parts = [
        f"{among}{best_words(best, league)} with the other {people.noun}s, at kappa {estimate_words(kappa)} "
        f"by {league.coding.value} ({agreement_words(best, league)}){_constancy(best, league)}.",
        against_people(best, league.lead, people, of=len(league.models), margin=league.margin),
        floor_words(league),
        key_words(league, people),
    ]
    return " ".join(filter(None, parts))


def _constancy(row: LeagueRow, league: League) -> str:
    if is_by_algebra(row.kappas[league.coding]):
        return ", which is 0 by algebra because one side chose the same response everywhere"
    return ""


def prevalence_warning(row: LeagueRow, people: People, *, has_key: bool) -> str:
    """Why kappa misleads on this row, with the numbers that show it."""
    own, consensus, pair = row.own_revised, row.reference_revised, row.pair
    chosen, shares = ("revised", (own, consensus)) if own >= 0.5 else ("alternative", (1 - own, 1 - consensus))
    agreed = (
        f"In {count(pair.observed.n, 'comparison')}, {named(row)} chooses the {chosen} response in "
        f"{percent(shares[0])} and the other {people.noun}s in {percent(shares[1])}."
    )
    kappas = f"kappa by content is {_value(row.content)}, although AC1 by content is {number(pair.ac1.value)}"
    if has_key and chosen == "revised":
        return (
            f"{agreed} The alternative is a foil, so the revised response is the answer written for this persona: "
            f"choosing it on both sides means that both know the persona. Kappa by content corrects for exactly that "
            f"share, so {kappas}. Read accuracy against the key and kappa by reference ({_value(row.reference)}) "
            f"instead."
        )
    return (
        f"{agreed} Two raters who share only that lean and know nothing of the persona would agree on "
        f"{percent(pair.kappa.expected)}; these agree on {percent(pair.observed.value)}. So {kappas}. Kappa by "
        f"reference, {_value(row.reference)}, counts the lean to the {chosen} response as agreement; beside baselines "
        f"that may be taste or knowledge of the persona, and only the floor and foils tell which."
    )


def _value(estimate: Estimate) -> str:
    return "undefined" if estimate.undefined is not None else number(estimate.value)


def _without_kappa(best: LeagueRow, kappa: Estimate, league: League, people: People) -> str:
    if not kappa.n:
        return (
            f"No question has both an answer of a model and a choice of two {people.noun}s, so nothing can be compared "
            f"yet."
        )
    other = Coding.REFERENCE if league.coding is Coding.CONTENT else Coding.CONTENT
    observed = best.pair.observed
    agreed = f"agree in {observed.successes:,} of {count(observed.n, 'comparison')}"
    return (
        f"{named(best)} and the other {people.noun}s {agreed}, but kappa by {league.coding.value} is "
        f"{estimate_words(kappa)[:-1]} (by {other.value}: {_value(best.kappas[other])})."
    )


def _nothing_to_compare(best: LeagueRow | None, people: People) -> str:
    if best is None and not people.raters:
        return "There are neither human nor model answers to compare yet."
    if best is None:
        return f"There are answers of {people.kind}, but no model to compare with them yet."
    return "There are model answers, but no finished human rater to compare them with yet."
