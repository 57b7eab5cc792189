"""The alarm at the top of a study's page: more people arrive than can be true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q, Sum

from annotation.models import ArrivalCount, Study
from annotation.services.arrivals import (
    ADDRESS_WINDOW,
    EVERYWHERE,
    burst_threshold,
    limit_per_address,
    limit_per_minute,
    start_of,
)


@dataclass(frozen=True)
class Burst:
    """The new people since ``since``, at most 20 minutes ago."""

    since: datetime
    arrivals: int
    busiest_minute: int
    threshold: int
    asked_to_wait: int
    seated: int
    consented: int


def burst_of(study: Study, *, now: datetime) -> Burst | None:
    """What to warn of; None where arrivals are plausible and nobody was asked to wait."""
    since = start_of(ADDRESS_WINDOW, now - ADDRESS_WINDOW)
    counts = _counts(study, since)
    threshold = burst_threshold(study)
    waited = (counts["over_per_address"] or 0) + (counts["over_per_minute"] or 0)
    if (counts["busiest"] or 0) <= threshold and not waited:
        return None
    seats = study.assignments.of_participants().filter(arrived_at__gte=since)
    taken = seats.aggregate(seated=Count("pk"), consented=Count("consented_at"))
    return Burst(since, counts["total"] or 0, counts["busiest"] or 0, threshold, waited, **taken)


def _counts(study: Study, since: datetime) -> dict[str, int | None]:
    everywhere = Q(address=EVERYWHERE)
    per_address, per_minute = limit_per_address(study) or 2**31, limit_per_minute(study) or 2**31
    return ArrivalCount.objects.filter(study=study, since__gte=since).aggregate(
        total=Sum("arrivals", filter=everywhere),
        busiest=Max("arrivals", filter=everywhere),
        over_per_minute=Sum(F("arrivals") - per_minute, filter=everywhere & Q(arrivals__gt=per_minute)),
        over_per_address=Sum(F("arrivals") - per_address, filter=~everywhere & Q(arrivals__gt=per_address)),
    )
