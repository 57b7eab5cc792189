"""The API: what a token opens, what the rows hold, and parameters read strictly."""

import pytest
from django.db import DatabaseError, connection
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from analysis.urls import api as results_urls
from annotation.exporting.rows import export_rows
from annotation.models import ApiToken, Scope, Study
from annotation.services.previews import start_preview
from annotation.services.tokens import make_token
from annotation.urls import api as api_urls
from jobs.models import Run
from tests.analysis.made import make_external
from tests.factories import (
    answer_all,
    arrive,
    finished,
    make_cast,
    make_model,
    make_researcher,
    make_study,
    prolific_id,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def study(grace):
    study = make_study(personas=2, questions=3, checks=1, by=grace)
    make_cast(study)
    make_model(study, "a model")
    return study


@pytest.fixture
def program(grace):
    """A program with Grace's token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=grace, name='test')}")
    return client


def get(program, name, study=None, **parameters):
    return program.get(reverse(name, args=[study.slug] if study else []), parameters)


def rows(program, name, study=None, **parameters):
    """All pages."""
    page = get(program, name, study, **parameters)
    assert page.status_code == 200, page.json()
    found = list(page.json()["results"])
    while page.json()["next"]:
        page = program.get(page.json()["next"])
        found += page.json()["results"]
    return found


def test_studies_are_those_one_may_see(program, study):
    make_study(questions=1)
    assert [row["slug"] for row in rows(program, "api-studies")] == [study.slug]
    assert get(program, "api-study", study).json()["persona_set"] == str(study.persona_set)


def test_without_a_token_nothing_is_said():
    assert APIClient().get(reverse("api-studies")).status_code == 401


def test_token_of_a_disabled_researcher_ends(program, grace, study):
    grace.is_active = False
    grace.save()
    assert get(program, "api-studies").status_code == 401


READ_ONLY = ["api-assignments", "api-runs", "api-progress", "api-votes", "api-agreement"]


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_is_read_only_refuses_every_other_method(program, study, name):
    for method in (program.post, program.put, program.patch, program.delete):
        assert method(reverse(name, args=[study.slug]), {}).status_code == 405


def test_progress_counts_seats(program, study):
    assert get(program, "api-progress", study).json() == {
        "seats": 8,
        "free": 6,
        "live": 1,
        "complete": 1,
        "surplus": 0,
    }


def test_personas_come_exactly_as_in_the_file(program, study):
    found = rows(program, "api-personas", study)
    assert [(row["persona_id"], row["attributes"]) for row in found] == [
        (persona.key, persona.attributes) for persona in study.personas.order_by("pk")
    ]


def test_questions_name_their_persona_and_foil(program, grace):
    study = make_study(personas=2, questions=1, design="foil", by=grace)
    found = rows(program, "api-questions", study)
    assert [row["foil_persona_id"] for row in found] == ["persona-02", "persona-01"]
    assert [row["persona_id"] for row in rows(program, "api-questions", study, persona_id="persona-02")] == [
        "persona-02"
    ]


def test_annotations_hold_every_answer_but_previews(program, study):
    preview = start_preview(study=study)
    answer_all(walk_to_questions(preview))
    found = rows(program, "api-annotations", study)
    assert len(found) == 4 + 2 + 4 + 6
    assert {row["rater_kind"] for row in found} == {"participant", "model"}
    assert {row["choice"] for row in found} == {"revised", "baseline"}


@pytest.mark.parametrize(
    ("parameters", "number"),
    [
        ({"rater_kind": "model"}, 6),
        ({"countable": "true"}, 9),
        ({"rater": "a model", "persona_id": "persona-01"}, 3),
        ({"rater": "nobody"}, 0),
    ],
)
def test_annotations_are_filtered(program, study, parameters, number):
    assert len(rows(program, "api-annotations", study, **parameters)) == number


def test_countable_of_a_row_is_what_the_filter_says(program, study):
    countable = {row["id"] for row in rows(program, "api-annotations", study, countable="true")}
    assert countable == {row["id"] for row in rows(program, "api-annotations", study) if row["is_countable"]}


def test_no_answer_holds_a_prolific_id_or_a_secret_code(program, study):
    ada = study.assignments.get(rater__prolific_id=prolific_id(1))
    for name in ("api-studies", "api-study", *WRITABLE, *READ_ONLY):
        text = get(program, name, None if name == "api-studies" else study).content.decode()
        assert prolific_id(1) not in text
        assert ada.code not in text
        assert study.code_for("completed") not in text


def test_long_list_is_read_page_by_page_without_loss(program, grace):
    study = make_study(personas=1, questions=210, by=grace)
    found = [row["id"] for row in rows(program, "api-questions", study)]
    assert found == sorted(study.questions.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "query",
    [
        "persona=a%00b",
        "rater=%00",
        "countable=maybe",
        "countable=",
        "rater_kind=preview",
        "persona=" + "x" * 201,
        "misspelt=1",
        "%00=1",
    ],
)
def test_parameter_that_makes_no_sense_is_a_400(program, study, query):
    page = program.get(f"{reverse('api-annotations', args=[study.slug])}?{query}")
    assert page.status_code == 400
    assert page.json()


@pytest.mark.parametrize("cursor", ["nonsense", "cD14", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", ":6", "YL'"])
def test_cursor_that_leads_nowhere_is_a_404(program, study, cursor):
    assert get(program, "api-annotations", study, cursor=cursor).status_code == 404


@pytest.mark.parametrize("path", ["studies/nowhere/progress/", f"studies/{'x' * 300}/", "studies/%C3%AB/", "nowhere/"])
def test_unknown_address_is_a_404_that_programs_can_read(program, path):
    answer = program.get(f"{reverse('api-root')}{path}")
    assert answer.status_code == 404
    assert answer.json()["detail"]


KNOWN = ["persona", "persona_id", "prompt_id", "rater", "rater_kind", "countable", "cursor", "topic", "format", "page"]
NAMES = st.sampled_from(KNOWN) | st.text()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(NAMES, st.text(st.characters(codec="utf-8"), max_size=300), max_size=4))
def test_no_query_makes_the_site_fail(program, study, query):
    for name in ("api-annotations", "api-questions", "api-studies"):
        answer = get(program, name, None if name == "api-studies" else study, **query)
        assert answer.status_code in {200, 400, 404}


WRITABLE = ["api-personas", "api-questions", "api-annotations"]


def test_schema_describes_every_address(program):
    schema = program.get(reverse("api-schema"), HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    studies = "/api/v1/studies/"
    parts = ["", "{slug}/", *(f"{{slug}}/{name.removeprefix('api-')}/" for name in [*WRITABLE, *READ_ONLY])]
    assert {f"{studies}{part}" for part in parts} <= set(schema["paths"])
    for path, methods in schema["paths"].items():
        assert set(methods) - {"get"} <= {"post", "put", "patch"}, path
        assert {"200", "401"} <= set(methods["get"]["responses"])
        if "{slug}" in path:
            assert "404" in methods["get"]["responses"]


def test_simulated_raters_are_marked(program, grace):
    study = make_study(personas=1, questions=1, by=grace)
    finished(study, is_rehearsal=True)
    assert [row["simulated"] for row in rows(program, "api-annotations", study)] == [True]
    assert rows(program, "api-studies")[0]["holds_rehearsal"] is True
    assert Study.objects.count() == 1
    arrive(study, 2)


def test_person_asked_elsewhere_comes_by_pseudonym(program, grace):
    study = make_study(personas=1, questions=1, by=grace)
    rater = make_external(study, "worker-4711", [[True]])
    assert [row["rater"] for row in rows(program, "api-annotations", study)] == [rater.pseudonym]


class FailsAt:
    """The database fails at the n-th statement."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == 0:
            raise DatabaseError("the server closed the connection")
        return execute(sql, params, many, context)


LISTS = ["api-annotations", "api-questions", "api-personas", "api-studies", "api-assignments", "api-votes", "api-runs"]


@pytest.mark.parametrize("name", LISTS)
def test_page_that_fails_on_the_way_is_an_error_and_no_shorter_list(grace, study, program, name):
    """A page is made whole before its first byte is sent: whichever statement fails, there is no half of it."""
    program.raise_request_exception = False
    whole = get(program, name, None if name == "api-studies" else study).content
    failures = 0
    while True:
        with connection.execute_wrapper(FailsAt(failures + 1)):
            page = get(program, name, None if name == "api-studies" else study)
        if page.status_code == 200:
            break
        failures += 1
        assert (page.status_code, list(page.json()), page["Retry-After"]) == (503, ["detail"], "5")
    assert page.content == whole
    assert failures >= 2


def test_old_name_of_a_parameter_is_read_with_a_warning(program, study):
    old, new = (get(program, "api-questions", study, **{name: "persona-01"}) for name in ("persona", "persona_id"))
    assert old.json() == new.json()
    assert old["Warning"] == '299 - "persona is now called persona_id"'
    assert "Warning" not in new
    assert get(program, "api-questions", study, persona="persona-01", persona_id="persona-01").status_code == 400


def test_assignments_are_the_rows_of_the_export(program, study):
    found = rows(program, "api-assignments", study)
    assert found == list(export_rows(study, "assignments"))
    assert [row["state"] for row in rows(program, "api-assignments", study, state="live")] == ["live"]


def test_runs_of_a_study_are_listed(program, study):
    run = Run.objects.create(kind="bundle", study=study)
    Run.objects.create(kind="bundle", study=make_study(questions=1))
    assert [row["id"] for row in rows(program, "api-runs", study)] == [run.pk]


# --- Scopes ------------------------------------------------------------------------------------------
def views_of_the_api():
    paths = [*get_resolver(api_urls).url_patterns, *results_urls]
    return [pattern.callback.cls for pattern in paths if pattern.name != "api-schema"]


@pytest.mark.parametrize("view", views_of_the_api(), ids=lambda view: view.__name__)
def test_each_method_of_each_view_needs_a_scope(view):
    methods = {name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)}
    assert set(view.scopes) == methods
    assert set(view.scopes.values()) <= set(Scope.values)


@pytest.mark.parametrize("scope", Scope.values)
def test_token_opens_what_its_scope_says_and_nothing_else(grace, study, scope):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=grace, name=scope, scopes=[scope])}")
    for name in ("api-study", *WRITABLE, *READ_ONLY):
        view = resolve(reverse(name, args=[study.slug])).func.cls
        allowed = view.scopes["GET"] == scope
        assert (get(client, name, study).status_code == 200) == allowed, name
        if not allowed:
            assert view.scopes["GET"] in get(client, name, study).json()["detail"]
    sent = client.patch(reverse("api-study", args=[study.slug]), {"name": "New"}, format="json")
    assert sent.status_code == (200 if scope == Scope.SET_UP else 403)


def test_expired_token_opens_nothing(program, study):
    ApiToken.objects.update(expires_at=timezone.now())
    assert get(program, "api-studies").status_code == 401
