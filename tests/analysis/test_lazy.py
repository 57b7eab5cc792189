"""What participants' requests load: none of the heavy packages behind the pages of results."""

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


def test_urls_load_no_heavy_package():
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def lazy_paths(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from lazy_paths(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__ == "analysis.lazy":
            yield pattern.callback.__closure__[0].cell_contents


@pytest.mark.parametrize("path", sorted(lazy_paths(get_resolver().url_patterns)))
def test_lazy_view_exists(path):
    assert callable(imported(path))
