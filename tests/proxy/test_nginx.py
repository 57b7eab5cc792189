"""The documented proxy: slow clients end there, and it tells the site who asks."""

from __future__ import annotations

import contextlib
import http.client
import re
from collections.abc import Iterator

import pytest

from annotation.models import Assignment
from tests.factories import make_study, prolific_id

SLOW_CLIENTS = 40
HALF_A_FORM = b"POST /a/nobody/q/1/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nchoice=A&justif"
HALF_A_FILE = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n" + 100_000 * b"x"
HALF_THE_HEADERS = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


class Visitor:
    """A browser's connection to the proxy."""

    def __init__(self, proxy):
        self.connection = http.client.HTTPConnection("localhost", proxy.port)
        self.connection.sock = proxy.connect()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
        """Status, Location and text of the answer."""
        self.connection.request(method, path, body, headers)
        reply = self.connection.getresponse()
        return reply.status, reply.getheader("Location") or "", reply.read().decode()


@pytest.fixture
def visitor(proxy) -> Iterator[Visitor]:
    visitor = Visitor(proxy)
    yield visitor
    visitor.connection.close()


@contextlib.contextmanager
def slow_clients(proxy, half: bytes) -> Iterator[None]:
    with contextlib.ExitStack() as sockets:
        for _ in range(SLOW_CLIENTS):
            sockets.enter_context(proxy.connect()).sendall(half)
        yield


@pytest.mark.parametrize("half", [HALF_A_FORM, HALF_A_FILE, HALF_THE_HEADERS, b""], ids=["form", "file", "headers", ""])
def test_slow_clients_keep_nobody_else_waiting(proxy, visitor, half):
    with slow_clients(proxy, half):
        for _ in range(8):
            assert visitor.ask("GET", "/healthz")[0] == 200


def test_participant_goes_through_the_proxy(visitor):
    study = make_study(questions=1)
    status, place, _ = visitor.ask("GET", f"/s/{study.slug}/?PROLIFIC_PID={prolific_id(1)}")
    assert (status, place.startswith("/a/")) == (302, True)
    status, _, text = visitor.ask("GET", place)
    assert (status, "Taking part in this study" in text) == (200, True)
    status, place, _ = visitor.ask(
        "POST", place, b"consent=yes", **{"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (status, place.endswith("/instructions/")) == (302, True)
    assert Assignment.objects.get().consented_at


def test_forged_addresses_are_not_believed(visitor):
    """The proxy overwrites the header, so all of these come from one address."""
    study = make_study(questions=1, arrivals_per_address=2)
    link = f"/s/{study.slug}/?PROLIFIC_PID="
    found = [
        visitor.ask("GET", link + prolific_id(number), **{"X-Forwarded-For": f"203.0.113.{number}"})[0]
        for number in range(1, 5)
    ]
    assert found == [302, 302, 429, 429]


def test_plain_http_is_sent_to_https(proxy):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=30)) as connection:
        connection.request("GET", "/s/pilot/", headers={"Host": "localhost"})
        reply = connection.getresponse()
        reply.read()
    assert (reply.status, reply.getheader("Location")) == (301, "https://localhost/s/pilot/")


def test_file_larger_than_the_proxy_takes_is_refused(proxy):
    with proxy.connect() as client:
        client.sendall(b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000000\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_no_log_holds_who_came(proxy, site, visitor):
    study = make_study(questions=1)
    _, place, _ = visitor.ask("GET", f"/s/{study.slug}/?PROLIFIC_PID={prolific_id(1)}")
    visitor.ask("GET", place)
    logs = [path.read_text(encoding="utf-8") for path in proxy.folder.glob("*.log")] + [site.log()]
    assert not any(re.search(f"{prolific_id(1)}|{place}", log) for log in logs)


def test_proxy_lets_the_largest_import_through(settings):
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert f"client_max_body_size {settings.UPLOAD_MEGABYTES + 1}m;" in text
