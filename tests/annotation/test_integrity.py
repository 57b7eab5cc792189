"""check_integrity: quiet on a sound study, and each invariant, once broken, is named."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.integrity.checking import RULES, integrity_problems
from annotation.models import (
    Annotation,
    AnnotationRevision,
    Assignment,
    AssignmentEvent,
    Question,
    Rater,
    Screen,
    Seat,
    Study,
)
from annotation.services import previews
from tests import factories

pytestmark = pytest.mark.django_db


def make_busy_study(**settings):
    """Everything that happens in a study: ends, releases, returns, surplus, exclusion, revisions, previews, models."""
    study = factories.make_study(personas=2, questions=4, raters=2, checks=1, **settings)
    cast = factories.make_cast(study)
    factories.answer(cast.ben, 1, "alternative", "On second thoughts, the other.")
    factories.answer(cast.ben, 1, "revised", "No, the first.")
    late = factories.run_out_of_time(factories.walk_to_questions(factories.arrive(study, 4)))
    factories.finished(study, 5)
    factories.finish(factories.answer_all(late))
    factories.make_model(study)
    factories.answer(factories.walk_to_questions(previews.start_preview(study=study)), 1)
    return study


@pytest.fixture
def study():
    return make_busy_study()


def broken(study=None):
    return {problem.invariant for problem in integrity_problems(study)}


def test_integrity_problems_of_a_sound_study_are_none(study):
    states = set(study.assignments.values_list("state", flat=True))
    assert states >= {"complete", "live", "surplus", "excluded", "preview"}
    assert integrity_problems() == []


def test_integrity_problems_of_a_draft_are_none():
    factories.make_study(open=False)
    assert integrity_problems() == []


def test_integrity_problems_of_a_foil_study_with_a_larger_pool_are_none():
    factories.finished(factories.make_study(personas=3, questions=7, questions_per_rater=5, design="foil"))
    assert integrity_problems() == []


def test_integrity_problems_are_those_of_the_named_study(study):
    other = factories.make_study()
    Study.objects.filter(pk=other.pk).update(raters_per_persona=5)
    assert (broken(study), broken(other)) == (set(), {"opened_studies_have_their_seats"})


def test_integrity_problems_take_the_same_queries_however_many(django_assert_num_queries):
    make_busy_study()
    with CaptureQueriesContext(connection) as small:
        integrity_problems()
    make_busy_study()
    make_busy_study()
    with django_assert_num_queries(len(small)):
        integrity_problems()


# --- Each invariant, broken -----------------------------------------------------------------------
def test_a_persona_with_more_than_k_raters_is_found(study):
    Study.objects.filter(pk=study.pk).update(raters_per_persona=1)
    assert "personas_have_at_most_k" in broken()


def test_a_participant_without_an_assignment_is_found(study):
    Rater.objects.create(study=study, kind="participant", pseudonym="R-LOST", prolific_id="c" * 24)
    assert broken() == {"participants_have_an_assignment"}


def test_an_assignment_with_another_persona_than_its_seat_is_found(study):
    assignment = study.assignments.filter(state="live").get()
    other = study.personas.exclude(pk=assignment.persona_id).get()
    Assignment.objects.filter(pk=assignment.pk).update(persona=other)
    assert "assignments_belong_together" in broken()


def test_a_seat_too_many_is_found():
    study = factories.make_study()
    Seat.objects.create(study=study, persona=study.personas.first(), number=5, rank=1000)
    assert broken() == {"opened_studies_have_their_seats"}


def test_a_persona_without_seats_is_found():
    study = factories.make_study()
    study.seats.filter(persona=study.personas.first()).delete()
    assert broken() == {"opened_studies_have_their_seats"}


def test_a_participant_in_a_study_that_never_opened_is_found():
    study = factories.make_study()
    factories.arrive(study)
    Study.objects.filter(pk=study.pk).update(state="draft", opened_at=None)
    assert broken() == {"drafts_have_no_participants"}


def test_a_change_of_state_without_an_audit_row_is_found(study):
    Assignment.objects.filter(state="live").update(state="released")
    assert broken() == {"audit_chains_are_whole"}


def test_an_audit_row_that_is_missing_in_the_middle_is_found(study):
    AssignmentEvent.objects.filter(from_state="live", to_state="complete", assignment__state="excluded").delete()
    assert broken() == {"audit_chains_are_whole"}


def test_a_missing_arrival_is_found(study):
    AssignmentEvent.objects.filter(from_state="", assignment__state="live").delete()
    assert broken() == {"audit_chains_are_whole"}


def test_an_audit_row_of_a_move_that_is_not_allowed_is_found(study):
    assignment = study.assignments.filter(state="complete").first()
    AssignmentEvent.objects.create(
        assignment=assignment, at=timezone.now(), from_state="complete", to_state="live", cause="by hand"
    )
    Assignment.objects.filter(pk=assignment.pk).update(state="live", completed_at=None)
    assert "audit_chains_are_whole" in broken()


@pytest.mark.parametrize("state", ["complete", "surplus", "excluded"])
def test_an_answer_lost_after_the_end_is_found(study, state):
    Annotation.objects.filter(rater__assignment__state=state).first().delete()
    assert broken() == {"finished_have_all_answers"}


def test_an_answer_on_a_screen_of_somebody_else_is_found(study):
    live = study.assignments.get(state="live")
    stranger = Question.objects.exclude(persona=live.persona).first()
    Annotation.objects.filter(pk=Annotation.objects.filter(rater=live.rater).first().pk).update(question=stranger)
    assert broken() == {"answers_have_their_screen"}


def test_an_answer_in_another_order_than_shown_is_found(study):
    answer = Annotation.objects.from_humans().first()
    flipped = "alternative" if answer.shown_first == "revised" else "revised"
    Annotation.objects.filter(pk=answer.pk).update(shown_first=flipped)
    assert broken() == {"answers_have_their_screen"}


def test_an_answer_by_a_rater_of_another_study_is_found(study):
    other = factories.make_study()
    rater = factories.make_model(other)
    rater.annotations.all().delete()
    now = timezone.now()
    Annotation.objects.create(
        rater=rater, question=study.questions.first(), choice="revised", created_at=now, saved_at=now
    )
    assert "answers_stay_in_their_study" in broken()


def test_a_lost_revision_is_found(study):
    AnnotationRevision.objects.filter(version=1).first().delete()
    assert broken() == {"revisions_are_complete"}


def test_a_revision_younger_than_its_answer_is_found(study):
    revision = AnnotationRevision.objects.filter(version=1).first()
    AnnotationRevision.objects.filter(pk=revision.pk).update(saved_at=timezone.now())
    assert broken() == {"versions_follow_each_other_in_time"}


def test_revisions_out_of_order_in_time_are_found(study):
    second = AnnotationRevision.objects.get(version=2)
    AnnotationRevision.objects.filter(pk=second.pk).update(saved_at=second.saved_at - timedelta(days=1))
    assert broken() == {"versions_follow_each_other_in_time"}


def test_audit_times_that_run_backwards_are_found(study):
    last = AssignmentEvent.objects.filter(assignment__state="complete").latest("pk")
    AssignmentEvent.objects.filter(pk=last.pk).update(at=last.at - timedelta(days=1))
    assert broken() == {"audit_times_run_forwards"}


@pytest.mark.parametrize("step", ["consented_at", "instructed_at", "introduced_at"])
@pytest.mark.parametrize("state", ["complete", "live", "excluded"])
def test_answers_without_the_step_before_them_are_found(study, step, state):
    Assignment.objects.filter(state=state).update(**{step: None})
    assert broken() == {"steps_follow_consent"}


def test_a_consent_after_the_end_is_found(study):
    Assignment.objects.filter(state="complete").update(consented_at=timezone.now())
    assert broken() == {"steps_follow_consent"}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("annotation_annotation", "source_id"),
        ("annotation_assignmentevent", "by_id"),
        ("annotation_study", "created_by_id"),
        ("annotation_study_researchers", "user_id"),
    ],
)
def test_a_reference_that_leads_nowhere_is_found(study, table, column):
    study.researchers.add(factories.make_researcher())
    with transaction.atomic():  # both databases look at foreign keys at the end of a transaction only
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = 999999")
        problems = [problem for problem in integrity_problems() if problem.invariant == "references_lead_somewhere"]
        transaction.set_rollback(True)
    assert problems
    assert all(f"{column} 999999 leads to no row" in problem.found for problem in problems)


def test_a_revision_of_the_future_is_found(study):
    revision = AnnotationRevision.objects.filter(version=2).get()
    AnnotationRevision.objects.filter(pk=revision.pk).update(version=9)
    assert broken() == {"revisions_are_complete"}


def test_a_screen_with_another_personas_question_is_found():
    study = factories.make_study()
    assignment = factories.arrive(study)
    stranger = study.questions.exclude(persona=assignment.persona).first()
    Screen.objects.filter(assignment=assignment, position=3).update(question=stranger)
    assert broken() == {"screens_show_the_own_persona", "screens_are_those_drawn"}


@pytest.mark.parametrize("change", [{"shown_first": "flip"}, {"position": 99}])
def test_a_screen_that_no_seed_drew_is_found(change):
    assignment = factories.arrive(factories.make_study())
    screen = assignment.screens.get(position=2)
    if "shown_first" in change:
        change = {"shown_first": "alternative" if screen.shown_first == "revised" else "revised"}
    Screen.objects.filter(pk=screen.pk).update(**change)
    assert broken() == {"screens_are_those_drawn"}


def test_a_question_of_another_design_is_found(study):
    Study.objects.filter(pk=study.pk).update(design="foil")
    assert broken() == {"questions_fit_their_study"}


def test_a_foil_of_the_own_persona_is_found():
    question = factories.make_study(design="foil").questions.first()
    Question.objects.filter(pk=question.pk).update(foil_persona=question.persona)
    assert broken() == {"questions_fit_their_study"}


def test_a_question_with_one_text_twice_is_found(study):
    question = study.questions.first()
    Question.objects.filter(pk=question.pk).update(alternative=question.revised)
    assert broken() == {"questions_fit_their_study"}


def test_a_persona_of_another_set_is_found():
    study = factories.make_study(open=False)
    study.personas.add(factories.make_persona_set(1).personas.get())
    assert broken() == {"chosen_personas_are_of_the_set"}


def test_a_draw_that_is_short_is_found():
    study = factories.make_study()
    Question.objects.filter(pk=study.questions.first().pk).update(is_drawn=False)
    assert broken() == {"draws_are_full_and_balanced"}


def test_an_unbalanced_reference_order_is_found():
    factories.make_study().questions.update(reference_first="revised")
    assert broken() == {"draws_are_full_and_balanced"}


def test_an_answer_that_no_export_holds_is_found(study):
    """A rater moved to another study: its answers go with the question, so this study's export misses them."""
    other = factories.make_study()
    Rater.objects.filter(study=study, kind="model").update(study=other)
    assert "exports_hold_every_row" in broken(other)


# --- Broken where the database itself would refuse ------------------------------------------------
@contextmanager
def declared(model, constraints):
    before, model._meta.constraints = model._meta.constraints, constraints
    try:
        yield
    finally:
        model._meta.constraints = before


@pytest.fixture
def without_constraint(transactional_db):
    """Take a constraint out of the database for one test."""
    taken = []

    def take(model, name):
        constraint = next(one for one in model._meta.constraints if one.name == name)
        taken.append((model, constraint))
        # SQLite makes the table anew, with the constraints that the model then declares.
        others = [one for one in model._meta.constraints if one is not constraint]
        with declared(model, others), connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)

    yield take
    call_command("flush", interactive=False, verbosity=0)
    for model, constraint in taken:
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


@pytest.mark.django_db(transaction=True)
def test_a_missing_constraint_is_found(without_constraint):
    without_constraint(Assignment, "seat_holds_one_live_or_complete")
    (problem,) = integrity_problems()
    assert problem.invariant == "constraints_are_in_place"
    assert "seat_holds_one_live_or_complete" in str(problem)


@pytest.mark.django_db(transaction=True)
def test_a_seat_with_two_raters_is_found(without_constraint):
    without_constraint(Assignment, "seat_holds_one_live_or_complete")
    study = factories.make_study(personas=1, raters=2)
    first, second = factories.arrive(study, 1), factories.arrive(study, 2)
    Assignment.objects.filter(pk=second.pk).update(seat=first.seat)
    assert "seats_hold_one_each" in broken()


@pytest.mark.django_db(transaction=True)
def test_a_person_with_two_assignments_is_found(without_constraint):
    without_constraint(Rater, "rater_once_per_prolific_id")
    study = factories.make_study()
    first = factories.arrive(study, 1)
    second = factories.arrive(study, 2)
    Rater.objects.filter(pk=second.rater_id).update(prolific_id=first.rater.prolific_id)
    assert broken() == {"people_have_one_assignment", "constraints_are_in_place"}


@pytest.mark.django_db(transaction=True)
def test_an_answer_stored_twice_is_found(without_constraint):
    without_constraint(Annotation, "annotation_once_per_rater_question_run")
    answer = factories.answer(factories.walk_to_questions(factories.arrive(factories.make_study())), 1)
    answer.pk = None
    answer.save()
    assert broken() == {"answers_stand_once", "constraints_are_in_place"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Annotation, AnnotationRevision])
def test_a_choice_that_is_no_response_is_found(without_constraint, model):
    names = {Annotation: "annotation_choice_is_known", AnnotationRevision: "revision_choice_is_known"}
    without_constraint(model, names[model])
    assignment = factories.walk_to_questions(factories.arrive(factories.make_study()))
    factories.answer(assignment, 1)
    factories.answer(assignment, 1, "alternative")
    model.objects.update(choice="")
    assert broken() == {"labels_are_choices", "constraints_are_in_place"}


@pytest.mark.django_db(transaction=True)
def test_an_end_that_does_not_fit_the_state_is_found(without_constraint):
    without_constraint(Assignment, "assignment_completed_at_fits_its_state")
    Assignment.objects.filter(pk=factories.finished(factories.make_study()).pk).update(completed_at=None)
    assert broken() == {"ends_fit_states", "constraints_are_in_place"}


@pytest.mark.django_db(transaction=True)
def test_integrity_problems_outside_a_transaction_leave_none_open():
    make_busy_study()
    assert integrity_problems() == []
    assert connection.get_autocommit()
    assert factories.arrive(factories.make_study()).state == "live"


def test_every_rule_says_what_it_demands():
    assert all(rule.__doc__.splitlines()[0].endswith(".") for rule in RULES)
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


# --- Commands ---------------------------------------------------------------------------------------
def test_check_integrity_command_is_content_with_a_sound_study(study, capsys):
    call_command("check_integrity")
    call_command("check_integrity", study.slug)
    assert capsys.readouterr().out.count("invariants hold") == 2


def test_check_integrity_command_names_what_is_broken_and_fails(study, capsys):
    AnnotationRevision.objects.all().delete()
    with pytest.raises(CommandError, match="1 breaches of 1 invariants") as caught:
        call_command("check_integrity")
    assert caught.value.returncode == 1
    out = capsys.readouterr().out
    assert "BROKEN revisions_are_complete: Of an answer in version n" in out
    assert "is in version 3, but 0 earlier versions are kept" in out


def test_release_expired_command_counts_what_it_freed(capsys):
    study = factories.make_study()
    late, early = factories.arrive(study, 1), factories.arrive(study, 2)
    Assignment.objects.filter(pk=late.pk).update(deadline=timezone.now())
    call_command("release_expired")
    assert f"{study.slug}: 1 released\n1 seats released." in capsys.readouterr().out
    late.refresh_from_db()
    early.refresh_from_db()
    assert (late.state, early.state) == ("released", "live")


def test_forget_previews_command_deletes_old_ones_only(capsys):
    study = factories.make_study()
    old, fresh = previews.start_preview(study=study), previews.start_preview(study=study)
    Rater.objects.filter(pk=old.rater_id).update(created_at=timezone.now() - 2 * previews.KEPT_FOR)
    call_command("forget_previews")
    assert "1 previews deleted" in capsys.readouterr().out
    assert list(Rater.objects.filter(kind="preview")) == [fresh.rater]
