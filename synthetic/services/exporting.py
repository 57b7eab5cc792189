"""A pair set as files: the layout that people load, a typed one, and a data card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from files.columns import BOOLEAN, DECIMAL, TEXT, Column
from files.parquet import write_parquet
from files.writing import write_csv, write_jsonl
from llm.endpoints import FAKE
from personas.attributes import attribute_pairs
from synthetic.asking import pairs as wording
from synthetic.models import Pair, PairSet
from synthetic.services.pairs import pair_counts

ROWS_AT_ONCE = 2000


def persona_lines(pair: Pair) -> str:
    """The persona as the published sets have it: one "key: value" on each line."""
    return "\n".join(f"{name}: {value}" for name, value in attribute_pairs(pair.persona.attributes))


def answer_of(pair: Pair) -> str:
    return pair.baseline.text if pair.baseline else ""


def topic_of(pair: Pair) -> str:
    topics = pair.pair_set.prompt_set.topics
    return "" if pair.prompt.topic is None or pair.prompt.topic >= len(topics) else topics[pair.prompt.topic]


PERSONA_COLUMNS = (
    Column("persona", TEXT, "The persona's attributes, one `key: value` on each line.", persona_lines),
    Column("instruction", TEXT, "The prompt.", lambda pair: pair.prompt.text),
    Column("original", TEXT, "The answer without a persona: rejected.", answer_of),
    Column("data", TEXT, "The revision for the persona: chosen.", lambda pair: pair.revision),
)
TYPED_COLUMNS = (
    Column("persona_id", TEXT, "The persona's id in its set.", lambda pair: pair.persona.key),
    Column("prompt_id", TEXT, "The prompt's id in its set.", lambda pair: pair.prompt.key),
    Column(
        "part", TEXT, "`train`, `test` (on train prompts) or `held-out` (on held-out ones).", lambda pair: pair.part
    ),
    Column("topic", TEXT, "The prompt's topic.", topic_of),
    Column("prompt", TEXT, "The prompt.", lambda pair: pair.prompt.text),
    Column("rejected", TEXT, "The answer without a persona.", answer_of),
    Column("chosen", TEXT, "The revision for the persona.", lambda pair: pair.revision),
    Column("critique", TEXT, "What the model criticized in the persona's place.", lambda pair: pair.critique),
    Column("length_ratio", DECIMAL, "Words of the revision per word of the answer.", lambda pair: pair.length_ratio),
    Column("leaks", TEXT, "Attributes that the revision quotes, `; ` between.", lambda pair: "; ".join(pair.leaks)),
    Column(
        "judged", BOOLEAN, "Whether a model in the persona's role saw both orders.", lambda pair: bool(pair.preference)
    ),
    Column("preference", TEXT, "`revised`, `baseline`, `inconsistent`, or empty.", lambda pair: str(pair.preference)),
)
LAYOUTS = {"persona": PERSONA_COLUMNS, "typed": TYPED_COLUMNS}
FORMATS = ("jsonl", "csv", "parquet")
Row = dict[str, Any]


def export_pairs(pair_set: PairSet, folder: Path, *, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write every layout in every format, and README.md. The same pairs give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for layout, columns in LAYOUTS.items():
        for form in formats:
            path = folder / f"{layout}.{form}"
            WRITERS[form](path, lambda columns=columns: rows_of(pair_set, columns), columns)
            written.append(path)
    card = folder / "README.md"
    card.write_text(data_card(pair_set), encoding="utf-8")
    return [*written, card]


def rows_of(pair_set: PairSet, columns: tuple[Column, ...]) -> Iterator[Row]:
    pairs = pair_set.pairs.with_texts().select_related("persona", "prompt", "baseline", "pair_set__prompt_set")
    for pair in pairs.iterator(chunk_size=ROWS_AT_ONCE):
        yield {column.name: column.value(pair) for column in columns}


def write_lines(path: Path, rows: Callable[[], Iterator[Row]], columns: tuple[Column, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(write_jsonl(rows()))


def write_table(path: Path, rows: Callable[[], Iterator[Row]], columns: tuple[Column, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(write_csv(rows(), [column.name for column in columns]))


def write_arrow(path: Path, rows: Callable[[], Iterator[Row]], columns: tuple[Column, ...]) -> None:
    write_parquet(path, rows(), columns)


WRITERS = {"jsonl": write_lines, "csv": write_table, "parquet": write_arrow}


# --- Data card --------------------------------------------------------------------------------------------
CARD = """# {name}: preference pairs

{personas:,} personas ({persona_set}), up to {per_persona:,} pairs each: {train:,} train, {test:,} test on train
prompts, {held_out:,} test on held-out prompts.
{how_made}

## Counts

| | |
|---|---|
{counts}

## Prompts: {prompt_set}

{source}

| step | prompts left |
|---|---|
{steps}

## Personas: {persona_set}

{about_personas}
Content hash {content_hash}.

## Columns

Files `persona.*` have the layout of the published PERSONA data set, `typed.*` one value in each column. JSONL and
Parquet hold texts exactly; in CSV a text that a spreadsheet would run as a formula begins with an apostrophe.

{columns}

## Licences

- Census answers: U.S. Census Bureau, American Community Survey PUMS, public domain. Do not try to identify anyone.
- Prompts: those of the file they came from. {note}
- Answers and revisions: the terms of the model that wrote them.

## Limits

- The personas are not real people; nobody's preferences were asked. A chosen answer is what a model thinks that a
  person like this would prefer.
- Models drift towards their own opinions the more they write, so model-written attributes need a comparison with a
  survey.
- A revision may be preferred because it is more decided, not because it fits. Compare it with another persona's
  revision (a foil).
"""


def data_card(pair_set: PairSet) -> str:
    """What the files hold, how they were made, and what they cannot show."""
    prompt_set, persona_set = pair_set.prompt_set, pair_set.persona_set
    sha256 = f" (SHA-256 {prompt_set.sha256})" if prompt_set.sha256 else ""
    made_by = f"Made by: {persona_set.made_by}." if persona_set.made_by else ""
    return CARD.format(
        name=pair_set.name,
        personas=persona_set.personas.count(),
        persona_set=persona_set,
        per_persona=pair_set.per_persona,
        train=pair_set.train,
        test=pair_set.test,
        held_out=pair_set.held_out,
        how_made=how_made(pair_set),
        counts=table_rows(pair_counts(pair_set).items()),
        prompt_set=prompt_set,
        source=f"From {prompt_set.source_name or 'an unnamed file'}{sha256}.",
        steps=table_rows(prompt_set.counts or [["not curated here", ""]]),
        about_personas=f"{persona_set.description or 'No description.'} {made_by}",
        content_hash=persona_set.content_hash,
        columns="\n\n".join(columns_of(layout) for layout in LAYOUTS),
        note=pair_set.note,
    )


def table_rows(rows: Iterable[Any]) -> str:
    cells = ((name, f"{value:,}" if isinstance(value, int) else value) for name, value in rows)
    return "\n".join(f"| {name} | {value} |" for name, value in cells)


def columns_of(layout: str) -> str:
    rows = "\n".join(f"| `{column.name}` | {column.help} |" for column in LAYOUTS[layout])
    return f"### {layout}\n\n| column | holds |\n|---|---|\n{rows}"


def how_made(pair_set: PairSet) -> str:
    if not pair_set.endpoint:
        return "Imported from a file."
    words = (
        f"Made by Direct Principle Feedback with the model `{pair_set.endpoint}`, wording version "
        f"{pair_set.prompts_version} (current: {wording.VERSION}), seed {pair_set.seed}, on {date_of(pair_set)}."
    )
    if pair_set.judge:
        words += f" A random {100 * pair_set.judged_share:g} % were judged by `{pair_set.judge}`, in both orders."
    if FAKE in (pair_set.endpoint, pair_set.judge):
        words += " **`fake` is a script: its texts and choices mean nothing.**"
    return words


def date_of(pair_set: PairSet) -> date:
    return pair_set.created_at.date()
