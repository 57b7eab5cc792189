"""Good files, mutated at random: taken or refused, but never anything else, and never half."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from files.reading import UnreadableFile
from tests.malformed.forms import FORMS, KINDS, form_bytes, good_rows, read_whole

# Pieces that mean something to one of the forms, so that mutations hit more often than random bytes would.
PIECES = [
    b'"', b"'", b",", b":", b"\t", b"\n", b"\r", b"\r\n", b"\n\n", b"{", b"}", b"[", b"]", b"\\",
    b"\\u0000", b"\\ud800",
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80", b"null", b"true", b"NaN", b"1e999", b"-0",
    b"id", b"persona_id", b"attributes", b"origin", b'"id": ', b'{"a":', b"yes", b"foil",
]  # fmt: skip


@st.composite
def mutated(draw, good: bytes) -> bytes:
    """Some cuts, doublings, swaps and insertions in a good file."""
    data = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        how = draw(st.sampled_from(["cut", "double", "insert", "replace"]))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=5))
        middle = {"cut": b"", "double": data[start:end] * 2, "insert": piece + data[start:end], "replace": piece}[how]
        data = data[:start] + middle + data[end:]
    return data


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=200)
@given(data=st.data())
def test_mutated_file_is_taken_whole_or_refused_with_a_reason(kind, form, data):
    mutation = data.draw(mutated(form_bytes(form, good_rows(kind))))
    try:
        taken = read_whole(kind, mutation, f"file.{form}")
    except UnreadableFile as error:
        taken = error.report()
    assert taken
    assert all(taken)
