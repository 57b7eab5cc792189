"""What the server loads before its processes part: every view, and no package that only a few pages need."""

import subprocess
import sys

READY = """
import django, logging, sys
from types import SimpleNamespace
django.setup()
from config import gunicorn
gunicorn.when_ready(SimpleNamespace(log=logging))
named = {"analysis.views.overview", "numpy", "scipy", "sklearn", "plotly", "pandas", "pyarrow"}
print(*sorted(named & set(sys.modules)))
"""


def test_server_loads_the_views_but_not_what_few_pages_need():
    result = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["analysis.views.overview", "numpy", "scipy"]
