"""How results are put into words: codings, rules, numbers with their doubt. One wording for page, figure and file."""

from __future__ import annotations

from math import isnan

from analysis.options import Coding, ReportOptions, VoteRule
from analysis.stats.bootstrap import Estimate
from analysis.stats.intervals import Interval
from analysis.stats.undefined import Undefined

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
CODINGS = {
    Coding.CONTENT: "by content (revised or the alternative)",
    Coding.REFERENCE: "by reference (first or second in an order fixed for each question)",
}


def coding_words(coding: Coding) -> str:
    """The coding as it stands in a caption.

    >>> coding_words(Coding.CONTENT)
    'by content (revised or the alternative)'
    """
    return CODINGS[coding]


def rule_words(rule: VoteRule, raters: int) -> str:
    """The vote rule as it stands in a caption, for a study with so many raters per persona.

    >>> rule_words(VoteRule.THREE_OF_FOUR, 4), rule_words(VoteRule.THREE_OF_FOUR, 3)
    ('at least 3 of 4 equal', 'at least 2 of 3 equal')
    """
    if rule is VoteRule.THREE_OF_FOUR:
        return f"at least {raters // 2 + 1} of {raters} equal"
    return {
        VoteRule.DROP_ONE: "one rater left out by a fixed rule, then the majority",
        VoteRule.PLURALITY: "the most frequent choice",
        VoteRule.ONE_COIN: "Dawid and Skene's one-coin model",
    }[rule]


def filter_words(options: ReportOptions) -> str:
    """What the reader left out or let in, or nothing.

    >>> filter_words(ReportOptions(topic="work", surplus=True))
    'only topic "work"; surplus raters counted'
    """
    parts = [f'only topic "{options.topic}"'] if options.topic else []
    parts += [f'only personas with {name} "{value}"' for name, value in options.attributes]
    parts += ["excluded raters counted"] if options.excluded else []
    parts += ["surplus raters counted"] if options.surplus else []
    return "; ".join(parts)


def number(value: float, places: int = 2) -> str:
    """A number with a true minus sign; -0.00 is 0.00.

    >>> number(-0.314), number(-0.001)
    ('−0.31', '0.00')
    """
    text = f"{value:.{places}f}"
    bare = text.lstrip("-")
    return f"{MINUS}{bare}" if text.startswith("-") and float(text) else bare


def percent(share: float) -> str:
    """A share in whole percent, or with one digit near 0 and 100 where whole percent would say "all" or "none".

    The space does not break.

    >>> [percent(share).split() for share in (0.5, 0.996, 1)]
    [['50', '%'], ['99.6', '%'], ['100', '%']]
    """
    whole = number(100 * share, 0)
    rounded_to_an_end = whole in ("0", "100") and share not in (0, 1)
    return f"{number(100 * share, 1) if rounded_to_an_end else whole}{SPACE}%"


def range_words(interval: Interval) -> str:
    """Return an interval in brackets, or nothing where there is none.

    >>> range_words(Interval(-0.1, 0.25, 0.95, "percentile", None))
    '[−0.10, 0.25]'
    """
    return "" if isnan(interval.low) else f"[{number(interval.low)}, {number(interval.high)}]"


def percent_range_words(interval: Interval) -> str:
    """Return an interval of a share in percent, as the share beside it, or nothing where there is none.

    >>> percent_range_words(Interval(0.305, 0.83, 0.95, "wilson", None)).split()
    ['[30', '%,', '83', '%]']
    """
    return "" if isnan(interval.low) else f"[{percent(interval.low)}, {percent(interval.high)}]"


def quoted(name: str) -> str:
    """Return a name in quotation marks: names from a file hold commas and verbs, and would run into the sentence.

    >>> quoted("a model, role-play")
    '“a model, role-play”'
    """
    return f"“{name}”"


def is_by_algebra(estimate: Estimate) -> bool:
    """Whether a kappa is 0 in every resample, as it is where one side never varies: then nothing was measured."""
    return estimate.value == estimate.interval.low == estimate.interval.high == 0


def estimate_words(estimate: Estimate) -> str:
    """An estimate with its interval, or why there is none; never a blank."""
    if estimate.undefined is not None:
        return undefined_words(estimate.undefined)
    return f"{number(estimate.value)} {range_words(estimate.interval)}".strip()


def undefined_words(reason: Undefined) -> str:
    """Return the reason in the words of a table cell.

    >>> undefined_words(Undefined.NO_OVERLAP)
    'undefined: no item was labelled by both.'
    """
    return f"undefined: {reason.sentence[0].lower()}{reason.sentence[1:]}"


def count(n: int, word: str, plural: str = "") -> str:
    """Return a count with its word.

    >>> count(1, "rater"), count(1586, "persona"), count(2, "study", "studies")
    ('1 rater', '1,586 personas', '2 studies')
    """
    return f"{n:,} {word if n == 1 else plural or word + 's'}"


def resampling_words(n_clusters: int, resamples: int, seed: int, confidence: float = 0.95) -> str:
    """How the intervals were made, with what it takes to make them again.

    >>> resampling_words(20, 1000, 7)
    '95 % intervals from 1,000 resamples of 20 personas, seed 7'
    """
    personas = count(n_clusters, "persona")
    return f"{100 * confidence:.0f} % intervals from {resamples:,} resamples of {personas}, seed {seed}"
