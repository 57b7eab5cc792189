"""A long text read a piece at a time, with the line and character of every position in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

SPACE = re.compile(r"[ \t\r\n]*")


class TextWindow:
    """The part of a text that is being parsed: from ``position`` at least ``ahead`` characters, or all the rest.

    Parameters
    ----------
    pieces : iterator of str
        The text, in order.
    ahead : int
        How much one value may need.
    """

    def __init__(self, pieces: Iterator[str], ahead: int) -> None:
        self.pieces = pieces
        self.ahead = ahead
        self.text = ""
        self.position = 0
        self.line = 1
        # Where the line of ``position`` begins; negative when its beginning has been dropped.
        self.line_start = 0
        self.is_whole = False
        self.fill()

    def fill(self) -> None:
        """Read on until enough text is ahead, and drop what has been parsed."""
        if self.is_whole or len(self.text) - self.position >= self.ahead:
            return
        parts, size = [self.text[self.position :]], len(self.text) - self.position
        # Twice as much as is needed, so that the copying is rare.
        while size < 2 * self.ahead:
            piece = next(self.pieces, None)
            if piece is None:
                self.is_whole = True
                break
            parts.append(piece)
            size += len(piece)
        self.line_start -= self.position
        self.position, self.text = 0, "".join(parts)

    def move_to(self, position: int) -> None:
        """Go to a later position in the window, then fill it."""
        self.line, self.line_start = self.line_at(position), self.line_start_at(position)
        self.position = position
        self.fill()

    def skip_space(self) -> None:
        while True:
            match = SPACE.match(self.text, self.position)
            self.move_to(match.end() if match else self.position)
            if self.is_whole or self.position < len(self.text):
                return

    def starts_with(self, text: str) -> bool:
        return self.text.startswith(text, self.position)

    def is_at_end(self) -> bool:
        return self.is_whole and self.position >= len(self.text)

    def line_at(self, position: int) -> int:
        return self.line + self.text.count("\n", self.position, position)

    def line_start_at(self, position: int) -> int:
        newline = self.text.rfind("\n", self.position, position)
        return self.line_start if newline < 0 else newline + 1

    def column_at(self, position: int) -> int:
        return position - self.line_start_at(position) + 1

    def excerpt(self, position: int | None = None) -> str:
        start = self.position if position is None else position
        return self.text[start : start + 60]
