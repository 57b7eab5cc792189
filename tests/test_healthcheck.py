"""The container's health check, against a live server."""

import pytest

from config.healthcheck import a_host_it_answers_to, main

pytestmark = pytest.mark.urls("config.health_urls")


def test_healthcheck_is_content_with_a_server_that_answers(live_server, monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["study.example.org"]
    monkeypatch.setenv("PORT", str(live_server.thread.port))
    monkeypatch.setenv("ALLOWED_HOSTS", "study.example.org")
    assert main() == 0


def test_healthcheck_fails_when_the_server_turns_it_away(live_server, monkeypatch, settings, capsys):
    settings.ALLOWED_HOSTS = ["study.example.org"]
    monkeypatch.setenv("PORT", str(live_server.thread.port))
    monkeypatch.setenv("ALLOWED_HOSTS", "another.example.org")
    assert main() == 1
    assert "400" in capsys.readouterr().err


def test_healthcheck_fails_when_nothing_listens(unused_tcp_port, monkeypatch, capsys):
    monkeypatch.setenv("PORT", str(unused_tcp_port))
    assert main() == 1
    assert "no answer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("allowed", "host"),
    [(["*"], "localhost"), ([".example.org"], "example.org"), (["a.org", "b.org"], "a.org"), ([], "localhost")],
)
def test_healthcheck_introduces_itself_by_an_allowed_name(allowed, host):
    assert a_host_it_answers_to(allowed) == host
