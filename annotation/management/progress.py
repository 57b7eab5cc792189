"""Progress of a long import on one line of a terminal, or a line now and then where nobody looks at one."""

from __future__ import annotations

import time
from typing import TextIO

BETWEEN_LINES = 0.5  # seconds


class ProgressLine:
    """Call it as ``progress(doing, done, of)``; it writes what, how much and how fast."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_terminal = out.isatty()
        self.doing = ""
        self.started = self.last = 0.0
        self.is_open = False

    def __call__(self, doing: str, done: int, of: int) -> None:
        now = time.monotonic()
        if doing != self.doing:
            self.close()
            self.doing, self.started, self.last = doing, now, now
        if now - self.last >= BETWEEN_LINES:
            self.last = now
            self._write(done, of, now - self.started)

    def close(self) -> None:
        """End the line; what follows starts on its own."""
        if self.is_open:
            self.out.write("\n")
        self.is_open = False

    def _write(self, done: int, of: int, seconds: float) -> None:
        share = 100 * done // max(of, 1)
        text = f"{self.doing} {done:,} of {of:,} ({share} %), {done / seconds:,.0f} a second"
        self.out.write(f"\r{text:<70}" if self.is_terminal else f"{text}\n")
        self.out.flush()
        self.is_open = self.is_terminal
