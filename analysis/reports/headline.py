"""The parts of the first sentence: the best model, people beside it, the floor, and why content may be silent."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

from analysis.options import Coding
from analysis.reports.best import rank
from analysis.reports.league import League, LeagueRow
from analysis.reports.people import People
from analysis.reports.wording import (
    count,
    estimate_words,
    number,
    percent,
    percent_range_words,
    quoted,
    range_words,
)
from analysis.stats.equivalence import Verdict, verdict_of
from analysis.stats.estimates import Estimate
from analysis.stats.simultaneous import for_the_best_of


def named(row: LeagueRow) -> str:
    return quoted(row.name)


def best_words(best: LeagueRow, league: League) -> str:
    """Subject and verb: the only model agrees, the best of several agrees best, and whoever equals it is named."""
    equals = "".join(f" and equally {named(row)}" for row in league.equals_of(best))
    verb = "agree" if equals else "agrees"
    return f"{named(best)}{equals} {verb}{' best' if league.n_models > 1 else ''}"


def figure_title(league: League) -> str:
    """The finding of the league's figure: the best model beside a held-out human, in the coding of the headline."""
    best, ceiling = league.best_model(), league.human_ceiling
    kappa, people = best.kappas[league.lead] if best else None, ceiling.kappas[league.lead]
    if best is None or kappa is None or kappa.undefined is not None:
        return "Kappa of every annotator with the consensus"
    beside = f"; {ceiling.name[:1].lower()}{ceiling.name[1:]} {number(people.value)}" if not people.undefined else ""
    return f"By {league.lead.value}, {named(best)} reaches kappa {number(kappa.value)}{beside}"


def by_reference_instead(best: LeagueRow, league: League, people: People) -> str:
    """Why content is silent, the best model by reference with AC1, and what people and rules without skill reach."""
    parts = [
        _why_content_is_silent(league, people),
        f"By reference, {best_words(best, league)} with the other {people.noun}s, at kappa "
        f"{estimate_words(best.reference)} ({agreement_words(best, league)}).",
        against_people(best, league.lead, people, of=len(league.models), margin=league.margin),
        floor_words(league),
        key_words(league, people),
    ]
    return " ".join(filter(None, parts))


def agreement_words(row: LeagueRow, league: League) -> str:
    """AC1 in the coding of the headline, and how many comparisons came out alike."""
    observed, n = row.pair.observed, row.kappas[league.lead].n
    of = count(observed.n, "question") if observed.n == n else f"{observed.n:,} comparisons on {count(n, 'question')}"
    return f"AC1 {number(row.pairs[league.lead].ac1.value)}; alike in {percent(observed.value)} of {of}"


def against_people(row: LeagueRow, coding: Coding, people: People, *, of: int = 1, margin: float | None = None) -> str:
    """A held-out human beside the model, both against the same references, and the verdict under the study's margin.

    Where the model is the best ``of`` several, the interval holds for whichever of them is chosen.
    """
    compared = row.beside_human[coding] if row.beside_human else None
    if compared is None or compared.difference.undefined is not None or isnan(compared.second.value):
        return f"How well one {people.noun} agrees with the others cannot be told yet: it takes three on a question."
    difference, several = compared.difference, f"; interval for the best of {of}" if of > 1 else ""
    if of > 1 and not isnan(difference.interval.low):
        difference = replace(difference, interval=for_the_best_of(difference, of))
    return (
        f"A held-out {people.noun} reaches {estimate_words(compared.second)} with the same others; the difference "
        f"({difference_words(difference)}{several}) {verdict(difference, people, margin=margin)}."
    )


def difference_words(difference: Estimate) -> str:
    return f"{number(difference.value)} {range_words(difference.interval)}".strip()


def verdict(difference: Estimate, people: People, *, margin: float | None = None) -> str:
    """What an interval of a difference to people allows to say; with a margin, whether the model is as good as they."""
    low, high = difference.interval.low, difference.interval.high
    if isnan(low):
        return "has no interval and settles nothing"
    if margin is not None:
        return _verdict_under(margin, difference, people)
    if low > 0:
        return f"says that the model agrees with them more than a {people.noun} does"
    if high < 0:
        return f"says that the model agrees with them less than a {people.noun} does"
    return "does not settle who agrees with them more"


def _verdict_under(margin: float, difference: Estimate, people: People) -> str:
    fixed, than = f"the study's margin of {number(margin)}", f"than a {people.noun} does, by more than"
    words = {
        Verdict.EQUIVALENT: f"says that the model is equivalent to a {people.noun} under {fixed}",
        Verdict.BETTER: f"says that the model agrees with them more {than} {fixed}",
        Verdict.WORSE: f"says that the model agrees with them less {than} {fixed}",
        Verdict.NOT_WORSE: f"says that the model is not worse than a {people.noun} under {fixed}",
        Verdict.NOT_BETTER: f"says that the model is not better than a {people.noun} under {fixed}, and leaves open "
        f"whether it is worse",
        Verdict.NOT_SETTLED: f"does not settle whether the model is equivalent to a {people.noun} under {fixed}",
    }
    return words[verdict_of(difference.interval, margin)]


def _why_content_is_silent(league: League, people: People) -> str:
    whom = "this model" if league.n_models == 1 else f"these {league.n_models} models"
    row = next((row for row in league.models if row.is_skewed), None)
    if row is None:
        return f"Kappa by content says nothing about {whom} here: one side chose the same response everywhere."
    share = row.reference_revised
    chosen, share = ("revised", share) if share >= 0.5 else ("alternative", 1 - share)
    why = (
        "that is the answer written for this persona, and kappa corrects for exactly this share"
        if league.has_key and chosen == "revised"
        else "chance agreement leaves almost nothing to show"
    )
    return (
        f"Kappa by content says nothing about {whom} here, as none has one clearly above 0: the other {people.noun}s' "
        f"choice is the {chosen} response in {percent(share)} of {count(row.pair.observed.n, 'comparison')}, and {why}."
    )


def floor_words(league: League) -> str:
    """What the best annotator reaches that is blind to the persona."""
    if league.floor is None:
        return ""
    kappa, best = league.floor.kappas[league.lead], league.best_model()
    is_above = best is not None and rank(best, league.lead)[0] > rank(league.floor, league.lead)[0]
    beside = "" if is_above or best is None else f", and {named(best)} is not above it"
    return (
        f"Without knowing the persona, {named(league.floor)} reaches {estimate_words(kappa)}: that is the floor"
        f"{beside}."
    )


def key_words(league: League, people: People) -> str:
    """With foils, how well people and the best model know the persona: accuracy against the key."""
    best, humans = league.best_model(), league.human_ceiling.key
    if best is None or best.key is None or best.key.undefined is not None:
        return ""
    whose = f"{named(best)} {_share_words(best.key)}"
    if humans is not None and humans.undefined is None:
        whose = f"{people.noun}s {_share_words(humans)} and by {whose}"
    return f"The answer written for this persona, beside one written for another (chance 50 %), was chosen by {whose}."


def _share_words(share: Estimate) -> str:
    return f"in {percent(share.value)} {percent_range_words(share.interval)} of choices".replace("  ", " ")
