"""How results are put into words: codings, rules, numbers with their doubt. One wording for page, figure and file."""

from __future__ import annotations

from math import isnan

import numpy as np

from analysis.options import Coding, ReportOptions
from analysis.stats.estimates import Estimate
from analysis.stats.intervals import Interval
from analysis.stats.sampling import Sampling, Target
from analysis.stats.undefined import Undefined

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
CODINGS = {
    Coding.CONTENT: "by content (revised or the alternative)",
    Coding.REFERENCE: "by reference (first or second in an order fixed for each question)",
}


def coding_words(coding: Coding) -> str:
    """The coding in the words of a caption.

    >>> coding_words(Coding.CONTENT)
    'by content (revised or the alternative)'
    """
    return CODINGS[coding]


def filter_words(options: ReportOptions) -> str:
    """What the reader left out or let in, or nothing.

    >>> filter_words(ReportOptions(topic="work", surplus=True))
    'only topic "work"; surplus raters counted'
    """
    parts = [f'only topic "{options.topic}"'] if options.topic else []
    parts += [f'only personas with {name} "{value}"' for name, value in options.attributes]
    parts += ["excluded raters counted"] if options.excluded else []
    parts += ["surplus raters counted"] if options.surplus else []
    parts += ["simulated raters counted"] if options.simulated else []
    return "; ".join(parts)


def number(value: float, places: int = 2) -> str:
    """A number with a true minus sign; -0.00 is 0.00.

    >>> number(-0.314), number(-0.001)
    ('−0.31', '0.00')
    """
    text = f"{value:.{places}f}"
    bare = text.lstrip("-")
    return f"{MINUS}{bare}" if text.startswith("-") and float(text) else bare


def p_value(p: float) -> str:
    """A p-value to three digits.

    >>> p_value(0.0421), p_value(0.00001)
    ('0.042', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else number(p, 3)


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
    """Return a name in quotation marks: names from a file contain commas and verbs, which would blur the sentence.

    >>> quoted("a model, role-play")
    '“a model, role-play”'
    """
    return f"“{name}”"


def is_by_algebra(estimate: Estimate) -> bool:
    """Whether a kappa is 0 because one side never varies: then nothing was measured."""
    return estimate.interval.undefined is Undefined.CONSTANT_RATER


def estimate_words(estimate: Estimate) -> str:
    """An estimate with its interval, or why there is none; never a blank."""
    if estimate.undefined is not None:
        return undefined_words(estimate.undefined)
    if estimate.interval.undefined is Undefined.REPLICATES_UNDEFINED:
        share = percent(estimate.undefined_share)
        return f"{number(estimate.value)} (no interval: undefined in {share} of leave-one-out values)"
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


TARGETS = {
    Target.PERSONAS_AND_PROMPTS: "new personas and new prompts",
    Target.PERSONAS: "new personas and these prompts",
    Target.RATERS: "these questions and new raters",
}


def sampling_words(sampling: Sampling) -> str:
    """What the intervals generalise to, and how they were made.

    >>> sampling_words(Sampling(np.arange(20) // 2, np.arange(20) % 5))
    '95 % intervals for new personas and new prompts (jackknife over 10 personas and 5 prompts)'
    """
    target, taken = sampling.target, sampling.taken
    personas, prompts = count(sampling.persona_groups[1], "persona"), count(sampling.prompt_groups[1], "prompt")
    raters = count(0 if taken is None else np.unique(taken[taken >= 0]).size, "rater")
    over = {Target.PERSONAS: personas, Target.RATERS: f"{raters} within {personas}"}.get(target)
    share = f"{100 * sampling.confidence:.0f}"
    return f"{share} % intervals for {TARGETS[target]} (jackknife over {over or f'{personas} and {prompts}'})"
