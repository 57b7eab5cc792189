"""Browser tests: the system's Chromium against a live server of this process.

    def test_something(live_server, open_page):
        page = open_page(viewport=PHONE, color_scheme="dark")
        page.goto(live_server.url + "/s/example/")
        assert_accessible(page)

Every page is watched: at the end of the test any script error, console error, CSP violation, dialog or request to
another machine fails it, unless the test said `faults.expect("...")`.
"""

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.browser.chromium import LAUNCH_FLAGS, find_chromium
from tests.browser.helpers import DESKTOP, PHONE, PageFaults
from tests.factories import make_researcher

# Playwright runs an event loop in this thread; the ORM is still called from ordinary synchronous test code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
HERE = Path(__file__).parent
# A busy machine is slow, not wrong: what never comes still fails.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items):
    """Without a Chromium these tests cannot run; in CI that is a failure, not a skip."""
    if find_chromium() or os.environ.get("CI"):
        return
    reason = "no Chromium found: install it (apt-get install chromium) or name it in CHROMIUM"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    executable = find_chromium()
    if executable is None:
        pytest.fail("No Chromium found: install it (apt-get install chromium) or name it in CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": executable, "args": LAUNCH_FLAGS}


@pytest.fixture
def faults():
    """What the pages of this test did wrong; must be empty at the end."""
    return PageFaults()


@pytest.fixture
def open_page(new_context, faults):
    """Open a watched page in a browser context of its own; options are those of Playwright's `new_context`.

    A second page of the same person: `faults.watch(second := first.context.new_page())`.
    """

    def open_one(*, viewport=DESKTOP, color_scheme="light", **options):
        page = new_context(viewport=viewport, color_scheme=color_scheme, **options).new_page()
        faults.watch(page)
        return page

    yield open_one
    assert not faults.unexpected(), "\n".join(faults.unexpected())


@pytest.fixture
def desktop(open_page):
    return open_page(viewport=DESKTOP)


@pytest.fixture
def phone(open_page):
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=3)


@pytest.fixture
def root():
    return make_researcher("root", staff=True)


@pytest.fixture
def log_in(live_server, open_page, root, settings):
    """Open a page that is logged in as an admin."""

    def open_logged_in(**options):
        client = Client()
        client.force_login(root)
        page = open_page(**options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        page.context.add_cookies([{**cookie, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}])
        return page

    return open_logged_in
