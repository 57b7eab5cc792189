"""The base settings as production loads them, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHOW = "from django.conf import settings; print({expression})"


def run(*arguments, **environment):
    clean = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "config.settings.base"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=clean | environment, capture_output=True, text=True
    )


@pytest.fixture
def production(tmp_path):
    return {"SECRET_KEY": "sixteen letters 0123456789 and then some more of them", "DATA_DIR": str(tmp_path)}


def show(expression, **environment):
    result = run("-c", SHOW.format(expression=expression), **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_check_deploy_has_no_warnings(production):
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **production)
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_check_deploy_would_notice_a_weak_setting(production):
    """The negative control of the test above."""
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **production | {"HTTPS": "false"})
    assert result.returncode != 0
    assert "security.W012" in result.stderr


def test_secret_key_missing_says_how_to_mend_it():
    result = run("manage.py", "check")
    assert result.returncode != 0
    assert "SECRET_KEY is not set. Run script/serve" in result.stderr


WRONG = {
    "SITE_URL": "study.example.org",
    "CSRF_TRUSTED_ORIGINS": "study.example.org",
    "ALLOWED_HOSTS": "https://study.example.org",
    "HSTS_SECONDS": "-1",
    "PORT": "99999",
    "HTTPS": "perhaps",
    "DATABASE_URL": "nonsense",
    "TIME_ZONE": "Nowhere",
    "LOG_LEVEL": "LOUD",
    "WEB_CONCURRENCY": "0",
}


@pytest.mark.parametrize("https", ["true", "false"])
def test_wrong_settings_are_all_named_without_a_traceback(production, https):
    result = run("manage.py", "check", **production | WRONG | {"HTTPS": https})
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert [name for name in WRONG if f"- {name}" not in result.stderr] == ["HTTPS"]


@pytest.mark.parametrize(
    ("setting", "words"),
    [({"PORT": "99999"}, "PORT=99999 is too large"), ({"SECRET_KEY": "short"}, "SECRET_KEY has 5 characters")],
)
@pytest.mark.parametrize(
    "start",
    [
        ("-m", "gunicorn", "--config", "python:config.gunicorn", "--check-config", "config.wsgi"),
        ("-m", "config.first_start"),
    ],
    ids=["gunicorn", "script/serve"],
)
def test_site_does_not_start_with_a_wrong_setting_and_says_which(production, start, setting, words):
    result = run(*start, **production | setting)
    assert result.returncode != 0
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_server_takes_its_settings_from_the_file_of_settings_too(production, tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("PORT=9123\nTHREADS=7\n", encoding="utf-8")
    question = "from config import gunicorn; print(gunicorn.bind, gunicorn.threads)"
    assert run("-c", question, **production | {"ENV_FILE": str(file)}).stdout.split() == ["127.0.0.1:9123", "7"]


@pytest.mark.parametrize("url", ["nonsense", "mysql//x", "postgres://u@h:port/name"])
def test_database_url_unreadable_says_what_to_write(production, url):
    result = run("manage.py", "check", **production | {"DATABASE_URL": url})
    assert result.returncode != 0
    assert "postgres://USER:PASSWORD@HOST:PORT/NAME" in result.stderr


def test_sqlite_takes_the_write_lock_at_once_and_keeps_what_it_acknowledged(production, tmp_path):
    question = """
import django; django.setup()
from django.db import connection, transaction
with connection.cursor() as cursor:
    ask = lambda pragma: cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
    print(ask("journal_mode"), ask("synchronous"), ask("busy_timeout"), connection.transaction_mode)
"""
    result = run("-c", question, **production)
    assert result.stdout.split() == ["wal", "2", "20000", "IMMEDIATE"], result.stderr


def test_data_folder_is_for_this_account_only(production, tmp_path):
    show("settings.DATA_DIR", **production | {"DATA_DIR": str(tmp_path / "data")})
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_cookies_are_secure_and_bound_to_the_host(production):
    names = show("settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME", **production)
    secure = show("settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE", **production)
    assert (names, secure) == ("__Host-session __Host-csrf", "True True")


def test_forwarded_headers_count_only_behind_a_proxy_of_ours(production):
    assert show("settings.SECURE_PROXY_SSL_HEADER", **production) == "None"
    behind = show("settings.SECURE_PROXY_SSL_HEADER", **production, BEHIND_PROXY="true")
    assert behind == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_policy_allows_nothing_inline(production):
    assert "unsafe" not in show("settings.CONTENT_SECURITY_POLICY", **production)
