"""One's own copy of a published set of pairs: the columns persona, instruction, original and data."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from files.reading import Limits, Problems, read_records
from personas.importing import PersonaDraft, content_hash
from personas.services import store_persona_set
from synthetic.models import BaselineAnswer, Pair, PairSet, Part, Prompt, PromptSet
from synthetic.pairing.checks import leaked_attributes, length_ratio
from synthetic.services.pairs import BadPairSet

COLUMNS = ("persona", "instruction", "original", "data")
LIMITS = Limits(rows=2_000_000, cells=20_000_000, lines=20_000_000)
BATCH = 1000
Row = tuple[str, str, str, str]


def read_pairs(path: Path) -> list[Row]:
    """Return the rows of a JSONL, JSON, CSV or Parquet file. Raises UnreadableFile."""
    problems = Problems()
    rows = []
    for line, values in records_of(path, problems):
        texts = [values.get(name) for name in COLUMNS]
        for name, text in zip(COLUMNS, texts, strict=True):
            if not isinstance(text, str) or not text.strip():
                problems.note("Expected a text.", line=line, column=name, value=text)
        rows.append((str(texts[0]), str(texts[1]), str(texts[2]), str(texts[3])))
    if not rows:
        problems.note("The file has no pair.", line=1)
    problems.raise_if_any()
    return rows


def records_of(path: Path, problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.suffix == ".parquet":
        from pyarrow import ArrowInvalid, parquet

        try:
            with parquet.ParquetFile(path) as file:
                missing = [name for name in COLUMNS if name not in file.schema_arrow.names]
                if missing:
                    problems.note(f"Columns are missing: {', '.join(missing)}.", line=1)
                    problems.raise_if_any()
                line = 0
                for batch in file.iter_batches(columns=list(COLUMNS)):
                    for values in batch.to_pylist():
                        line += 1
                        yield line, values
        except ArrowInvalid as error:
            problems.note(f"This is no Parquet file: {error}.", line=1)
            problems.raise_if_any()
        return
    with path.open("rb") as data:
        records = read_records(data, filename=path.name, limits=LIMITS)
    missing = [name for name in COLUMNS if name not in records.columns]
    if missing:
        problems.note(f"Columns are missing: {', '.join(missing)}.", line=1)
        problems.raise_if_any()
    for record in records:
        yield record.line, record.values


def attributes_of(text: str) -> list[tuple[str, str]]:
    """Return the attributes of "key: value" lines; a line without a colon continues the one before."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip() and name.strip() not in dict(found):
            found.append((name.strip(), value.strip()))
        elif found and line.strip():
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
    return found or [("description", " ".join(text.split()))]


@transaction.atomic
def import_pairs(*, name: str, path: Path, note: str = "", by: Any = None) -> PairSet:
    """Store a file of pairs with its personas and prompts, all or nothing. Raises UnreadableFile and BadPairSet."""
    name = name.strip()
    if not name or PairSet.objects.filter(name=name).exists() or PromptSet.objects.filter(name=name).exists():
        raise BadPairSet(f"There is a pair set or prompt set {name!r} already. Choose another name.")
    rows = read_pairs(path)
    refuse_repeats(rows)
    drafts = [
        PersonaDraft(number, f"persona-{number:05}", attributes_of(text))
        for number, text in enumerate(dict.fromkeys(row[0] for row in rows), start=1)
    ]
    fields = {"source_name": path.name[-255:], "imported_by": by, "made_by": "Imported with preference pairs"}
    digest = content_hash(drafts)
    stored = store_persona_set(name=name, drafts=drafts, count=len(drafts), digest=digest, fields=fields)
    personas = dict(
        zip(dict.fromkeys(row[0] for row in rows), stored.persona_set.personas.order_by("position"), strict=True)
    )
    prompt_set = PromptSet.objects.create(
        name=name, source_name=path.name[-255:], sha256=digest_of(path), is_ready=True
    )
    prompts = store_prompts(prompt_set, [row[1] for row in rows])
    pair_set = PairSet.objects.create(
        name=name, persona_set=stored.persona_set, prompt_set=prompt_set, note=note, train=0, test=0, held_out=0
    )
    baselines = store_baselines(pair_set, prompts, rows)
    Pair.objects.bulk_create(
        (
            Pair(
                pair_set=pair_set,
                persona=personas[persona],
                prompt=prompts[prompt],
                baseline=baselines[prompt, answer],
                part=Part.TRAIN,
                critique="",
                revision=revision,
                length_ratio=round(length_ratio(revision, answer), 4),
                leaks=leaked_attributes(revision, personas[persona].attributes, prompt=prompt, answer=answer),
            )
            for persona, prompt, answer, revision in rows
        ),
        batch_size=BATCH,
    )
    return pair_set


def refuse_repeats(rows: list[Row]) -> None:
    """A persona has a prompt once, and a prompt one answer without a persona."""
    problems = Problems()
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, start=1):
        first = seen.setdefault((row[0], row[1]), number)
        if first != number:
            problems.note(f"The persona has this prompt already in record {first}.", line=number, value=row[1])
    problems.raise_if_any()


def store_prompts(prompt_set: PromptSet, texts: list[str]) -> dict[str, Prompt]:
    distinct = list(dict.fromkeys(texts))
    rows = [Prompt(prompt_set=prompt_set, position=place, text=text) for place, text in enumerate(distinct, start=1)]
    Prompt.objects.bulk_create(rows, batch_size=BATCH)
    return {prompt.text: prompt for prompt in prompt_set.prompts.all()}


def store_baselines(
    pair_set: PairSet, prompts: dict[str, Prompt], rows: list[Row]
) -> dict[tuple[str, str], BaselineAnswer]:
    """Published sets may have several answers to a prompt; each is a row."""
    distinct = dict.fromkeys((row[1], row[2]) for row in rows)
    numbers: Counter[str] = Counter()
    new = []
    for prompt, text in distinct:
        numbers[prompt] += 1
        new.append(BaselineAnswer(pair_set=pair_set, prompt=prompts[prompt], number=numbers[prompt], text=text))
    BaselineAnswer.objects.bulk_create(new, batch_size=BATCH)
    stored = pair_set.baselines.select_related("prompt")
    return {(baseline.prompt.text, baseline.text): baseline for baseline in stored}


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
