"""How long a study will take to fill, at the pace of the last hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from annotation.flow import AssignmentState
from annotation.models import Study
from annotation.progress.counts import SeatCounts

PACE_OVER = timedelta(hours=1)
FEWEST = 3
"""Finished raters in that hour below which there is no pace to speak of."""


def time_to_go(study: Study, counts: SeatCounts, *, now: datetime) -> str:
    """ "about 2 h to go", or nothing where nobody could say."""
    finished = study.assignments.filter(state=AssignmentState.COMPLETE, completed_at__gt=now - PACE_OVER).count()
    left = counts.seats - counts.complete
    if finished < FEWEST or not left:
        return ""
    return f"about {in_words(PACE_OVER * left / finished)} to go"


def in_words(duration: timedelta) -> str:
    """A guess deserves no more than one figure: 20 min, 3 h, 2 days."""
    minutes = duration.total_seconds() / 60
    if minutes < 60:
        return f"{max(round(minutes, -1), 10):.0f} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.0f} h"
    return f"{minutes / 60 / 24:.0f} days"
