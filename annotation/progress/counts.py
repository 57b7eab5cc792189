"""How full a study is, in numbers and in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SeatCounts:
    """Seats of a study by what is in them; ``surplus`` raters finished without one."""

    seats: int
    live: int
    complete: int
    surplus: int = 0

    @classmethod
    def of(cls, study) -> SeatCounts:
        """From a study that came out of ``Study.objects.with_progress()``."""
        return cls(study.seat_count, study.live_count, study.complete_count, study.surplus_count)

    @property
    def free(self) -> int:
        return self.seats - self.live - self.complete

    @property
    def complete_percent(self) -> float:
        return 100 * self.complete / self.seats if self.seats else 0

    @property
    def live_percent(self) -> float:
        return 100 * self.live / self.seats if self.seats else 0

    @property
    def sentence(self) -> str:
        """ "63 of 80 seats complete, 9 live, 8 free" """
        if not self.seats:
            return "No seats yet: opening the study creates them"
        text = f"{self.complete:,} of {self.seats:,} seats complete, {self.live:,} live, {self.free:,} free"
        return f"{text}, {self.surplus:,} surplus" if self.surplus else text
