"""When something is wrong with a request: the calm pages, and the typed text that comes back."""

import re
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_researcher, make_study

pytestmark = pytest.mark.django_db
HOST = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def strict():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_researcher("grace"))
    return client


def hidden_fields(page):
    return dict(page.context["fields"])


def test_form_without_a_token_comes_back_with_its_text_and_can_be_sent_again(strict):
    typed = {"name": 'A "quoted" <b>name</b>\n\nof lines', "slug": "pilot"}
    page = strict.post(reverse("study-create"), typed, **HOST)
    assert page.status_code == 403
    assert "nothing you typed is lost" in page.content.decode()
    assert "&lt;b&gt;name&lt;/b&gt;" in page.content.decode()
    again = {**hidden_fields(page), "csrfmiddlewaretoken": page.context["token"]}
    assert again["name"] == typed["name"]
    sent = strict.post(page.context["action"], again, **HOST)
    assert sent.status_code == 302


def test_passwords_are_never_handed_back(strict):
    page = strict.post(reverse("login"), {"username": "grace", "password": PASSWORD}, **HOST)
    assert PASSWORD not in page.content.decode()
    assert page.context["left_out"] == ["password"]
    assert "Send it again" not in page.content.decode()


def test_form_of_another_site_is_not_made_sendable(strict):
    for origin in ({"HTTP_ORIGIN": "https://example.org"}, {"HTTP_ORIGIN": "null"}, {}):
        page = strict.post(reverse("study-create"), {"name": "planted", "slug": "planted"}, **origin)
        assert page.status_code == 403
        assert "planted" not in page.content.decode()
        assert "came from another site" in page.content.decode()


def test_unknown_address_is_calm(client):
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "Page not found" in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/a/%00/",
        "/a/%00/q/1/draft/",
        "/s/%00/",
        "/studies/{}/raters/%00/",
        "/studies/{}/raters/R%00/release/",
        "/api/v1/studies/%00/",
        "/welcome/%00/%00/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_null_character_in_an_address_finds_nothing(client, address, method):
    grace = make_researcher("grace")
    client.force_login(grace)
    study = make_study(questions=1, by=grace)
    assert getattr(client, method)(address.format(study.slug)).status_code == 404


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_number_beyond_any_row_in_an_address_finds_nothing(client, number):
    client.force_login(make_researcher("root", staff=True))
    study = make_study(questions=1)
    for address in (
        f"/personas/{number}/",
        f"/personas/sets/{number}/",
        f"/studies/{study.slug}/questions/{number}/",
    ):
        assert client.get(address).status_code == 404, address
    # A preview that is gone leads back to its upload page.
    assert client.get(f"/personas/import/{number}/").status_code == 302
    assert client.get(f"/studies/{study.slug}/questions/import/{number}/").status_code == 302
    assert client.post(f"/people/{number}/reset/").status_code == 404


def test_admins_page_says_that_it_is_one(client):
    client.force_login(make_researcher("grace"))
    page = client.get(reverse("people"))
    assert page.status_code == 403
    assert "for admins" in page.content.decode()


def test_failure_of_the_site_is_said_without_a_traceback(client, monkeypatch):
    root = make_researcher("root", staff=True)
    client.force_login(root)
    client.raise_request_exception = False
    study = make_study(questions=1)

    def fail(*args, **kwargs):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("annotation.views.researcher.studies.study_progress", fail)
    page = client.get(reverse("study-detail", args=[study.slug]))
    assert page.status_code == 500
    assert "There is a problem with this site" in page.content.decode()
    assert "secret detail" not in page.content.decode()


# --- A database in trouble ---------------------------------------------------------------------------
@contextmanager
def writes_fail(words="database or disk is full"):
    def refuse(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError(words)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def full_disk():
    """SQLite's own limit on the size of its file, used up: the same error as from a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (text TEXT)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            fill_up(cursor)
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE filler")


def fill_up(cursor) -> None:
    for size in (500, 50, 1):
        with suppress(OperationalError):
            while True:
                cursor.execute("INSERT INTO filler VALUES (%s)", ["x" * size])


@pytest.fixture
def careful(client, settings):
    """As a browser sees the site: failures are pages, and guesses are counted."""
    settings.AXES_ENABLED = True
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("password", [PASSWORD, "guessed-at-random"])
def test_login_with_a_full_disk_is_a_calm_page_that_keeps_the_name(careful, password):
    make_researcher("grace")
    with writes_fail():
        page = careful.post(reverse("login"), {"username": "grace", "password": password}, **HOST)
    assert page.status_code == 503
    assert "Try again in a moment" in page.content.decode()
    assert "grace" in page.content.decode()
    assert password not in page.content.decode()
    assert careful.post(reverse("login"), {"username": "grace", "password": PASSWORD}).status_code == 302


def log_in_again_and_again(client):
    for _ in range(200):
        client.cookies.clear()
        yield client.post(reverse("login"), {"username": "grace", "password": PASSWORD})


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="fills up a SQLite file")
def test_login_with_a_sqlite_file_that_cannot_grow_is_a_calm_page(careful):
    make_researcher("grace")
    with full_disk():
        # The pages of the file that are half empty still take a few.
        page = next(page for page in log_in_again_and_again(careful) if page.status_code != 302)
    assert page.status_code == 503
    assert "its disk is full" in page.content.decode()


def test_form_that_the_database_refuses_comes_back_and_can_be_sent_again(strict):
    strict.raise_request_exception = False
    token = strict.get(reverse("study-create")).context["csrf_token"]
    typed = {"name": 'A "quoted" <b>name</b>', "slug": "pilot", "csrfmiddlewaretoken": token}
    with writes_fail("canceling statement due to lock timeout"):
        page = strict.post(reverse("study-create"), typed, **HOST)
    assert page.status_code == 503
    assert page["Retry-After"] == "5"
    html = page.content.decode()
    assert "&lt;b&gt;name&lt;/b&gt;" in html
    again = {**typed, "csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="(\w+)"', html)[1]}
    assert strict.post(reverse("study-create"), again, **HOST).status_code == 302


def test_page_that_the_database_refuses_offers_to_try_again(careful, monkeypatch):
    careful.force_login(make_researcher("root", staff=True))
    study = make_study(questions=1)

    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("annotation.views.researcher.studies.study_progress", fail)
    address = reverse("study-detail", args=[study.slug])
    page = careful.get(address)
    assert page.status_code == 503
    assert f'href="{address}"' in page.content.decode()
    assert "connection unexpectedly" not in page.content.decode()


def test_program_that_the_database_refuses_gets_json(careful, monkeypatch):
    careful.force_login(make_researcher("root", staff=True))

    def fail(*args, **kwargs):
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr("annotation.api.studies.Studies.get_queryset", fail)
    reply = careful.get("/api/v1/studies/")
    assert (reply.status_code, reply["Retry-After"]) == (503, "5")
    assert "try again" in reply.json()["detail"]
