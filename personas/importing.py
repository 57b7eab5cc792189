"""Records of a file -> persona drafts, or every problem by line, column and value. Pure: no Django."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from files.reading import Data, Limits, Problems, Record, Records, Value, read_records
from files.reading.column_readers import what_is_wrong_with_id
from files.reading.spelling import similar
from personas.attributes import ORIGINS, Pairs, attribute_pairs, canonical_key, is_absent

ID_COLUMNS = ("id", "persona_id")
ORIGIN_COLUMNS = ("origin", "origins")
LONGEST_NAME = 200
LONGEST_VALUE = 10_000
MOST_ATTRIBUTES = 200


@dataclass(frozen=True)
class PersonaDraft:
    """One persona of a file, sound but not yet stored. Values are exactly what the file says."""

    line: int
    key: str
    attributes: Pairs
    origins: dict[str, str] = field(default_factory=dict)


def read_personas(data: Data, *, filename: str, limits: Limits = Limits()) -> list[PersonaDraft]:  # noqa: B008 (frozen)
    """Return the personas of a file; raise UnreadableFile with all that is wrong, in the file or in its personas."""
    return parse_personas(read_records(data, filename=filename, limits=limits))


def parse_personas(records: Records) -> list[PersonaDraft]:
    """Return one draft per record; raise UnreadableFile when any record is not a sound persona."""
    problems = Problems()
    if missing_id_column(records, problems):
        problems.raise_if_any()
    drafts = [parse_persona(record, number, problems) for number, record in enumerate(records, start=1)]
    note_repeated_ids(drafts, problems)
    problems.raise_if_any()
    return drafts


def missing_id_column(records: Records, problems: Problems) -> bool:
    """A table without ids is one problem, not one per row. The text form may do without: it is numbered."""
    if records.form == "text" or any(column in ID_COLUMNS for column in map(canonical_id_name, records.columns)):
        return False
    line = 1 if records.form in ("csv", "tsv") else records.items[0].line
    meant = similar("persona_id", records.columns) or similar("id", records.columns)
    hint = f" Did you mean the column “{meant}”?" if meant else ""
    problems.note(f"Every persona needs an id: no column is named id or persona_id.{hint}", line=line)
    return True


def canonical_id_name(column: str) -> str:
    return column.strip().casefold()


def parse_persona(record: Record, number: int, problems: Problems) -> PersonaDraft:
    """Return the draft of one record and note what is wrong with it."""
    rest = dict(record.values)
    key = take_id(record, rest, number, problems)
    origins = take_first(rest, ORIGIN_COLUMNS) if has_object(rest, ORIGIN_COLUMNS) else None
    attributes = take_attributes(record, rest, problems)
    pairs = sound_pairs(record, attributes, problems)
    if not attribute_pairs(pairs):
        problems.add(record.problem(None, f"Persona {key!r} has no attribute with a value."))
    return PersonaDraft(record.line, key, pairs, sound_origins(record, origins, pairs, problems))


def has_object(values: dict[str, Value], names: Sequence[str]) -> bool:
    return any(isinstance(values.get(name), dict) for name in names)


def take_first(values: dict[str, Value], names: Sequence[str]) -> Value:
    """Remove and return the first of the named values that is there."""
    return next((values.pop(name) for name in names if name in values), None)


def take_id(record: Record, rest: dict[str, Value], number: int, problems: Problems) -> str:
    """Remove and return the id; the text form's personas are numbered when it is missing."""
    names = [name for name in rest if canonical_id_name(name) in ID_COLUMNS]
    if len(names) > 1:
        problems.add(record.problem(names[1], f"There is already an id in {names[0]}; give one only."))
    values = [rest.pop(name) for name in names]
    if not names:
        return f"persona-{number:03}"
    key = values[0]
    complaint = what_is_wrong_with_key(key)
    if complaint:
        problems.add(record.problem(names[0], complaint))
    return key if isinstance(key, str) else ""


def what_is_wrong_with_key(key: Value) -> str:
    if not isinstance(key, str) or not key.strip():
        return "Every persona needs an id, and it must not be empty."
    return what_is_wrong_with_id(key)


def take_attributes(record: Record, rest: dict[str, Value], problems: Problems) -> dict[str, Value]:
    """Return name -> value from the `attributes` object, from `persona` text, or from the columns themselves."""
    nested = rest.get("attributes")
    if isinstance(nested, dict):
        for name in rest:
            if name != "attributes":
                problems.add(record.problem(name, "Unknown next to attributes; move it inside attributes."))
        return nested
    text = rest.get("persona")
    if isinstance(text, str) and list(rest) == ["persona"]:
        return attributes_of_text(record, text, problems)
    return rest


def attributes_of_text(record: Record, text: str, problems: Problems) -> dict[str, Value]:
    """Return the attributes of "key: value" lines held in one value, as in the PERSONA data set."""
    found: dict[str, Value] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or name.strip() in found:
            message = "Expected one key: value on each line of the persona, no key twice."
            problems.note(message, line=record.line, column="persona", value=line)
        found[name.strip()] = value.removeprefix(" ").removesuffix("\r")
    return found


def sound_pairs(record: Record, attributes: dict[str, Value], problems: Problems) -> Pairs:
    """Return the attributes that are text, in order; null is no value and is left out."""
    if len(attributes) > MOST_ATTRIBUTES:
        problems.add(record.problem(None, f"{len(attributes)} attributes; the limit is {MOST_ATTRIBUTES}."))
        return []
    note_repeated_names(record, attributes, problems)
    return [pair for name, value in attributes.items() for pair in sound_pair(record, name, value, problems)]


def sound_pair(record: Record, name: str, value: Value, problems: Problems) -> Iterator[tuple[str, str]]:
    complaint = what_is_wrong_with_attribute(name, value)
    if complaint:
        problems.note(complaint, line=record.line, column=name, value=value)
    elif isinstance(value, str):
        yield name, value


def what_is_wrong_with_attribute(name: str, value: Value) -> str:
    if not canonical_key(name):
        return "An attribute needs a name."
    if len(name) > LONGEST_NAME:
        return f"A name of {len(name):,} characters; the limit is {LONGEST_NAME}."
    if isinstance(value, bool):
        return f"true and false are not text; write what the value means, such as {'Yes' if value else 'No'}."
    if isinstance(value, dict | list):
        return "Expected text or a number, found a list or an object."
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return f"{len(value):,} characters; the most in one attribute is {LONGEST_VALUE:,}."
    return ""


def note_repeated_names(record: Record, attributes: Iterable[str], problems: Problems) -> None:
    """Two spellings of one attribute would show twice, so they are refused."""
    seen: dict[str, str] = {}
    for name in attributes:
        first = seen.setdefault(canonical_key(name), name)
        if first != name:
            problems.note(f"The same attribute as {first!r}.", line=record.line, column=name)


def sound_origins(record: Record, origins: Value, pairs: Pairs, problems: Problems) -> dict[str, str]:
    """Return attribute name -> origin; every one must name an attribute that is there and a known origin."""
    if not isinstance(origins, dict):
        return {}
    names = {canonical_key(name): name for name, _ in pairs}
    found: dict[str, str] = {}
    for name, origin in origins.items():
        if origin not in ORIGINS:
            message = f"Unknown origin of {name!r}; expected one of {', '.join(ORIGINS)}."
            problems.note(message, line=record.line, column="origin", value=origin)
        elif canonical_key(name) not in names:
            problems.note(
                "An origin for an attribute that does not exist.", line=record.line, column="origin", value=name
            )
        else:
            found[names[canonical_key(name)]] = str(origin)
    return found


def note_repeated_ids(drafts: Iterable[PersonaDraft], problems: Problems) -> None:
    lines: dict[str, int] = {}
    for draft in drafts:
        first = lines.setdefault(draft.key, draft.line)
        if first != draft.line and draft.key:
            problems.note(f"The id is already on line {first}.", line=draft.line, column="id", value=draft.key)


def check_shown(drafts: Iterable[PersonaDraft], shown: Sequence[str]) -> list[str]:
    """Return the names of the attributes to show; raise UnreadableFile when no persona has one, or one stands twice."""
    problems = Problems()
    there = {canonical_key(name) for draft in drafts for name, value in draft.attributes if not is_absent(value)}
    seen: set[str] = set()
    for name in shown:
        if canonical_key(name) not in there:
            problems.note("Attributes to show: no persona has this one.", value=name)
        elif canonical_key(name) in seen:
            problems.note("Attributes to show: named twice.", value=name)
        seen.add(canonical_key(name))
    problems.raise_if_any()
    return [canonical_key(name) for name in shown]


def content_hash(drafts: Iterable[PersonaDraft], shown: Sequence[str] = ()) -> str:
    """Return the SHA-256 of what raters can see of a set: the same personas from another form of file are the same."""
    personas = [[draft.key, attribute_pairs(draft.attributes), sorted(draft.origins.items())] for draft in drafts]
    canonical = json.dumps([personas, list(shown)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
