"""htmx gets the next page in the answer to a form; without it there is a redirect, as ever."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.annotation.reading import text_of, url, without_times
from tests.factories import REASON, arrive, finished, make_study, walk_to_questions

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Boosted": "true"}


def test_way_with_htmx_shows_each_next_page_in_the_answer_to_the_form(client):
    study = make_study(questions=2)
    assignment = arrive(study)
    ways = [
        ("consent", {"consent": "yes"}, "instructions"),
        ("instructions", {}, "check"),
        ("check", {"answer_0": 1, "answer_1": 0}, "practice"),
        ("practice", {"choice": "A", "justification": REASON}, "persona"),
        ("persona", {}, "q/1"),
        ("q/1", {"choice": "A", "justification": REASON}, "q/2"),
        ("q/2", {"choice": "A", "justification": REASON}, "review"),
        ("review", {}, "done"),
    ]
    for here, sent, there in ways:
        response = client.post(f"/a/{assignment.code}/{here}/", sent, headers=HTMX)
        assert (response.status_code, response["HX-Push-Url"]) == (200, f"/a/{assignment.code}/{there}/")
        asked_for = client.get(response["HX-Push-Url"])
        assert without_times(response) == without_times(asked_for)
        assert response["Cache-Control"] == "no-store"


def test_way_without_htmx_is_told_where_to_go(client):
    assignment = walk_to_questions(arrive(make_study(questions=2)))
    response = client.post(url(assignment, "question", 1), {"choice": "A", "justification": REASON})
    assert (response.status_code, response["Location"]) == (302, url(assignment, "question", 2))
    assert "HX-Push-Url" not in response


def test_form_of_an_earlier_page_with_htmx_shows_where_one_stands(client):
    assignment = walk_to_questions(arrive(make_study(questions=2)))
    response = client.post(url(assignment, "instructions"), headers=HTMX)
    assert response["HX-Push-Url"] == url(assignment, "question", 1)
    assert "Question 1 of 2" in text_of(response)


def test_late_change_with_htmx_shows_the_end_and_says_so(client):
    assignment = finished(make_study(questions=1))
    response = client.post(url(assignment, "question", 1), {"choice": "A", "justification": REASON * 2}, headers=HTMX)
    assert response["HX-Push-Url"] == url(assignment, "done") + "?late"
    assert "your last change was not stored" in text_of(response)


def test_rejected_answer_with_htmx_stays_at_its_address(client):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    response = client.post(url(assignment, "question", 1), {"choice": "A"}, headers=HTMX)
    assert response.status_code == 422
    assert "HX-Push-Url" not in response


@pytest.mark.parametrize("size", [{"questions": 2}, {"personas": 6, "questions": 12}], ids=["small", "large"])
def test_query_count_of_an_answer_with_the_next_page(client, size):
    assignment = walk_to_questions(arrive(make_study(**size)))
    client.get(url(assignment, "question", 1))
    with CaptureQueriesContext(connection) as queries:
        client.post(url(assignment, "question", 1), {"choice": "A", "justification": REASON}, headers=HTMX)
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # the assignment, its lock, its screens; the answer, the draft, the deadline; the next screen
    assert len(asked) == 7
