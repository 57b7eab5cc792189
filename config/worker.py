"""The server's worker: a thread is given to a request that has arrived, not to a connection that may never send one.

gunicorn's own gthread worker blocks a thread while a request trickles in and has no timeout for that, so 8 half-sent
forms stop a site of 8 threads. Here the event loop reads the headers and the body, and a thread starts on what is
complete. Only uploads larger than IN_MEMORY are read by a thread as they arrive: at most half of the threads do that at
once, and each at no less than MINIMUM_RATE. docs/decisions/0014 has the measurements.

/healthz has a thread of its own, so that it answers while all others wait for the database.
"""

from __future__ import annotations

import re
import selectors
import socket
import struct
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

REQUEST_SECONDS = 20
"""From the first byte, or from the connection, until a request that is read by the event loop must be complete."""
IN_MEMORY = 2 * 1024 * 1024 + 64 * 1024
"""Bytes of one request that the event loop reads: any form (Django's limit is 2 MiB), not a file."""
IN_MEMORY_TOGETHER = 64 * 1024 * 1024
"""Bytes of unfinished requests that one process keeps; whoever sends more than that is dropped."""
LONGEST_HEADERS = 64 * 1024
GRACE_SECONDS = 20
MINIMUM_RATE = 8 * 1024
"""Bytes per second an upload must bring after GRACE_SECONDS."""
SEND_SECONDS = 60
"""How long a response may make no progress because its reader does not read."""
LINGER_SECONDS = 2
READ_AT_ONCE = 64 * 1024

CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
SENT_IN_PARTS = re.compile(rb"^(transfer-encoding|expect):", re.IGNORECASE | re.MULTILINE)
HEALTH_CHECKS = (b"GET /healthz ", b"HEAD /healthz ")
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class TooSlow(TimeoutError):
    """The rest of a request did not come in time."""


@dataclass(eq=False)
class Arriving:
    """A request that is being read."""

    conn: TConn
    data: bytearray
    until: float
    wanted: int | None = field(default=None)
    """Bytes of the whole request; None until the headers are complete."""
    is_upload: bool = False

    def take(self, piece: bytes) -> bool:
        """Add what came; True when a thread can start."""
        self.data += piece
        if self.wanted is None:
            self._read_headers()
        if self.wanted is None:
            # Headers without an end: the parser says what is wrong with them.
            return len(self.data) > LONGEST_HEADERS
        return self.is_upload or len(self.data) >= self.wanted

    def _read_headers(self) -> None:
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return
        headers = bytes(self.data[: end + 2])
        length = CONTENT_LENGTH.search(headers)
        self.wanted = end + 4 + (int(length[1]) if length else 0)
        self.is_upload = self.wanted > IN_MEMORY or SENT_IN_PARTS.search(headers) is not None


class PacedSocket:
    """Reads the rest of an upload, at no less than MINIMUM_RATE."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.until = time.monotonic() + GRACE_SECONDS

    def recv(self, size: int) -> bytes:
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise TooSlow("The upload is too slow.")
        self.sock.settimeout(seconds)
        try:
            piece = self.sock.recv(size)
        except TimeoutError as error:
            raise TooSlow("The upload has stopped.") from error
        finally:
            self.sock.settimeout(None)
        self.until += len(piece) / MINIMUM_RATE
        return piece


class BufferingWorker(ThreadWorker):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving: dict[Arriving, None] = {}  # in the order of their deadlines
        self.bytes_kept = 0
        self.uploads: set[TConn] = set()
        self.waiting_uploads: deque[Arriving] = deque()
        self.leaving: dict[TConn, float] = {}
        self.health_pool = ThreadPoolExecutor(max_workers=1)

    # Everything below runs in the main thread, as does whatever calls it.
    def enqueue_req(self, conn: TConn) -> None:
        """A new connection, or a kept one that has something to say: read first, then give it a thread."""
        conn.sock.setblocking(False)
        if not conn.initialized:
            # A reader that stops reading must not keep a thread.
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        data = bytearray(conn.parser.unreader.take_buffered() if conn.parser else b"")
        request = Arriving(conn, bytearray(), time.monotonic() + REQUEST_SECONDS)
        if data and request.take(data):
            self.begin(request)
            return
        self.arriving[request] = None
        self.bytes_kept += len(request.data)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_readable, request))
        # Most requests have come with their connection.
        self.on_readable(request, conn.sock)

    def on_readable(self, request: Arriving, sock) -> None:
        try:
            piece = request.conn.sock.recv(READ_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.drop(request)
            return
        if not piece:
            self.drop(request)
            return
        self.bytes_kept += len(piece)
        if request.take(piece):
            self.forget(request)
            self.begin(request)
        elif self.bytes_kept > IN_MEMORY_TOGETHER:
            self.drop(request)

    def begin(self, request: Arriving) -> None:
        """Give the request a thread; an upload waits for its turn."""
        if request.is_upload:
            if len(self.uploads) >= max(self.cfg.threads // 2, 1):
                self.waiting_uploads.append(request)
                return
            self.uploads.add(request.conn)
        conn = request.conn
        try:
            conn.init()
        except OSError:
            self.close(conn)
            return
        conn.parser.unreader.unread(bytes(request.data))
        conn.parser.unreader.sock = PacedSocket(conn.sock)
        pool = self.health_pool if request.data.startswith(HEALTH_CHECKS) else self.tpool
        answered = pool.submit(self.handle, conn)
        answered.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def finish_request(self, conn: TConn, fs) -> None:
        if conn in self.uploads:
            self.uploads.discard(conn)
            if self.waiting_uploads:
                self.begin(self.waiting_uploads.popleft())
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self.linger(conn)

    def linger(self, conn: TConn) -> None:
        """Close once the client has, or after a moment: closing at once could cut off the end of the response.

        gunicorn waits for this in the event loop itself, for two seconds with each client that keeps silent.
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        except OSError:
            self.close(conn)
            return
        self.leaving[conn] = time.monotonic() + LINGER_SECONDS
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_leaving, conn))

    def on_leaving(self, conn: TConn, sock) -> None:
        try:
            is_gone = not conn.sock.recv(READ_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            is_gone = True
        if is_gone:
            self.see_off(conn)

    def see_off(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.leaving.pop(conn)
        self.close(conn)

    def murder_pending(self) -> None:
        """Drop the requests that took too long, and when stopping those that have not begun."""
        now = time.monotonic()
        for request in list(self.arriving):
            if request.until <= now:
                if request.data:
                    with suppress(OSError):
                        request.conn.sock.send(TIMED_OUT)
                self.drop(request)
            elif not self.alive and not request.data:
                self.drop(request)
        for conn in [conn for conn, until in self.leaving.items() if until <= now]:
            self.see_off(conn)

    def forget(self, request: Arriving) -> None:
        self.poller.unregister(request.conn.sock)
        self.arriving.pop(request, None)
        self.bytes_kept -= len(request.data)

    def drop(self, request: Arriving) -> None:
        self.forget(request)
        self.close(request.conn)

    def close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()
