"""The database has the last word: each constraint is attacked past the services."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from annotation.models import (
    Annotation,
    AnnotationImport,
    AnnotationRevision,
    ArrivalCount,
    Assignment,
    AssignmentEvent,
    CompletionCode,
    Question,
    Rater,
    Screen,
    Seat,
    Study,
    TurnedAway,
)
from tests.factories import answer, arrive, finished, make_model, make_study, run_out_of_time, walk_to_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study(personas=1, questions=2, raters=2)


def broken(constraint):
    return pytest.raises(IntegrityError, match=constraint_pattern(constraint))


def constraint_pattern(constraint: str) -> str:
    # SQLite names a unique constraint by its columns only.
    return f"{constraint}|UNIQUE constraint failed"


def copy_of(row, **changes):
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_seat_refuses_a_second_live_assignment(study):
    first, second = arrive(study, 1), arrive(study, 2)
    with broken("seat_holds_one_live_or_complete"):
        Assignment.objects.filter(pk=second.pk).update(seat=first.seat)


def test_seat_refuses_a_live_beside_a_complete_assignment(study):
    first, second = finished(study, 1), arrive(study, 2)
    with broken("seat_holds_one_live_or_complete"):
        Assignment.objects.filter(pk=second.pk).update(seat=first.seat)


def test_seat_takes_a_live_beside_a_released_assignment(study):
    first, second = run_out_of_time(arrive(study, 1)), arrive(study, 2)
    Assignment.objects.filter(pk=second.pk).update(seat=first.seat)


def test_rater_refuses_a_second_assignment(study):
    assignment = arrive(study)
    with broken("annotation_assignment_rater_id_key"):
        copy_of(assignment, code="another", seat=study.seats.get(number=2)).save()


def test_study_refuses_a_second_rater_with_the_same_prolific_id(study):
    rater = arrive(study).rater
    with broken("rater_once_per_prolific_id"):
        copy_of(rater, pseudonym="R-OTHER").save()


def test_annotation_refuses_a_second_row_for_the_same_question_and_run(study):
    annotation = answer(walk_to_questions(arrive(study)), 1)
    with broken("annotation_once_per_rater_question_run"):
        copy_of(annotation).save()


UPDATES = [
    (Annotation, {"choice": ""}, "annotation_choice_is_known"),
    (Annotation, {"choice": "A"}, "annotation_choice_is_known"),
    (Annotation, {"shown_first": "left"}, "annotation_shown_first_is_known"),
    (Annotation, {"version": 0}, "annotation_version_from_one"),
    (Annotation, {"run": 0}, "annotation_run_from_one"),
    (Annotation, {"probability": 1.1}, "annotation_probability_is_a_share"),
    (Annotation, {"probability_mass": -0.1}, "annotation_probability_mass_is_a_share"),
    (Annotation, {"certainty": 1.1}, "annotation_certainty_is_a_share"),
    (Annotation, {"created_at": datetime(1999, 12, 31, tzinfo=UTC)}, "annotation_created_at_is_plausible"),
    (Annotation, {"created_at": datetime(2100, 1, 1, tzinfo=UTC)}, "annotation_created_at_is_plausible"),
    (AnnotationRevision, {"choice": ""}, "revision_choice_is_known"),
    (Assignment, {"state": "lost"}, "assignment_state_is_known"),
    (Assignment, {"seat": None}, "assignment_has_a_seat_unless_preview"),
    (Assignment, {"state": "complete"}, "assignment_completed_at_fits_its_state"),
    (Assignment, {"completed_at": datetime(2026, 1, 1, tzinfo=UTC)}, "assignment_completed_at_fits_its_state"),
    (AssignmentEvent, {"cause": ""}, "assignment_event_has_a_cause"),
    (AssignmentEvent, {"from_state": "live"}, "assignment_event_is_a_change"),
    (CompletionCode, {"code": ""}, "completion_code_is_not_empty"),
    (CompletionCode, {"code": "Preview"}, "completion_code_is_not_the_previews"),
    (Study, {"bonus_amount": ""}, "study_bonus_has_amount_and_rule"),
    (Study, {"bonus_rule": ""}, "study_bonus_has_amount_and_rule"),
    (Study, {"minutes": 0}, "study_takes_a_minute_or_more"),
    (Study, {"equivalence_margin": 0}, "study_margin_is_a_difference_of_kappa"),
    (Study, {"equivalence_margin": 1.5}, "study_margin_is_a_difference_of_kappa"),
    (Question, {"prompt": ""}, "question_has_its_texts"),
    (Question, {"alternative_kind": "other"}, "question_kind_is_known|question_foil_names_its_persona"),
    (Question, {"alternative_kind": "foil"}, "question_foil_names_its_persona"),
    (Question, {"kind": "other"}, "question_purpose_is_known"),
    (Question, {"kind": "attention"}, "question_has_a_right_answer_if_check"),
    (Question, {"kind": "attention", "right_answer": "A"}, "question_has_a_right_answer_if_check"),
    (Question, {"right_answer": "revised"}, "question_has_a_right_answer_if_check"),
    (Question, {"kind": "practice", "right_answer": "revised"}, "question_has_a_right_answer_if_check"),
    (Question, {"reference_first": ""}, "question_reference_is_known"),
    (Rater, {"kind": "ghost"}, "rater_kind_is_known|rater_has_a_prolific_id_if_participant"),
    (Rater, {"prolific_id": None}, "rater_has_a_prolific_id_if_participant"),
    (Rater, {"kind": "model", "prolific_id": None}, "rater_has_a_name_unless_seated"),
    (Screen, {"shown_first": ""}, "screen_shows_a_response_first"),
    (Screen, {"position": 0}, "screen_position_from_one"),
    (Seat, {"number": 0}, "seat_number_from_one"),
    (Study, {"state": "lost"}, "study_state_is_known"),
    (Study, {"design": "other"}, "study_design_is_known"),
    (Study, {"persona_style": "poem"}, "study_persona_style_is_known"),
    (Study, {"raters_per_persona": 0}, "study_has_a_rater_per_persona"),
    (Study, {"questions_per_rater": 0}, "study_asks_a_question"),
    (Study, {"idle_minutes": 1}, "study_idle_time_is_humane"),
    (Study, {"consent_minutes": 1}, "study_consent_time_is_humane"),
    (Study, {"opened_at": None}, "study_left_draft_by_opening"),
    (Study, {"archived_at": datetime(2026, 1, 1, tzinfo=UTC)}, "study_archived_takes_nobody"),
    (Rater, {"archived_at": datetime(2026, 1, 1, tzinfo=UTC)}, "rater_archived_has_no_seat"),
]


@pytest.mark.parametrize(("model", "values", "constraint"), UPDATES, ids=[f"{m.__name__}-{v}" for m, v, _ in UPDATES])
def test_check_constraint_refuses_an_update_past_the_services(study, model, values, constraint):
    assignment = walk_to_questions(arrive(study))
    answer(assignment, 1, text="First.")
    answer(assignment, 1, text="Second.")
    row = model.objects.order_by("pk").first()
    with broken(constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**values)


DUPLICATES = [
    (CompletionCode, {}, "one_completion_code_per_outcome"),
    (Screen, {"position": 9}, "screen_question_once_per_assignment"),
    (Seat, {"rank": 99}, "seat_number_once_per_persona"),
    (Seat, {"number": 9}, "seat_rank_once_per_study"),
    (Question, {"position": 99}, "question_once_per_persona_prompt"),
    (Question, {"prompt_key": "other"}, "question_position_once_per_persona"),
    (AnnotationRevision, {}, "revision_once_per_version"),
]


@pytest.mark.parametrize(
    ("model", "changes", "constraint"), DUPLICATES, ids=[f"{m.__name__}-{c}" for m, _, c in DUPLICATES]
)
def test_unique_constraint_refuses_a_second_row_past_the_services(study, model, changes, constraint):
    assignment = walk_to_questions(arrive(study))
    answer(assignment, 1, text="First.")
    answer(assignment, 1, text="Second.")
    with broken(constraint), transaction.atomic():
        copy_of(model.objects.order_by("pk").first(), **changes).save()


def test_screen_refuses_a_second_question_at_its_position(study):
    first, second = arrive(study).screens.all()
    with broken("screen_position_once_per_assignment"):
        Screen.objects.filter(pk=second.pk).update(position=first.position)


def test_model_rater_refuses_a_second_row_of_its_name(study):
    rater = make_model(study)
    with broken("named_rater_once_per_name"):
        copy_of(rater, pseudonym="R-OTHER").save()


def test_pseudonym_is_given_once_in_a_study(study):
    taken = arrive(study, 1).rater.pseudonym
    with broken("rater_once_per_pseudonym"):
        Rater.objects.filter(pk=arrive(study, 2).rater_id).update(pseudonym=taken)


def test_erased_id_is_one_persons_and_has_its_time(study):
    first, second = finished(study, 1).rater, finished(study, 2).rater
    with broken("rater_erased_id_has_its_time"), transaction.atomic():
        Rater.objects.filter(pk=first.pk).update(prolific_id=None, erased_id="a" * 64)
    with broken("rater_has_a_prolific_id_if_participant"), transaction.atomic():
        Rater.objects.filter(pk=first.pk).update(erased_at=first.created_at, erased_id="a" * 64)
    gone = {"prolific_id": None, "erased_id": "a" * 64, "erased_at": first.created_at}
    Rater.objects.filter(pk=first.pk).update(**gone)
    with broken("rater_once_per_erased_id"):
        Rater.objects.filter(pk=second.pk).update(**gone)


def test_model_cannot_be_erased_as_a_person(study):
    rater = make_model(study)
    with broken("rater_erased_is_a_person"):
        Rater.objects.filter(pk=rater.pk).update(erased_at=rater.created_at)


def test_annotation_file_is_taken_in_once(study):
    row = AnnotationImport.objects.create(study=study, filename="a.jsonl", content_hash="0" * 64)
    with broken("annotation_file_once_per_study"):
        copy_of(row).save()


def test_arrivals_are_counted_in_one_row_for_each_address_and_time(study):
    row = ArrivalCount.objects.create(study=study, address="", since=datetime(2026, 1, 1, tzinfo=UTC), arrivals=1)
    with broken("arrivals_are_counted_from_one"), transaction.atomic():
        ArrivalCount.objects.update(arrivals=0)
    with broken("arrivals_counted_once_per_address"):
        copy_of(row).save()


def test_turned_away_keeps_one_row_per_visitor(study):
    row = TurnedAway.objects.create(study=study, visitor="a" * 64, outcome="full")
    with broken("turned_away_once_per_visitor"):
        copy_of(row).save()


def test_every_named_constraint_of_the_app_is_attacked_in_this_file():
    models = [
        Annotation,
        AnnotationImport,
        AnnotationRevision,
        ArrivalCount,
        Assignment,
        AssignmentEvent,
        CompletionCode,
        Question,
        Rater,
        Screen,
    ]
    models += [Seat, Study, TurnedAway]
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    with open(__file__, encoding="utf-8") as this_file:
        text = this_file.read()
    assert {name for name in names if name not in text} == set()
