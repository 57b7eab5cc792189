"""CSV, TSV and key: value text that the csv module or a split would let pass."""

from __future__ import annotations

from collections.abc import Iterator

from tests.malformed.forms import MalformedFile, first_line_of, form_bytes, good_rows


def bad_tables(kind: str) -> Iterator[MalformedFile]:
    rows = good_rows(kind)
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        lines = form_bytes(form, rows).decode().rstrip("\n").split("\n")
        for name, (changed, line) in table_faults(lines, delimiter).items():
            yield MalformedFile(f"{name} in {form}", f"file.{form}", "\n".join(changed).encode(), line)


def table_faults(lines: list[str], delimiter: str) -> dict[str, tuple[list[str], int]]:
    """Return name -> (lines, the line that must be named). Lines: header, then three records."""
    header, first, middle, last = lines
    columns = header.split(delimiter)
    cut = middle.split(delimiter)[0]
    return {
        "unclosed quote": ([header, first, f'"{middle}', last], 3),
        "unclosed quote in the last column": ([header, first, middle.rstrip('"') + delimiter + '"x', last], 3),
        "unclosed quote at the end": ([header, first, middle, f'{cut}{delimiter}"'], 4),
        "text after a quote": ([header, first, f'"{cut}"x{middle[len(cut) :]}', last], 3),
        "quote inside a bare value": ([header, first, f'a"b{middle}', last], 3),
        "one value too many": ([header, first, f"{middle}{delimiter}x", last], 3),
        "one value too few": ([header, first, cut, last], 3),
        "empty values at the end": ([header, first, middle + delimiter * 3, last], 3),
        "duplicate column": ([f"{header}{delimiter}{columns[0]}", f"{first}{delimiter}x"], 1),
        "duplicate column by case": ([f"{header}{delimiter}{columns[0].upper()}", f"{first}{delimiter}x"], 1),
        "column without a name": ([f"{header}{delimiter}", f"{first}{delimiter}x"], 1),
        "column with a blank name": ([f"{delimiter}  {delimiter}{header}", f"a{delimiter}b{delimiter}{first}"], 1),
        "header only": ([header], 1),
        "header and blank lines": ([header, "", ""], 1),
        "no header": ([first.replace('"', ""), middle.replace('"', "")], 1),
        "semicolons": ([";".join(columns), "a;b;c"], 1),
        "carriage returns only": (["\r".join(["a", *lines])], 1),
        "quote in the header": ([f'{columns[0]}"{header[len(columns[0]) :]}', first], 1),
        "unclosed quote in the header": ([f'"{header}', first], 1),
    }


def bad_texts(kind: str) -> Iterator[MalformedFile]:
    rows = good_rows(kind)
    lines = form_bytes("txt", rows).decode().rstrip("\n").split("\n")
    at = first_line_of("txt", rows, 2)
    faults = {
        "line without a colon": (with_line(lines, at, "just words"), at + 1),
        "line without a key": (with_line(lines, at, ": value"), at + 1),
        "key of spaces": (with_line(lines, at, "   : value"), at + 1),
        "key twice": (with_line(lines, at, lines[at - 1]), at + 1),
        "key twice by case": (with_line(lines, at, lines[at - 1].upper()), at + 1),
        "no blank line between records": (lines[: at - 2] + lines[at - 1 :], at - 1),
        "JSON": ([form_bytes("jsonl", rows).decode().replace(":", "")], 1),
        "second line of a value": (with_line(lines, len(lines), "and so on"), len(lines) + 1),
    }
    for name, (changed, line) in faults.items():
        yield MalformedFile(f"{name} in txt", "file.txt", "\n".join(changed).encode(), line)


def with_line(lines: list[str], after: int, line: str) -> list[str]:
    return [*lines[:after], line, *lines[after:]]
