"""What all figures share: size, type, grid, hover. Pure."""

from __future__ import annotations

import textwrap

Figure = dict[str, object]
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Liberation Sans, Arial, sans-serif"
# A name from a file may contain anything; plotly reads some HTML in its labels, so it is escaped.
HARMLESS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def shown(text: str) -> str:
    """Return a text as plotly is to show it, letter by letter.

    >>> shown('<b onclick="x">GPT & Co')
    '&lt;b onclick="x"&gt;GPT &amp; Co'
    """
    return text.translate(HARMLESS)


def short(text: str, most: int = 34) -> str:
    """Return a label that fits on an axis.

    >>> short("a very long name of a language model, run 2", 24)
    'a very long… del, run 2'
    """
    if len(text) <= most:
        return shown(text)
    return shown(f"{text[: most - 12].rstrip()}… {text[-10:].lstrip()}")


def wrapped(text: str, most: int = 20) -> str:
    """Return a label in lines of about so many characters, at most three of them; plotly breaks lines at <br>.

    >>> wrapped("language-model, role-play, sample 1")
    'language-model,<br>role-play, sample 1'
    """
    lines = textwrap.wrap(short(text, 3 * most), most, break_long_words=False) or [""]
    return "<br>".join(lines)


def layout(**more: object) -> Figure:
    """Return the layout of a figure on the page's own background; ``figures.js`` fills ink and grid in by theme."""
    frame: Figure = {
        "font": {"family": FONT, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "hoverlabel": {"align": "left"},
        "dragmode": False,
    }
    return frame | more
