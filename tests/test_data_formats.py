"""docs/data-formats.md stays true: endings, columns, limits and words are those of the code."""

from pathlib import Path

import pytest

from annotation.importing import COLUMNS
from files.reading import FORMATS, Limits
from files.reading.problems import REPORTED, STOP_AT
from personas.attributes import ORIGINS
from personas.importing import ID_COLUMNS, LONGEST_VALUE, MOST_ATTRIBUTES, ORIGIN_COLUMNS

DOCUMENT = (Path(__file__).resolve().parents[1] / "docs" / "data-formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word", [*FORMATS, *ID_COLUMNS, *ORIGIN_COLUMNS, *ORIGINS, *(column.name for column in COLUMNS)]
)
def test_data_formats_names_every_word_of_a_file(word):
    assert f"`{word}`" in DOCUMENT


@pytest.mark.parametrize(
    "limit", ["lines", "rows", "record_bytes", "field_characters", "columns", "cells", "number_digits"]
)
def test_data_formats_states_the_limits(limit):
    assert f"{getattr(Limits(), limit):,} " in DOCUMENT


def test_data_formats_states_the_limits_of_a_persona():
    assert f"{LONGEST_VALUE:,} characters; at most {MOST_ATTRIBUTES} attributes" in DOCUMENT


def test_data_formats_states_how_much_is_read(settings):
    assert f"{settings.UPLOAD_MEGABYTES} MB a file (the setting `UPLOAD_MEGABYTES`)" in DOCUMENT
    assert f"after {STOP_AT:,} problems; the first {REPORTED} are listed" in DOCUMENT
