"""What an app does with the files of one kind: within a request, or in a worker where they are large."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar

from files.kinds import ImportKind
from files.models import Upload

# (what is being done, how much is done, of how much)
Progress = Callable[[str, int, int], None]
# Opens the transaction that makes an import visible.
Writing = Callable[[], AbstractContextManager]


def no_progress(doing: str, done: int, of: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class Done:
    """What an import did, in words; ``made`` is what a page may show afterwards."""

    words: str
    changed: bool = True
    made: Any = None


class Importer:
    """An app defines one for each kind of file. ``study`` is None where a file is for no study."""

    name: ClassVar[str]
    """Its runs are NAME-check and NAME-import; never change it."""
    kind: ClassVar[ImportKind]
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    """Named errors of ``store`` that change nothing and that a researcher should read."""
    is_always_a_run: ClassVar[bool] = False
    """Imports of small files are runs too."""

    def state_of(self, study: Any) -> Any:
        """What a preview depends on beside the file, as JSON: a preview made in another state is made again."""

    def preview(self, upload: Upload, study: Any, progress: Progress) -> dict[str, Any]:
        """What the import would do, as JSON; nothing is changed. May raise ``UnreadableFile``."""
        raise NotImplementedError

    def context(self, upload: Upload, study: Any, found: dict[str, Any]) -> dict[str, Any]:
        """What ``preview`` found, as the template shows it."""
        raise NotImplementedError

    def store(self, upload: Upload, study: Any, *, by: Any, progress: Progress, writing: Writing) -> Done:
        """Import the file, all of it or nothing. May raise ``UnreadableFile`` and one of ``refusals``."""
        raise NotImplementedError
