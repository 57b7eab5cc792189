"""Logging in, one's own account, and who may log in."""

import re
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import ApiToken
from annotation.services.tokens import find_token, make_token
from tests.factories import PASSWORD, make_researcher, make_study

pytestmark = pytest.mark.django_db
NEW = "a much longer pass phrase"


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def root():
    return make_researcher("root", staff=True)


@pytest.fixture
def admin(client, root):
    client.force_login(root)
    return client


def log_in(client, username, password=PASSWORD):
    return client.post(reverse("login"), {"username": username, "password": password})


def is_logged_in(client):
    return client.get(reverse("account")).status_code == 200


def link_in(page):
    return re.search(r'value="(http[^"]+/welcome/[^"]+)"', page.content.decode()).group(1)


def choose_password(link, password=NEW):
    browser = Client()
    form = browser.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return browser.post(address, {"new_password1": password, "new_password2": password}, follow=True)


def test_log_in_leads_to_the_studies(client, grace):
    assert log_in(client, "grace").headers["Location"] == reverse("study-list")
    assert is_logged_in(client)


def test_log_in_leads_back_to_the_page_asked_for_but_to_no_other_site(client, grace):
    study = make_study(questions=1, by=grace)
    address = reverse("study-detail", args=[study.slug])
    asked = client.get(address).headers["Location"]
    credentials = {"username": "grace", "password": PASSWORD}
    assert client.post(asked, {**credentials, "next": address}).headers["Location"] == address
    elsewhere = Client().post(reverse("login"), {**credentials, "next": "https://example.org/"})
    assert elsewhere.headers["Location"] == reverse("study-list")


def test_wrong_password_is_said_plainly_and_gives_the_name_back(client, grace):
    page = log_in(client, "grace", "wrong").content.decode()
    assert "do not match" in page
    assert 'value="grace"' in page
    assert "wrong" not in page


def test_too_many_wrong_passwords_close_the_door_with_a_calm_page(client, grace, settings):
    settings.AXES_ENABLED = True
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = log_in(client, "grace", "wrong")
    assert page.status_code == 429
    assert "Too many attempts" in page.content.decode()
    assert log_in(client, "grace").status_code == 429
    make_researcher("olga")
    assert log_in(Client(), "olga").status_code == 302


def test_log_out_is_a_post(client, grace):
    client.force_login(grace)
    assert client.get(reverse("logout")).status_code == 405
    client.post(reverse("logout"))
    assert not is_logged_in(client)


def test_change_password_keeps_this_browser_and_ends_the_others(client, grace):
    other = Client()
    client.force_login(grace), other.force_login(grace)
    fields = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    page = client.post(reverse("password-change"), fields, follow=True)
    assert "Your password has been changed" in page.content.decode()
    assert is_logged_in(client)
    assert not is_logged_in(other)


def test_short_password_is_refused_with_reason(client, grace):
    client.force_login(grace)
    fields = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert "at least 12 characters" in client.post(reverse("password-change"), fields).content.decode()


def make_token_by_form(client, **fields):
    fields = {"name": "notebook", "scopes": ["studies:read"], "days": "30"} | fields
    return client.post(reverse("token-make"), fields)


def test_token_is_shown_once_and_can_be_revoked(client, grace):
    client.force_login(grace)
    page = make_token_by_form(client)
    key = page.context["new_token"]
    assert find_token(key).user == grace
    assert key in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert key not in client.get(reverse("account")).content.decode()
    assert key not in str(list(ApiToken.objects.values()))
    client.post(reverse("token-revoke", args=[ApiToken.objects.get().pk]))
    assert not ApiToken.objects.exists()


def test_token_has_the_scopes_and_the_end_that_were_chosen(client, grace):
    client.force_login(grace)
    make_token_by_form(client, days="")
    make_token_by_form(client, name="other", scopes=["answers:write", "studies:write"])
    first, second = ApiToken.objects.all()
    assert (first.scopes, first.expires_at) == (["studies:read"], None)
    assert second.scopes == ["answers:write", "studies:write"]
    assert timedelta(days=29) < second.expires_at - timezone.now() < timedelta(days=30)
    second.expires_at = timezone.now()
    second.save()
    assert list(ApiToken.objects.valid()) == [first]


@pytest.mark.parametrize("fields", [{"scopes": []}, {"name": ""}, {"scopes": ["everything"]}, {"days": "9"}])
def test_token_that_makes_no_sense_is_not_made(client, grace, fields):
    client.force_login(grace)
    assert make_token_by_form(client, **fields).status_code == 422
    assert not ApiToken.objects.exists()


def test_two_tokens_of_one_person_have_different_names(client, grace):
    client.force_login(grace)
    make_token_by_form(client)
    assert "already have a token called" in make_token_by_form(client).content.decode()
    match = r"user_id|api_token_name_once_per_person"
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        ApiToken.objects.create(user=grace, name="notebook", key_hash="0" * 64)


def test_token_of_another_person_is_not_revoked(client, grace, root):
    make_token(user=root, name="theirs")
    client.force_login(grace)
    client.post(reverse("token-revoke", args=[ApiToken.objects.get().pk]))
    assert ApiToken.objects.exists()


def test_added_researcher_chooses_a_password_by_a_link_that_works_once(admin):
    page = admin.post(reverse("person-add"), {"username": "edith", "full_name": "Edith Clarke"})
    link = link_in(page)
    assert not get_user_model().objects.get(username="edith").is_staff
    assert choose_password(link).redirect_chain[-1][0] == reverse("login")
    assert log_in(Client(), "edith", NEW).status_code == 302
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_one_time_link_is_not_on_the_page_again(admin):
    admin.post(reverse("person-add"), {"username": "edith"})
    assert "/welcome/" not in admin.get(reverse("people")).content.decode()


@pytest.mark.parametrize("username", ["GRACE", "two words", ""])
def test_researcher_needs_a_user_name_of_their_own(admin, grace, username):
    page = admin.post(reverse("person-add"), {"username": username})
    assert "Nothing has been saved yet" in page.content.decode()
    assert get_user_model().objects.count() == 2


def test_disabled_researcher_is_out_at_once_everywhere(admin, grace):
    browser = Client()
    browser.force_login(grace)
    make_token(user=grace, name="notebook")
    admin.post(reverse("person-disable", args=[grace.pk]))
    assert not is_logged_in(browser)
    assert not ApiToken.objects.exists()
    assert log_in(Client(), "grace").status_code == 200
    admin.post(reverse("person-enable", args=[grace.pk]))
    assert log_in(Client(), "grace").status_code == 302


def test_new_link_ends_the_old_password_the_sessions_and_the_token(admin, grace):
    browser = Client()
    browser.force_login(grace)
    make_token(user=grace, name="notebook")
    link = link_in(admin.post(reverse("person-reset", args=[grace.pk])))
    assert not is_logged_in(browser)
    assert not ApiToken.objects.exists()
    assert log_in(Client(), "grace").status_code == 200
    choose_password(link)
    assert log_in(Client(), "grace", NEW).status_code == 302


@pytest.mark.parametrize("name", ["person-disable", "person-reset", "person-enable"])
def test_admins_cannot_change_themselves(admin, root, name):
    page = admin.post(reverse(name, args=[root.pk]), follow=True)
    assert "Ask another admin" in page.content.decode()
    assert is_logged_in(admin)


def test_token_of_before_still_opens_what_it_did(grace):
    """The upgrade keeps the key's hash and drops the table with the keys."""
    upgrade = import_module("annotation.migrations.0024_api_tokens_of_before")
    key = "0123456789abcdef0123456789abcdef01234567"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE authtoken_token (key varchar(40), created timestamp, user_id integer)")
        cursor.execute("INSERT INTO authtoken_token VALUES (%s, CURRENT_TIMESTAMP, %s)", [key, grace.pk])
        upgrade.take_over(apps, SimpleNamespace(connection=connection, execute=cursor.execute))
        assert "authtoken_token" not in connection.introspection.table_names(cursor)
    assert (find_token(key).user, find_token(key).allows("studies:write")) == (grace, False)
