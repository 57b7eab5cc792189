"""docs/personas.md: forty openings to be read by eye, the examples' and drawn ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from personas.attributes import Attributes
from personas.text.card import VERSION, persona_card, persona_text
from personas.text.samples import draw_personas

DRAWN, SEED = 20, 7
HEAD = f"""\
# How personas are described

Raters and models read the same text of a persona, written by `personas/text`, version {VERSION}
([why](decisions/0020-one-text-of-a-persona.md)). It opens with up to five sentences on who the person is, where they
are from, their work and home, what they value and one quirk. Groups follow with only what the opening has not said.
This page is made by `manage.py persona_texts > docs/personas.md`, and a test keeps it true. Whoever changes the wording
reads it from top to bottom.

A study can show the paper's list instead (every attribute in order, as it is in the file), and call the person by a
name.

The whole description is data, as a prompt is: the sentences, the headings of the groups and the labels of the
attributes are what models read too, so they are in English whatever language the pages are in, and a test keeps the
two apart. To run a study in another language, write the attributes in that language and choose the list: then
everything else that participants read is translated (`locale/README.md`).

## The 20 personas of the example study
"""
DRAWN_HEAD = f"""
## {DRAWN} drawn at random

Attributes are drawn independently, so many contradict one another, and about a quarter are missing: a text may be odd,
but must be correct English. Tests check a thousand of them.
"""
WHOLE_HEAD = """
## One of them in full

"""


def sheet(examples: Iterable[tuple[str, Attributes]]) -> str:
    """Return the page for the example personas, given as (id, attributes), and the drawn ones."""
    known = list(examples)
    lines = [f"- **{key}.** {persona_card(attributes).opening}" for key, attributes in known]
    drawn = [f"- {persona_card(person).opening}" for person in draw_personas(DRAWN, SEED)]
    whole = [f"    {line}".rstrip() for line in persona_text(known[0][1]).splitlines()]
    return "\n".join([HEAD, *lines, DRAWN_HEAD, *drawn, WHOLE_HEAD.rstrip("\n"), "", *whole]) + "\n"
