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
from django.core.files.storage import FileSystemStorage

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


class JoinedScriptsFinder(BaseFinder):
    """Serves js/participant.js."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = settings.BASE_DIR / "static" / "js" / "participant"

    def find(self, path, find_all=False, **kwargs):
        if path != f"{PREFIX}/{JOINED}":
            return []  # as Django's own finders, also where one file was asked for
        found = str(_written(join_modules(self.folder)))
        return [found] if find_all else found

    def list(self, ignore_patterns):
        storage = FileSystemStorage(location=_written(join_modules(self.folder)).parent)
        storage.prefix = PREFIX
        yield JOINED, storage


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="understudy-scripts-")


@lru_cache(maxsize=1)
def _written(source: str) -> Path:
    """A file with this text: Django serves and collects files by their path."""
    path = Path(_folder().name) / JOINED
    path.write_text(source, encoding="utf-8")
    return path
