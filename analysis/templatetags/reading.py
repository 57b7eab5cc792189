"""Reasons in a word or two, for narrow cells; captions have the sentence."""

from django import template

from analysis.reports.wording import percent
from analysis.stats.estimates import Estimate
from analysis.stats.undefined import Undefined

register = template.Library()

BRIEF = {
    Undefined.NO_OVERLAP: "nothing in common",
    Undefined.ONE_CATEGORY: "all one category",
    Undefined.CONSTANT_RATER: "one side never varies",
    Undefined.TOO_FEW_ITEMS: "too few questions",
    Undefined.TOO_FEW_RATERS: "too few raters",
    Undefined.TOO_FEW_CLUSTERS: "too few personas or prompts",
    Undefined.NO_VARIATION: "nothing varies",
    Undefined.REPLICATES_UNDEFINED: "depends on one persona, prompt or rater",
    Undefined.NO_VOTES: "no votes involved",
}


@register.filter
def briefly(reason: Undefined) -> str:
    """The reason in a few words.

    >>> briefly(Undefined.ONE_CATEGORY), briefly(Undefined.UNEQUAL_RATERS)
    ('all one category', 'unequal raters')
    """
    return BRIEF.get(reason, reason.value.replace("_", " "))


@register.filter
def why_no_interval(estimate: Estimate) -> str:
    """The reason in a few words; with the share of leave-one-out values without a number, where that is the reason."""
    reason = estimate.interval.undefined
    if reason is not Undefined.REPLICATES_UNDEFINED:
        return briefly(reason)
    return f"{briefly(reason)} ({percent(estimate.undefined_share)} of the values without one are undefined)"


@register.filter
def on_scale(value: float) -> str:
    """The position of a number from -1 to 1 on a line 200 units long, as SVG writes it.

    >>> on_scale(-1.0), on_scale(0.25)
    ('0.0', '125.0')
    """
    return f"{100 * (value + 1):.1f}"
