"""The kinds of file that can be imported. Each app registers its own; this package knows none of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.conf import settings

from files.reading import Limits

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class ImportKind:
    """One kind of import: its name, as stored with an upload, and how much one file may hold."""

    name: str
    base_limits: Limits = field(default_factory=Limits)

    @property
    def limits(self) -> Limits:
        """The limits with the site's own limit on the size of a file."""
        megabytes = settings.UPLOAD_MEGABYTES
        return replace(
            self.base_limits, file_bytes=megabytes * MEGABYTE, file_bytes_from=f"UPLOAD_MEGABYTES={megabytes}"
        )


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Make a kind known; call it from the ready() of an app."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"Two kinds of import are called {kind.name}.")


def find(name: str) -> ImportKind:
    return _kinds[name]
