"""Password guessing is slowed down per account and address, behind a proxy too."""

import pytest
from django.contrib.auth import get_user_model

from annotation.client_address import client_address

pytestmark = pytest.mark.django_db
PASSWORD = "a long and private password"


@pytest.fixture(autouse=True)
def guarded_site(settings):
    settings.AXES_ENABLED = True
    get_user_model().objects.create_user("ada", password=PASSWORD)


def log_in(client, password, **headers):
    return client.post("/login/", {"username": "ada", "password": password}, **headers).status_code


def test_login_with_the_right_password_goes_in(client):
    assert log_in(client, PASSWORD) == 302


def test_login_is_closed_after_five_wrong_passwords(client):
    for _ in range(5):
        log_in(client, "wrong")
    assert log_in(client, PASSWORD) == 429


def test_login_guessed_at_elsewhere_stays_open_for_its_owner(client):
    for _ in range(5):
        log_in(client, "wrong", REMOTE_ADDR="198.51.100.7")
    assert log_in(client, PASSWORD, REMOTE_ADDR="198.51.100.8") == 302


def test_login_behind_a_proxy_tells_guesser_and_owner_apart(client, settings):
    settings.BEHIND_PROXY = True
    # What the caller wrote stands first; the proxy adds where the request really came from.
    for forged in range(5):
        log_in(client, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{forged}, 198.51.100.7")
    assert log_in(client, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7") == 429
    assert log_in(client, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.8") == 302


def test_forwarded_addresses_count_for_nothing_without_a_proxy(rf, settings):
    settings.BEHIND_PROXY = False
    request = rf.get("/", REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="203.0.113.1")
    assert client_address(request) == "198.51.100.7"


@pytest.mark.parametrize(
    ("written", "proxies", "address"),
    [
        ("203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7, 10.0.0.2", 2, "198.51.100.7"),
        ("198.51.100.7", 2, "198.51.100.7"),
        ("203.0.113.9, ,", 1, "203.0.113.9"),
        ("", 1, "10.0.0.1"),
    ],
)
def test_client_address_behind_several_proxies(settings, rf, written, proxies, address):
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = True, proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=written)
    assert client_address(request) == address
