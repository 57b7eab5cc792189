"""JSONL and JSON: numbers as written, no key twice, nothing that JSON does not allow."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

from files.reading.content import PieceDecoder, byte_lines, decoded
from files.reading.problems import Problems, printable
from files.reading.records import Limits, Record
from files.reading.values import check_values
from files.reading.window import SPACE, TextWindow

WRAPPED = re.compile(r'\{[ \t\r\n]*"[^"\\\n]{1,100}"[ \t\r\n]*:[ \t\r\n]*\[')
NEVER_CLOSED = "the quote that opens here is never closed"
# Longer than true, false, null, -Infinity and \ud83d\ude00, which the end of a window may cut.
LONGEST_WORD = 20


class NotAllowed(Exception):
    """Something that Python's reader takes and this one does not; the text says what."""


def strict_decoder(limits: Limits) -> json.JSONDecoder:
    """Return a decoder that keeps numbers as text and refuses duplicate keys, NaN and Infinity."""

    def whole_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # Interned: the same thirty keys come with every record.
        found = {sys.intern(key): value for key, value in pairs}
        if len(found) < len(pairs):
            raise NotAllowed(f"The key {first_repeated(pairs)} appears twice in one object.")
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


def read_jsonl(file: BinaryIO, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield one record per line; blank lines are passed over."""
    decoder = strict_decoder(limits)
    for number, line in byte_lines(file, limits, problems):
        if problems.total > limits.rows:
            return
        if len(line) > limits.record_bytes:
            note_big_record(number, limits, problems)
        elif line.strip():
            record = record_of_line(decoder, line, number, limits, problems)
            if record:
                yield record


def note_big_record(line: int, limits: Limits, problems: Problems) -> None:
    problems.note(f"More than {limits.record_bytes:,} bytes in one record.", line=line)


def record_of_line(
    decoder: json.JSONDecoder, line: bytes, number: int, limits: Limits, problems: Problems
) -> Record | None:
    text = decoded(line, number, problems)
    if text is None:
        return None
    try:
        value, end = parsed_value(decoder, text, first_character(text, 0))
    except BadJson as error:
        column = None if error.position is None else error.position + 1
        problems.note(str(error), line=number, column=column, value=error.excerpt)
        return None
    rest = first_character(text, end)
    if rest < len(text):
        message = "One object per line: something follows the end of this one."
        problems.note(message, line=number, column=rest + 1, value=text[rest:])
        return None
    return checked_record(value, text, number, limits, problems)


def first_character(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


class BadJson(Exception):
    """A text that is not JSON, or not such as is accepted; ``position`` is None where it cannot be told."""

    def __init__(self, message: str, position: int | None = None, excerpt: str = "") -> None:
        self.position = position
        self.excerpt = excerpt
        super().__init__(message)


def parsed_value(decoder: json.JSONDecoder, text: str, position: int) -> tuple[Any, int]:
    """Return (value, where it ends); raise BadJson when there is none."""
    try:
        return decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise BadJson(json_message(error, text), error.pos, text[error.pos : error.pos + 60]) from None
    except StopIteration:
        raise BadJson("Expected a JSON value.", excerpt=text[position : position + 60]) from None
    except NotAllowed as error:
        raise BadJson(str(error)) from None
    except RecursionError:
        raise BadJson("Nested far too deep.", excerpt=text[position : position + 60]) from None


def json_message(error: json.JSONDecodeError, text: str) -> str:
    """Return the decoder's complaint in words that say what to do."""
    here = text[error.pos : error.pos + 1]
    if here == "\ufeff":
        return "A byte order mark inside the file, as when two files are joined. Remove it."
    if here == "'":
        return "This is not JSON: it uses single quotes. JSON needs double quotes around keys and texts."
    if error.msg.startswith("Unterminated string"):
        return f"This is not JSON: {NEVER_CLOSED}."
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


def read_json(file: BinaryIO, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield the objects of a list, or of the one list inside an object."""
    # Characters have up to 4 bytes, so a window of as many characters holds any record that is small enough.
    window = TextWindow(iter(PieceDecoder(file, limits, problems)), limits.record_bytes)
    closing = enter_list(window, problems)
    if closing is not None and (yield from read_list(window, limits, problems)):
        check_the_end(window, closing, problems)


def enter_list(window: TextWindow, problems: Problems) -> str | None:
    """Move behind the '[' of the list; return what must follow the list, None when there is no list."""
    window.skip_space()
    if window.starts_with("["):
        window.move_to(window.position + 1)
        return ""
    wrapped = WRAPPED.match(window.text, window.position)
    if wrapped:
        window.move_to(wrapped.end())
        return "}"
    message = "Expected a list of objects [{...}, {...}], or an object with one key that holds such a list."
    if window.starts_with("{"):
        message += " If each line is an object of its own, name the file .jsonl."
    problems.note(message, line=window.line, value=window.excerpt())
    return None


def read_list(window: TextWindow, limits: Limits, problems: Problems) -> Generator[Record, None, bool]:
    """Yield the objects of the list that has just opened; return whether it ended as it should."""
    decoder = strict_decoder(limits)
    window.skip_space()
    while not window.starts_with("]"):
        parsed = parsed_item(decoder, window, limits, problems)
        if parsed is None:
            return False
        value, end = parsed
        yield from record_of_item(value, window.text[window.position : end], window.line, limits, problems)
        window.move_to(end)
        if not move_past_comma(window, problems):
            return False
    window.move_to(window.position + 1)
    return True


def parsed_item(
    decoder: json.JSONDecoder, window: TextWindow, limits: Limits, problems: Problems
) -> tuple[Any, int] | None:
    """Return (value, where it ends), or note why there is none."""
    try:
        return parsed_value(decoder, window.text, window.position)
    except BadJson as error:
        note_bad_item(error, window, limits, problems)
        return None


def note_bad_item(error: BadJson, window: TextWindow, limits: Limits, problems: Problems) -> None:
    if error.position is None:
        problems.note(str(error), line=window.line, value=error.excerpt)
        return
    if not window.is_whole and (NEVER_CLOSED in str(error) or error.position + LONGEST_WORD > len(window.text)):
        # The window ends inside the record, so the record is longer than the window.
        note_big_record(window.line, limits, problems)
        return
    line, column = window.line_at(error.position), window.column_at(error.position)
    problems.note(str(error), line=line, column=column, value=error.excerpt)


def record_of_item(value: Any, raw: str, line: int, limits: Limits, problems: Problems) -> Iterator[Record]:
    if len(raw) > limits.record_bytes:
        note_big_record(line, limits, problems)
        return
    record = checked_record(value, raw, line, limits, problems)
    if record:
        yield record


def move_past_comma(window: TextWindow, problems: Problems) -> bool:
    """Move to the next object or the end of the list; note a comma missing or too many."""
    line = window.line
    window.skip_space()
    if window.starts_with("]"):
        return True
    if window.is_at_end():
        problems.note("The file ends here, but the list is not closed with ].", line=line)
        return False
    line, excerpt = window.line, window.excerpt()
    if not window.starts_with(","):
        problems.note("Expected a comma or the end of the list ].", line=line, value=excerpt)
        return False
    window.move_to(window.position + 1)
    window.skip_space()
    if window.starts_with("]"):
        problems.note("Remove the comma before the end of the list.", line=line, value=excerpt)
        return False
    return True


def check_the_end(window: TextWindow, closing: str, problems: Problems) -> None:
    """Note what follows the list, other than the end of the object around it."""
    window.skip_space()
    if closing and not window.starts_with(closing):
        message = f"Expected {closing} here: the object around the list must have this one key only."
        problems.note(message, line=window.line, value=window.excerpt())
        return
    window.move_to(window.position + len(closing))
    window.skip_space()
    if not window.is_at_end():
        problems.note("Nothing may follow the end of the list.", line=window.line, value=window.excerpt())
