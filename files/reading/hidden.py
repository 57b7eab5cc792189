"""Characters that cannot be seen, which make two different ids look the same."""

from __future__ import annotations

import unicodedata

# Letters, marks and symbols in Unicode's tables, and nothing on a screen. str.isprintable() is true for all of them.
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")


def hidden_character(text: str) -> str:
    """Return what is hidden in a text that should be visible throughout, in words; "" when nothing is.

    Hidden are control and format characters (zero-width, bidirectional), line and paragraph
    separators, spaces other than the ordinary one, variation selectors and blank letters.

    >>> hidden_character("p\\u200b1")
    'U+200B ZERO WIDTH SPACE (character 2)'
    >>> hidden_character("Zoë 7")
    ''
    """
    if text.isascii() and text.isprintable():
        return ""
    for position, character in enumerate(text, start=1):
        if is_hidden(character):
            name = unicodedata.name(character, "a control character")
            return f"U+{ord(character):04X} {name} (character {position})"
    return ""


def is_hidden(character: str) -> bool:
    return not character.isprintable() or character in BLANK_LETTERS or is_variation_selector(character)


def is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
