"""The README's table of settings is the list of what config/ reads from the environment, with its defaults."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| `(?P<name>[A-Z_]+)` \| (?P<default>[^|]+) \| (?P<meaning>[^|]+) \|$", re.MULTILINE)
IN_WORDS = object()  # a default that is computed: the table describes it


def settings_in_the_table():
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Settings")[1].split("\n## ")[0]
    return {row["name"]: row["default"].strip() for row in ROW.finditer(section)}


def settings_in_the_code():
    found = {}
    for file in (ROOT / "config").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if is_read(node):
                found[node.args[0].value] = default_of(node)
    return found


def is_read(node):
    """A setting is read by its name; the readers themselves call each other with a variable."""
    if not isinstance(node, ast.Call) or not getattr(node.func, "id", "").startswith("env_"):
        return False
    return isinstance(node.args[0], ast.Constant)


def default_of(call):
    if call.func.id == "env_required":
        return "required"
    if len(call.args) == 1:
        return ""
    default = call.args[1]
    return default.value if isinstance(default, ast.Constant) else IN_WORDS


def as_written(default):
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if default in ("", "required"):
        return default or "none"
    return f"`{str(default).replace('_', '')}`" if isinstance(default, int) else f"`{default}`"


def test_settings_table_lists_what_the_code_reads():
    assert settings_in_the_table().keys() == settings_in_the_code().keys()


@pytest.mark.parametrize("name", sorted(settings_in_the_code()))
def test_settings_table_gives_the_default_of_the_code(name):
    default = settings_in_the_code()[name]
    if default is not IN_WORDS:
        assert settings_in_the_table()[name] == as_written(default)


def test_example_environment_names_known_settings_only():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE))
    # What compose.yaml itself reads from .env, beside the site's settings.
    compose_only = {"POSTGRES_PASSWORD"}
    assert named - compose_only <= settings_in_the_code().keys()
