"""No key reaches a log: not by a warning, not by a traceback, not by the server."""

import logging
import sys

import pytest
from gunicorn.config import Config

from config.logs import DiscreetFormatter, without_keys
from config.server_log import DiscreetServerLog

CODE, TOKEN, PROLIFIC_ID = "tQ4h-Yw8sQmXoR2d_1aZbA", "c8x1-5f0b4a3e", "5f0c0ffee5f0c0ffee5f0c0f"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"Not Found: /a/{CODE}/q/3/", "Not Found: /a/…/q/3/"),
        (f"GET /a/{CODE}", "GET /a/…"),
        (f"Not Found: /welcome/MQ/{TOKEN}/", "Not Found: /welcome/MQ/…/"),
        (f"/s/example/?PROLIFIC_PID={PROLIFIC_ID}&x=1", "/s/example/?PROLIFIC_PID=…&x=1"),
        ("Not Found: /studies/example/", "Not Found: /studies/example/"),
    ],
)
def test_keys_are_cut_out_and_the_rest_stays(text, cut):
    assert without_keys(text) == cut


def test_traceback_in_a_log_entry_is_cut_as_well():
    try:
        raise ValueError(f"no screen for /a/{CODE}/q/99/ of {PROLIFIC_ID}")
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Server Error", (), sys.exc_info())
    entry = DiscreetFormatter("%(message)s").format(record)
    assert "ValueError: no screen for /a/…/q/99/ of …" in entry


@pytest.mark.django_db
def test_site_logs_through_the_discreet_formatter(client, settings):
    console = settings.LOGGING["handlers"]["console"]["formatter"]
    assert settings.LOGGING["formatters"][console]["()"] == "config.logs.DiscreetFormatter"
    installed = [handler.formatter for handler in logging.root.handlers if type(handler) is logging.StreamHandler]
    assert all(isinstance(formatter, DiscreetFormatter) for formatter in installed)
    assert installed


def test_server_logs_through_the_discreet_formatter(tmp_path):
    config = Config()
    config.set("accesslog", str(tmp_path / "access"))
    config.set("errorlog", str(tmp_path / "error"))
    log = DiscreetServerLog(config)
    log.error("Error handling request /s/x/?PROLIFIC_PID=%s", PROLIFIC_ID)
    log.access_log.info('"GET /a/%s/ HTTP/1.1" 200', CODE)
    for name, expected in (("error", "PROLIFIC_PID=…"), ("access", '"GET /a/…/ HTTP/1.1" 200')):
        assert expected in (tmp_path / name).read_text()
    for handler in (*log.error_log.handlers, *log.access_log.handlers):
        handler.close()
    log.error_log.handlers.clear()
    log.access_log.handlers.clear()
