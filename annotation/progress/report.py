"""A study's progress as one object, for the page, its live fragment and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from annotation.models import Study
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

    @property
    def needs_you(self) -> int:
        return sum(concern.total for concern in self.concerns if concern.needs_you)

    @property
    def sentence(self) -> str:
        """ "63 of 80 seats complete, 9 live, 8 free, about 2 h to go; 2 things need you." """
        filling = f"{self.counts.sentence}, {self.time_to_go}" if self.time_to_go else self.counts.sentence
        if not self.needs_you:
            return f"{filling}."
        needs = "1 thing needs" if self.needs_you == 1 else f"{self.needs_you:,} things need"
        return f"{filling}; {needs} you."


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
    )
