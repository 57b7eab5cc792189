"""What is not JSON, what Python's reader takes all the same, and what is JSON but no list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.malformed.forms import MalformedFile, form_bytes, good_rows

# name -> a value that must not be taken; it takes the place of the last value of the middle record.
BAD_VALUES = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "Python None": "None",
    "Python True": "True",
    "undefined": "undefined",
    "leading zeros": "007",
    "plus sign": "+1",
    "hexadecimal": "0x1F",
    "dot first": ".5",
    "dot last": "5.",
    "10,000 digits": "9" * 10_000,
    "float of 10,000 digits": "0." + "9" * 10_000,
    "single quotes": "'text'",
    "raw tab": '"a\tb"',
    "raw carriage return": '"a\rb"',
    "bad escape": '"\\x41"',
    "cut unicode escape": '"\\u12"',
    "lone high surrogate": '"\\ud83d"',
    "lone low surrogate": '"\\ude00"',
    "surrogates in the wrong order": '"\\ude00\\ud83d"',
    "escaped NUL": '"a\\u0000b"',
    "30 levels": "[" * 30 + "]" * 30,
    "100,000 lists": "[" * 100_000,
    "100,000 objects": '{"a":' * 100_000,
    "closed 5,000 levels": "[" * 5_000 + "]" * 5_000,
    "10,000 values": "[" + "1," * 10_000 + "1]",
    "missing": "",
    "unclosed quote": '"text',
    "comment": '"text" /* note */',
    "two values": '"a" "b"',
    "tuple": '("a", "b")',
}

# name -> how the middle record as a whole is broken
BAD_RECORDS = {
    "duplicate key": lambda text: text.replace(
        "{", '{"prompt_id": "prompt-01", "age": "39", "prompt_id": "x", "age": "x", ', 1
    ),
    "empty key": lambda text: text.replace("{", '{"": "x", ', 1),
    "key with NUL": lambda text: text.replace("{", '{"a\\u0000": "x", ', 1),
    "key with half a pair": lambda text: text.replace("{", '{"\\ud800": "x", ', 1),
    "bare key": lambda text: text.replace("{", '{age: "39", ', 1),
    "number as key": lambda text: text.replace("{", '{39: "age", ', 1),
    "missing colon": lambda text: text.replace(":", "", 1),
    "missing comma": lambda text: text.replace(",", "", 1),
    "two commas": lambda text: text.replace(",", ",,", 1),
    "comma at the end": lambda text: text.replace("}", ",}"),
    "not closed": lambda text: text.rstrip("}"),
    "closed twice": lambda text: text + "}",
    "closed by a bracket": lambda text: text.replace("}", "]"),
    "list": lambda text: "[1, 2]",
    "text": lambda text: '"persona-02"',
    "number": lambda text: "2",
    "null": lambda text: "null",
    "true": lambda text: "true",
    "two records": lambda text: text + " " + text,
    "byte order mark inside": lambda text: "\ufeff" + text,
    "Python dict": lambda text: text.replace('"', "'"),
    "word": lambda text: "persona",
    "line comment": lambda text: "# " + text,
    "key: value": lambda text: "id: persona-02",
}


def bad_json_values(kind: str) -> Iterator[MalformedFile]:
    for name, value in BAD_VALUES.items():
        yield from with_middle_record(kind, name, lambda text, value=value: last_value_replaced(text, value))


def bad_json_records(kind: str) -> Iterator[MalformedFile]:
    for name, change in BAD_RECORDS.items():
        yield from with_middle_record(kind, name, change)


def last_value_replaced(text: str, value: str) -> str:
    """Put a raw value in the place of the record's last one."""
    return text[: text.rindex(': "') + 2] + value + "}"


def with_middle_record(kind: str, name: str, change) -> Iterator[MalformedFile]:
    """The changed record stands second of three, in JSONL and in JSON."""
    first, middle, last = (json.dumps(row) for row in good_rows(kind))
    lines = [first, change(middle), last]
    yield MalformedFile(f"{name} in jsonl", "file.jsonl", "\n".join(lines).encode(), 2)
    # A record that is not closed runs on: its fault shows where the next one opens.
    line = 4 if name == "not closed" else 3
    yield MalformedFile(f"{name} in json", "file.json", ("[\n" + ",\n".join(lines) + "\n]").encode(), line)


def bad_json_documents(kind: str) -> Iterator[MalformedFile]:
    """The list around the records is wrong, or there is none."""
    rows = good_rows(kind)
    good = form_bytes("json", rows).decode()
    one = json.dumps(rows[0])
    documents = {
        "list not closed": (good.replace("\n]", ""), 4),
        "list not opened": (good.removeprefix("[\n"), 1),
        "comma at the end of the list": (good.replace("\n]", ",\n]"), 4),
        "two commas in the list": (good.replace(",\n{", ",,\n{", 1), 2),
        "missing comma in the list": (good.replace("},\n", "}\n", 1), 3),
        "text after the list": (good + "end", 6),
        "two lists": (good + good, 6),
        "JSONL named json": (form_bytes("jsonl", rows).decode(), 1),
        "one object": (one, 1),
        "object of objects": (f'{{"a": {one}}}', 1),
        "object with two lists": (f'{{"a": [{one}],\n"b": [{one}]}}', 1),
        "object not closed": (f'{{"a": [{one}]\n', 2),
        "empty list": ("[]", 1),
        "empty object": ("{}", 1),
        "text": ('"personas"', 1),
        "number": ("20", 1),
        "null": ("null", 1),
        "100,000 lists around": ("[" * 100_000, 1),
        "CSV named json": (form_bytes("csv", rows).decode(), 1),
    }
    for name, (text, line) in documents.items():
        yield MalformedFile(f"{name} (document)", "file.json", text.encode(), line)
    yield MalformedFile("JSON named jsonl", "file.jsonl", json.dumps(rows, indent=1).encode(), 1)
    yield MalformedFile("CSV named jsonl", "file.jsonl", form_bytes("csv", rows), 1)
