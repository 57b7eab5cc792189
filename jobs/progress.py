"""A run's page: its progress, what went wrong, and what one may order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, Sum

from jobs.models import Run, RunEvent, Worker

ERRORS_SHOWN = 20
EVENTS_SHOWN = 50
ORDERS_IN_WORDS = {"pause": "Pause", "resume": "Resume", "cancel": "Cancel", "retry": "Retry what failed"}


@dataclass(frozen=True)
class ErrorGroup:
    """Errors of one kind, with the latest as an example."""

    kind: str
    times: int
    example: str
    was_overcome: bool


@dataclass(frozen=True)
class RunPage:
    run: Run
    sentence: str
    facts: list[tuple[str, str]]
    results: list[tuple[str, str]]
    errors: list[ErrorGroup]
    events: list[RunEvent]
    orders: list[tuple[str, str]]
    has_worker: bool


def run_page(run: Run) -> RunPage:
    return RunPage(
        run=run,
        sentence=sentence_of(run),
        facts=facts_of(run),
        results=[(words_of_name(name), shown(value)) for name, value in run.result.items()],
        errors=errors_of(run),
        events=list(run.events.select_related("by")[:EVENTS_SHOWN]),
        orders=[(order, words) for order, words in ORDERS_IN_WORDS.items() if getattr(run, f"can_{order}")],
        has_worker=has_worker(),
    )


def has_worker() -> bool:
    return Worker.objects.alive().exists()


def sentence_of(run: Run) -> str:
    """Where the run is, in one sentence."""
    if run.state == "running" and run.wanted != "run":
        return "Stopping once the parts in progress have finished."
    if run.state == "waiting":
        return "Waiting for a worker."
    if run.state == "running":
        # One part whose size is not known yet is no measure.
        done = f"{run.done:,} of {run.total:,} done" if run.total > 1 else "Working"
        return f"{done}, {duration(run.time_left)} left." if run.time_left else f"{done}."
    if run.state == "failed":
        return "Failed."
    took = run.seconds_taken()
    return f"{run.get_state_display()}, {duration(timedelta(seconds=took))} after it started." if took else "Paused."


def facts_of(run: Run) -> list[tuple[str, str]]:
    facts = [("Done", f"{run.done:,} of {run.total:,}"), ("Failed", f"{run.failed:,}")] if run.total > 1 else []
    if run.rate and not run.has_ended:
        facts.append(("Rate", f"{run.rate:.1f} a second over the last minute"))
    return facts + run.facts


def errors_of(run: Run) -> list[ErrorGroup]:
    groups = run.errors.order_by().values("kind", "was_retried").annotate(times=Sum("count"), last=Max("pk"))
    groups = groups.order_by("was_retried", "-times")[:ERRORS_SHOWN]
    examples = dict(run.errors.filter(pk__in=[row["last"] for row in groups]).values_list("pk", "example"))
    return [ErrorGroup(row["kind"], row["times"], examples[row["last"]], row["was_retried"]) for row in groups]


def duration(length: timedelta) -> str:
    """About how long, as one would say it.

    >>> duration(timedelta(seconds=200))
    'about 3 minutes'
    """
    seconds = length.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"about {round(seconds / size)} {unit}s"
    return f"about {max(1, round(seconds))} second{'' if round(seconds) <= 1 else 's'}"


def words_of_name(name: str) -> str:
    return name.replace("_", " ").capitalize()


def shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
