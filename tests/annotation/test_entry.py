"""The study's door: who may look at what, and which requests do nothing."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Assignment, Rater, TurnedAway
from annotation.preview_links import VALID_FOR, preview_token
from tests.annotation.reading import text_of
from tests.factories import make_researcher, make_study, prolific_id

pytestmark = pytest.mark.django_db


def entry(study) -> str:
    return reverse("entry", args=[study.slug])


def shows_the_consent(page) -> bool:
    return page.status_code == 200 and "Taking part in this study" in text_of(page)


# --- HEAD --------------------------------------------------------------------------------------------
def test_head_takes_no_seat(client):
    study = make_study(questions=1)
    response = client.head(entry(study), {"PROLIFIC_PID": prolific_id(1)})
    assert (response.status_code, response.content) == (200, b"")
    assert response["Cache-Control"] == "no-store"
    assert not Assignment.objects.exists()


def test_head_starts_no_preview_and_turns_nobody_away(client):
    study = make_study(questions=1, open=False)
    client.head(entry(study))
    client.head(entry(study), {"PROLIFIC_PID": prolific_id(1)})
    assert not Rater.objects.exists()
    assert not TurnedAway.objects.exists()


def test_head_of_an_unknown_study_is_not_found(client):
    assert client.head("/s/nowhere/").status_code == 404


# --- Drafts ------------------------------------------------------------------------------------------
@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def draft(grace):
    return make_study(questions=1, open=False, by=grace)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_draft_is_shown_to_its_researchers_and_to_admins(draft, grace):
    for user in (grace, make_researcher("root", staff=True)):
        assert shows_the_consent(signed_in(user).get(entry(draft)))


def test_draft_is_private_to_everybody_else(draft, client):
    for visitor in (client, signed_in(make_researcher("heidi"))):
        page = visitor.get(entry(draft))
        assert page.status_code == 403
        assert "Only its researchers can see it now" in text_of(page)
        assert visitor.post(entry(draft), {"consent": "yes"}).status_code == 403
    assert not Rater.objects.exists()


def test_preview_link_from_the_console_shows_the_draft_and_starts_a_walk(draft, grace, client):
    console = signed_in(grace).get(reverse("study-detail", args=[draft.slug]))
    link = urlsplit(console.context["preview_link"])
    address = f"{link.path}?{link.query}"
    assert f"works until {timezone.now() + VALID_FOR:%-d %b %Y}" in text_of(console)
    assert shows_the_consent(client.get(address))
    assert client.post(address, {"consent": "yes"}).status_code == 302
    assert Assignment.objects.get().is_preview


def test_preview_link_expires(draft, client, monkeypatch):
    link = f"{entry(draft)}?preview={preview_token(draft.slug)}"
    later = (timezone.now() + VALID_FOR + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(link).status_code == 403


def test_revoked_preview_links_show_nothing_and_new_ones_do(draft, grace, client):
    old, console = {"preview": preview_token(draft.slug)}, signed_in(grace)
    walk = client.post(f"{entry(draft)}?preview={old['preview']}", {"consent": "yes"}).url
    assert client.get(walk, follow=True).status_code == 200

    page = console.post(reverse("preview-links-revoke", args=[draft.slug]), follow=True)
    assert "Preview links revoked by grace" in text_of(page)
    assert client.get(entry(draft), old).status_code == 403
    assert client.post(f"{entry(draft)}?preview={old['preview']}", {"consent": "yes"}).status_code == 403
    assert client.get(walk, follow=True).status_code == 404
    link = urlsplit(page.context["preview_link"])
    assert shows_the_consent(client.get(f"{link.path}?{link.query}"))

    console.post(reverse("preview-links-revoke", args=[draft.slug]))
    assert client.get(f"{link.path}?{link.query}").status_code == 403


def test_revoking_a_studys_preview_links_leaves_those_of_others(draft, grace, client):
    other = make_study(questions=1, open=False, by=grace)
    signed_in(grace).post(reverse("preview-links-revoke", args=[draft.slug]))
    assert shows_the_consent(client.get(entry(other), {"preview": preview_token(other.slug)}))


def test_preview_link_opens_its_own_study_only(draft, grace, client):
    other = make_study(questions=1, open=False, by=grace)
    assert client.get(entry(draft), {"preview": preview_token(other.slug)}).status_code == 403
    assert client.get(entry(draft), {"preview": "draft:made-up"}).status_code == 403


def test_preview_of_an_opened_study_needs_no_link(client):
    assert shows_the_consent(client.get(entry(make_study(questions=1))))
