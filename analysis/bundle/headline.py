"""headline.json: every number the overview prints, by name, with what it means. recompute.py makes them again."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.options import Coding, ReportOptions
from analysis.reports.columns import ReportColumn
from analysis.reports.league import League, LeagueRow
from analysis.reports.league_columns import league_columns
from analysis.reports.people import people_of
from analysis.reports.tables import Value, plain
from analysis.reports.vote_rules import VoteRules, vote_rules_of
from analysis.results import Results
from files.columns import DECIMAL, NUMBER

NUMBERS = (NUMBER, DECIMAL)

LEAGUE = {
    field.name: field.help
    for column in league_columns(Coding.CONTENT)
    if column.is_recomputed
    for field in column.fields
    if field.kind in NUMBERS and not field.name.endswith(("_low", "_high"))
}
DEFINITIONS = {
    "raters": "Raters whose answers count: participants who finished, and people asked elsewhere.",
    "simulated": "How many of them a rehearsal made.",
    "personas": "Personas with a question that counts.",
    "questions": "Questions that count: drawn for raters, no attention check.",
    "majority": "Questions on which the vote rule finds a consensus.",
    "tie": "Questions with enough votes and none that prevails.",
    "too_few": "Questions with fewer votes than the rule asks for, not yet decided.",
    "missing": "Questions without a vote.",
    **LEAGUE,
    "answered": "Questions with a choice of this annotator; of the study: with one of a person.",
    "kappa of": "Cohen's kappa of the model with the consensus under this rule, by the coding of the options.",
}


class RuleNotCounted(ValueError):
    """The bundle's script counts votes; a vote rule that fits a model is not in it."""


def require_counted(options: ReportOptions) -> None:
    if not options.rule.counts_votes:
        raise RuleNotCounted("A bundle is made under a rule that counts votes: three_of_four, drop_one or plurality.")


def headline_of(results: Results, league: League) -> dict[str, object]:
    """Options, definitions and numbers; a number that is undefined is null."""
    numbers = dict(numbers_of(results, league))
    return {
        "study": results.study.slug,
        "options": options_as_json(results.options),
        "definitions": DEFINITIONS | {"…_low, …_high": "The limits of the 95 % interval (jackknife-t) for the target."},
        "numbers": [{"name": name, "value": plain(value)} for name, value in numbers.items()],
    }


def options_as_json(options: ReportOptions) -> dict[str, object]:
    return {
        "coding": options.coding.value,
        "rule": options.rule.value,
        "topic": options.topic,
        "attributes": [list(pair) for pair in options.attributes],
        "excluded": options.excluded,
        "surplus": options.surplus,
        "simulated": options.simulated,
        "seed": options.seed,
        "target": options.target.value,
        "confidence": 0.95,
    }


def numbers_of(results: Results, league: League) -> Iterator[tuple[str, Value]]:
    people = people_of(results)
    for name in ("raters", "simulated", "personas", "questions", "answered"):
        yield f"study: {name}", getattr(people, name)
    for state, count in people.votes.items():
        yield f"votes: {state}", count
    yield from league_numbers(league)
    yield from rule_numbers(vote_rules_of(results))


def league_numbers(league: League) -> Iterator[tuple[str, Value]]:
    """Each cell of the league table that is a number and that recompute.py counts again."""
    for row in league.rows:
        about = row.kind.value if row.is_ceiling else f"{row.kind.value} {row.name}"
        for column in (one for one in league.columns if one.is_recomputed):
            yield from ((f"{about}: {name}", value) for name, value in numbers_in(column, row))


def numbers_in(column: ReportColumn, row: LeagueRow) -> Iterator[tuple[str, Value]]:
    """The ceiling has no difference to itself, and no consensus with its own vote."""
    found = column.get(row)
    if not (row.is_ceiling and found is None):
        yield from ((field.name, field.value(found)) for field in column.fields if field.kind in NUMBERS)


def rule_numbers(rules: VoteRules) -> Iterator[tuple[str, Value]]:
    for row in rules.rows:
        if not row.rule.counts_votes:
            continue
        about = f"rule {row.rule.value}, excluded raters {'counted' if row.excluded_count else 'left out'}"
        for state in ("majority", "tie", "too_few", "missing"):
            yield f"{about}: {state}", getattr(row, state)
        for model, kappa in zip(rules.models, row.kappas, strict=True):
            yield f"{about}: kappa of {model}", kappa.value
            yield f"{about}: kappa of {model}_low", kappa.interval.low
            yield f"{about}: kappa of {model}_high", kappa.interval.high
