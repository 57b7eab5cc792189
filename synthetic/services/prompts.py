"""Curation of prompts: rules at once, the model's judgement in chunks, topics and split at the end."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from files.reading import Problems, read_records
from jobs.models import Chunk, Run
from jobs.services.runs import start_run
from llm.endpoints import FAKE
from synthetic.asking.prompts import ask_whether_contested, read_whether_contested
from synthetic.curation.filters import Dropped, dropped_by_rule, duplicates
from synthetic.curation.splits import held_out_count, hold_out
from synthetic.models import Prompt, PromptSet, Split
from synthetic.services.asking import Answer, Failures, ask_each, model_for

KIND = "curate-prompts"
PER_CHUNK = 200
COLUMNS = ("prompt", "question", "instruction", "text")
LONGEST = 5_000


class BadPromptSet(ValueError):
    """The prompts cannot be curated under this name; the text says why."""


def read_prompts(data: bytes, filename: str) -> list[str]:
    """Return the prompts of a JSON list of texts, or of records with one of COLUMNS. Raises UnreadableFile."""
    if filename.endswith(".gz"):
        data, filename = gzip.decompress(data), filename.removesuffix(".gz")
    found = list_of_texts(data) if filename.endswith(".json") else None
    if found is None:
        found = column_of_texts(data, filename)
    problems = Problems()
    for number, text in enumerate(found, start=1):
        if not text.strip():
            problems.note("The prompt is empty.", line=number)
        elif len(text) > LONGEST:
            problems.note(f"{len(text):,} characters; the most is {LONGEST:,}.", line=number, value=text)
    if not found:
        problems.note("The file has no prompt.", line=1)
    problems.raise_if_any()
    return found


def list_of_texts(data: bytes) -> list[str] | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def column_of_texts(data: bytes, filename: str) -> list[str]:
    records = read_records(data, filename=filename)
    column = next((name for name in COLUMNS if name in records.columns), None)
    problems = Problems()
    if column is None:
        problems.note(f"No column is named {', '.join(COLUMNS[:-1])} or {COLUMNS[-1]}.", line=1)
        problems.raise_if_any()
    assert column is not None
    texts = []
    for record in records:
        value = record.values.get(column)
        if not isinstance(value, str):
            problems.add(record.problem(column, "Expected a text."))
        texts.append(str(value))
    problems.raise_if_any()
    return texts


def start_curation(
    *,
    name: str,
    data: bytes,
    filename: str,
    endpoint: str,
    seed: int = 1,
    drops_duplicates: bool = False,
    by: Any = None,
) -> Run:
    """Store a file's prompts and ask for their curation. Raises UnreadableFile, BadPromptSet and UnknownEndpoint."""
    model_for(endpoint)
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadPromptSet("A prompt set needs a name of 1 to 100 characters that can be seen.")
    texts = read_prompts(data, filename)
    digest = hashlib.sha256(data).hexdigest()
    unfinished = PromptSet.objects.filter(name=name, sha256=digest, is_ready=False, run__isnull=False).first()
    if unfinished:
        assert unfinished.run is not None
        return unfinished.run
    fields = {"source_name": Path(filename).name[-255:], "sha256": digest, "endpoint": endpoint, "seed": seed}
    try:
        prompt_set = store_prompts(name, texts, fields, drops_duplicates=drops_duplicates)
    except IntegrityError:
        raise BadPromptSet(f"There is a prompt set {name!r} already. Choose another name.") from None
    run = start_run(KIND, parameters={"prompt_set": prompt_set.pk, "name": name, "endpoint": endpoint}, by=by)
    PromptSet.objects.filter(pk=prompt_set.pk).update(run=run)
    return run


@transaction.atomic
def store_prompts(name: str, texts: list[str], fields: dict[str, Any], *, drops_duplicates: bool) -> PromptSet:
    """Store every prompt with what the rules say of it."""
    prompt_set = PromptSet.objects.create(name=name, **fields)
    first = duplicates(texts)
    prompts = [
        Prompt(
            prompt_set=prompt_set,
            position=place + 1,
            text=text,
            dropped=dropped_by_rule(text) or (DUPLICATE if drops_duplicates and first[place] is not None else ""),
            duplicate_of=None if (original := first[place]) is None else original + 1,
        )
        for place, text in enumerate(texts)
    ]
    Prompt.objects.bulk_create(prompts, batch_size=1000)
    return prompt_set


DUPLICATE = "repeats another"


# --- The model's step --------------------------------------------------------------------------------
def chunk_sizes(prompt_set: PromptSet) -> list[int]:
    """The candidates' number by chunk; a chunk is a stretch of positions, so it stays the same when repeated."""
    last = prompt_set.prompts.count()
    return [candidates(prompt_set, start // PER_CHUNK).count() for start in range(0, last, PER_CHUNK)]


def candidates(prompt_set: PromptSet, number: int) -> Any:
    """The prompts of a chunk that the rules kept."""
    start = number * PER_CHUNK
    stretch = prompt_set.prompts.filter(position__gt=start, position__lte=start + PER_CHUNK)
    return stretch.exclude(dropped__in=[Dropped.NO_QUESTION_MARK, Dropped.TOO_SHORT, DUPLICATE])


def classify(prompt_set: PromptSet, chunk: Chunk) -> Failures:
    prompts = list(candidates(prompt_set, chunk.number).filter(is_contested__isnull=True))
    failures = Failures()

    def save(answers: list[Answer]) -> None:
        done = []
        for answer in answers:
            if answer.value is None:
                failures.add(answer.failure, answer.detail)
                continue
            prompt = prompts[answer.index]
            prompt.is_contested = answer.value
            prompt.dropped = "" if answer.value else Dropped.NOT_CONTESTED
            done.append(prompt)
        Prompt.objects.bulk_update(done, ["is_contested", "dropped"])

    chunk.report("asking whether people would differ")
    requests = [ask_whether_contested(prompt.text) for prompt in prompts]
    model = model_for(prompt_set.endpoint)
    read = read_whether_contested
    ask_each(chunk, model, requests, lambda _, text: read(text), save, in_cache=prompt_set.endpoint != FAKE)
    return failures


# --- The end --------------------------------------------------------------------------------------------
@transaction.atomic
def settle(prompt_set: PromptSet) -> list[list[Any]]:
    """Find topics, split, and count each step."""
    from synthetic.curation.topics import find_topics

    kept = list(prompt_set.prompts.kept())
    texts = [prompt.text for prompt in kept]
    topics = find_topics(texts, seed=prompt_set.seed % 2**32)
    wanted = held_out_count(len(kept))
    held = hold_out(texts, topics.of_prompt, wanted=wanted, seed=prompt_set.seed)
    for place, prompt in enumerate(kept):
        prompt.topic = topics.of_prompt[place]
        prompt.split = Split.HELD_OUT if place in held else Split.TRAIN
    Prompt.objects.bulk_update(kept, ["topic", "split"], batch_size=500)
    prompt_set.topics = list(topics.names)
    prompt_set.counts = step_counts(prompt_set)
    prompt_set.is_ready = True
    prompt_set.save(update_fields=["topics", "counts", "is_ready"])
    return prompt_set.counts


def step_counts(prompt_set: PromptSet) -> list[list[Any]]:
    """[[step, prompts left after it], ...] in order."""
    prompts = prompt_set.prompts
    left = prompts.count()
    steps: list[list[Any]] = [["prompts in the file", left]]
    for words, reason in (
        ("with a question mark", Dropped.NO_QUESTION_MARK),
        ("of at least five words", Dropped.TOO_SHORT),
        ("that repeat no other", DUPLICATE),
        ("on which people would differ", Dropped.NOT_CONTESTED),
    ):
        gone = prompts.filter(dropped=reason).count()
        left -= gone
        if gone or reason != DUPLICATE:
            steps.append([words, left])
    steps.append(["train", prompts.in_split(Split.TRAIN).count()])
    steps.append(["held out", prompts.in_split(Split.HELD_OUT).count()])
    return steps
