"""Why a statistic has no value: a reason that travels with the nan."""

from enum import StrEnum


class Undefined(StrEnum):
    """The reason beside a nan.

    >>> Undefined.NO_OVERLAP.sentence
    'No item was labelled by both.'
    """

    NO_OVERLAP = "no_overlap"
    ONE_CATEGORY = "one_category"
    CONSTANT_RATER = "constant_rater"
    CATEGORY_UNUSED = "category_unused"
    TOO_FEW_ITEMS = "too_few_items"
    TOO_FEW_RATERS = "too_few_raters"
    TOO_FEW_CLUSTERS = "too_few_clusters"
    UNEQUAL_RATERS = "unequal_raters"
    NO_VARIATION = "no_variation"
    REPLICATES_UNDEFINED = "replicates_undefined"
    NO_VOTES = "no_votes"

    @property
    def sentence(self) -> str:
        """The reason as a sentence for a table, a figure or a log."""
        return _SENTENCES[self]


_SENTENCES = {
    Undefined.NO_OVERLAP: "No item was labelled by both.",
    Undefined.ONE_CATEGORY: "All labels are one and the same category, so chance agreement is already complete.",
    Undefined.CONSTANT_RATER: "One rater gave the same label to every item: kappa is 0 by algebra and has no spread.",
    Undefined.CATEGORY_UNUSED: "Nobody used this category.",
    Undefined.TOO_FEW_ITEMS: "There are too few items.",
    Undefined.TOO_FEW_RATERS: "There are too few raters.",
    Undefined.TOO_FEW_CLUSTERS: "An interval needs at least two personas and, for new prompts, two prompts.",
    Undefined.UNEQUAL_RATERS: "The formula needs the same number of raters for every item.",
    Undefined.NO_VARIATION: "Nothing varies, so there is no spread to measure.",
    Undefined.REPLICATES_UNDEFINED: "Without one persona, prompt or rater nothing varies: the number depends on it.",
    Undefined.NO_VOTES: "The number involves no votes of people, so new raters would not change it.",
}
