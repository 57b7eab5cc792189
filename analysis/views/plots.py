"""A figure as a template needs it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures.frame import Figure


@dataclass(frozen=True)
class Plot:
    """``key`` is unique on the page; ``title`` is the finding, ``caption`` how it was made.

    ``fits_phone`` is for figures that stay readable at the width of a phone; others are scrolled sideways there.
    """

    key: str
    title: str
    caption: str
    filename: str
    figure: Figure
    fits_phone: bool = False

    @property
    def data_id(self) -> str:
        return f"{self.key}-data"
