"""Researchers' Markdown as safe HTML, and typed text counted the way the browser counts it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "code", "pre", "hr"}
_markdown = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=256)
def markdown_html(source: str) -> SafeString:
    """Markdown without raw HTML, then through an allow-list: no script, style, image or frame can come out."""
    html = nh3.clean(
        _markdown.render(source), tags=ALLOWED_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "mailto"}
    )
    return SafeString(html)  # the allow-list above is what makes it safe


def normalise_newlines(text: str) -> str:
    """Browsers send CRLF; what was typed is one line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def written_length(text: str) -> int:
    """Characters somebody wrote: code points without the space around the text and without invisible ones."""
    written = normalise_newlines(text).strip()
    if written.isprintable():  # and so without any invisible one
        return len(written)
    return sum(1 for character in written if not _is_invisible(character))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc", "Zl", "Zp"} and character != "\n"


def beginning(text: str, most: int) -> str:
    """The text, or its first ``most`` characters with the last one an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
