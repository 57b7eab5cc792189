"""What a study's page lists as needing attention, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from annotation.models import Outcome, Study
from annotation.progress.attention import KINDS, Attention, participants

NAMED_AT_MOST = 8


@dataclass(frozen=True)
class RaterNote:
    rater: str
    words: str


@dataclass(frozen=True)
class Concern:
    """A kind of thing to look at, with the first few raters it is about."""

    heading: str
    advice: str
    notes: list[RaterNote] = field(default_factory=list)
    total: int = 0
    needs_you: bool = True
    kind: str = ""
    """What the raters' list is asked for to show all of them; empty where they are no raters."""

    @property
    def unnamed(self) -> int:
        return self.total - len(self.notes) if self.notes else 0


def concerns(study: Study, *, now: datetime) -> list[Concern]:
    found = [*(_concern(study, attention, now) for attention in KINDS), _turned_away(study)]
    return [concern for concern in found if concern.total]


def _concern(study: Study, attention: Attention, now: datetime) -> Concern:
    rows = attention.unseen(participants(study).select_related("rater", "persona"), now)
    rows = rows.order_by(attention.order, "rater__pseudonym")
    notes = [RaterNote(row.rater.pseudonym, attention.words(row, now)) for row in rows[:NAMED_AT_MOST]]
    kind = str(attention.kind)
    return Concern(attention.heading, attention.advice, notes, rows.count(), attention.needs_you, kind)


def _turned_away(study: Study) -> Concern:
    full, closed = Q(outcome=Outcome.FULL), Q(outcome=Outcome.NOT_OPEN)
    counts = study.turned_away.aggregate(full=Count("pk", filter=full), closed=Count("pk", filter=closed))
    parts = []
    if counts["full"]:
        parts.append(f"{counts['full']:,} because no seat was free")
    if counts["closed"]:
        parts.append(f"{counts['closed']:,} because the study was paused or closed")
    return Concern(
        "Turned away on arrival",
        f"People who came and got no seat: {', '.join(parts)}.",
        total=counts["full"] + counts["closed"],
        needs_you=False,
    )
