"""A download that fails on the way is never taken for a whole file, compressed or not."""

import http.client
import zlib

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from files.downloads import FAILED
from tests.factories import make_researcher


@pytest.fixture
def cookie(sqlite_study):
    client = Client()
    client.force_login(make_researcher("ada", staff=True))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def download(server, address, cookie, **headers):
    """Return what arrived, and whether the connection was closed in the middle."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    link.request("GET", address, headers={"Cookie": cookie, **headers})
    response = link.getresponse()
    assert response.status == 200
    try:
        body, is_cut = response.read(), False
    except http.client.IncompleteRead as error:
        body, is_cut = error.partial, True
    link.close()
    return zlib.decompressobj(31).decompress(body) if body.startswith(b"\x1f\x8b") else body, is_cut


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_failed_download_says_so_and_is_aborted(sqlite_study, serve, cookie, form, encoding):
    server = serve("tests.server.breaking_wsgi", workers=1)
    address = reverse("export-download", args=[sqlite_study.slug, "annotations", form])
    body, is_cut = download(server, address, cookie, **{"Accept-Encoding": encoding})
    lines = body.decode().splitlines()
    assert FAILED in lines[-1]
    assert "rater 2" in body.decode()
    assert is_cut
    assert "planted" in server.log()


def test_whole_download_ends_in_order(sqlite_study, serve, cookie):
    server = serve(workers=1)
    address = reverse("export-download", args=[sqlite_study.slug, "assignments", "csv"])
    body, is_cut = download(server, address, cookie, **{"Accept-Encoding": "gzip"})
    assert not is_cut
    assert FAILED.encode() not in body
