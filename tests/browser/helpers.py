"""What a browser test says about a page: its sizes, its faults, its accessibility, its picture."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 640}

WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# axe ships this WCAG 2.2 AA rule switched off.
EXTRA_RULES = {"target-size": {"enabled": True}}
EVERY_RULE = {"runOnly": {"type": "tag", "values": WCAG_TAGS}, "rules": EXTRA_RULES}
# All that the colours of a page decide.
COLOUR_RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@dataclass
class PageFaults:
    """Everything a page did that no page of ours may do: errors, CSP violations, dialogs, requests to others."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", self._note_script_error)
        page.on("request", self._note_request)
        page.on("dialog", self._note_dialog)

    def expect(self, pattern: str) -> None:
        """This test brings the fault about on purpose; faults that match the pattern do not count."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [fault for fault in self.found if not any(re.search(pattern, fault) for pattern in self.expected)]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note_script_error(self, error: Error) -> None:
        self.found.append(f"script error: {error}")

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in ("localhost", "127.0.0.1"):
            self.found.append(f"third-party request: {request.url}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.found.append(f"dialog: {dialog.message!r}")
        dialog.dismiss()


def assert_sound_in_every_look(page: Page, name: str) -> None:
    """Accessible and no wider than the window at three widths, in both themes; a picture of each under ``name``.

    The page is loaded once; it is resized and changes its theme as it does for a person who turns the phone.
    """
    size = page.viewport_size
    for viewport in (DESKTOP, PHONE, NARROWEST):
        page.set_viewport_size(viewport)
        for scheme, rules in (("light", EVERY_RULE), ("dark", COLOUR_RULES)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert_accessible(page, rules)
            screenshot(page, f"{name}-{viewport['width']}-{scheme}")
        assert_no_sideways_scrolling(page)
    page.emulate_media(color_scheme=None, reduced_motion=None)
    page.set_viewport_size(size)


def assert_accessible(page: Page, rules: dict = EVERY_RULE) -> None:
    """No violation of WCAG 2.0, 2.1 and 2.2, levels A and AA, as far as axe can tell, with the page at its top.

    Further down a control may be half below a bar that stays in view: too small a target for axe until one scrolls on.
    """
    page.evaluate("scrollTo(0, 0)")
    violations = accessibility_violations(page, rules)
    assert not violations, f"{page.url}\n" + "\n".join(violations)


def accessibility_violations(page: Page, rules: dict = EVERY_RULE) -> list[str]:
    # evaluate, not a script tag: the page's CSP would refuse the tag, and is to stay in force.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    results = page.evaluate("rules => axe.run(document, rules)", rules)
    return [
        f"{violation['id']}: {violation['help']}\n    {node['html'][:300]}\n    {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


def assert_no_sideways_scrolling(page: Page) -> None:
    """WCAG 1.4.10: the page is no wider than the window."""
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], f"{page.url} is {widths[0]} px wide in a window of {widths[1]} px"


def screenshot(page: Page, name: str) -> None:
    """Keep a picture in $SCREENSHOT_DIR for people to look at; without that variable, do nothing."""
    folder = os.environ.get("SCREENSHOT_DIR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
