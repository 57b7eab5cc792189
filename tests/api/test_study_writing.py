"""A study made and filled by a program: the console's checks, and nothing half done."""

import json

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from annotation.api.study_writing import SETTABLE
from annotation.models import Study
from annotation.services import assembly
from annotation.services.tokens import make_token
from tests.factories import CONSENT, arrive, make_persona_set, make_researcher, make_study

pytestmark = pytest.mark.django_db
PEOPLE = [{"persona_id": f"p{number}", "age": str(30 + number)} for number in (1, 2, 3)]


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def program(grace):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=grace, name='notebook')}")
    return client


@pytest.fixture
def draft(grace):
    return make_study(personas=2, questions=2, open=False, by=grace)


def patch(program, study, body):
    return program.patch(reverse("api-study", args=[study.slug]), body, format="json")


def questions_for(keys):
    texts = {"prompt": "Should I move?", "revised": "Yes, soon.", "baseline": "It depends."}
    return [{"persona_id": key, "prompt_id": f"q{n}", **texts, "prompt": f"{n}?"} for key in keys for n in (1, 2)]


def test_study_is_made_and_filled_until_it_can_open(program, grace):
    made = program.post(reverse("api-persona-sets") + "?name=people", PEOPLE, format="json")
    assert (made.status_code, made.json()["personas"]) == (201, 3)
    settings = CONSENT | {"questions_per_rater": 2, "raters_per_persona": 3, "leaving": "Nothing is lost."}
    body = {"slug": "moving", "name": "Moving", "persona_set": {"name": "people"}, "settings": settings}
    assert program.post(reverse("api-studies"), body, format="json").status_code == 201
    study = Study.objects.get(slug="moving")
    chosen = {"persona_set": {"name": "people", "version": 1}, "persona_ids": ["p1", "p3"]}
    assert program.put(reverse("api-personas", args=["moving"]), chosen, format="json").status_code == 200
    done = program.post(reverse("api-questions", args=["moving"]), questions_for(["p1", "p3"]), format="json")
    assert done.json() == {"changed": True, "created": 4, "checks": 0, "removed": 0}
    assert assembly.readiness_problems(study) == []
    assert list(study.personas.values_list("key", flat=True)) == ["p1", "p3"]
    assert (study.created_by, list(study.researchers.all())) == (grace, [grace])
    assert [event.by for event in study.events.all()] == [grace] * study.events.count()


def test_same_again_changes_nothing(program):
    for status in (201, 200):
        assert program.post(reverse("api-persona-sets") + "?name=people", PEOPLE, format="json").status_code == status


def test_every_setting_of_the_console_can_be_set_and_is_kept(program, draft):
    values = {
        **{
            "name": "New",
            "public_title": "Title",
            "minutes": 20,
            "payment": "£3",
            "instructions": "Read.\n\nThen say.",
        },
        **{"attention_after": [2, 1], "paid_ends": ["no_consent"], "has_practice": True, "time_limit_minutes": None},
        **{"comprehension": [{"question": "Which?", "options": ["This", "That"], "right": 1}], "seed": 7},
    }
    answer = patch(program, draft, values)
    assert answer.status_code == 200, answer.json()
    draft.refresh_from_db()
    expected = values | {"attention_after": [1, 2]}
    assert {name: getattr(draft, name) for name in values} == expected
    assert draft.consent == Study.objects.get(pk=draft.pk).consent


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"state": "open"}, "state"),
        ({"minutes": "20"}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"name": 7}, "name"),
        ({"name": ""}, "name"),
        ({"has_practice": "yes"}, "has_practice"),
        ({"attention_after": [1.5]}, "attention_after"),
        ({"attention_after": [150]}, "attention_after"),
        ({"paid_ends": ["completed"]}, "paid_ends"),
        ({"bonus_amount": ""}, "bonus_amount"),
        ({"comprehension": [{"question": "?", "options": ["one"], "right": 0}]}, "comprehension"),
        ({"comprehension": [{"question": "?", "options": ["a", "b"], "right": 2}]}, "comprehension"),
        ({"public_title": "a\x00b"}, "public_title"),
        ({"researchers": ["olga"]}, "researchers"),
        ([], "detail"),
        ("text", "detail"),
    ],
)
def test_setting_that_makes_no_sense_changes_nothing(program, draft, body, name):
    before = Study.objects.filter(pk=draft.pk).values().get()
    answer = patch(program, draft, body)
    assert answer.status_code == 400
    assert name in answer.json()
    assert Study.objects.filter(pk=draft.pk).values().get() == before


def test_design_of_a_study_with_a_seat_taken_is_a_conflict(program, grace):
    study = make_study(personas=1, questions=2, by=grace)
    arrive(study)
    answer = patch(program, study, {"seed": 9, "name": "New"})
    assert (answer.status_code, "can no longer change" in answer.json()["detail"]) == (409, True)
    assert patch(program, study, {"name": "New"}).json()["name"] == "New"
    rows = questions_for(["persona-01"])
    assert program.post(reverse("api-questions", args=[study.slug]), rows, format="json").status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"slug": "a b", "name": "n"},
        {"slug": "new", "name": "n"},
        {"slug": "s", "name": "n", "persona_set": {"name": "nobody's"}},
        {"slug": "s", "name": "n", "persona_set": {"name": "people", "version": "1"}},
        {"slug": "s", "name": "n", "settings": {"minutes": 0}},
        {"slug": "s", "name": "n", "open": True},
        {"slug": ["s"], "name": "n"},
        [],
    ],
)
def test_study_that_makes_no_sense_is_not_made(program, body):
    make_persona_set(name="people")
    assert program.post(reverse("api-studies"), body, format="json").status_code == 400
    assert not Study.objects.exists()


def test_persona_set_of_another_researcher_is_not_there(program, draft):
    hidden = make_persona_set(name="hidden")
    hidden.owner, hidden.sharing = make_researcher("olga"), "private"
    hidden.save()
    body = {"slug": "s", "name": "n", "persona_set": {"name": "hidden"}}
    assert program.post(reverse("api-studies"), body, format="json").status_code == 400
    again = program.post(reverse("api-persona-sets") + "?name=hidden", PEOPLE, format="json")
    assert again.status_code == 403


@pytest.mark.parametrize("ids", [["nobody"], [], "all", [1]])
def test_personas_that_are_none_are_refused(program, draft, ids):
    body = {"persona_set": {"name": draft.persona_set.name}, "persona_ids": ids}
    assert program.put(reverse("api-personas", args=[draft.slug]), body, format="json").status_code == 400
    assert draft.personas.count() == 2


def test_questions_are_refused_with_line_column_and_value(program, draft):
    rows = questions_for(["persona-01", "nobody"])
    answer = program.post(reverse("api-questions", args=[draft.slug]) + "?replace=true", rows, format="json")
    assert answer.status_code == 400
    problem = answer.json()["problems"][0]
    assert (problem["column"], problem["value"]) == ("persona_id", "nobody")
    assert draft.questions.count() == 4


def test_own_questions_of_an_export_can_be_sent_back(program, draft):
    page = program.get(reverse("api-questions", args=[draft.slug])).json()["results"]
    rows = [
        {name: row[name] for name in ("persona_id", "prompt_id", "prompt", "revised", "topic")}
        | {row["alternative_kind"]: row["alternative"]}
        for row in page
    ]
    answer = program.post(reverse("api-questions", args=[draft.slug]), rows, format="json")
    assert (answer.status_code, answer.json()["changed"]) == (200, False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda one: st.lists(one, max_size=2)
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.dictionaries(st.sampled_from(sorted(SETTABLE | {"slug", "persona_set", "persona_ids"})), JSON, max_size=3)
)
def test_no_body_makes_the_site_fail(program, draft, body):
    for method, name in ((program.patch, "api-study"), (program.put, "api-personas")):
        address = reverse(name, args=[draft.slug])
        answer = method(address, json.dumps(body), content_type="application/json")
        assert answer.status_code in {200, 400, 409}, (name, body)
    answer = program.post(reverse("api-studies"), json.dumps(body), content_type="application/json")
    assert answer.status_code in {201, 400}
