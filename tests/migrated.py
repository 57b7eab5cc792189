"""A migrated SQLite database, kept in var/ until a migration or a package changes: migrating takes ten CPU-seconds."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PREFIX = "migrated-for-tests-"


def migrated_file() -> Path:
    """Where the database of today's migrations is, or will be."""
    digest = hashlib.sha256()
    for path in [*sorted(TOP.glob("*/migrations/*.py")), TOP / "requirements.lock"]:
        digest.update(str(path.relative_to(TOP)).encode() + path.read_bytes())
    return TOP / "var" / f"{PREFIX}{digest.hexdigest()[:16]}.sqlite3"


def copy_to(target: str) -> bool:
    """Begin with a copy of the kept database, if there is one."""
    kept = migrated_file()
    if kept.is_file():
        shutil.copyfile(kept, target)
    return kept.is_file()


def keep(source: str) -> None:
    """Keep a database that has just been migrated, in place of older ones; several processes may do so at once."""
    kept = migrated_file()
    kept.parent.mkdir(exist_ok=True)
    unfinished = kept.with_name(f"{kept.name}.{os.getpid()}")
    with contextlib.closing(sqlite3.connect(source)) as here, contextlib.closing(sqlite3.connect(unfinished)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
    unfinished.replace(kept)
    for old in kept.parent.glob(f"{PREFIX}*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
