"""The columns of the league table. A coefficient added here is on the page, in the file, sortable and documented."""

from __future__ import annotations

from collections.abc import Callable

from analysis.options import Coding
from analysis.reports.columns import (
    ReportColumn,
    alt_test_column,
    coefficient,
    estimate,
    flag,
    position_bias_column,
    share,
    text,
    whole_number,
    without_heading,
)

REFERENCE = (
    "the reference: the most frequent choice of the other raters, each rater held out in turn; the consensus of all "
    "where no question has three raters"
)


def league_columns(
    lead: Coding, *, has_key: bool = False, stated: frozenset[str] = frozenset()
) -> tuple[ReportColumn, ...]:
    """``lead`` is the coding of columns that the page shows by one coding only; a file has them by both.

    The page shows accuracy against the key where the study ``has_key``, as with foils, and the columns of a
    run's setting that are ``stated`` of some model.
    """

    def if_stated(column: ReportColumn) -> ReportColumn:
        return column if column.fields[0].name in stated else without_heading(column)

    key = estimate(
        "accuracy_key",
        "With foils: share of choices of the answer written for this persona; chance is 0.5. Empty with baselines.",
        lambda row: row.key,
        heading="Right by the key",
        sort="key",
        cell="estimate_share",
        is_recomputed=True,
    )
    return (
        text(
            "annotator",
            "The name, with its run from 2 on.",
            lambda row: row.name,
            heading="Annotator",
            sort="name",
            cell="league_name",
        ),
        text("kind", "model, baseline rater or human ceiling.", lambda row: row.kind.value),
        if_stated(
            text(
                "model",
                "The model behind the annotator's run; empty where nobody has said.",
                lambda row: row.setting.model,
                heading="Model",
                sort="model",
            )
        ),
        if_stated(
            text(
                "prompt_version",
                "The version of the prompt; empty where nobody has said.",
                lambda row: row.setting.prompt_version,
                heading="Prompt",
                sort="prompt",
            )
        ),
        if_stated(
            text(
                "condition",
                "What the run got: persona, demographics, without_attribute, none or other; empty where not known.",
                lambda row: row.condition,
                heading="Condition",
                sort="condition",
                cell="condition",
            )
        ),
        text(
            "hidden_attribute",
            "The attribute left out of the persona, for without_attribute; else empty.",
            lambda row: row.setting.hidden_attribute,
        ),
        flag(
            "condition_is_inferred",
            "Whether the condition was read from the annotator's name, because nobody has said it.",
            lambda row: row.condition_is_inferred,
        ),
        estimate(
            "kappa_content",
            "Cohen's kappa with the reference, coded as revised or the alternative.",
            lambda row: row.content,
            heading="Kappa by content",
            sort="content",
            cell="kappa",
            is_recomputed=True,
        ),
        estimate(
            "kappa_reference",
            "Cohen's kappa with the reference, coded as first or second in the question's fixed order.",
            lambda row: row.reference,
            heading="Kappa by reference",
            sort="reference",
            cell="kappa",
            is_recomputed=True,
        ),
        key if has_key else without_heading(key),
        share(
            "agreement",
            f"Share of comparisons with the same content choice as {REFERENCE}.",
            lambda row: row.pair.observed,
            heading="Agreement",
            sort="agreement",
            is_recomputed=True,
        ),
        whole_number(
            "n",
            "Questions behind the numbers of the row.",
            lambda row: row.n,
            heading="n",
            sort="n",
            is_recomputed=True,
        ),
        whole_number(
            "comparisons",
            "Questions times held-out raters; without held-out raters, the questions.",
            lambda row: row.content.entries,
            is_recomputed=True,
        ),
        whole_number(
            "answered", "Questions with a choice of this annotator.", lambda row: row.answered, is_recomputed=True
        ),
        whole_number(
            "unparsable",
            "Verdicts that could not be read, left out of the rest.",
            lambda row: row.unparsable,
            is_recomputed=True,
        ),
        *by_coding(
            lead,
            lambda coding: coefficient(
                f"ac1_{coding.value}",
                f"Gwet's AC1 with the reference by {coding.value}: (po - pe) / (1 - pe), pe = sum of p(1 - p) / "
                "(categories - 1).",
                lambda row: row.pairs[coding].ac1,
                heading="AC1",
                sort="ac1",
                is_recomputed=True,
            ),
        ),
        share(
            "share_revised",
            "Share of all choices that are the revised response.",
            lambda row: row.revised,
            heading="Chose revised",
            sort="revised",
            is_recomputed=True,
        ),
        position_bias_column(lambda row: row.bias, heading="Chose first shown", sort="bias", is_recomputed=True),
        *by_coding(
            lead,
            lambda coding: estimate(
                f"difference_to_ceiling_{coding.value}",
                f"Kappa by {coding.value} minus that of a held-out person, both with the reference on the same "
                "questions; paired.",
                lambda row: row.difference(coding),
                heading="Minus held-out human",
                sort="ceiling",
                cell="difference_to_ceiling",
                is_recomputed=True,
            ),
        ),
        *by_coding(
            lead,
            lambda coding: estimate(
                f"kappa_{coding.value}_all_raters",
                f"Kappa by {coding.value} with the consensus of all raters, which a person is part of: not to be read "
                "beside the human ceiling.",
                lambda row: row.everyone[coding] if row.everyone else None,
                heading="With all raters",
                sort="everyone",
                cell="kappa_all_raters",
                is_recomputed=True,
            ),
        ),
        alt_test_column(lambda row: row.alt_test, heading="Alt-test", sort="alt"),
    )


def by_coding(lead: Coding, column_of: Callable[[Coding], ReportColumn]) -> list[ReportColumn]:
    """A column for each coding; the page has that of ``lead``."""
    columns = [(coding, column_of(coding)) for coding in Coding]
    return [column if coding is lead else without_heading(column) for coding, column in columns]
