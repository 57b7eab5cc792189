"""What the first page weighs on the wire, from the site as script/serve starts it: compressed, hashed, by gunicorn."""

from urllib.parse import urlsplit

import pytest

from tests.browser.participants import answer_question, expect_question, walk_to_first_question
from tests.conftest import find_unused_tcp_port
from tests.test_serve import Site

LARGEST = 20_000
LARGEST_WAY = 60_000
MOST_REQUESTS = 4


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    site = Site(
        folder,
        find_unused_tcp_port(),
        ENV_FILE="",
        SECRET_KEY="for this test " * 3,
        HTTPS="false",
    )
    site.wait_until_ready()
    yield site
    site.stop()


class Wire:
    """Requests of a page and the bytes that came for them, headers included, as Chromium's network stack counts."""

    def __init__(self, page):
        self.addresses, self.weights = [], {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self.note_request)
        session.on("Network.loadingFinished", self.note_weight)
        session.send("Network.enable")

    def note_request(self, event):
        """A redirect comes as the same request with another address, and the weight of what redirected."""
        if event["request"]["url"].startswith("data:"):
            return
        if "redirectResponse" in event:
            self.weights[self.addresses[-1]] = event["redirectResponse"]["encodedDataLength"]
        self.addresses.append(event["request"]["url"])

    def note_weight(self, event):
        self.weights[event["requestId"]] = event["encodedDataLength"]

    def total(self) -> int:
        return sum(self.weights.values())


@pytest.mark.parametrize("label", ["Participant", "Preview"])
def test_first_page_is_light(site, desktop, label):
    wire = Wire(desktop)
    desktop.goto(site.printed(label)[1], wait_until="networkidle")
    print(f"{label}: {wire.total()} bytes in {len(wire.addresses)} requests, redirects included")
    assert {urlsplit(address).netloc for address in wire.addresses} == {urlsplit(site.url).netloc}
    assert len(wire.addresses) <= MOST_REQUESTS
    assert 1_000 < wire.total() < LARGEST


def test_later_pages_fetch_their_document_only(site, desktop):
    wire = Wire(desktop)
    walk_to_first_question(desktop, site.printed("Participant")[1])
    before = wire.total()
    answer_question(desktop)
    expect_question(desktop, 2)
    second = wire.total() - before
    print(f"to the first question: {before} bytes; the second: {second}")
    assert len({address for address in wire.addresses if "/static/" in address}) == 3
    assert before < LARGEST_WAY
    assert second < 10_000
