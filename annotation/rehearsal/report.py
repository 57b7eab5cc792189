"""What a rehearsal saw, as lines to read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from annotation.models import Study
from annotation.rehearsal.walker import Walk


def rehearsal_report(study: Study, walks: Sequence[Walk], *, seconds: float) -> list[str]:
    requests = sum(len(walk.requests) for walk in walks)
    return [
        f"{len(walks)} simulated raters, {requests} requests in {seconds:.1f} s",
        f"Ends        {_ends(walks)}",
        f"Seats       {seat_counts(study)}",
        f"Told full   {sum(walk.told.count('turned away') for walk in walks)} arrivals",
        f"Codes       shown {sum(len(walk.completion_codes) for walk in walks)} times "
        f"to {sum(bool(walk.completion_codes) for walk in walks)} raters",
        f"Answers     {sum(len(walk.answered) for walk in walks)} acknowledged",
        f"Sent again  {sum(walk.retries for walk in walks)} requests, after a broken connection or a 503",
        *_latencies(walks),
    ]


def _ends(walks: Iterable[Walk]) -> str:
    ends = Counter(walk.end or "stuck" for walk in walks)
    return ", ".join(f"{count} {end}" for end, count in ends.most_common())


def seat_counts(study: Study) -> str:
    counted = Study.objects.with_progress().get(pk=study.pk)
    return (
        f"{counted.seat_count}: {counted.complete_count} complete, {counted.live_count} live, "
        f"{counted.free_count} free; {counted.surplus_count} surplus"
    )


def _latencies(walks: Iterable[Walk]) -> list[str]:
    """p50 and p95 for each kind of request, slowest kinds first."""
    seconds = defaultdict(list)
    for walk in walks:
        for kind, taken in walk.requests:
            seconds[kind].append(taken)
    rows = sorted(seconds.items(), key=lambda item: -percentile(item[1], 50))
    return [
        f"{kind:<18} n {len(taken):>6}   p50 {1000 * percentile(taken, 50):>6.0f} ms   "
        f"p95 {1000 * percentile(taken, 95):>6.0f} ms"
        for kind, taken in rows
    ]


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of a sample that is not empty."""
    ordered = sorted(values)
    rank = max(-(-len(ordered) * percent // 100), 1)
    return ordered[int(rank) - 1]
