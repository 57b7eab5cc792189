"""When something is wrong with a request: the calm pages, and the typed text that comes back."""

import pytest
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
    assert "There is nothing at this address" in page.content.decode()


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
    assert "The site failed to answer" in page.content.decode()
    assert "secret detail" not in page.content.decode()
