"""Answers: stored once, revised with their history, closed at the end (docs/invariants.md, 4-8)."""

import pytest
from django.utils import timezone

from annotation.models import Annotation, AnnotationRevision, Response
from annotation.services import ledger, participation
from annotation.telemetry import Telemetry
from tests.factories import (
    REASON,
    answer,
    answer_all,
    arrive,
    finish,
    finished,
    make_study,
    run_out_of_time,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    return walk_to_questions(arrive(make_study(personas=1, questions=2, raters=1)))


def test_record_annotation_stores_the_response_behind_the_side(ready):
    screen = ready.screens.get(position=1)
    recorded = participation.record_annotation(
        assignment=ready,
        position=1,
        side="B",
        justification=REASON,
        telemetry=Telemetry(visible_ms=900, first_choice="A"),
    )
    annotation = recorded.annotation
    assert annotation.choice != screen.shown_first
    assert (annotation.shown_first, annotation.first_choice) == (screen.shown_first, screen.shown_first)
    assert (annotation.justification, annotation.visible_ms, annotation.version) == (REASON, 900, 1)
    assert recorded.progress.next_position == 2


def test_record_annotation_twice_keeps_one_row(ready):
    answer(ready, 1)
    answer(ready, 1)
    assert Annotation.objects.count() == 1
    assert not AnnotationRevision.objects.exists()


def test_record_annotation_with_another_text_keeps_the_earlier_as_a_revision(ready):
    answer(ready, 1, Response.REVISED, "First thought.")
    answer(ready, 1, Response.ALTERNATIVE, "Second thought.")
    current, earlier = Annotation.objects.get(), AnnotationRevision.objects.get()
    assert (earlier.version, earlier.choice, earlier.justification) == (1, "revised", "First thought.")
    assert (current.version, current.choice, current.justification) == (2, "alternative", "Second thought.")
    assert (current.first_choice, current.choice_changes) == ("revised", 1)
    assert earlier.saved_at < current.saved_at


def test_record_annotation_ahead_of_the_next_question_is_refused(ready):
    with pytest.raises(participation.OutOfStep):
        participation.record_annotation(assignment=ready, position=2, side="A", justification=REASON)
    assert not Annotation.objects.exists()


def test_record_annotation_before_consent_is_refused():
    with pytest.raises(participation.OutOfStep):
        participation.record_annotation(assignment=arrive(make_study()), position=1, side="A", justification=REASON)


def test_record_annotation_after_the_end_is_refused_and_changes_nothing(ready):
    finish(answer_all(ready))
    with pytest.raises(participation.AlreadyFinished):
        participation.record_annotation(assignment=ready, position=1, side="A", justification="Something new.")
    assert not AnnotationRevision.objects.exists()


def test_record_annotation_of_a_released_assignment_is_stored_and_takes_the_seat_back(ready):
    run_out_of_time(ready)
    answer(ready, 1)
    ready.refresh_from_db()
    assert ready.state == "live"


def save_draft(assignment, text, *, side="A", may_replace=False, **seen):
    typed = participation.Typed(side=side, justification=text, telemetry=Telemetry(), **seen)
    return participation.save_draft(assignment=assignment, position=1, typed=typed, may_replace=may_replace)


def test_save_draft_is_no_answer(ready):
    save_draft(ready, "Half a")
    screen = ready.screens.get(position=1)
    assert (screen.draft_justification, screen.draft_choice) == ("Half a", screen.shown_first)
    assert not Annotation.objects.exists()


def test_save_draft_of_a_page_that_has_not_seen_the_newer_one_changes_nothing(ready):
    first = save_draft(ready, "At the desk")
    newer = save_draft(ready, "On the phone", based_on=first)
    for seen in (None, first):
        with pytest.raises(participation.UnseenText) as refused:
            save_draft(ready, "At the desk, later", based_on=seen)
        assert (refused.value.side, refused.value.justification) == ("A", "On the phone")
        assert (refused.value.saved_at, refused.value.is_answer) == (newer, False)
    assert ready.screens.get(position=1).draft_justification == "On the phone"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("At the desk, continued", {}),
        ("Another", {"may_replace": True}),
        ("Another", {"instead_of": "At the desk"}),
    ],
    ids=["continues it", "pressed the button", "its own save without a reply"],
)
def test_save_draft_replaces_an_unseen_one_where_nothing_is_lost_or_it_was_asked_for(ready, text, options):
    save_draft(ready, "At the desk")
    save_draft(ready, text, **options)
    assert ready.screens.get(position=1).draft_justification == text


def test_save_draft_that_continues_an_unseen_text_does_not_undo_its_choice(ready):
    save_draft(ready, "", side="B")
    with pytest.raises(participation.UnseenText):
        save_draft(ready, "Because", side="A")


def test_save_draft_after_the_end_is_refused(ready):
    finish(answer_all(ready))
    with pytest.raises(participation.OutOfStep):
        save_draft(ready, "Late", side="")


# --- Edits of an answered question: what is called saved counts ---------------------------------------
EDIT = "On second thought she would rather keep the evening for her family, as she has promised them."


@pytest.fixture
def answered(ready):
    """Both questions are answered; the first answer was saved at ``answered.first_saved``."""
    answer_all(ready)
    ready.first_saved = Annotation.objects.get(question=ready.screens.get(position=1).question).saved_at
    return ready


def stored(assignment) -> Annotation:
    return Annotation.objects.get(question=assignment.screens.get(position=1).question)


def test_save_draft_of_an_answered_question_is_the_answer_when_it_is_valid(answered):
    saved_at = save_draft(answered, f"{EDIT} ", side="B", based_on=answered.first_saved)
    assert (stored(answered).justification, stored(answered).saved_at) == (EDIT, saved_at)
    assert AnnotationRevision.objects.get().saved_at == answered.first_saved
    assert answered.screens.get(position=1).draft_justification == f"{EDIT} ", "the form shows it to the character"
    finish(answered)
    assert answered.state == "complete"


def test_save_draft_again_replaces_what_the_last_one_stored_without_another_revision(answered):
    saved_at = save_draft(answered, EDIT, based_on=answered.first_saved)
    save_draft(answered, f"{EDIT} Every week.", based_on=saved_at)
    answer(answered, 1, Response.REVISED, f"{EDIT} Every single week.")
    assert stored(answered).justification == f"{EDIT} Every single week."
    assert (AnnotationRevision.objects.get().saved_at, stored(answered).version) == (answered.first_saved, 2)
    answer(answered, 1, Response.REVISED, REASON * 2)
    assert stored(answered).version == 3, "what was sent is kept"


def test_save_draft_of_the_very_answer_that_was_sent_leaves_it_one_that_was_sent(answered):
    sent = stored(answered)
    saved_at = save_draft(answered, sent.justification, side=side_of_answer(answered), based_on=sent.saved_at)
    assert saved_at == sent.saved_at
    save_draft(answered, REASON + " And for her sister.", side=side_of_answer(answered), based_on=saved_at)
    assert AnnotationRevision.objects.get().justification == sent.justification


def side_of_answer(assignment) -> str:
    return participation.side_of(assignment.screens.get(position=1), stored(assignment).choice)


@pytest.mark.parametrize(("side", "text"), [("A", "Too short"), ("", EDIT)], ids=["reason", "choice"])
def test_finish_waits_for_an_edit_that_is_not_valid(answered, side, text):
    before = stored(answered).justification
    save_draft(answered, text, side=side, based_on=answered.first_saved)
    with pytest.raises(participation.UnsentChanges) as refused:
        finish(answered)
    assert refused.value.positions == {1}
    assert stored(answered).justification == before
    answer(answered, 1, Response.REVISED, EDIT)
    finish(answered)
    assert (answered.state, stored(answered).justification) == ("complete", EDIT)


def test_discard_draft_keeps_the_stored_answer(answered):
    before = stored(answered).justification
    save_draft(answered, "Too short", based_on=answered.first_saved)
    participation.discard_draft(assignment=answered, position=1)
    finish(answered)
    assert (answered.state, stored(answered).justification) == ("complete", before)


def test_discard_draft_of_an_unanswered_question_keeps_what_is_typed(ready):
    save_draft(ready, "Half a")
    participation.discard_draft(assignment=ready, position=1)
    assert ready.screens.get(position=1).draft_justification == "Half a"


@pytest.mark.parametrize("text", [EDIT, "Too short", f"{REASON} And more of it."])
def test_save_draft_of_a_page_that_has_not_seen_the_answer_changes_nothing(ready, text):
    opened = save_draft(ready, "Half a")
    answer(ready, 1, Response.REVISED, REASON)
    for seen in (None, opened):
        with pytest.raises(participation.UnseenText) as refused:
            save_draft(ready, text, based_on=seen)
        assert (refused.value.justification, refused.value.is_answer) == (REASON, True)
    assert (stored(ready).justification, ready.screens.get(position=1).draft_at) == (REASON, None)


def test_finish_completes_the_seat(ready):
    finish(answer_all(ready), comment="Interesting.")
    ready.refresh_from_db()
    assert (ready.state, ready.comment) == ("complete", "Interesting.")
    assert ready.completed_at is not None


def test_finish_twice_keeps_the_first_time(ready):
    finish(answer_all(ready))
    first = ready.completed_at
    finish(ready, comment="Again")
    ready.refresh_from_db()
    assert (ready.completed_at, ready.comment) == (first, "")


def test_finish_with_an_answer_missing_is_refused(ready):
    answer(ready, 1)
    with pytest.raises(participation.OutOfStep):
        finish(ready)
    ready.refresh_from_db()
    assert (ready.state, ready.completed_at) == ("live", None)


def test_finish_late_takes_a_free_seat_back(ready):
    answer_all(ready)
    run_out_of_time(ready)
    finish(ready)
    assert ready.state == "complete"


def test_finish_late_after_the_seat_is_taken_is_surplus_with_every_answer(ready):
    answer_all(ready)
    run_out_of_time(ready)
    other = arrive(ready.study, 2)
    finish(ready)
    assert (ready.state, other.state) == ("surplus", "live")
    assert Annotation.objects.filter(rater=ready.rater).count() == 2
    assert not Annotation.objects.countable().exists()


def test_finish_of_an_excluded_assignment_leaves_it_excluded_with_its_time(ready, django_user_model):
    answer_all(ready)
    ledger.exclude(ready, reason="Test", by=None)
    finish(ready)
    ready.refresh_from_db()
    assert ready.state == "excluded"
    assert ready.completed_at is not None


def test_decline_frees_the_seat_and_can_be_taken_back():
    study = make_study(personas=1, raters=1)
    assignment = arrive(study, 1)
    participation.decline(assignment=assignment)
    assert (assignment.state, study.seats.free().count()) == ("declined", 1)
    assert participation.take_decline_back(assignment=assignment)
    assert (assignment.state, study.seats.free().count()) == ("live", 0)


def test_decline_cannot_be_taken_back_when_the_seat_is_gone():
    study = make_study(personas=1, raters=1)
    assignment = arrive(study, 1)
    participation.decline(assignment=assignment)
    arrive(study, 2)
    assert not participation.take_decline_back(assignment=assignment)
    assert assignment.state == "declined"


def test_decline_after_consent_changes_nothing(ready):
    participation.decline(assignment=ready)
    assert ready.state == "live"


def test_answer_check_wrong_twice_frees_the_seat():
    assignment = arrive(make_study())
    wrong = [(item["right"] + 1) % len(item["options"]) for item in assignment.study.comprehension]
    first = participation.answer_check(assignment=assignment, answers=wrong)
    assert (first.passed, first.attempts_left, first.wrong) == (False, 1, (0, 1))
    second = participation.answer_check(assignment=assignment, answers=wrong)
    assert (second.passed, second.attempts_left, assignment.state) == (False, 0, "screened_out")


def test_answer_check_right_at_the_second_attempt_passes():
    assignment = arrive(make_study())
    right = [item["right"] for item in assignment.study.comprehension]
    participation.answer_check(assignment=assignment, answers=[right[0], right[1] + 1])
    assert participation.answer_check(assignment=assignment, answers=right).passed
    assert assignment.state == "live"


def test_withdraw_frees_the_seat_and_keeps_the_answers(ready):
    answer(ready, 1)
    participation.withdraw(assignment=ready)
    assert (ready.state, Annotation.objects.count(), ready.study.seats.free().count()) == ("released", 1, 1)


def test_countable_leaves_out_live_excluded_surplus_and_attention_checks():
    study = make_study(personas=2, questions=2, checks=1, raters=2)
    counted = finished(study, 1)
    walk_to_questions(arrive(study, 2))
    ledger.exclude(finished(study, 3), reason="Test", by=None)
    rows = Annotation.objects.for_study(study).from_humans().countable()
    assert {row.rater for row in rows} == {counted.rater}
    assert rows.count() == 2


def test_record_annotation_takes_its_time_under_the_lock(ready, monkeypatch):
    """Of two posts to one answer, the one that waited for the row is stored later than the one it waited for."""
    answer(ready, 1, text="The first reason.")
    had_the_lock = []
    lock = ledger.locked
    monkeypatch.setattr(ledger, "locked", lambda assignment: (lock(assignment), had_the_lock.append(timezone.now()))[0])
    changed = answer(ready, 1, text="Another reason.")
    assert changed.saved_at >= had_the_lock[0]
