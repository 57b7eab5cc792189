"""The watchers themselves: a page with a planted fault must be caught, a good one must pass."""

import pytest
from django.http import HttpResponse
from django.urls import path
from playwright.sync_api import expect

from tests.browser.helpers import (
    PHONE,
    accessibility_violations,
    assert_accessible,
    assert_no_sideways_scrolling,
    screenshot,
)

GOOD = """<!doctype html><html lang="en"><head><title>Good</title><link rel="icon" href="data:,"></head>
<body><main><h1>Good</h1><p>A calm page.</p></main></body></html>"""
POOR = """<!doctype html><html lang="en"><head><title>Poor</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="poor.css"></head>
<body><main><h1>Poor</h1><p class="pale">Hardly to be read</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<button class="tiny">x</button><button class="tiny">y</button></main></body></html>"""
POOR_CSS = ".pale{color:#bbb} .tiny{width:10px;height:10px;padding:0;border:0;margin:0} main{width:900px}"
INLINE = GOOD.replace("<p>", "<script>alert('inline')</script><p>")


def serve(text, content_type="text/html"):
    return lambda request: HttpResponse(text, content_type=content_type)


urlpatterns = [
    path("good", serve(GOOD)),
    path("poor", serve(POOR)),
    path("poor.css", serve(POOR_CSS, "text/css")),
    path("inline", serve(INLINE)),
]
pytestmark = pytest.mark.urls(__name__)


def test_good_page_passes_in_the_dark_on_a_phone(live_server, open_page):
    page = open_page(viewport=PHONE, color_scheme="dark")
    page.goto(f"{live_server.url}/good")
    expect(page.get_by_role("heading", name="Good")).to_be_visible()
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert_accessible(page)
    assert_no_sideways_scrolling(page)


def test_axe_finds_planted_faults_under_the_csp(live_server, desktop):
    desktop.goto(f"{live_server.url}/poor")
    found = {line.split(":")[0] for line in accessibility_violations(desktop)}
    assert found == {"color-contrast", "image-alt", "target-size"}


def test_sideways_scrolling_is_found(live_server, open_page):
    page = open_page(viewport=PHONE)
    page.goto(f"{live_server.url}/poor")
    with pytest.raises(AssertionError, match="px wide"):
        assert_no_sideways_scrolling(page)


def test_inline_script_is_refused_and_noted(live_server, desktop, faults):
    faults.expect("Content Security Policy")
    desktop.goto(f"{live_server.url}/inline")
    assert any("Content Security Policy" in fault for fault in faults.found)
    assert not any(fault.startswith("dialog") for fault in faults.found)


def test_faults_of_many_kinds_are_noted(live_server, open_page, faults):
    faults.expect(".")
    page = open_page(bypass_csp=True)
    page.goto(f"{live_server.url}/inline")
    page.evaluate("setTimeout(() => { throw new Error('planted') }); console.error('said aloud')")
    page.evaluate("fetch('http://192.0.2.1/pixel.gif').catch(() => null) && null")
    page.goto(f"{live_server.url}/nowhere")
    noted = "\n".join(faults.found)
    for word in ("dialog: 'inline'", "planted", "said aloud", "third-party request: http://192.0.2.1", "404"):
        assert word in noted


def test_screenshot_is_kept_only_where_asked(live_server, desktop, tmp_path, monkeypatch):
    desktop.goto(f"{live_server.url}/good")
    monkeypatch.delenv("SCREENSHOT_DIR", raising=False)
    screenshot(desktop, "unasked")
    monkeypatch.setenv("SCREENSHOT_DIR", str(tmp_path))
    screenshot(desktop, "asked")
    assert [file.name for file in tmp_path.iterdir()] == ["asked.png"]


def test_page_without_javascript_can_be_opened(live_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/good")
    assert page.title() == "Good"
