"""What the study page says: how full, who is stalled, what needs a look; and with how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotation.models import Annotation, Assignment, Response, TurnedAway
from annotation.progress.counts import SeatCounts
from annotation.progress.pace import in_words
from annotation.progress.report import study_progress
from tests.factories import (
    answer_all,
    arrive,
    finish,
    finished,
    make_cast,
    make_researcher,
    make_study,
    run_out_of_time,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db


def headings(progress):
    return [concern.heading.split(":")[0] for concern in progress.concerns]


def states(progress):
    return [[cell.state for cell in row.cells] for row in progress.grid.rows]


def test_progress_counts_seats_and_says_so():
    study = make_study(personas=2, questions=2, raters=2)
    finished(study, 1)
    arrive(study, 2)
    progress = study_progress(study)
    assert progress.sentence == "1 of 4 seats complete, 1 live, 2 free."
    assert sorted(state for row in states(progress) for state in row) == ["complete", "free", "free", "live"]


def test_counts_without_seats_are_words():
    assert SeatCounts(0, 0, 0).sentence.startswith("No seats yet")
    assert SeatCounts(0, 0, 0).complete_percent == 0


def test_rater_without_a_sign_of_life_is_stalled_and_needs_somebody():
    study = make_study(personas=1, questions=1, raters=1)
    ben = arrive(study)
    Assignment.objects.filter(pk=ben.pk).update(last_seen=timezone.now() - timedelta(minutes=16))
    progress = study_progress(study)
    assert states(progress) == [["stalled"]]
    assert headings(progress) == ["Stalled"]
    assert progress.sentence.endswith("; 1 rater needs you.")


def test_rater_near_the_deadline_is_named_but_needs_nobody():
    study = make_study(personas=1, questions=1, raters=1)
    ada = walk_to_questions(arrive(study))
    Assignment.objects.filter(pk=ada.pk).update(deadline=timezone.now() + timedelta(minutes=5))
    progress = study_progress(study)
    assert headings(progress) == ["Still answering, but close to the deadline"]
    assert progress.needs_you == 0


def test_surplus_stands_beside_the_seats():
    study = make_study(personas=1, questions=1, raters=1)
    late = walk_to_questions(arrive(study, 1))
    run_out_of_time(late)
    finished(study, 2)
    finish(answer_all(late))
    progress = study_progress(study)
    assert progress.grid.rows[0].beside == ["1 surplus"]
    assert headings(progress) == ["Surplus"]


def test_missed_attention_check_and_pastes_are_named_until_excluded():
    study = make_study(personas=1, questions=1, checks=1, raters=3)
    cast = make_cast(study)
    Annotation.objects.update(paste_count=1, paste_characters=80)
    assert headings(study_progress(study)) == ["Pasted text into justifications"]
    wrong = finished(study, 9, Response.ALTERNATIVE)
    found = {concern.heading: concern for concern in study_progress(study).concerns}
    assert [note.rater for note in found["Missed an attention check"].notes] == [wrong.rater.pseudonym]
    pasted = {note.rater for note in found["Pasted text into justifications"].notes}
    assert cast.cleo.rater.pseudonym not in pasted


def test_time_to_go_is_guessed_from_the_last_hour():
    study = make_study(personas=2, questions=1, raters=4)
    for number in (1, 2):
        finished(study, number)
    assert study_progress(study).time_to_go == ""
    finished(study, 3)
    assert study_progress(study).sentence == "3 of 8 seats complete, 0 live, 5 free, about 2 h to go."
    Assignment.objects.update(completed_at=timezone.now() - timedelta(hours=2))
    assert study_progress(study).time_to_go == ""


@pytest.mark.parametrize(
    ("minutes", "words"), [(3, "10 min"), (24, "20 min"), (90, "2 h"), (170, "3 h"), (60 * 24 * 5, "5 days")]
)
def test_guess_has_one_figure(minutes, words):
    assert in_words(timedelta(minutes=minutes)) == words


def test_people_turned_away_are_counted_by_why():
    study = make_study(personas=1, questions=1)
    TurnedAway.objects.create(study=study, visitor="a", outcome="full")
    TurnedAway.objects.create(study=study, visitor="b", outcome="not_open")
    (concern,) = study_progress(study).concerns
    assert concern.total == 2
    assert "1 because no seat was free, 1 because the study was paused or closed" in concern.advice


def test_grid_of_many_personas_is_paged():
    study = make_study(personas=53, questions=1, raters=1)
    assert len(study_progress(study).grid.rows) == 50
    assert len(study_progress(study, page=2).grid.rows) == 3
    assert len(study_progress(study, page="nonsense").grid.rows) == 50


def test_fragment_is_what_the_page_includes(client):
    grace = make_researcher("grace")
    study = make_study(personas=2, questions=1, by=grace)
    client.force_login(grace)
    page = client.get(reverse("study-detail", args=[study.slug])).content.decode()
    fragment = client.get(reverse("study-progress", args=[study.slug])).content.decode()
    before_clock = fragment.strip().split("As of")[0]
    assert before_clock in page
    assert "<html" not in fragment


PAGES = [
    "study-detail",
    "study-progress",
    "assignment-list",
    "question-list",
    "study-settings",
    "study-personas",
    "study-data",
    "payment-list",
    "api-annotations",
    "api-questions",
    "api-personas",
    "api-progress",
]


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", PAGES)
def test_number_of_queries_does_not_grow_with_the_study(client, name):
    root = make_researcher("root", staff=True)
    client.force_login(root)
    small = populated(make_study(personas=2, questions=2, raters=2, checks=1, by=root), 3)
    large = populated(make_study(personas=20, questions=5, raters=2, checks=1, by=root), 12)
    address = reverse(name, args=[small.slug])
    client.get(address)
    assert queries_of(client, reverse(name, args=[large.slug])) == queries_of(client, address)


def populated(study, raters):
    """Finished and live raters, some stalled, one excluded."""
    make_cast(study)
    for number in range(10, 10 + raters - 2):
        arrive(study, number)
    Annotation.objects.update(paste_characters=80)
    live = Assignment.objects.filter(study=study, state="live")
    live.update(last_seen=timezone.now() - timedelta(minutes=20))
    return study


@pytest.mark.parametrize("name", ["study-list", "api-studies"])
def test_number_of_queries_does_not_grow_with_the_number_of_studies(client, name):
    root = make_researcher("root", staff=True)
    client.force_login(root)
    make_study(personas=1, questions=1)
    client.get(reverse(name))
    few = queries_of(client, reverse(name))
    for _ in range(4):
        make_study(personas=1, questions=1)
    assert queries_of(client, reverse(name)) == few


def test_number_of_queries_of_an_assignment_does_not_grow_with_its_answers(client):
    root = make_researcher("root", staff=True)
    client.force_login(root)
    counts = []
    for questions in (2, 9):
        ada = finished(make_study(personas=1, questions=questions), questions)
        counts.append(queries_of(client, reverse("assignment-detail", args=[ada.study.slug, ada.rater.pseudonym])))
    assert counts[0] == counts[1]
