"""People as raters: agreement with the others of their persona, speed, habits. Flags advise; nobody is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isnan

import numpy as np

from analysis.reports.conduct import Conduct, ConductOf, conduct_of
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.wording import count, percent
from analysis.results import Results
from analysis.stats.agreement import CohenKappa, cohen_kappa_of_table
from analysis.stats.bias import PositionBias, StraightLine, position_bias, relative_speed, straight_line
from analysis.stats.ceiling import held_out
from analysis.stats.coefficients import Proportion, proportion
from analysis.stats.labels import MISSING, contingency_table
from annotation.exporting.tables import name_of
from annotation.models import Rater
from annotation.progress.concerns import LONG_PASTE

RARE = 0.01
"""A habit is flagged where tossing a coin would show it in fewer than one rater of a hundred."""
FAST = 1 / 3
COLUMNS = (
    "rater",
    "simulated",
    "state",
    "persona_id",
    "answers",
    "n",
    "agreement",
    "agreement_low",
    "agreement_high",
    "kappa",
    "kappa_undefined",
    "relative_time",
    "share_shown_first",
    "position_bias_p",
    "longest_run",
    "run_p",
    "pasted_characters",
    "checks_missed",
    "checks",
    "repeated_justifications",
    "justifications_like_others",
    "flags",
)


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
    conduct: Conduct
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
        """What a researcher may want to look at, in words."""
        return tuple(words(self) for holds, words in FLAGS if holds(self))

    def plain(self) -> dict[str, Value]:
        share, conduct = self.agreement, self.conduct
        values = (
            self.name,
            self.rater.is_rehearsal,
            self.state,
            " ".join(self.personas),
            self.answers,
            share.n,
            share.value,
            share.interval.low,
            share.interval.high,
            self.kappa.kappa,
            self.kappa.undefined.value if self.kappa.undefined else "",
            self.relative_time,
            self.bias.first_share.value,
            self.bias.p_value,
            self.run.longest,
            self.run.p_value,
            conduct.pasted,
            conduct.checks_missed,
            conduct.checks,
            conduct.repeated,
            conduct.like_others if self.words_compared else None,
            "; ".join(self.flags),
        )
        return dict(zip(COLUMNS, values, strict=True))


def _is_biased(row: RaterRow) -> bool:
    return row.bias.p_value < RARE


FLAGS: tuple[tuple[Callable[[RaterRow], bool], Callable[[RaterRow], str]], ...] = (
    (lambda row: row.conduct.checks_missed > 0, lambda row: f"missed {row.conduct.checks_missed} of the checks"),
    (lambda row: row.relative_time < FAST, lambda row: f"{percent(row.relative_time)} of the usual time"),
    (_is_biased, lambda row: f"chose the first shown {percent(row.bias.first_share.value)} of the time"),
    (
        lambda row: row.run.p_value < RARE and not _is_biased(row),
        lambda row: f"the same side {row.run.longest} times in a row",
    ),
    (lambda row: row.conduct.longest_paste >= LONG_PASTE, lambda row: f"pasted {row.conduct.pasted:,} characters"),
    (lambda row: row.conduct.repeated > 0, lambda row: f"{row.conduct.repeated} justifications repeated word for word"),
    (
        lambda row: row.conduct.like_others > 0,
        lambda row: f"{count(row.conduct.like_others, 'justification')} nearly in another rater's words",
    ),
    (lambda row: row.agreement.interval.high < 0.5, lambda row: "agrees less than a coin would"),
)

SORTS: dict[str, Callable[[RaterRow], float | str]] = {
    "name": lambda row: row.name.casefold(),
    "persona": lambda row: row.personas[0] if row.personas else "",
    "agreement": lambda row: row.agreement.value,
    "kappa": lambda row: row.kappa.kappa,
    "time": lambda row: row.relative_time,
    "bias": lambda row: row.bias.first_share.value,
    "run": lambda row: row.run.longest,
    "pasted": lambda row: row.conduct.pasted,
    "flags": lambda row: len(row.flags),
}


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
        return table_of((row.plain() for row in self.rows), names=COLUMNS)


def raters_of(results: Results, *, sort: str = "") -> Raters:
    """One row for each person in the matrix; those with the most flags first."""
    sort = sort if sort.removeprefix("-") in SORTS else "-flags"
    value, downwards = SORTS[sort.removeprefix("-")], sort.startswith("-")
    rows = _rows(results)
    known = [row for row in rows if value(row) == value(row)]
    unknown = [row for row in rows if value(row) != value(row)]
    return Raters((*sorted(known, key=value, reverse=downwards), *unknown), sort)  # type: ignore[arg-type]


def _rows(results: Results) -> list[RaterRow]:
    matrix = results.matrix
    rater_of = matrix.slot_raters[:, matrix.persona_index]
    ids = np.unique(matrix.slot_raters[matrix.slot_raters >= 0])
    raters = Rater.objects.select_related("assignment").in_bulk(ids.tolist()) if ids.size <= 900 else _all(results)
    conduct = conduct_of(results)
    speed = relative_speed(conduct.seconds, threshold=FAST).ratio
    others = _consensus_of_the_others(results)
    entries = _entries(rater_of, ids)
    return [_row(results, raters[pk], entries[pk], others, speed, conduct) for pk in ids.tolist()]


Entries = tuple[np.ndarray, np.ndarray]


def _entries(rater_of: np.ndarray, ids: np.ndarray) -> dict[int, Entries]:
    """Where each rater's entries stand in an array of the shape of ``humans``: rows and items."""
    order = np.argsort(rater_of, axis=None, kind="stable")
    starts = np.searchsorted(rater_of.ravel()[order], ids)
    # Nobody has the id -1 and stands first, so that each rater's entries end where the next one's begin.
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
    results: Results, rater: Rater, own: Entries, others: np.ndarray, speed: np.ndarray, conduct: ConductOf
) -> RaterRow:
    labels, references = results.humans[own], others[own]
    both = (labels != MISSING) & (references != MISSING)
    times = speed[own]
    in_order = np.argsort(conduct.position[own], kind="stable")
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
        conduct=conduct.of[rater.pk],
        words_compared=conduct.words_compared,
    )


def _personas(results: Results, own: Entries) -> tuple[str, ...]:
    indices = np.unique(results.matrix.persona_index[own[1]]).tolist()
    return tuple(results.matrix.personas[index].key for index in indices)
