"""No preference as a third answer: offered, kept and shown where the study allows it, refused where it does not."""

import pytest
from django.urls import reverse

from analysis.labels import NO_PREFERENCE, label_matrix
from annotation.models import Annotation, AnnotationRevision, Choice
from annotation.progress.record import screen_records
from annotation.services.settings import change_settings
from tests.factories import REASON, answer_all, arrive, finish, make_researcher, make_study, walk_to_questions

pytestmark = pytest.mark.django_db


def taken(**settings):
    """Somebody who stands before the first of two questions."""
    return walk_to_questions(arrive(make_study(personas=1, questions=2, raters=1, **settings)))


@pytest.fixture
def ada():
    return taken(allows_no_preference=True)


def address(assignment, name="participant-question"):
    return reverse(name, args=[assignment.code, 1])


def send(client, assignment, choice, **fields):
    return client.post(address(assignment), {"choice": choice, "justification": REASON, **fields})


def test_no_preference_is_offered_where_the_study_allows_it(client, ada):
    assert 'value="N"' in client.get(address(ada)).content.decode()
    assert 'value="N"' not in client.get(address(taken())).content.decode()


def test_no_preference_is_stored_and_shown_again(client, ada):
    assert send(client, ada, "N").status_code == 302
    answer = Annotation.objects.get(rater=ada.rater)
    assert (answer.choice, answer.first_choice) == (Choice.NO_PREFERENCE, Choice.NO_PREFERENCE)
    page = client.get(address(ada)).content.decode()
    assert page.count(" checked") == 1
    assert 'value="N" aria-labelledby="name-N" checked' in page


def test_no_preference_is_refused_where_the_study_does_not_allow_it(client):
    assignment = taken()
    assert send(client, assignment, "N").status_code == 422
    draft = client.post(address(assignment, "participant-draft"), {"choice": "N", "justification": ""})
    assert draft.status_code == 422
    assert not Annotation.objects.exists()
    assert assignment.screens.get(position=1).draft_choice == ""


def test_no_preference_can_be_drafted_and_changed(client, ada):
    client.post(address(ada, "participant-draft"), {"choice": "N", "justification": "Both"})
    assert ada.screens.get(position=1).draft_choice == Choice.NO_PREFERENCE
    assert 'value="N" aria-labelledby="name-N" checked' in client.get(address(ada)).content.decode()
    send(client, ada, "N", telemetry='{"first_choice": "N"}')
    send(client, ada, "A", telemetry='{"first_choice": "N"}')
    answer = Annotation.objects.get(rater=ada.rater)
    assert (answer.choice, answer.first_choice, answer.choice_changes) == (
        ada.screens.get(position=1).shown_first,
        Choice.NO_PREFERENCE,
        1,
    )
    assert AnnotationRevision.objects.get().choice == Choice.NO_PREFERENCE


def test_no_preference_is_a_label_of_its_own(ada):
    finish(answer_all(ada, Choice.NO_PREFERENCE))
    matrix = label_matrix(ada.study)
    assert matrix.humans.tolist() == [[NO_PREFERENCE, NO_PREFERENCE]]
    assert matrix.human_sides.tolist() == [[-1, -1]]


def test_no_preference_chooses_neither_side_in_the_record(client, ada):
    answer_all(ada, Choice.NO_PREFERENCE)
    (record, _) = screen_records(ada)
    assert [side.is_chosen for side in record.sides] == [False, False]
    assert record.first_letter == "N"
    client.force_login(make_researcher(staff=True))
    page = client.get(reverse("assignment-detail", args=[ada.study.slug, ada.rater.pseudonym])).content.decode()
    assert page.count("no preference") == 4


def test_no_preference_is_a_setting_of_the_design(client):
    admin = make_researcher(staff=True)
    study = make_study(personas=1, questions=2, open=False)
    client.force_login(admin)
    page = client.get(reverse("study-settings", args=[study.slug])).content.decode()
    assert 'name="allows_no_preference"' in page
    change_settings(study=study, changes={"allows_no_preference": True}, by=admin)
    study.refresh_from_db()
    assert study.allows_no_preference
