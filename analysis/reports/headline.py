"""The first sentence where kappa by content cannot tell the models apart: why not, and what can be said instead."""

from __future__ import annotations

from analysis.reports.league import League, LeagueRow
from analysis.reports.people import People
from analysis.reports.wording import count, estimate_words, number, percent, percent_range_words, quoted
from analysis.stats.estimates import Estimate


def named(row: LeagueRow) -> str:
    return quoted(row.name)


def best_words(best: LeagueRow, league: League) -> str:
    """Subject and verb: the only model agrees, the best of several agrees best, and whoever equals it is named."""
    equals = "".join(f" and equally {named(row)}" for row in league.equals_of(best))
    verb = "agree" if equals else "agrees"
    return f"{named(best)}{equals} {verb}{' best' if len(league.models) > 1 else ''}"


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
    kappa, observed = best.reference, percent(best.pair.observed.value)
    parts = [
        _why_content_is_silent(league, people),
        f"By reference, {best_words(best, league)} with the other {people.noun}s, at kappa {estimate_words(kappa)} "
        f"(AC1 {number(best.pairs[league.lead].ac1.value)}; {observed} of {count(kappa.n, 'question')}).",
        _people_by_reference(league, people),
        floor_words(league),
        key_words(league, people),
    ]
    return " ".join(filter(None, parts))


def _why_content_is_silent(league: League, people: People) -> str:
    whom = "this model" if len(league.models) == 1 else f"these {len(league.models)} models"
    row = next((row for row in league.models if row.is_skewed), None)
    if row is None:
        return f"Kappa by content says nothing about {whom} here: one side chose the same response everywhere."
    share = row.reference_revised
    chosen, share = ("revised", share) if share >= 0.5 else ("alternative", 1 - share)
    return (
        f"Kappa by content says nothing about {whom} here, as none has one clearly above 0: the {people.noun} majority "
        f"is the {chosen} response on {percent(share)} of {count(row.n, 'question')}, and chance agreement leaves "
        f"almost nothing to show."
    )


def _people_by_reference(league: League, people: People) -> str:
    ceiling = league.human_ceiling.reference
    if ceiling.undefined is not None:
        return ""
    return f"A held-out {people.noun} reaches {estimate_words(ceiling)} against the others."


def floor_words(league: League) -> str:
    """What the best annotator reaches that is blind to the persona."""
    if league.floor is None:
        return ""
    kappa = league.floor.kappas[league.lead]
    return f"Without knowing the persona, {named(league.floor)} reaches {estimate_words(kappa)}: that is the floor."


def key_words(league: League, people: People) -> str:
    """With foils, how well people and the best model know the persona: accuracy against the key."""
    best, humans = league.best_model(), league.human_ceiling.key
    if best is None or best.key is None or best.key.undefined is not None:
        return ""
    whose = f"{named(best)} {_share_words(best.key)}"
    if humans is not None and humans.undefined is None:
        whose = f"{people.noun}s {_share_words(humans)} and {whose}"
    return f"The answer written for this persona, beside one written for another (chance 50 %), was chosen by {whose}."


def _share_words(share: Estimate) -> str:
    return f"in {percent(share.value)} {percent_range_words(share.interval)}".strip()
