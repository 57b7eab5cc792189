"""One spelling checker for the column names of all imports."""

from __future__ import annotations

import difflib
from collections.abc import Collection

# So close to a known name that it cannot be a column of its own.
MISSPELT = 0.85
# Close enough to be worth naming when a required column is missing.
SIMILAR = 0.6


def canonical(name: str) -> str:
    """Return a name as the known names are written: lower case, with underscores.

    >>> canonical(" Persona-ID ")
    'persona_id'
    """
    return "_".join(name.casefold().replace("-", " ").split())


def misspelt(written: str, known: Collection[str]) -> str:
    """Return the known name that a column was probably meant to have, or "".

    >>> misspelt("revized", ["revised", "foil"]), misspelt("Persona ID", ["persona_id"]), misspelt("year", ["revised"])
    ('revised', 'persona_id', '')
    """
    near = difflib.get_close_matches(canonical(written), known, n=1, cutoff=MISSPELT)
    return near[0] if near else ""


def similar(name: str, written: Collection[str]) -> str:
    """Return the column of a file that was perhaps meant to be the one that is missing, or "".

    >>> similar("persona_id", ["Persona", "prompt", "year"]), similar("choice", ["year"])
    ('Persona', '')
    """
    spellings = {canonical(spelling): spelling for spelling in written}
    near = difflib.get_close_matches(name, spellings, n=1, cutoff=SIMILAR)
    return spellings[near[0]] if near else ""
