"""Whole numbers from a query into numpy arrays, without a Python object per row where PostgreSQL allows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

Numbers = npt.NDArray[np.integer]
Ids = npt.NDArray[np.int64]

# What PostgreSQL sends for millions of rows: all of them in one value, for each rater the id, the number of bytes and
# the answers, each packed into one number. Sent one by one, two seconds go into counting messages; sent rater by rater,
# each message is a wait, after which the thread queues behind the others of its process. Grouped by more than the
# rater, half a second goes into sorting. A value is at most a gigabyte, 130 million answers.
STATEMENT = """
COPY (SELECT string_agg(int8send(key) || int8send(octet_length(numbers)::bigint) || numbers, '')
FROM ({}) AS groups (key, numbers)) TO STDOUT (FORMAT BINARY)
"""
ANSWERS_STATEMENT = """
SELECT rater, string_agg(int8send(question * 2097152 + run * 64 + choice * 4 + side + 1), '')
FROM ({}) AS answers (rater, question, run, choice, side) GROUP BY rater
"""
QUESTIONS_STATEMENT = """
SELECT persona, string_agg(int8send(question * 2 + revised_first), '' ORDER BY position)
FROM ({}) AS questions (persona, question, revised_first, position) GROUP BY persona
"""
PROMPTS_STATEMENT = """
SELECT min(question), string_agg(int8send(question), '')
FROM ({}) AS prompts (prompt, question) GROUP BY prompt
"""
# The binary format: a header, the number of fields, the length of the field (-1 = null), and the field, big-endian.
LENGTH = slice(21, 25)
VALUE = 25


@dataclass(frozen=True, eq=False)
class Answers:
    """One entry of each array for one annotation, in any order."""

    rater: Ids
    question: Ids
    run: Numbers
    choice: Numbers
    side: Numbers

    def only(self, keep: npt.NDArray[np.bool_]) -> Answers:
        return self if keep.all() else Answers(*(getattr(self, field.name)[keep] for field in fields(self)))


def answers_of(query: QuerySet) -> Answers:
    """The query's columns rater, question (bigints), run, choice and side (smallints), none of them null.

    ``choice`` is 0 to 15 and ``side`` -1 to 2.
    """
    if connection.vendor != "postgresql":
        rows = np.fromiter(query.iterator(chunk_size=50_000), dtype=np.dtype((np.int64, 5)))
        return Answers(*rows.T)
    groups = list(_groups(query, ANSWERS_STATEMENT))
    sizes = np.array([len(packed) for _, packed in groups], dtype=np.int64)
    packed = np.concatenate([np.empty(0, dtype=np.int64), *(packed for _, packed in groups)])
    return Answers(
        rater=np.repeat(np.array([rater for rater, _ in groups], dtype=np.int64), sizes),
        question=packed >> 21,
        run=((packed >> 6) & 32767).astype(np.int16),
        choice=((packed >> 2) & 15).astype(np.int8),
        side=((packed & 3) - 1).astype(np.int8),
    )


def questions_of_personas(query: QuerySet) -> dict[int, tuple[Ids, npt.NDArray[np.bool_]]]:
    """For each persona the questions in order, and whether the revised response is the first of their reference order.

    The query's columns are persona, question (bigints), revised first (0 or 1) and position.
    """
    if connection.vendor == "postgresql":
        packed = dict(_groups(query, QUESTIONS_STATEMENT))
    else:
        found = defaultdict(list)
        for persona, question, revised_first, _ in query.order_by("position"):
            found[persona].append(question * 2 + revised_first)
        packed = {persona: np.array(numbers, dtype=np.int64) for persona, numbers in found.items()}
    return {persona: (numbers >> 1, (numbers & 1).astype(bool)) for persona, numbers in packed.items()}


def questions_of_prompts(query: QuerySet) -> list[Ids]:
    """The questions of each prompt, a group for each; the query's columns are prompt (text) and question."""
    if connection.vendor == "postgresql":
        return [questions for _, questions in _groups(query, PROMPTS_STATEMENT)]
    found = defaultdict(list)
    for prompt, question in query:
        found[prompt].append(question)
    return [np.array(questions, dtype=np.int64) for questions in found.values()]


def _groups(query: QuerySet, statement: str) -> Iterator[tuple[int, Ids]]:
    """Yield each group with its packed numbers."""
    data = _copied(query, statement)
    length = int.from_bytes(data[LENGTH], "big", signed=True)
    numbers = np.frombuffer(data, dtype=">i8", offset=VALUE, count=max(length, 0) // 8).astype(np.int64)
    place = 0
    while place < len(numbers):
        key, n_bytes = numbers[place : place + 2].tolist()
        start, place = place + 2, place + 2 + n_bytes // 8
        yield key, numbers[start:place]


def _copied(query: QuerySet, statement: str) -> bytes:
    sql, parameters = query.query.sql_with_params()
    # COPY takes no parameters of its own, so the driver quotes them into the text.
    copied = connection.ops.compose_sql(STATEMENT.format(statement.format(sql)), parameters)
    with connection.cursor() as cursor, cursor.copy(copied) as copy:
        return b"".join(bytes(block) for block in copy)
