"""What participants' pages need: none of the heavy packages behind the pages of results."""

import subprocess
import sys

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from analysis.lazy import imported

CODE = """
import django, sys
django.setup()
from django.urls import get_resolver, reverse
get_resolver().reverse_dict
reverse("entry", args=["example"])
print(*sorted({"numpy", "scipy", "sklearn", "plotly", "pandas"} & set(sys.modules)))
"""

READY = """
import django, logging, sys
from types import SimpleNamespace
django.setup()
from config import gunicorn
gunicorn.when_ready(SimpleNamespace(log=logging))
print(*sorted({"analysis.views.overview", "analysis.views.raters", "numpy", "scipy"} & set(sys.modules)))
"""


def test_urls_load_no_heavy_package():
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_server_loads_the_views_before_its_processes_part():
    result = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["analysis.views.overview", "analysis.views.raters", "numpy", "scipy"]


def lazy_paths(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from lazy_paths(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__ == "analysis.lazy":
            yield pattern.callback.__closure__[0].cell_contents


@pytest.mark.parametrize("path", sorted(lazy_paths(get_resolver().url_patterns)))
def test_lazy_view_exists(path):
    assert callable(imported(path))
