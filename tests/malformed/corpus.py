"""Every malformed file there is, made by code: ``malformed_files("personas")`` and ``malformed_files("questions")``."""

from __future__ import annotations

from collections.abc import Iterator

from tests.malformed.bytes_and_kinds import bad_bytes, other_kinds_of_file, too_large
from tests.malformed.forms import KINDS, MalformedFile
from tests.malformed.json_faults import bad_json_documents, bad_json_records, bad_json_values
from tests.malformed.meaning import bad_columns, bad_meaning
from tests.malformed.table_faults import bad_tables, bad_texts

MAKERS = (
    bad_bytes,
    other_kinds_of_file,
    too_large,
    bad_json_values,
    bad_json_records,
    bad_json_documents,
    bad_tables,
    bad_texts,
    bad_columns,
    bad_meaning,
)


def malformed_files(kind: str) -> Iterator[MalformedFile]:
    """Yield files of a kind (personas or questions) that must be refused, each with the line to be named."""
    if kind not in KINDS:
        raise ValueError(f"There are no files of the kind {kind!r}.")
    for make in MAKERS:
        yield from make(kind)
