"""Typed text is counted as people see it; the browser counts the same (tests/browser)."""

import sys
import unicodedata

import pytest

from annotation.texts import written_length


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("  a b\n", 3), ("é🙂", 2), ("a\u200bb\u00ad", 2), ("one\r\n\r\ntwo", 8), ("\u200b \t", 0)],
)
def test_written_length_leaves_out_outer_space_and_what_nobody_sees(text, length):
    assert written_length(text) == length


def test_written_length_of_every_character():
    invisible = {"Cf", "Cc", "Zl", "Zp"}
    for character in map(chr, range(sys.maxunicode + 1)):
        is_seen = unicodedata.category(character) not in invisible or character in "\n\r"
        assert written_length(f"a{character}b") == 2 + is_seen, hex(ord(character))
