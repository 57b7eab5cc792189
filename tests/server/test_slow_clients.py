"""Clients that send half of a request, or hardly anything: everybody else is served all the same."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from annotation.rehearsal.client import Client, NoAnswer
from annotation.rehearsal.server import SiteServer

SLOW_CLIENTS = 40
THREADS = 4
HALF_A_FORM = b"POST /a/nobody/q/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nchoice=A&justif"
HALF_A_FILE = (
    b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50000000\r\n"
    b"Content-Type: text/csv\r\n\r\n" + 4096 * b"x"
)
CHUNK_OF_MANY = (
    b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: text/csv\r\n\r\n5\r\nhello\r\n"
)
HALF_THE_HEADERS = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
NOTHING = b""
ANSWERED_BUT_NOT_CLOSED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


class ImpatientClient(Client):
    """Gives up long before a server without time-outs would let go of its threads."""

    PATIENCE = 8

    def __init__(self, site: str):
        super().__init__(site)
        self._connection.timeout = self.PATIENCE


@contextlib.contextmanager
def slow_clients(server: SiteServer, half: bytes, *, number: int = SLOW_CLIENTS) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as open_sockets:
        clients = []
        for _ in range(number):
            client = open_sockets.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            client.sendall(half)
            clients.append(client)
        time.sleep(0.5)  # until the server has read it all
        yield clients


def served(server: SiteServer) -> bool:
    try:
        with contextlib.closing(ImpatientClient(server.url)) as client:
            # Not /healthz, which has a thread of its own.
            return client.get("/login/").status == 200
    except NoAnswer:
        return False


@pytest.fixture
def start(sqlite_study) -> Iterator[Callable[..., SiteServer]]:
    with contextlib.ExitStack() as servers:
        yield lambda **environment: servers.enter_context(
            SiteServer(workers=1, threads=THREADS, environment=environment)
        )


@pytest.mark.parametrize(
    "half",
    [HALF_A_FORM, HALF_A_FILE, CHUNK_OF_MANY, HALF_THE_HEADERS, NOTHING, ANSWERED_BUT_NOT_CLOSED],
    ids=["form", "file", "chunks", "headers", "nothing", "not closed"],
)
def test_slow_clients_keep_nobody_else_waiting(start, half):
    server = start()
    with slow_clients(server, half):
        assert served(server)


def test_slow_clients_stop_plain_gthread(start):
    """The negative control: this server gives a thread to each connection."""
    server = start(GUNICORN_CMD_ARGS="--worker-class=gthread")
    with slow_clients(server, HALF_A_FORM):
        assert not served(server)


# --- What is slow is dropped -------------------------------------------------------------------------
def all_that_comes(client: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(65536):
            received += piece
    return received


def hasty(start) -> SiteServer:
    return start(GUNICORN_CMD_ARGS="--worker-class=tests.server.hasty_worker.HastyWorker")


@pytest.mark.parametrize("half", [HALF_A_FORM, HALF_THE_HEADERS], ids=["form", "headers"])
def test_unfinished_request_is_answered_with_408(start, half):
    with slow_clients(hasty(start), half, number=1) as (client,):
        assert all_that_comes(client).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("half", [HALF_A_FILE, CHUNK_OF_MANY, NOTHING], ids=["file", "chunks", "nothing"])
def test_stalled_upload_or_silent_connection_is_closed(start, half):
    with slow_clients(hasty(start), half, number=1) as (client,):
        all_that_comes(client)  # ends


def test_request_that_trickles_in_is_dropped_in_time(start):
    """A byte now and then resets no clock."""
    with slow_clients(hasty(start), HALF_THE_HEADERS, number=1) as (client,), pytest.raises(ConnectionError):
        trickle(client)


def trickle(client: socket.socket) -> None:
    for _ in range(600):
        client.send(b"x")
        time.sleep(0.05)


# --- What is only in pieces is served ----------------------------------------------------------------
def test_request_in_small_pieces_is_answered(start):
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        headers = b"Host: 127.0.0.1\r\nContent-Length: 9\r\nConnection: close"
        request = b"POST /a/nobody/stop/ HTTP/1.1\r\n" + headers + b"\r\n\r\nsome body"
        for number in range(0, len(request), 7):
            client.sendall(request[number : number + 7])
            time.sleep(0.01)
        assert all_that_comes(client).startswith(b"HTTP/1.1 404 ")


def test_requests_sent_together_are_answered_in_order(start):
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            b"POST /a/nobody/stop/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody"
            b"GET /a/nobody/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        assert re.findall(rb"HTTP/1.1 (\d+)", all_that_comes(client)) == [b"200", b"404", b"404"]


def test_upload_larger_than_what_is_read_ahead_arrives_whole(start):
    """A body that is not read to its end would be taken for the next request."""
    server = start()
    body = b"text=" + 3_000_000 * b"x"
    with contextlib.closing(Client(server.url)) as client:
        for _ in range(2):
            reply = client.post("/a/nobody/q/1/", [("text", body.decode())])
            assert reply.status == 404


def test_client_that_waits_to_be_asked_for_its_body_is_asked(start):
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(
            b"POST /a/nobody/stop/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
            b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"body")
        assert b"HTTP/1.1 404 " in all_that_comes(client)
