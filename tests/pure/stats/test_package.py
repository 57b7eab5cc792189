"""What holds for the package as a whole: its examples run, and it stays free of the web."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import analysis.stats

MODULES = sorted(module.name for module in pkgutil.iter_modules(analysis.stats.__path__, "analysis.stats."))
FOREIGN = {"django", "pandas", "sklearn", "statsmodels", "krippendorff"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_public_function_has_an_example(name):
    module = importlib.import_module(name)
    functions = [f for f in vars(module).values() if getattr(f, "__module__", "") == name and callable(f)]
    public = [f for f in functions if not isinstance(f, type) and not f.__name__.startswith("_")]
    assert [f.__name__ for f in public if ">>>" not in (f.__doc__ or "")] == []


def test_importing_the_statistics_imports_no_web_and_no_test_oracle():
    code = f"import sys, {', '.join(MODULES)}; print(*{{m.partition('.')[0] for m in sys.modules}})"
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert FOREIGN & set(imported.split()) == set()
