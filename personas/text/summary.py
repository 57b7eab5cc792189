"""A persona in half a line, for the console's tables. Pure."""

from __future__ import annotations

import re

from personas.attributes import Attributes, values_by_key
from personas.text.english import capitalized
from personas.text.home import marital_word
from personas.text.person import noun_phrase
from personas.text.work import work_of


def short_summary(attributes: Attributes) -> str:
    """Return "39-year-old man, construction manager, married"."""
    values = values_by_key(attributes)
    work = re.sub(r"^(works|is) (as )?", "", work_of(values).short)
    phrases = [noun_phrase(values), work, marital_word(values)]
    text = ", ".join(re.sub(r"^an? ", "", phrase) for phrase in phrases if phrase)
    return capitalized(text) if text else "This person"
