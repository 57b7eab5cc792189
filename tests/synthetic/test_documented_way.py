"""docs/synthetic.md leads from nothing to a rehearsed study: its commands are run, with fewer personas."""

import json
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command

from annotation.models import Study
from annotation.services.assembly import design_problems
from tests.synthetic.making import TEXTS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "synthetic.md"


@pytest.mark.django_db
def test_documented_commands_make_a_study_that_can_be_rehearsed(tmp_path, monkeypatch):
    section = DOCUMENT.read_text(encoding="utf-8").split("## From nothing to a rehearsed study")[1]
    commands = re.findall(r"^manage\.py (.+)$", section, re.MULTILINE)
    assert len(commands) <= 10
    monkeypatch.chdir(tmp_path)
    Path("prompts.json").write_text(json.dumps(TEXTS))
    for command in commands[:-1]:
        call_command(*shlex.split(command.replace("--count 40", "--count 20")))
    # The rehearsal itself starts a server and has tests of its own.
    assert commands[-1] == "rehearse trial"
    assert design_problems(Study.objects.get(slug="trial")) == []
