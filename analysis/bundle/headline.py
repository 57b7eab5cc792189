"""headline.json: every number the overview prints, by name, with what it means. recompute.py makes them again."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.options import Coding, ReportOptions
from analysis.reports.league import League, RowKind
from analysis.reports.people import people_of
from analysis.reports.tables import Value, plain
from analysis.reports.vote_rules import VoteRules, vote_rules_of
from analysis.results import Results

DEFINITIONS = {
    "raters": "Raters whose answers count: participants who finished, and people asked elsewhere.",
    "simulated": "How many of them a rehearsal made.",
    "personas": "Personas with a question that counts.",
    "questions": "Questions that count: drawn for raters, no attention check.",
    "majority": "Questions on which the vote rule finds a consensus.",
    "tie": "Questions with enough votes and none that prevails.",
    "too_few": "Questions with fewer votes than the rule asks for, not yet decided.",
    "missing": "Questions without a vote.",
    "n": "Questions on which both have a label.",
    "comparisons": "Questions x held-out raters behind the numbers; without held-out raters, the questions.",
    "answered": "Questions with a choice of this annotator; of the study: with one of a person.",
    "unparsable": "Verdicts that could not be read; they are left out.",
    "agreement": "Share of equal content choices with the reference: the most frequent choice of the other raters, "
    "each rater held out in turn; the consensus of all where no question has three raters.",
    "ac1_…": "Gwet's AC1 with the reference by this coding: (po - pe) / (1 - pe), pe = sum of p(1 - p) / "
    "(categories - 1).",
    "kappa_content": "Cohen's kappa with the reference, coded as revised or the alternative.",
    "kappa_reference": "Cohen's kappa with the reference, coded as first or second in the question's fixed order.",
    "kappa_…_all_raters": "Cohen's kappa with the consensus of all raters; not to be read beside the human ceiling.",
    "kappa of": "Cohen's kappa of the model with the consensus under this rule, by the coding of the options.",
    "share_revised": "Share of choices that are the revised response.",
    "share_shown_first": "Share of choices that stood first on the screen, where the order is known.",
    "position_bias_p": "Exact two-sided chance of a share so far from one half.",
    "difference_to_ceiling_…": "Kappa minus that of a held-out human, both with the reference, on the same questions.",
}
# Columns of the league table. The alt-test, which rests on random joinings of raters over personas, is not among them.
WITH_LIMITS = tuple(
    name.format(coding.value)
    for coding in Coding
    for name in ("kappa_{}", "kappa_{}_all_raters", "difference_to_ceiling_{}")
)
STATISTICS = (
    *("n", "comparisons", "answered", "unparsable", "agreement", "share_revised"),
    *("share_shown_first", "position_bias_p", *(f"ac1_{coding.value}" for coding in Coding)),
    *(f"{name}{end}" for name in WITH_LIMITS for end in ("", "_low", "_high")),
)


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
    """Each cell of the league table that is a number."""
    table = league.table()
    for row, cells in zip(league.rows, table.rows, strict=True):
        about = row.kind.value if row.kind is RowKind.CEILING else f"{row.kind.value} {row.name}"
        for name, value in zip(table.names, cells, strict=True):
            if name in STATISTICS and not (row.kind is RowKind.CEILING and is_of_annotators(name)):
                yield f"{about}: {name}", value


def is_of_annotators(name: str) -> bool:
    """What the ceiling cannot have: a difference to itself, a consensus with its own vote, unreadable verdicts."""
    return name == "unparsable" or name.startswith("difference_to_ceiling") or "_all_raters" in name


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
