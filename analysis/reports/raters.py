"""People as raters: agreement with the others of their persona, speed, habits. Flags advise; nobody is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from operator import attrgetter

import numpy as np

from analysis.reports.columns import (
    ReportColumn,
    decimal,
    file_table,
    flag,
    in_order,
    in_words,
    limit_fields,
    position_bias_column,
    sorted_by,
    text,
    value_field,
    value_of,
    whole_number,
)
from analysis.reports.quality_signals import QualitySignals, SignalsOfRaters, signals_of_raters
from analysis.reports.tables import Table
from analysis.reports.wording import count, percent
from analysis.results import Results
from analysis.stats.agreement import CohenKappa, cohen_kappa_of_table
from analysis.stats.bias import PositionBias, StraightLine, position_bias, relative_speed, straight_line
from analysis.stats.ceiling import held_out
from analysis.stats.coefficients import Proportion, proportion
from analysis.stats.labels import MISSING, contingency_table
from annotation.exporting.tables import name_of
from annotation.models import Rater
from annotation.progress.attention import LONG_PASTE
from files.columns import DECIMAL, NUMBER, TEXT, Column

RARE = 0.01
"""A habit is flagged where tossing a coin would show it in fewer than one rater of a hundred."""
FAST = 1 / 3


@dataclass(frozen=True, eq=False)
class RaterRow:
    """One person's answers as a whole.

    ``agreement`` and ``kappa`` are with the most frequent choice of the others of the persona, this rater held out,
    on the questions where the others have one. ``relative_time`` is the median, over the questions, of the rater's
    active time over the median of all who answered the question; nan where nobody else was timed.
    """

    rater: Rater
    state: str
    personas: tuple[str, ...]
    answers: int
    agreement: Proportion
    table: np.ndarray
    relative_time: float
    bias: PositionBias
    run: StraightLine
    signals: QualitySignals
    words_compared: bool

    @property
    def name(self) -> str:
        return name_of(self.rater)

    @cached_property
    def kappa(self) -> CohenKappa:
        """Worked out when it is asked for: a page shows a hundred rows of thousands."""
        return cohen_kappa_of_table(self.table)

    @property
    def is_timed(self) -> bool:
        return not isnan(self.relative_time)

    @cached_property
    def flags(self) -> tuple[str, ...]:
        """Reasons to check this rater's answers, in words."""
        return tuple(words(self) for holds, words in FLAGS if holds(self))


def _is_biased(row: RaterRow) -> bool:
    return row.bias.p_value < RARE


FLAGS: tuple[tuple[Callable[[RaterRow], bool], Callable[[RaterRow], str]], ...] = (
    (lambda row: row.signals.checks_missed > 0, lambda row: f"missed {row.signals.checks_missed} of the checks"),
    (lambda row: row.relative_time < FAST, lambda row: f"{percent(row.relative_time)} of the usual time"),
    (_is_biased, lambda row: f"chose the first shown {percent(row.bias.first_share.value)} of the time"),
    (
        lambda row: row.run.p_value < RARE and not _is_biased(row),
        lambda row: f"the same side {row.run.longest} times in a row",
    ),
    (lambda row: row.signals.longest_paste >= LONG_PASTE, lambda row: f"pasted {row.signals.pasted:,} characters"),
    (lambda row: row.signals.repeated > 0, lambda row: f"{row.signals.repeated} justifications repeated word for word"),
    (
        lambda row: row.signals.like_others > 0,
        lambda row: f"{count(row.signals.like_others, 'justification')} nearly in another rater's words",
    ),
    (lambda row: row.agreement.interval.high < 0.5, lambda row: "agrees less than a coin would"),
)

COLUMNS = (
    text("rater", "The pseudonym.", lambda row: row.name, heading="Rater", sort="name", cell="rater_name"),
    flag("simulated", "Whether a rehearsal made the rater.", lambda row: row.rater.is_rehearsal),
    text("state", "The assignment's state; empty for people asked elsewhere.", lambda row: row.state),
    text(
        "persona_id",
        "The personas played, with spaces between.",
        lambda row: " ".join(row.personas),
        heading="Persona",
        sort="persona",
    ),
    ReportColumn(
        lambda row: row.flags,
        (Column("flags", TEXT, "Reasons for a check, in words, with semicolons between.", "; ".join),),
        heading="Reasons for a check",
        sort="flags",
        order=len,
        cell="flags",
        style="",
    ),
    whole_number("answers", "Questions answered.", lambda row: row.answers),
    ReportColumn(
        lambda row: row.agreement,
        (
            Column("n", NUMBER, "Those on which two or more others have a most frequent choice.", attrgetter("n")),
            value_field("agreement", "Share of n with the same choice as the others."),
            *limit_fields("agreement", "Wilson"),
        ),
        heading="Agreement with the others",
        sort="agreement",
        order=value_of,
        cell="rater_agreement",
    ),
    ReportColumn(
        lambda row: row.kappa,
        (
            Column("kappa", DECIMAL, "Kappa with the others.", attrgetter("kappa")),
            Column("kappa_undefined", TEXT, "Why it has no value; else empty.", lambda one: in_words(one.undefined)),
        ),
        heading="Kappa",
        sort="kappa",
        order=attrgetter("kappa"),
        cell="cohen_kappa",
    ),
    decimal(
        "relative_time",
        "Median over questions of the active time over the question's median; empty = not timed.",
        lambda row: row.relative_time,
        heading="Relative time",
        sort="time",
        cell="relative_time",
    ),
    position_bias_column(lambda row: row.bias, heading="Chose first shown", sort="bias"),
    ReportColumn(
        lambda row: row.run,
        (
            Column("longest_run", NUMBER, "Most choices of one side in a row.", attrgetter("longest")),
            Column("run_p", DECIMAL, "Chance of such a run without a habit.", attrgetter("p_value")),
        ),
        heading="Same side in a row",
        sort="run",
        order=attrgetter("longest"),
        cell="longest_run",
    ),
    ReportColumn(
        lambda row: row.signals,
        (
            Column("pasted_characters", NUMBER, "Characters pasted into justifications.", attrgetter("pasted")),
            Column("checks_missed", NUMBER, "Attention checks answered wrongly.", attrgetter("checks_missed")),
            Column("checks", NUMBER, "Attention checks met.", attrgetter("checks")),
            Column(
                "repeated_justifications",
                NUMBER,
                "Justifications beyond the first of the same words.",
                attrgetter("repeated"),
            ),
        ),
        heading="Pasted",
        sort="pasted",
        order=attrgetter("pasted"),
        cell="pasted",
    ),
    whole_number(
        "justifications_like_others",
        "Justifications in nearly the words of another rater of the question; empty where too many to compare.",
        lambda row: row.signals.like_others if row.words_compared else None,
    ),
)


@dataclass(frozen=True, eq=False)
class Raters:
    """Everybody whose answers count, in the order the reader asked for."""

    rows: tuple[RaterRow, ...]
    sort: str

    @cached_property
    def flagged(self) -> int:
        return sum(bool(row.flags) for row in self.rows)

    @property
    def words_compared(self) -> bool:
        """Whether reasons were compared between raters; with very many of them they are not."""
        return all(row.words_compared for row in self.rows)

    @property
    def expected_by_chance(self) -> float:
        """How many raters a fair coin would have flagged for a side, at most."""
        return RARE * len(self.rows)

    def table(self) -> Table:
        return file_table(COLUMNS, self.rows)


def raters_of(results: Results, *, sort: str = "") -> Raters:
    """One row for each person in the matrix; those with the most flags first."""
    sort = sort if sorted_by(COLUMNS, sort) else "-flags"
    return Raters(tuple(in_order(_rows(results), COLUMNS, sort)), sort)


def _rows(results: Results) -> list[RaterRow]:
    matrix = results.matrix
    rater_of = matrix.slot_raters[:, matrix.persona_index]
    ids = np.unique(matrix.slot_raters[matrix.slot_raters >= 0])
    raters = Rater.objects.select_related("assignment").in_bulk(ids.tolist()) if ids.size <= 900 else _all(results)
    signals = signals_of_raters(results)
    speed = relative_speed(signals.seconds, threshold=FAST).ratio
    others = _consensus_of_the_others(results)
    entries = _entries(rater_of, ids)
    return [_row(results, raters[pk], entries[pk], others, speed, signals) for pk in ids.tolist()]


Entries = tuple[np.ndarray, np.ndarray]


def _entries(rater_of: np.ndarray, ids: np.ndarray) -> dict[int, Entries]:
    """The positions of each rater's entries in an array of the shape of ``humans``: rows and items."""
    order = np.argsort(rater_of, axis=None, kind="stable")
    starts = np.searchsorted(rater_of.ravel()[order], ids)
    # The id -1 is nobody's and sorts first, so that each rater's entries end where the next one's begin.
    parts = np.split(order, starts)[1:]
    return {pk: np.unravel_index(part, rater_of.shape) for pk, part in zip(ids.tolist(), parts, strict=True)}


def _all(results: Results) -> dict[int, Rater]:
    return {rater.pk: rater for rater in Rater.objects.filter(study=results.study).select_related("assignment")}


def _consensus_of_the_others(results: Results) -> np.ndarray:
    """For each entry of ``humans`` what the others of the persona chose most; -1 where they have no such choice."""
    entries = held_out(results.humans, categories=results.categories)
    others = np.full(results.humans.shape, MISSING, dtype=np.int8)
    others[entries.rows, entries.items] = entries.references
    return others


def _row(
    results: Results, rater: Rater, own: Entries, others: np.ndarray, speed: np.ndarray, signals: SignalsOfRaters
) -> RaterRow:
    labels, references = results.humans[own], others[own]
    both = (labels != MISSING) & (references != MISSING)
    times = speed[own]
    in_order = np.argsort(signals.position[own], kind="stable")
    sides = results.matrix.human_sides[own]
    assignment = getattr(rater, "assignment", None)
    return RaterRow(
        rater=rater,
        state=assignment.state if assignment else "",
        personas=_personas(results, own),
        answers=int((labels != MISSING).sum()),
        agreement=proportion(int((labels == references)[both].sum()), int(both.sum())),
        table=contingency_table(labels, references, categories=results.categories),
        relative_time=float(np.nanmedian(times)) if not np.isnan(times).all() else float("nan"),
        bias=position_bias(sides),
        run=straight_line(sides[in_order]),
        signals=signals.of[rater.pk],
        words_compared=signals.words_compared,
    )


def _personas(results: Results, own: Entries) -> tuple[str, ...]:
    indices = np.unique(results.matrix.persona_index[own[1]]).tolist()
    return tuple(results.matrix.personas[index].key for index in indices)
