import pytest
from django.db import OperationalError, connection

from config import health_views

pytestmark = pytest.mark.urls("config.health_urls")


def test_healthz_answers_without_a_database(client):
    # No django_db mark: pytest-django fails the test if a query is made.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_healthz_refuses_a_post(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_is_ready_when_migrated(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_readyz_names_the_missing_migration(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"sessions.0001_initial" in response.content


@pytest.mark.django_db
def test_readyz_is_not_ready_with_a_full_disk(client, monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "not made yet"
    usage = type(health_views.shutil.disk_usage(tmp_path))
    monkeypatch.setattr(health_views.shutil, "disk_usage", lambda folder: usage(10**12, 10**12 - 10**6, 10**6))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"the disk is full under DATA_DIR" in response.content


def test_readyz_says_when_the_database_does_not_answer(client, monkeypatch):
    def no_answer():
        raise OperationalError('connection to server at "db.internal", user "secret" failed')

    monkeypatch.setattr(health_views, "unapplied_migrations", no_answer)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"does not answer" in response.content
    assert b"secret" not in response.content
