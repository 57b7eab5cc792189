"""No key reaches a log: not by a warning, not by a traceback, not by the server."""

import logging
import sys

import pytest
from django.db import connection
from django.urls import reverse
from gunicorn.config import Config

from annotation.models import Assignment
from config.logs import DiscreetFormatter, without_keys
from config.server_log import DiscreetServerLog
from tests.factories import arrive, make_study

WORDS = "My own words."
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


REFUSED_ROW = """\
Traceback (most recent call last):
  File "site.py", line 1, in execute
psycopg.errors.CheckViolation: new row for relation "annotation_assignment" violates check constraint "state_is_known"
DETAIL:  Failing row contains (7, tQ4h-Yw8sQmXoR2d_1aZbA, I lost
my job,

and my Traceback).

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "view.py", line 2, in view
django.db.utils.IntegrityError: new row for relation "annotation_assignment" violates check constraint "state_is_known"
DETAIL:  Failing row contains (7, tQ4h-Yw8sQmXoR2d_1aZbA, I lost
my job).
"""


def test_row_in_a_database_error_is_cut_and_the_constraint_stays():
    text = without_keys(REFUSED_ROW)
    assert text.count('violates check constraint "state_is_known"') == 2
    assert "The above exception was the direct cause" in text
    assert 'File "view.py", line 2' in text
    for secret in (CODE, "I lost", "my job", "and my"):
        assert secret not in text


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ('invalid input syntax for type bigint: "my \\"own\\" words"', "invalid input syntax for type bigint: …"),
        ('date/time field value out of range: "9999 words"', "date/time field value out of range: …"),
        ("no such table: annotation_study", "no such table: annotation_study"),
        ("DETAIL: of a study", "DETAIL: …"),
        ("syntax error\nLINE 1: SELECT 'my words'\n  ^", "syntax error\nLINE 1: …"),
        ("failed\nCONTEXT:  COPY answers, line 3, column text: 'my words'", "failed\nCONTEXT: …"),
    ],
)
def test_value_in_a_database_error_is_cut(text, cut):
    assert without_keys(text) == cut


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite quotes no values")
def test_constraint_error_of_postgresql_leaves_no_key_in_the_log(client, monkeypatch, caplog):
    """The real error through the real view and formatter: a state that no constraint allows."""
    assignment = arrive(make_study(questions=1))

    def break_a_rule(request, assignment):
        Assignment.objects.filter(pk=assignment.pk).update(state="nonsense", comment=WORDS)

    monkeypatch.setattr("annotation.views.participant.pages.help_page", break_a_rule)
    monkeypatch.setattr("annotation.views.participant.DatabaseError", OSError)  # as a view that does not catch it
    client.raise_request_exception = False
    client.get(reverse("participant-help", args=[assignment.code]))
    (record,) = (record for record in caplog.records if record.exc_info)
    entry = DiscreetFormatter("%(message)s").format(record)
    assert assignment.code in str(record.exc_info[1]), "the error itself holds the key"
    assert "assignment_state_is_known" in entry
    for secret in (assignment.code, assignment.rater.prolific_id, WORDS):
        assert secret not in entry


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
