"""How much may be asked of an endpoint at once: calls in flight, requests and tokens per minute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llm.chat import ChatRequest
from llm.endpoints import Endpoint

CHARACTERS_PER_TOKEN = 4
MINUTE = 60.0


class Bucket:
    """Lets ``per_minute`` pass each minute, a tenth of it at once at most. Used in one event loop."""

    def __init__(self, per_minute: int | None) -> None:
        self.per_second = (per_minute or 0) / MINUTE
        self.most = max(1.0, (per_minute or 0) / 10)
        self.level, self.at = self.most, time.monotonic()

    async def take(self, amount: float) -> None:
        """Wait for the bucket to be full enough; larger amounts than it can contain leave it in debt."""
        if not self.per_second:
            return
        self.fill()
        self.level -= amount
        missing = min(amount, self.most) - (self.level + amount)
        if missing > 0:
            await asyncio.sleep(missing / self.per_second)

    def give_back(self, amount: float) -> None:
        """Correct an estimate: negative where more was used."""
        self.level = min(self.most, self.level + amount)

    def fill(self) -> None:
        now = time.monotonic()
        self.level = min(self.most, self.level + (now - self.at) * self.per_second)
        self.at = now


class Limits:
    """The limits of one endpoint in this process."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.places = asyncio.Semaphore(endpoint.at_once)
        self.requests, self.tokens = Bucket(endpoint.requests_per_minute), Bucket(endpoint.tokens_per_minute)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        async with self.places:
            yield

    async def attempt(self, request: ChatRequest) -> None:
        """Wait until another attempt is allowed."""
        await self.requests.take(1)
        await self.tokens.take(tokens_expected(request))


def tokens_expected(request: ChatRequest) -> int:
    """An estimate before the call, as providers count: the text and the longest reply.

    >>> from llm.chat import ChatRequest, Sampling, chat
    >>> tokens_expected(ChatRequest(chat("x" * 400), Sampling(max_tokens=50)))
    150
    """
    characters = sum(len(message.content) for message in request.messages)
    return characters // CHARACTERS_PER_TOKEN + request.sampling.max_tokens
