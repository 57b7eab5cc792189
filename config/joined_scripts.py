"""The participant's scripts: modules in static/js/participant/, one file for the browser.

A page of theirs may make four requests, so the modules are joined: each in the order in which others need it, without
its import lines and the word "export", in one function. No build step: a static files finder does it.
"""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils import timezone

JOINED = "participant.js"
PREFIX = "js"
MAIN = "main.js"
IMPORT = re.compile(r'^import [^;]*? from "\./(?P<name>[a-z]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)


def join_modules(folder: Path) -> str:
    """Every module that main.js needs, directly or not, each after those it imports itself."""
    ordered: dict[str, str] = {}
    _add_module(folder, MAIN, ordered)
    body = "\n".join(EXPORT.sub("", IMPORT.sub("", source)) for source in ordered.values())
    return f'"use strict";\n(() => {{\n{body}}})();\n'


def _add_module(folder: Path, name: str, ordered: dict[str, str]) -> None:
    source = (folder / name).read_text(encoding="utf-8")
    for needed in IMPORT.finditer(source):
        if needed["name"] not in ordered:
            _add_module(folder, needed["name"], ordered)
    ordered[name] = source


class JoinedStorage(Storage):
    """Holds the joined file; ``collectstatic`` copies it from here."""

    prefix = PREFIX

    def __init__(self, folder: Path):
        self.folder = folder

    def _open(self, name, mode="rb"):
        return ContentFile(join_modules(self.folder).encode(), name=name)

    def exists(self, name):
        return name == JOINED

    def get_modified_time(self, name):
        newest = max(path.stat().st_mtime for path in self.folder.glob("*.js"))
        return timezone.datetime.fromtimestamp(newest, tz=timezone.get_default_timezone())


class JoinedScriptsFinder(BaseFinder):
    """Serves js/participant.js."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = settings.BASE_DIR / "static" / "js" / "participant"

    def find(self, path, find_all=False, **kwargs):
        if path != f"{PREFIX}/{JOINED}":
            return []  # as Django's own finders, also where one file was asked for
        found = _written(join_modules(self.folder))
        return [found] if find_all else found

    def list(self, ignore_patterns):
        yield JOINED, JoinedStorage(self.folder)


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="understudy-scripts-")


@lru_cache(maxsize=4)
def _written(source: str) -> str:
    """A path with this text, for servers that read files (development and tests; production has collectstatic)."""
    path = Path(_folder().name) / JOINED
    path.write_text(source, encoding="utf-8")
    return str(path)
