"""One locked row, or SQLite's one writer: posts come back with their text, and the site keeps answering."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import pytest
from django.db import connection, transaction

from annotation.models import Assignment
from annotation.rehearsal.client import Client, Reply
from annotation.rehearsal.page import read_form
from annotation.services import ledger
from tests.annotation.reading import url
from tests.factories import arrive, walk_to_questions
from tests.load.integrity import assert_intact

POSTS, WORKERS, THREADS = 10, 2, 4


@pytest.fixture
def assignment(study) -> Assignment:
    return walk_to_questions(arrive(study))


@contextmanager
def locked(assignment: Assignment) -> Iterator[None]:
    """Another transaction has the row, as long as the block runs."""
    with transaction.atomic():
        ledger.locked(assignment)
        yield


def text_of(number: int) -> str:
    return f"Reason {number}: she keeps her promises to her family,\r\nand this answer says how."


def post(site: str, assignment: Assignment, number: int) -> Reply:
    fields = [("choice", "A"), ("justification", text_of(number))]
    with closing(Client(site)) as client:
        return client.post(url(assignment, "question", 1), fields)


def health(site: str) -> int:
    with closing(Client(site)) as client:
        return client.get("/healthz").status


@contextmanager
def ten_posts(site: str, assignment: Assignment) -> Iterator[list[Future[Reply]]]:
    with ThreadPoolExecutor(POSTS) as pool:
        yield [pool.submit(partial(post, site, assignment, number)) for number in range(POSTS)]


def waiting() -> int:
    """How many connections wait for a row just now."""
    with connection.cursor() as cursor:
        # The state as of now, though this transaction began before.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0]


def wait_until_each_waits_or_is_answered(posts: list[Future[Reply]]) -> None:
    while sum(post.done() for post in posts) + waiting() < POSTS:
        time.sleep(0.05)


def assert_handed_back(reply: Reply, number: int) -> None:
    assert reply.status == 503
    fields = dict(read_form(reply.text).filled())
    assert (fields["choice"], fields["justification"]) == ("A", text_of(number))


def test_health_answers_while_posts_wait_for_a_locked_row(study, assignment, serve):
    site = serve("tests.load.patient_wsgi", workers=WORKERS, threads=THREADS).url
    with ten_posts(site, assignment) as posts, locked(assignment):
        wait_until_each_waits_or_is_answered(posts)
        before = waiting()
        assert 0 < before <= WORKERS * (THREADS - 1)
        for _ in range(WORKERS * THREADS):
            assert health(site) == 200
        assert waiting() == before, "they still wait, so nobody made room for the health check"
    replies = [post.result() for post in posts]
    assert sorted({reply.status for reply in replies}) == [302, 503]
    for number, reply in enumerate(replies):
        if reply.status == 503:
            assert_handed_back(reply, number)
    assert assignment.rater.annotations.count() == 1
    assert_intact(study)


def test_posts_to_a_locked_row_come_back_with_their_text_and_can_be_sent_again(study, assignment, serve):
    site = serve(workers=WORKERS, threads=THREADS).url
    with locked(assignment), ten_posts(site, assignment) as posts:
        replies = [post.result() for post in posts]
    for number, reply in enumerate(replies):
        assert_handed_back(reply, number)
    assert not assignment.rater.annotations.exists()
    assert post(site, assignment, 7).status == 302
    assert assignment.rater.annotations.get().justification == text_of(7).replace("\r\n", "\n")
    assert_intact(study)


def test_health_answers_while_posts_wait_for_the_one_writer_of_sqlite(sqlite_study, serve):
    assignment = walk_to_questions(arrive(sqlite_study))
    site = serve("tests.load.patient_wsgi", workers=1, threads=THREADS).url
    assert health(site) == 200
    writer = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    # More than the process has threads.
    with closing(writer), ThreadPoolExecutor(2 * THREADS) as pool:
        writer.execute("BEGIN IMMEDIATE")
        posts = [pool.submit(partial(post, site, assignment, number)) for number in range(2 * THREADS)]
        time.sleep(1)  # until they have arrived and every thread has one
        for _ in range(10):
            assert health(site) == 200
        assert not any(post.done() for post in posts)
        writer.rollback()
        assert {post.result().status for post in posts} == {302}
    assert_intact(sqlite_study)
