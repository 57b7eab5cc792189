"""Many requests at once from code that is not asynchronous: one event loop in a thread of its own per process.

The loop outlives a chunk of work, so connections and the endpoint's limits are shared by all that ask.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from llm.chat import ChatModel, ChatRequest, Reply
from llm.errors import CallFailed

TICK_SECONDS = 0.25
_starting = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def event_loop() -> asyncio.AbstractEventLoop:
    """The process's loop, started by whoever needs it first."""
    global _loop
    with _starting:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="model calls", daemon=True).start()
        return _loop


def replies(model: ChatModel, requests: Sequence[ChatRequest]) -> Iterator[tuple[int, Reply | CallFailed] | None]:
    """Each request's index and reply, or why it failed, in the order in which they come; None at least every tick.

    The model limits how many are in flight. Closing the generator cancels what is still out.
    """
    done: queue.SimpleQueue[tuple[int, Future[Reply]]] = queue.SimpleQueue()
    futures = [asyncio.run_coroutine_threadsafe(model.reply(request), event_loop()) for request in requests]
    for index, future in enumerate(futures):
        future.add_done_callback(lambda future, index=index: done.put((index, future)))  # type: ignore[misc]
    left = len(futures)
    try:
        while left:
            try:
                index, future = done.get(timeout=TICK_SECONDS)
            except queue.Empty:
                yield None
                continue
            left -= 1
            yield index, outcome_of(future)
    finally:
        for future in futures:
            future.cancel()


def outcome_of(future: Future[Reply]) -> Reply | CallFailed:
    try:
        return future.result()
    except CallFailed as failed:
        return failed
