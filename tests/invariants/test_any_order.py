"""The invariants of a study in any order of events, and the proof that a break of one would be noticed.

``STUDY_EXAMPLES=500 script/test tests/invariants`` explores further, in another order each time.
"""

from __future__ import annotations

import os

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from annotation.forms.participant import CheckForm
from annotation.models import Annotation, AssignmentEvent
from annotation.services import ledger, participation, seating
from tests.invariants.machine import StudyMachine
from tests.invariants.model import Stored, Text, Way, after_save, may_replace

pytestmark = pytest.mark.django_db
EXPLORES = "STUDY_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("STUDY_EXAMPLES", 20))
STEPS = 30


def run(examples: int) -> None:
    run_state_machine_as_test(
        StudyMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not EXPLORES,
            database=None,
            # A failing run is short enough to read, and shrinking it takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_study_in_any_order_of_events_keeps_every_invariant(settings):
    settings.ARRIVALS_PER_ADDRESS = settings.ARRIVALS_PER_MINUTE = 0
    run(EXAMPLES)


def test_model_takes_a_page_for_stale_though_the_text_it_showed_is_back():
    """Changed by another window and changed back: the page has seen neither."""
    first, other = Text("A", "because she would"), Text("B", "for quite another reason")
    stored = after_save(Stored(), first, Way.BUTTON)
    seen = stored.newest_version
    assert may_replace(stored, other, seen, None)
    stored = after_save(after_save(stored, other, Way.AUTOSAVE), first, Way.AUTOSAVE)
    assert stored.answer == first
    assert not may_replace(stored, other, seen, None)


# --- Negative controls: with a part of the site broken on purpose, the machine must object -------------------
def full_is_said_too_early(patch):
    patch.setattr(seating, "take_free_seat", lambda study, now: None)


def stale_windows_overwrite(patch):
    patch.setattr(participation, "_refuse_unseen", lambda *_: None)


def saved_edits_are_no_answers(patch):
    patch.setattr(participation, "is_valid_answer", lambda *_: False)


def sent_answers_leave_no_revision(patch):
    replace = participation._replace_answer
    patch.setattr(participation, "_replace_answer", lambda *a, **k: replace(*a, **{**k, "keep_revision": False}))


def a_crash_leaves_half_a_request(patch):
    patch.setattr(participation, "record_annotation", participation.record_annotation.__wrapped__)


def moves_leave_no_audit_row(patch):
    insert = ledger.insert
    patch.setattr(ledger, "insert", lambda row: None if isinstance(row, AssignmentEvent) else insert(row))


def repeated_attempts_count_twice(patch):
    patch.setattr(CheckForm, "attempts_shown", None)


def exclusion_deletes_answers(patch):
    exclude = ledger.exclude

    def exclude_and_delete(assignment, **options):
        exclude(assignment, **options)
        Annotation.objects.filter(rater=assignment.rater_id).delete()

    patch.setattr(ledger, "exclude", exclude_and_delete)


def actions_ignore_what_was_seen(patch):
    patch.setattr(ledger, "locked_as_seen", lambda assignment, seen: ledger.locked(assignment))


def the_end_comes_before_the_answers(patch):
    patch.setattr(participation, "current_step", lambda progress: participation.Step.REVIEW)
    patch.setattr("annotation.views.participant.current_step", lambda progress: participation.Step.REVIEW)


def late_finishers_lose_their_place(patch):
    patch.setattr(ledger, "seat_is_free", lambda seat: False)


BREAKS = [
    full_is_said_too_early,
    stale_windows_overwrite,
    saved_edits_are_no_answers,
    sent_answers_leave_no_revision,
    a_crash_leaves_half_a_request,
    moves_leave_no_audit_row,
    repeated_attempts_count_twice,
    exclusion_deletes_answers,
    actions_ignore_what_was_seen,
    the_end_comes_before_the_answers,
    late_finishers_lose_their_place,
]


# Whether the machine sees a break is mostly no matter of the database; these two depend on its rollback and its times.
ON_BOTH = {a_crash_leaves_half_a_request, stale_windows_overwrite}


@pytest.mark.parametrize("break_site", BREAKS)
def test_broken_site_is_noticed(break_site, monkeypatch, settings):
    if connection.vendor != "sqlite" and break_site not in ON_BOTH:
        pytest.skip("seen on SQLite")
    settings.ARRIVALS_PER_ADDRESS = settings.ARRIVALS_PER_MINUTE = 0
    break_site(monkeypatch)
    with pytest.raises((AssertionError, AttributeError, KeyError, IndexError)):
        run(100)
