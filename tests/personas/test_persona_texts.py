"""docs/personas.md shows what personas/text writes today."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

PAGE = Path(__file__).resolve().parents[2] / "docs" / "personas.md"


def test_personas_page_is_what_the_command_prints():
    printed = StringIO()
    call_command("persona_texts", stdout=printed)
    assert PAGE.read_text(encoding="utf-8") == printed.getvalue(), "run: manage.py persona_texts > docs/personas.md"
    assert sum(line.startswith("- ") for line in printed.getvalue().splitlines()) == 40
