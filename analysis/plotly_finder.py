"""plotly.js out of the installed plotly package: no copy of it lies in this repository, and no other site is asked."""

from importlib.util import find_spec
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILE = "plotly.min.js"
PREFIX = "plotly"


class PlotlyFinder(BaseFinder):
    """Serves plotly/plotly.min.js and none of the package's other megabytes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=package_data())
        self.storage.prefix = PREFIX

    def find(self, path, find_all=False, **kwargs):
        if path != f"{PREFIX}/{FILE}":
            return []  # what Django's own finders say, also where one file was asked for
        found = self.storage.path(FILE)
        return [found] if find_all else found

    def list(self, ignore_patterns):
        yield FILE, self.storage


def package_data() -> Path:
    """The folder of plotly's files, without importing plotly."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("plotly is not installed, but the pages of results need its script.")
    return Path(spec.origin).parent / "package_data"
