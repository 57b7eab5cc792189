"""What can be wrong with a folder of census files."""

from __future__ import annotations


class CensusProblem(ValueError):
    """The census files cannot be used; the text says which file, and where possible which line and column."""
