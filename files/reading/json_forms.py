"""JSONL and JSON: numbers as written, no key twice, nothing that JSON does not allow."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Generator, Iterator
from typing import Any

from files.reading.content import byte_lines, decoded, decoded_whole
from files.reading.problems import Problems, printable
from files.reading.records import Limits, Record
from files.reading.values import check_values

SPACE = re.compile(r"[ \t\r\n]*")


class NotAllowed(Exception):
    """Something that Python's reader takes and this one does not; the text says what."""


def strict_decoder(limits: Limits) -> json.JSONDecoder:
    """Return a decoder that keeps numbers as text and refuses duplicate keys, NaN and Infinity."""

    def whole_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # Interned: the same thirty keys come with every record.
        found = {sys.intern(key): value for key, value in pairs}
        if len(found) < len(pairs):
            raise NotAllowed(f"The key {first_repeated(pairs)} stands twice in one object.")
        return found

    def number(text: str) -> str:
        if len(text) > limits.number_digits:
            raise NotAllowed(f"A number of {len(text):,} digits. Put it in quotes if it is text.")
        return text

    def constant(name: str) -> None:
        raise NotAllowed(f'{name} is not JSON. Write null for a missing value, or "{name}" for the text.')

    return json.JSONDecoder(
        object_pairs_hook=whole_object, parse_int=number, parse_float=number, parse_constant=constant
    )


def first_repeated(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return printable(repr(key))
        seen.add(key)
    return ""


def read_jsonl(data: bytes, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield one record per line; blank lines are passed over."""
    decoder = strict_decoder(limits)
    for number, line in byte_lines(data):
        if problems.total > limits.rows:
            return
        if len(line) > limits.record_bytes:
            note_big_record(len(line), number, limits, problems)
        elif line.strip():
            record = record_of_line(decoder, line, number, limits, problems)
            if record:
                yield record


def note_big_record(size: int, line: int, limits: Limits, problems: Problems) -> None:
    problems.note(f"{size:,} bytes in one record; the most is {limits.record_bytes:,}.", line=line)


def record_of_line(
    decoder: json.JSONDecoder, line: bytes, number: int, limits: Limits, problems: Problems
) -> Record | None:
    text = decoded(line, number, problems)
    if text is None:
        return None
    start = first_character(text, 0)
    parsed = parsed_value(decoder, text, start, number, problems)
    if parsed is None:
        return None
    value, end = parsed
    rest = first_character(text, end)
    if rest < len(text):
        message = "One object per line: something follows the end of this one."
        problems.note(message, line=number, column=rest + 1, value=text[rest:])
        return None
    return checked_record(value, text, number, limits, problems)


def first_character(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


def parsed_value(
    decoder: json.JSONDecoder, text: str, position: int, line: int, problems: Problems
) -> tuple[Any, int] | None:
    """Return (value, where it ends), or note why there is none."""
    try:
        return decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        # A JSON document has its own line numbers; a JSONL line has only one.
        where = line + text.count("\n", position, error.pos)
        column = error.pos - (text.rfind("\n", 0, error.pos) + 1) + 1
        problems.note(json_message(error, text), line=where, column=column, value=text[error.pos : error.pos + 60])
    except StopIteration:
        problems.note("Expected a JSON value.", line=line, value=text[position : position + 60])
    except NotAllowed as error:
        problems.note(str(error), line=line)
    except RecursionError:
        problems.note("Nested far too deep.", line=line, value=text[position : position + 60])
    return None


def json_message(error: json.JSONDecodeError, text: str) -> str:
    """Return the decoder's complaint in words that say what to do."""
    here = text[error.pos : error.pos + 1]
    if here == "\ufeff":
        return "A byte order mark stands inside the file, as when two files are joined. Remove it."
    if here == "'":
        return "This is not JSON: it uses single quotes. JSON needs double quotes around keys and texts."
    if error.msg.startswith("Unterminated string"):
        return "This is not JSON: the quote that opens here is never closed."
    return f"This is not JSON: {error.msg[:1].lower()}{error.msg[1:]}."


def checked_record(value: Any, raw: str, line: int, limits: Limits, problems: Problems) -> Record | None:
    """Return the value as a record, or note why it cannot be one."""
    if not isinstance(value, dict):
        problems.note(f"Expected an object {{...}} here, found {json_kind(value)}.", line=line, value=raw)
        return None
    before = problems.total
    if "" in value:
        problems.note("A key is empty.", line=line)
    if deserves_a_look(raw, limits):
        check_values(value, line, limits, problems)
    return Record(line, value) if problems.total == before else None


def deserves_a_look(raw: str, limits: Limits) -> bool:
    """Say whether the text can hold what check_values looks for; most lines cannot, and are not walked."""
    return (
        "\\u" in raw
        or len(raw) > limits.field_characters
        or raw.count("[") + raw.count("{") > limits.depth
        or raw.count(",") > limits.columns
    )


def json_kind(value: Any) -> str:
    names = {list: "a list", str: "a text or number", bool: "true or false", type(None): "null", dict: "an object"}
    return names[type(value)]


def read_json(data: bytes, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield the objects of a list, or of the one list inside an object."""
    if len(data) > limits.json_bytes:
        message = f"{len(data):,} bytes; the most for one JSON document is {limits.json_bytes:,}. JSONL takes more."
        problems.note(message)
        return
    text = decoded_whole(data, problems)
    if text is None:
        return
    decoder = strict_decoder(limits)
    start, closing = start_of_list(text, problems)
    if start is None:
        return
    end = yield from read_list(decoder, text, start, limits, problems)
    if end:
        check_the_end(text, end, closing, problems)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def start_of_list(text: str, problems: Problems) -> tuple[int | None, str]:
    """Return (position after '[', what must follow the list)."""
    start = first_character(text, 0)
    if text.startswith("[", start):
        return start + 1, ""
    wrapped = re.compile(r'\{[ \t\r\n]*"[^"\\\n]{1,100}"[ \t\r\n]*:[ \t\r\n]*\[').match(text, start)
    if wrapped:
        return wrapped.end(), "}"
    message = "Expected a list of objects [{...}, {...}], or an object with one key that holds such a list."
    if text.startswith("{", start):
        message += " If each line is an object of its own, name the file .jsonl."
    problems.note(message, line=line_of(text, start), value=text[start : start + 60])
    return None, ""


def read_list(
    decoder: json.JSONDecoder, text: str, position: int, limits: Limits, problems: Problems
) -> Generator[Record, None, int]:
    """Yield the objects of the list that opened before `position`; return where it ended, 0 when it is broken."""
    line, counted = line_of(text, position), position
    position = first_character(text, position)
    while not text.startswith("]", position):
        line, counted = line + text.count("\n", counted, position), position
        parsed = parsed_value(decoder, text, position, line, problems)
        if parsed is None:
            return 0
        value, end = parsed
        yield from record_of_item(value, text[position:end], line, limits, problems)
        position = after_comma(text, end, problems)
        if not position:
            return 0
    return position + 1


def record_of_item(value: Any, raw: str, line: int, limits: Limits, problems: Problems) -> Iterator[Record]:
    if len(raw) > limits.record_bytes:
        note_big_record(len(raw), line, limits, problems)
        return
    record = checked_record(value, raw, line, limits, problems)
    if record:
        yield record


def after_comma(text: str, end: int, problems: Problems) -> int:
    """Return where the next object starts (or the list ends); note a comma missing or too many, and return 0."""
    position = first_character(text, end)
    if text.startswith("]", position):
        return position
    if text.startswith(",", position):
        following = first_character(text, position + 1)
        if not text.startswith("]", following):
            return following
        message = "Remove the comma before the end of the list."
    elif position == len(text):
        message, position = "The file ends here, but the list is not closed with ].", end
    else:
        message = "Expected a comma or the end of the list ]."
    problems.note(message, line=line_of(text, position), value=text[position : position + 60])
    return 0


def check_the_end(text: str, end: int, closing: str, problems: Problems) -> None:
    position = first_character(text, end)
    if closing and not text.startswith(closing, position):
        message = f"Expected {closing} here: the object around the list must have this one key only."
        problems.note(message, line=line_of(text, position), value=text[position : position + 60])
        return
    rest = first_character(text, position + len(closing))
    if rest < len(text):
        problems.note("Nothing may follow the end of the list.", line=line_of(text, rest), value=text[rest : rest + 60])
