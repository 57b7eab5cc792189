"""docs/statistics.md as a page of the site: every section and every number of its tables has an address of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCUMENT = "docs/statistics.md"
NUMBERED = "Numbers"
"""The section whose tables have a number in each row."""

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def formulas_html() -> SafeString:
    """The document, which is part of the code, as HTML. A restart reads it again."""
    tokens = list(_with_ids(_markdown.parse((settings.BASE_DIR / DOCUMENT).read_text(encoding="utf-8"))))
    # Raw HTML is off, and the text is ours.
    return SafeString(_markdown.renderer.render(tokens, _markdown.options, {}))


@cache
def anchors() -> frozenset[str]:
    """Every place of the page that can be linked to."""
    return frozenset(re.findall(r' id="([^"]+)"', formulas_html()))


def slug_of(text: str) -> str:
    """What a heading or a number is called in an address.

    >>> slug_of("Best of several models, minus held-out human"), slug_of("Krippendorff's `alpha`")
    ('best-of-several-models-minus-held-out-human', 'krippendorffs-alpha')
    """
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`*’]", "", text.lower())).strip("-")


def _with_ids(tokens: list[Token]) -> Iterator[Token]:
    """Headings and the rows of numbers get ids, tables a frame to scroll in; the title is the page's own."""
    section, tables = "", 0
    for place, token in enumerate(tokens):
        text = tokens[place + 1].content if token.type == "heading_open" else ""
        if place < 3:
            continue
        if token.type == "heading_open":
            token.attrSet("id", slug_of(text))
            section = text
        elif token.type == "table_open":
            tables += 1
            token.attrSet("class", "league")
            label = f"{section}, table {tables}".replace('"', "")
            yield _html(f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">')
        elif token.type == "tr_open" and section == NUMBERED and tokens[place + 1].type == "td_open":
            token.attrSet("id", slug_of(tokens[place + 2].content))
        yield token
        if token.type == "table_close":
            yield _html("</div>")


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
