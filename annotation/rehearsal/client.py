"""A plain HTTP client for simulated raters: one kept connection each, no cookies, no redirect followed unasked."""

from __future__ import annotations

import gzip
import http.client
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT_SECONDS = 60
LIKE_A_BROWSER = {"Accept-Encoding": "gzip"}
LIKE_HTMX = {"HX-Request": "true", "HX-Boosted": "true"}


class NoAnswer(Exception):
    """The connection failed or broke off; whether the server acted on the request is not known."""


@dataclass(frozen=True)
class Reply:
    """What the server said to one request."""

    method: str
    path: str
    status: int
    text: str
    location: str
    """Where a redirect leads, or which address the page that came belongs to; empty where that is the path."""
    seconds: float

    @property
    def is_redirect(self) -> bool:
        return self.status in {301, 302, 303, 307, 308}

    @property
    def address(self) -> str:
        """What the address bar shows with this page."""
        return self.path if self.is_redirect else self.location or self.path


class Client:
    """Talks to one site. Not for sharing between threads: each simulated rater has their own."""

    def __init__(self, site: str):
        self.site = site.rstrip("/")
        parts = urlsplit(self.site)
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)

    def get(self, path: str) -> Reply:
        return self._ask("GET", path, None, LIKE_A_BROWSER)

    def post(self, path: str, fields: Iterable[tuple[str, str]], *, by_htmx: bool = False) -> Reply:
        headers = {**LIKE_A_BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
        if by_htmx:
            headers |= LIKE_HTMX
        return self._ask("POST", path, urlencode(list(fields)), headers)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Reply:
        started = time.perf_counter()
        response, content = self._exchange(method, path, body, headers)
        if response.getheader("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return Reply(
            method=method,
            path=path,
            status=response.status,
            text=content.decode("utf-8", "replace"),
            location=self._local(path, response.getheader("Location") or response.getheader("HX-Push-Url") or ""),
            seconds=time.perf_counter() - started,
        )

    def _exchange(self, method, path, body, headers):
        was_open = self._connection.sock is not None
        try:
            return self._once(method, path, body, headers)
        except http.client.RemoteDisconnected as error:
            # The server may close a kept connection just as we use it again; browsers then try once on a new one.
            if not was_open:
                raise NoAnswer(str(error)) from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        try:
            return self._once(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error

    def _once(self, method, path, body, headers):
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return response, response.read()
        except BaseException:
            self._connection.close()
            raise

    def _local(self, path: str, location: str) -> str:
        """An address as a path of this site; another host's stays whole."""
        if not location:
            return ""
        target = urljoin(f"{self.site}{path}", location)
        return target.removeprefix(self.site) if target.startswith(f"{self.site}/") else target
