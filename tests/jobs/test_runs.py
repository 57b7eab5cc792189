"""Runs from the order to the result, without an engine."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.kinds import ItemErrors, Outcome, Superseded, UnknownKind
from jobs.models import Chunk, ChunkState, Phase, Run, RunState, Wanted
from jobs.services.chunks import MOST_DEATHS, Ticket, claim, complete, fail, run_ticket, take_away
from jobs.services.inline import perform
from jobs.services.planner import advance, begin, count
from jobs.services.runs import OrderRefused, cancel_run, pause_run, resume_run, retry_run, start_run
from tests.jobs import ledger
from tests.jobs.ledger import written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ledger_table")]
SMALL = {"chunks": 3, "size": 2}


class SlowEngine:
    """Notes what it is given and does nothing."""

    def __init__(self):
        self.tickets, self.lost, self.strangers = [], [], []

    def enqueue(self, ticket, queue):
        self.tickets.append(ticket)

    def abandoned(self):
        return self.lost

    def unknown(self, tickets):
        return [ticket for ticket in tickets if ticket in self.strangers]


@pytest.fixture
def engine():
    return SlowEngine()


def fresh(run):
    return Run.objects.get(pk=run.pk)


def planned(engine, **parameters):
    """A run whose chunks are queued."""
    run = start_run("test-ledger", parameters=SMALL | parameters)
    advance(run, engine)
    run_ticket(engine.tickets.pop())
    advance(fresh(run), engine)
    return fresh(run)


def to_the_end(run):
    """Without the engine that has the queued chunks."""
    run.chunks.filter(state=ChunkState.QUEUED).update(state=ChunkState.WAITING)
    return perform(fresh(run))


# --- The whole way ---------------------------------------------------------------------------------
def test_run_is_planned_done_and_finished(ledger_table):
    run = start_run("test-ledger", parameters=SMALL)
    assert (run.state, run.done, run.total, run.failed) == (RunState.DONE, 6, 6, 0)
    assert run.result == {"items": 6}
    assert written(run) == [(chunk, item) for chunk in range(3) for item in range(2)]
    assert [event.what for event in run.events.all()] == ["started", "done"]


def test_run_whose_chunk_always_fails_says_why():
    run = start_run("test-ledger", parameters=SMALL | {"fails": [1]})
    assert (run.state, run.done, run.failed) == (RunState.FAILED, 4, 2)
    assert run.reason == "2 of 6 failed. ValueError: Item 0 cannot be done."
    assert run.errors.count() == 3
    assert not run.chunks.get(phase=Phase.FINISH).attempt, "nothing was finished that failed"


def test_run_that_is_refused_is_not_tried_again():
    run = start_run("test-refusing")
    assert (run.state, run.reason, run.errors.count()) == (RunState.FAILED, "There is nothing to do.", 1)


def test_retry_does_only_what_failed():
    run = start_run("test-ledger", parameters=SMALL | {"fails": [1]})
    Run.objects.filter(pk=run.pk).update(parameters=SMALL)
    retry_run(run=run)
    assert (fresh(run).state, fresh(run).failed, fresh(run).result) == (RunState.DONE, 0, {"items": 6})
    assert len(written(run)) == len(set(written(run))) == 6


def test_start_run_of_an_unknown_kind_is_refused():
    with pytest.raises(UnknownKind, match="knows no runs of the kind"):
        start_run("no-such-kind")


def test_run_of_a_kind_that_a_later_version_dropped_says_so():
    run = start_run("test-refusing", key="")
    Run.objects.filter(pk=run.pk).update(kind="dropped", state=RunState.WAITING, finished_at=None, reason="")
    Chunk.objects.filter(run=run).update(state=ChunkState.WAITING)
    assert "knows no runs of the kind 'dropped'" in perform(fresh(run)).reason


@pytest.mark.usefixtures("in_background")
class TestInBackground:
    def test_the_same_key_is_one_run_until_it_ends(self):
        first = start_run("test-ledger", parameters=SMALL, key="a")
        assert start_run("test-ledger", parameters=SMALL, key="a") == first
        assert start_run("test-ledger", parameters=SMALL, key="b") != first
        perform(first)
        assert start_run("test-ledger", parameters=SMALL, key="a") != first

    def test_runs_of_a_lane_run_one_after_another(self, engine):
        first, second = start_run("test-refusing"), start_run("test-refusing")
        advance(first, engine)
        advance(second, engine)
        assert [fresh(run).state for run in (first, second)] == [RunState.RUNNING, RunState.WAITING]
        assert not begin(second)
        to_the_end(first)
        advance(fresh(second), engine)
        assert fresh(second).state == RunState.RUNNING

    def test_pause_takes_back_what_is_queued_and_resume_goes_on(self, engine):
        run = planned(engine)
        pause_run(run=run)
        advance(fresh(run), engine)
        assert fresh(run).state == RunState.PAUSED
        # The engine still carries the tickets; whoever gets one finds that it is over.
        for ticket in engine.tickets:
            run_ticket(ticket)
        assert written(run) == []
        resume_run(run=run)
        assert to_the_end(run).state == RunState.DONE

    def test_pause_interrupts_a_chunk_in_the_middle(self, engine, monkeypatch):
        run = planned(engine)
        monkeypatch.setattr(ledger, "work_on", lambda item, seconds: pause_run(run=run))
        run_ticket(engine.tickets[0])
        assert written(run) == [(0, 0)]
        advance(fresh(run), engine)
        assert fresh(run).state == RunState.PAUSED
        resume_run(run=run)
        monkeypatch.undo()
        assert to_the_end(run).done == 6
        assert len(written(run)) == 6, "the chunk went on where it was"

    def test_cancel_ends_the_run_and_keeps_what_is_done(self, engine):
        run = planned(engine)
        run_ticket(engine.tickets[0])
        cancel_run(run=run)
        advance(fresh(run), engine)
        assert (fresh(run).state, fresh(run).done) == (RunState.CANCELLED, 2)
        with pytest.raises(OrderRefused, match="cancelled; it cannot be paused"):
            pause_run(run=run)

    def test_chunk_of_a_dead_worker_is_done_by_another_one_and_the_dead_one_writes_nothing(self, engine):
        run = planned(engine)
        zombie = claim(engine.tickets[0], None)
        take_away(engine.tickets[0])
        assert to_the_end(run).state == RunState.DONE
        with pytest.raises(Superseded), zombie.writing(done=1):
            raise AssertionError("not reached")
        complete(zombie, None)
        fail(zombie, ValueError("late"), for_good=True)
        assert fresh(run).state == RunState.DONE
        assert run.errors.count() == 0
        assert len(written(run)) == 6

    def test_chunk_that_kills_its_workers_is_given_up(self, engine):
        run = planned(engine)
        chunk = Chunk.objects.get(pk=engine.tickets[0].chunk_id)
        for attempt in range(1, MOST_DEATHS + 1):
            Chunk.objects.filter(pk=chunk.pk).update(state=ChunkState.QUEUED, attempt=attempt)
            claim(Ticket(chunk.pk, attempt), None)
            take_away(Ticket(chunk.pk, attempt))
        assert to_the_end(run).reason == f"2 of 6 failed. {MOST_DEATHS} workers died while working on this part."

    def test_planning_twice_queues_each_chunk_once(self, engine):
        run = planned(engine)
        advance(fresh(run), engine)
        advance(run, engine)
        assert len(engine.tickets) == len(set(engine.tickets)) == 3

    def test_counts_are_right_in_the_middle(self, engine):
        run = planned(engine)
        run_ticket(engine.tickets[0])
        claim(engine.tickets[1], None)
        counts = count(run)
        assert (counts.total, counts.done, counts.failed, counts.phase) == (6, 2, 0, Phase.WORK)


def test_outcome_of_a_chunk_keeps_errors_of_items(engine, in_background):
    run = planned(engine)
    chunk = claim(engine.tickets[0], None)
    errors = (ItemErrors("timeout", "no answer within 60 s"),)
    complete(chunk, Outcome(done=1, failed=1, errors=errors, result={"tokens": 7}))
    assert (fresh(run).result, run.errors.get().example) == ({"tokens": 7}, "no answer within 60 s")
    ended = to_the_end(run)
    assert (ended.state, ended.failed) == (RunState.FAILED, 1)
    assert ended.reason == "1 of 6 failed. timeout: no answer within 60 s"


# --- Constraints -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("run_state_is_known", {"state": "asleep"}),
        ("run_wanted_is_known", {"wanted": "perhaps"}),
        ("run_has_finished_when_it_ended", {"state": RunState.DONE}),
        ("run_has_finished_when_it_ended", {"finished_at": timezone.now()}),
        ("failed_run_says_why", {"state": RunState.FAILED, "finished_at": timezone.now()}),
    ],
)
def test_run_constraint(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Run.objects.create(kind="test-ledger", **fields)


@pytest.mark.parametrize("fields", [{"key": "a"}, {"lane": "b", "state": RunState.RUNNING}])
def test_run_constraint_of_two(fields):
    Run.objects.create(kind="test-ledger", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(kind="test-ledger", **fields)


@pytest.mark.parametrize("fields", [{"state": "asleep"}, {"done": 2}, {"done": 1, "failed": 1}, {"number": 7}])
def test_chunk_constraint(fields):
    run = Run.objects.create(kind="test-ledger", wanted=Wanted.PAUSE)
    Chunk.objects.create(run=run, number=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        Chunk.objects.create(run=run, **{"number": 1, **fields})
