"""The participant's scripts: modules that a linter understands, one file for the browser."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from config.joined_scripts import join_modules

MODULES = settings.BASE_DIR / "static" / "js" / "participant"


def test_joined_file_holds_every_module_and_no_import():
    joined = Path(finders.find("js/participant.js")).read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import|export)\b", joined, re.MULTILINE)
    for module in MODULES.glob("*.js"):
        comment = module.read_text(encoding="utf-8").split("\n")[0]
        assert joined.count(comment) == 1, f"{module.name} is not joined, or more than once"


def test_modules_come_after_those_they_import(tmp_path):
    (tmp_path / "main.js").write_text('import { a } from "./first.js";\nimport { b } from "./second.js";\na(b);\n')
    (tmp_path / "first.js").write_text('import {\n  b,\n} from "./second.js";\nexport const a = () => b;\n')
    (tmp_path / "second.js").write_text("export const b = 1;\n")
    expected = '"use strict";\n(() => {\nconst b = 1;\n\nconst a = () => b;\n\na(b);\n})();\n'
    assert join_modules(tmp_path) == expected


@pytest.mark.parametrize("module", sorted(MODULES.glob("*.js")), ids=lambda path: path.name)
def test_module_is_short_and_imports_what_the_finder_understands(module):
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 250
    assert not re.search(r"\bimport\(|^export (default|\{|\*)|^import \*|\bas\b.* from", source, re.MULTILINE)


def test_collection_takes_the_joined_file(tmp_path, settings):
    """As script/serve and the container do."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "js" / "participant.js").read_text(encoding="utf-8") == join_modules(MODULES)


def test_other_names_are_not_found():
    assert finders.find("js/participants.js") is None
