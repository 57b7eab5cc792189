"""Records of a file -> persona drafts, or every problem by line, column and value. Pure: no Django."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from files.reading import Data, Fields, Header, ImportColumn, Limits, Problems, Record, Value, iterate_records
from files.reading.column_readers import an_object, text, what_is_wrong_with_id
from files.reading.reader import form_of
from files.reading.spelling import canonical, misspelt, similar
from personas.attributes import KNOWN, ORIGINS, Pairs, attribute_pairs, canonical_key, is_none, none_is_an_answer

ID_COLUMNS = ("id", "persona_id")
ORIGIN_COLUMNS = ("origin", "origins")
LONGEST_NAME = 200
LONGEST_VALUE = 10_000
MOST_ATTRIBUTES = 200

COLUMNS = (
    ImportColumn(
        "id",
        "The persona's id: up to 200 characters, once per file. A .txt file may do without; its personas are numbered.",
        text,
    ),
    ImportColumn("persona_id", "Another name for id.", text),
    ImportColumn(
        "attributes",
        'JSON forms: an object of the attributes, such as {"age": "39"}, in place of a column for each.',
        an_object,
    ),
    ImportColumn(
        "persona",
        "In place of all other columns: key: value lines in one value, as in the PERSONA data set.",
        text,
    ),
    ImportColumn(
        "origin",
        f"JSON forms: an object that says where attributes come from: {', '.join(ORIGINS)}. May be left out.",
        an_object,
    ),
    ImportColumn("origins", "Another name for origin.", an_object),
)
"""The columns that mean something; every other one is an attribute."""


@dataclass(frozen=True, slots=True)
class PersonaDraft:
    """One persona of a file, sound but not yet stored. Values are exactly what the file says."""

    line: int
    key: str
    attributes: Pairs
    origins: dict[str, str] = field(default_factory=dict)


class ContentHash:
    """The SHA-256 of what raters can see of a set: the same personas from another form of file are the same."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(b"[[")
        self._separator = b""

    def add(self, draft: PersonaDraft) -> None:
        persona = [draft.key, attribute_pairs(draft.attributes), sorted(draft.origins.items())]
        self._digest.update(self._separator + canonical_json(persona))
        self._separator = b","

    def hexdigest(self, shown: Sequence[str] = ()) -> str:
        digest = self._digest.copy()
        digest.update(b"]," + canonical_json(list(shown)) + b"]")
        return digest.hexdigest()


def content_hash(drafts: Iterable[PersonaDraft]) -> str:
    """Return the hash of a set that shows all attributes."""
    content = ContentHash()
    for draft in drafts:
        content.add(draft)
    return content.hexdigest()


def canonical_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class PersonaReader:
    """Reads a file's personas in order, one at a time; what is counted over all of them is complete at the end.

    Parameters
    ----------
    problems : Problems
        Gets everything that is wrong; when it is not empty at the end, nothing of the file may be used.
    shown : sequence of str
        The attributes that raters are to see, in order; empty = all.

    Attributes
    ----------
    counts : Counter
        How many personas have a value for an attribute, by its canonical key, in order of first use.
    nones : Counter
        How many personas have the word None for an attribute, in the same way.
    """

    def __init__(self, problems: Problems, *, shown: Sequence[str] = ()) -> None:
        self.problems = problems
        self.wanted = shown
        self.header = Header(COLUMNS, problems, takes_any=True)
        self.counts: Counter[str] = Counter()
        self.nones: Counter[str] = Counter()
        self.personas = 0
        self._lines: dict[str, int] = {}
        self._content = ContentHash()

    def drafts(self, data: Data, filename: str, limits: Limits = Limits()) -> Iterator[PersonaDraft]:  # noqa: B008 (frozen)
        """Yield the personas; raise ``UnreadableFile`` at the end with all that is wrong in the file."""
        is_text = form_of(filename) == "text"
        for record in iterate_records(data, filename=filename, problems=self.problems, limits=limits):
            fields = Fields(record, self.header)
            if not is_text and not self.personas and not self._has_id_column(fields, filename):
                break
            self.personas += 1
            draft = read_persona(fields, self.personas if is_text else None)
            self._count(draft, limits)
            yield draft
        self._check_shown()
        self.problems.raise_if_any()

    @property
    def shown(self) -> list[str]:
        """The attributes to show, as they are stored with the set."""
        return [canonical_key(name) for name in self.wanted]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is allowed but may not be meant, as sentences; complete once all personas have been read."""
        unknown = [(name, NAMES.get(misspelt(name, NAMES), "")) for name in self.counts if name not in KNOWN]
        return (
            *(none_words(name, number) for name, number in self.nones.items()),
            *(f"“{name}” is shown under “More”. Did you mean {meant}?" for name, meant in unknown if meant),
        )

    @property
    def content_hash(self) -> str:
        return self._content.hexdigest(self.shown)

    def _has_id_column(self, fields: Fields, filename: str) -> bool:
        """A table without ids is one problem, not one per row."""
        if any(name in fields for name in ID_COLUMNS):
            return True
        written = fields.record.values
        meant = similar("persona_id", written) or similar("id", written)
        hint = f" Did you mean the column “{meant}”?" if meant else ""
        line = 1 if form_of(filename) in ("csv", "tsv") else fields.record.line
        self.problems.note(f"Every persona needs an id: no column is named id or persona_id.{hint}", line=line)
        return False

    def _count(self, draft: PersonaDraft, limits: Limits) -> None:
        first = self._lines.setdefault(draft.key, draft.line)
        if first != draft.line and draft.key:
            message = f"The id is already on line {first}."
            self.problems.note(message, line=draft.line, column="id", value=draft.key)
        self.counts.update(known_key(name) for name, _ in attribute_pairs(draft.attributes))
        self.nones.update(known_key(name) for name, value in draft.attributes if is_none(value))
        if len(self.counts) > limits.columns:
            message = f"More than {limits.columns:,} different attributes in the file."
            self.problems.note(message, line=draft.line)
            self.problems.raise_if_any()
        self._content.add(draft)

    def _check_shown(self) -> None:
        """Note the attributes to show that no persona has, or that are named twice."""
        seen: set[str] = set()
        for name in self.wanted:
            if canonical_key(name) not in self.counts:
                self.problems.note("Attributes to show: no persona has this one.", value=name)
            elif canonical_key(name) in seen:
                self.problems.note("Attributes to show: named twice.", value=name)
            seen.add(canonical_key(name))


def none_words(name: str, number: int) -> str:
    """How the word None is understood."""
    personas = "1 persona" if number == 1 else f"{number:,} personas"
    if none_is_an_answer(name):
        return f"“None” is kept as the value of {name} in {personas}. Leave it empty where nothing is known."
    return f"“None” is understood as no value of {name} in {personas}. Raters do not see it."


NAMES = {canonical(key): key for key in KNOWN}
known_key = lru_cache(maxsize=2_000)(canonical_key)


# --- One persona -----------------------------------------------------------------------------------
def read_persona(fields: Fields, number: int | None) -> PersonaDraft:
    """Return the draft of one record and note what is wrong with it; ``number`` is for a form that needs no ids."""
    record, problems = fields.record, fields.header.problems
    key = read_id(fields, number)
    origins = next((found for name in ORIGIN_COLUMNS if (found := fields[name]) is not None), None)
    pairs = sound_pairs(record, read_attributes(fields), problems)
    if not attribute_pairs(pairs):
        problems.add(record.problem(None, f"Persona {key!r} has no attribute with a value."))
    return PersonaDraft(record.line, key, pairs, sound_origins(record, origins, pairs, problems))


def read_id(fields: Fields, number: int | None) -> str:
    names = [name for name in ID_COLUMNS if name in fields]
    if len(names) > 1:
        fields.wrong(names[1], f"There is already an id in {fields.written_as[names[0]]}; give one only.")
    if not names and number is not None:
        return f"persona-{number:03}"
    key = fields.values.get(names[0]) if names else None
    complaint = what_is_wrong_with_key(key)
    if complaint:
        fields.wrong(names[0] if names else "id", complaint)
    return key if isinstance(key, str) else ""


def what_is_wrong_with_key(key: Value) -> str:
    if not isinstance(key, str) or not key.strip():
        return "Every persona needs an id, and it must not be empty."
    return what_is_wrong_with_id(key)


def read_attributes(fields: Fields) -> dict[str, Value]:
    """Return name -> value from the `attributes` object, from `persona` text, or from the columns themselves."""
    rest = {name: value for name, value in fields.record.values.items() if is_attribute(fields, name)}
    nested: dict[str, Value] | None = fields["attributes"]
    if nested is not None:
        for name in rest:
            if fields.header.name_of(name, fields.record.line) != "attributes":
                fields.wrong(name, "Unknown next to attributes; move it inside attributes.")
        return nested
    text_of_persona = fields.values.get("persona")
    if isinstance(text_of_persona, str) and len(rest) == 1 and "persona" in fields:
        return attributes_of_text(fields.record, text_of_persona, fields.header.problems)
    return rest


def is_attribute(fields: Fields, written: str) -> bool:
    """Say whether a column is content: ids never are, origins only where they are no object."""
    name = fields.header.name_of(written, fields.record.line)
    return name not in ID_COLUMNS and not (name in ORIGIN_COLUMNS and fields[name] is not None)


def attributes_of_text(record: Record, lines: str, problems: Problems) -> dict[str, Value]:
    """Return the attributes of "key: value" lines held in one value, as in the PERSONA data set."""
    found: dict[str, Value] = {}
    for line in lines.split("\n"):
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
    if not known_key(name):
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
        first = seen.setdefault(known_key(name), name)
        if first != name:
            problems.note(f"The same attribute as {first!r}.", line=record.line, column=name)


def sound_origins(record: Record, origins: dict[str, Value] | None, pairs: Pairs, problems: Problems) -> dict[str, str]:
    """Return attribute name -> origin; every one must name an attribute that is there and a known origin."""
    names = {known_key(name): name for name, _ in pairs}
    found: dict[str, str] = {}
    for name, origin in (origins or {}).items():
        if origin not in ORIGINS:
            message = f"Unknown origin of {name!r}; expected one of {', '.join(ORIGINS)}."
            problems.note(message, line=record.line, column="origin", value=origin)
        elif known_key(name) not in names:
            message = "An origin for an attribute that does not exist."
            problems.note(message, line=record.line, column="origin", value=name)
        else:
            found[names[known_key(name)]] = str(origin)
    return found
