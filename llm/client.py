"""The client for OpenAI-compatible servers: vLLM, llama.cpp, Ollama, hosted ones."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import time
from collections.abc import AsyncIterator, Callable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import stamina

from llm.abilities import Abilities
from llm.chat import ChatRequest, Reply
from llm.endpoints import Endpoint
from llm.errors import HIDDEN, CallFailed, Failure, without_secrets
from llm.limits import Limits
from llm.wire import body_of, reply_in

MOST_BYTES = 4 * 1024 * 1024
"""Of a reply's body; what is longer is cut off."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0


class HttpModel:
    """One endpoint. Its connections and limits belong to one event loop (``llm.many.event_loop``)."""

    def __init__(self, endpoint: Endpoint, abilities: Abilities | None = None) -> None:
        self.endpoint = endpoint
        self.abilities = abilities or Abilities()
        self._client: httpx2.AsyncClient | None = None
        self._limits: Limits | None = None

    @property
    def name(self) -> str:
        return self.endpoint.name

    def address(self) -> str:
        return self.endpoint.address

    def body(self, request: ChatRequest) -> dict[str, Any]:
        return body_of(self.endpoint.model, request, self.abilities)

    async def reply(self, request: ChatRequest) -> Reply:
        body = self.body(request)
        async with self.limits.place():
            give_up = retry_until(time.monotonic() + self.endpoint.retry_seconds)
            async for attempt in tries(give_up):
                with attempt:
                    await self.limits.attempt(request)
                    return self.checked(reply_in(await self.post("/chat/completions", body), request, self.abilities))
        raise AssertionError("stamina ends with a reply or an error")

    def checked(self, reply: Reply) -> Reply:
        """Refuse the reply of another model than the probe met: the server was given another one meanwhile."""
        expected = self.abilities.reported_model
        if expected and reply.model and reply.model != expected:
            raise CallFailed(Failure.WRONG_MODEL, f"The server answers as {reply.model!r}, not as {expected!r}.")
        return reply

    def with_abilities(self, abilities: Abilities) -> HttpModel:
        """The same endpoint spoken to in another dialect, over the same connections and under the same limits."""
        other = HttpModel(self.endpoint, abilities)
        other._client, other._limits = self.client, self.limits
        return other

    # --- One attempt ---------------------------------------------------------------------------------
    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send a body and read the reply as JSON. Raises ``CallFailed``."""
        return await self.exchange("POST", path, content=json.dumps(body, ensure_ascii=False).encode())

    async def get(self, path: str) -> Any:
        return await self.exchange("GET", path)

    async def exchange(self, method: str, path: str, content: bytes | None = None) -> Any:
        url, headers = self.endpoint.address + path, self.headers()
        try:
            async with (
                asyncio.timeout(self.endpoint.timeout_seconds),
                self.client.stream(method, url, content=content, headers=headers) as response,
            ):
                data = await read_bounded(response)
        except TimeoutError:
            raise CallFailed(Failure.TIMEOUT, f"No reply in {self.endpoint.timeout_seconds:g} s.") from None
        except httpx2.TimeoutException:
            raise CallFailed(Failure.TIMEOUT, "The server did not answer in time.") from None
        except (httpx2.HTTPError, httpx2.StreamError, ssl.SSLError) as error:
            raise CallFailed(Failure.UNREACHABLE, self.discreet(f"{type(error).__name__}: {error}")) from None
        self.refuse_status(response, data)
        try:
            # A server that quotes the key in a reply must not bring it into the cache.
            return json.loads(self.without_key(data))
        except ValueError:
            raise CallFailed(Failure.MALFORMED, f"Not JSON: {self.discreet(start_of(data))}") from None

    def headers(self) -> dict[str, str]:
        headers = {"content-type": "application/json"}
        if self.endpoint.key_variable:
            headers["authorization"] = f"Bearer {self.key()}"
        return headers

    def key(self) -> str:
        key = self.key_if_any()
        if not key:
            raise CallFailed(Failure.NO_KEY, f"The environment variable {self.endpoint.key_variable} is not set.")
        return key

    def refuse_status(self, response: httpx2.Response, data: bytes) -> None:
        status = response.status_code
        if status == httpx2.codes.OK:
            return
        if 300 <= status < 400:
            target = urlsplit(urljoin(self.endpoint.address, response.headers.get("location", ""))).netloc
            raise CallFailed(Failure.REDIRECTED, f"The server redirects to {target}. Redirects are not followed.")
        detail = self.discreet(f"HTTP {status}: {start_of(data)}")
        raise CallFailed(failure_of(status), detail, retry_after=seconds_in(response.headers.get("retry-after", "")))

    def discreet(self, text: str) -> str:
        return without_secrets(text, self.key_if_any())

    def without_key(self, data: bytes) -> bytes:
        key = self.key_if_any().encode()
        return data.replace(key, HIDDEN.encode()) if key and key in data else data

    def key_if_any(self) -> str:
        return os.environ.get(self.endpoint.key_variable, "").strip() if self.endpoint.key_variable else ""

    # --- Made in the loop that uses them ---------------------------------------------------------------
    @property
    def client(self) -> httpx2.AsyncClient:
        if self._client is None:
            most = self.endpoint.at_once
            self._client = httpx2.AsyncClient(
                verify=tls(),
                # Neither proxies nor passwords that the environment has for other programs.
                trust_env=False,
                follow_redirects=False,
                timeout=httpx2.Timeout(self.endpoint.timeout_seconds, connect=min(10.0, self.endpoint.timeout_seconds)),
                limits=httpx2.Limits(max_connections=most, max_keepalive_connections=most),
            )
        return self._client

    @property
    def limits(self) -> Limits:
        if self._limits is None:
            self._limits = Limits(self.endpoint)
        return self._limits

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """One for all clients: reading the certificates takes longer than a call."""
    return httpx2.create_ssl_context(trust_env=False)


async def read_bounded(response: httpx2.Response) -> bytes:
    data = bytearray()
    async for part in response.aiter_bytes():
        data += part
        if len(data) > MOST_BYTES:
            raise CallFailed(Failure.TOO_LARGE, f"The reply is longer than {MOST_BYTES:,} bytes.")
    return bytes(data)


def failure_of(status: int) -> Failure:
    if status == httpx2.codes.TOO_MANY_REQUESTS:
        return Failure.RATE_LIMITED
    if status in (httpx2.codes.REQUEST_TIMEOUT, httpx2.codes.CONFLICT) or status >= 500:
        return Failure.SERVER_ERROR
    return Failure.REFUSED


def start_of(data: bytes) -> str:
    # Long enough that a key at its end is there whole, and is found.
    return data[:4000].decode("utf-8", "replace")


def seconds_in(retry_after: str, now: Callable[[], float] = time.time) -> float | None:
    """What a Retry-After header asks for: seconds, or a date.

    >>> seconds_in("75"), seconds_in("Thu, 01 Jan 1970 00:00:30 GMT", now=lambda: 10.0), seconds_in("soon")
    (75.0, 20.0, None)
    """
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now())
    except (ValueError, TypeError):
        return None


# --- Trying again ------------------------------------------------------------------------------------
def retry_until(deadline: float) -> Callable[[Exception], bool | float]:
    """Whether to try again after an error, and when: the server's own wish first, within the time that is left."""

    def decide(error: Exception) -> bool | float:
        if not isinstance(error, CallFailed) or not error.is_temporary:
            return False
        left = deadline - time.monotonic()
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= left else False
        return left > 0

    return decide


def tries(decide: Callable[[Exception], bool | float]) -> AsyncIterator[Any]:
    attempts: AsyncIterator[Any] = stamina.retry_context(
        on=decide,
        attempts=None,
        timeout=None,
        wait_initial=FIRST_PAUSE_SECONDS,
        wait_max=LONGEST_PAUSE_SECONDS,
        wait_jitter=FIRST_PAUSE_SECONDS,
    ).__aiter__()
    return attempts
