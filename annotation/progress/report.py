"""A study's progress as one object, for the page, its live fragment and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from annotation.models import Study
from annotation.progress.attention import ANY, needing, participants
from annotation.progress.burst import Burst, burst_of
from annotation.progress.concerns import Concern, concerns
from annotation.progress.counts import SeatCounts
from annotation.progress.grid import SeatGrid, seat_grid
from annotation.progress.pace import time_to_go


@dataclass(frozen=True)
class StudyProgress:
    counts: SeatCounts
    grid: SeatGrid
    concerns: list[Concern]
    at: datetime
    time_to_go: str = ""
    burst: Burst | None = None
    needs_you: int = 0
    """Raters that the list shows under "Needs review"; one may be there for two reasons."""

    @property
    def sentence(self) -> str:
        """ "63 of 80 seats complete, 9 live, 8 free, about 2 h to go; 2 things need you." """
        filling = f"{self.counts.sentence}, {self.time_to_go}" if self.time_to_go else self.counts.sentence
        if not self.needs_you:
            return f"{filling}."
        return f"{filling}; {self.needs_in_words}."

    @property
    def needs_in_words(self) -> str:
        return "1 rater needs you" if self.needs_you == 1 else f"{self.needs_you:,} raters need you"


def study_progress(study: Study, *, page: object = 1) -> StudyProgress:
    now = timezone.now()
    counts = SeatCounts.of(Study.objects.with_progress().get(pk=study.pk))
    return StudyProgress(
        counts,
        seat_grid(study, page=page, now=now),
        concerns(study, now=now),
        now,
        time_to_go(study, counts, now=now),
        burst_of(study, now=now),
        needing(participants(study), ANY, now).count(),
    )
