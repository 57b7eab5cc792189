"""docs/invariants.md names every constraint and every check, each with a test that exists and mentions it."""

import re
from pathlib import Path

from django.apps import apps

from annotation.integrity.checking import RULES, demand_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/invariants.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| `([^`]+)` \|$", re.M)
ATTACKS = {name: ROOT / file for name, _, file in ROW.findall(PAGE.partition("## The constraints")[2])}
OURS = {"annotation", "audit", "files", "jobs", "model_calls", "personas", "analysis"}


def named_constraints():
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {constraint.name: constraint for model in models for constraint in model._meta.constraints}


def test_invariants_list_every_constraint_of_the_models():
    assert set(ATTACKS) == set(named_constraints())


def test_invariants_name_a_test_that_attacks_the_constraint():
    silent = [name for name, file in ATTACKS.items() if name not in file.read_text(encoding="utf-8")]
    assert silent == []


def test_invariants_list_every_check_of_check_integrity():
    checks = PAGE.partition("## What check_integrity asks")[2].partition("##")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", checks, re.M))
    assert rows == {rule.__name__: demand_of(rule) for rule in RULES}


def test_invariants_name_tests_that_exist():
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert [file for file in sorted(named) if not (ROOT / file).is_file()] == []
