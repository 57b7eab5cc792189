"""What people ask of a run: start, pause, resume, cancel, retry. The web process does no more than this."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jobs.kinds import kind_named
from jobs.models import Chunk, ChunkState, Phase, Run, RunError, RunEvent, RunState, Wanted

FAILED = "failed"
"""How the log's line of a failure begins."""
FORGOTTEN = "The reason was removed when a person's data were erased."


class OrderRefused(Exception):
    """The run is in a state where this order makes no sense; the text says so."""


def start_run(kind: str, *, study=None, parameters: dict[str, Any] | None = None, key: str = "", by=None) -> Run:
    """Ask for a piece of work. While one with the same key is unfinished, that one is returned."""
    try:
        with transaction.atomic():
            run = _unfinished(kind, key) or _create(kind, study, parameters or {}, key, by)
    except IntegrityError:
        # Somebody asked for the same at the same moment.
        run = _unfinished(kind, key)
        if run is None:
            raise
    if not settings.RUNS_IN_BACKGROUND and run.state == RunState.WAITING:
        from jobs.services.inline import perform

        perform(run)
    return run


def _unfinished(kind: str, key: str) -> Run | None:
    return Run.objects.unfinished().filter(kind=kind, key=key).first() if key else None


def _create(name: str, study, parameters: dict, key: str, by) -> Run:
    kind = kind_named(name)
    lane = f"{kind.one_at_a_time}:{study.pk if study else ''}" if kind.one_at_a_time else ""
    run = Run.objects.create(kind=name, study=study, parameters=parameters, key=key, lane=lane, started_by=by)
    # Without a plan a run is one chunk.
    chunks = [Chunk(run=run, phase=Phase.PLAN if kind.has_plan else Phase.WORK, number=0)]
    if kind.has_finish:
        chunks.append(Chunk(run=run, phase=Phase.FINISH, number=0))
    Chunk.objects.bulk_create(chunks)
    note(run, "started", by)
    return run


@transaction.atomic
def pause_run(*, run: Run, by=None) -> None:
    locked = _locked(run)
    if not locked.can_pause:
        raise OrderRefused(f"This run is {_state_of(locked)}; it cannot be paused.")
    _want(locked, Wanted.PAUSE, "asked to pause", by)


@transaction.atomic
def resume_run(*, run: Run, by=None) -> None:
    locked = _locked(run)
    if not locked.can_resume:
        raise OrderRefused(f"This run is {_state_of(locked)}; there is nothing to resume.")
    _want(locked, Wanted.RUN, "resumed", by)


@transaction.atomic
def cancel_run(*, run: Run, by=None) -> None:
    locked = _locked(run)
    if not locked.can_cancel:
        raise OrderRefused(f"This run is {_state_of(locked)}; there is nothing to cancel.")
    _want(locked, Wanted.CANCEL, "asked to cancel", by)


@transaction.atomic
def retry_run(*, run: Run, by=None) -> None:
    """Do again what failed or was left undone; what is done stays."""
    locked = _locked(run)
    if not locked.can_retry:
        raise OrderRefused(f"This run is {_state_of(locked)}; there is nothing to retry.")
    again = {"state": ChunkState.WAITING, "errors": 0, "deaths": 0, "failed": 0, "not_before": None}
    locked.chunks.filter(failed__gt=0).update(**again, done=0)
    locked.chunks.filter(state=ChunkState.FAILED).update(**again)
    locked.errors.update(was_retried=True)
    # What finished before it knew of these items finishes again.
    locked.chunks.filter(phase=Phase.FINISH).update(**again)
    fresh = {"state": RunState.WAITING, "wanted": Wanted.RUN, "finished_at": None, "reason": "", "pace": []}
    try:
        with transaction.atomic():
            Run.objects.filter(pk=run.pk).update(**fresh)
    except IntegrityError:
        raise OrderRefused("The same work has been started again since then; see the newer run.") from None
    note(run, "asked to retry what failed", by)
    run.refresh_from_db()
    if not settings.RUNS_IN_BACKGROUND:
        from jobs.services.inline import perform

        perform(run)


def forget_reasons(runs: QuerySet[Run]) -> None:
    """Remove why runs failed, wherever it is kept: an error can quote the data that the work was about."""
    RunError.objects.filter(run__in=runs).update(example="")
    RunEvent.objects.filter(run__in=runs, what__startswith=FAILED).update(what=FAILED)
    runs.filter(state=RunState.FAILED).update(reason=FORGOTTEN)


def note(run: Run, what: str, by=None) -> None:
    RunEvent.objects.create(run=run, what=what[:300], by=by)


def _locked(run: Run) -> Run:
    return Run.objects.select_for_update().get(pk=run.pk)


def _state_of(run: Run) -> str:
    if run.has_ended or run.wanted == Wanted.RUN:
        return run.get_state_display().lower()
    return "to pause already" if run.wanted == Wanted.PAUSE else "to be cancelled already"


def _want(run: Run, wanted: Wanted, what: str, by) -> None:
    Run.objects.filter(pk=run.pk).update(wanted=wanted)
    note(run, what, by)
