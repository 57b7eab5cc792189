"""Files streamed to the browser, which say so themselves when they are not complete."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from files.writing import csv_line

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
FAILED = "EXPORT FAILED: this file is incomplete."
# A line of its own, and one that a reader of rows cannot take for a row.
LAST_LINES = {"csv": "\r\n" + csv_line([FAILED]), "jsonl": "\n" + json.dumps({"export_failed": FAILED}) + "\n"}
log = logging.getLogger(__name__)


class DownloadFailed(Exception):
    """The rest of a download could not be made; the connection is aborted."""


class Download(StreamingHttpResponse):
    """A file made while it is sent, as ``form`` csv or jsonl.

    Its status has been sent long before the last row is read. If a row fails, the file ends with a
    line that says so, and ``abort_failed_downloads`` then breaks off the connection, so that neither
    a reader of the file nor the browser takes a part for the whole.
    """

    def __init__(self, pieces: Iterable[str], *, filename: str, form: str) -> None:
        self.has_failed = False
        super().__init__(self.told(pieces, form), content_type=CONTENT_TYPES[form])
        self["Content-Disposition"] = f'attachment; filename="{filename}"'

    def told(self, pieces: Iterable[str], form: str) -> Iterator[str]:
        try:
            yield from pieces
        except Exception:
            log.exception("A download failed and was marked as incomplete.")
            self.has_failed = True
            yield LAST_LINES[form]


def abort_failed_downloads(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: raise after the last line of a failed download.

    Outside GZipMiddleware, so that the last line has left the compressor before the connection ends.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, Download):
            response.streaming_content = ended(response, response.streaming_content)
        return response

    return middleware


def ended(response: Download, content: Iterable[bytes]) -> Iterator[bytes]:
    yield from content
    if response.has_failed:
        raise DownloadFailed("A download failed; the connection is aborted so that it does not look complete.")
