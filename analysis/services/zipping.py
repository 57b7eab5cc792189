"""A folder as a zip: the same files give the same bytes."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

NO_DATE = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16


def zip_folder(folder: Path, archive: Path, root: str) -> None:
    """Zip the files of a flat folder under ``root/``; the archive appears whole or not at all."""
    unfinished = archive.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.iterdir()):
            add(made, path, f"{root}/{path.name}")
    unfinished.replace(archive)


def add(made: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, NO_DATE)
    entry.compress_type, entry.external_attr, entry.file_size = zipfile.ZIP_DEFLATED, READABLE, path.stat().st_size
    with path.open("rb") as source, made.open(entry, "w") as target:
        shutil.copyfileobj(source, target)
