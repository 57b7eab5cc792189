"""docs/researcher.md: a researcher's whole way from an empty home to the bundle, without a shell, clicks counted.

    UPDATE_DOCS=1 script/test tests/browser/test_researcher_way.py

writes the document. Without the variable the test fails when a step needs another number of clicks or fields than the
document says; how long a step took is only written down.
"""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Study
from tests.factories import PASSWORD, finished, make_researcher

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "researcher.md"
PERSONAS = [
    {"id": "p1", "age": 39, "sex": "Male", "occupation": "Teacher"},
    {"id": "p2", "age": 61, "sex": "Female", "occupation": "Nurse"},
]
QUESTIONS = [
    {
        "persona_id": persona["id"],
        "prompt_id": f"q{number}",
        "prompt": f"What should I do about matter {number}?",
        "revised": f"Do what fits {persona['id']} in matter {number}.",
        "baseline": f"There are many views on matter {number}.",
    }
    for persona in PERSONAS
    for number in (1, 2)
]


@dataclass
class Step:
    name: str
    clicks: int = 0
    fields: int = 0
    seconds: float = 0.0


@dataclass
class Way:
    """A researcher at a page: every click and every field filled is counted for the step it belongs to."""

    page: Page
    steps: list[Step] = field(default_factory=list)
    began: float = 0.0

    def step(self, name: str) -> None:
        self.end()
        self.steps.append(Step(name))

    def end(self) -> None:
        if self.steps:
            self.steps[-1].seconds = time.monotonic() - self.began
        self.began = time.monotonic()

    def click(self, role: str, name: str, *, exact: bool = True) -> None:
        self.steps[-1].clicks += 1
        self.page.get_by_role(role, name=name, exact=exact).first.click()

    def fill(self, name: str, value: str) -> None:
        self.steps[-1].fields += 1
        self.page.locator(f"[name={name}]").fill(value)

    def choose_file(self, name: str, rows: list[dict]) -> None:
        self.steps[-1].fields += 1
        text = "\n".join(map(json.dumps, rows)).encode()
        file = {"name": name, "mimeType": "application/jsonl", "buffer": text}
        self.page.locator("[name=file]").set_input_files(file)


def test_researchers_way_from_an_empty_home_to_the_bundle(live_server, open_page, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    make_researcher("grace")
    way = Way(open_page())
    way.page.goto(live_server.url)
    walk(way)
    way.end()
    text = written(way.steps)
    if os.environ.get("UPDATE_DOCS"):
        DOCUMENT.write_text(text, encoding="utf-8")
    assert counts_in(DOCUMENT.read_text(encoding="utf-8")) == counts_in(text)


def walk(way: Way) -> None:
    page = way.page
    way.step("Log in")
    way.fill("username", "grace")
    way.fill("password", PASSWORD)
    way.click("button", "Log in")
    expect(page.get_by_text("No studies yet")).to_be_visible()
    import_personas(way)
    make_the_study(way)
    say_what_the_consent_page_must(way)
    open_the_study(way)
    study = Study.objects.get()
    for number in range(1, 5):
        finished(study, number)
    read_the_results(way)


def import_personas(way: Way) -> None:
    way.step("Import personas")
    way.click("link", "Personas")
    way.click("link", "Import personas")
    way.fill("name", "people")
    way.choose_file("people.jsonl", PERSONAS)
    way.click("button", "Preview import")
    way.click("button", "Import 2 personas", exact=False)
    expect(way.page.get_by_text("2 personas imported as people v1.")).to_be_visible()


def make_the_study(way: Way) -> None:
    way.step("Make the study")
    way.click("link", "Studies")
    way.click("link", "New study")
    way.fill("name", "Pilot")
    way.fill("slug", "pilot")
    way.page.locator("[name=persona_set]").select_option(label="people v1")
    way.steps[-1].fields += 1
    way.click("button", "Create the draft")
    way.step("Import questions")
    way.click("link", "Import questions")
    way.choose_file("questions.jsonl", QUESTIONS)
    way.click("button", "Preview import")
    way.click("button", "Import 4 questions", exact=False)
    way.step("Set its size")
    way.click("link", "Set-up")
    way.click("link", "Design")
    way.fill("raters_per_persona", "2")
    way.fill("questions_per_rater", "2")
    way.click("button", "Save the design")
    expect(way.page.get_by_text("Saved.")).to_be_visible()


def say_what_the_consent_page_must(way: Way) -> None:
    way.step("Say what the consent page must")
    way.click("link", "Set-up")
    way.click("link", "Payment, minutes, retention")
    way.fill("payment", "£2.50")
    way.fill("minutes", "15")
    way.fill("retention", "Ten years, without Prolific IDs.")
    way.click("button", "Save", exact=False)
    way.click("link", "Set-up")
    way.click("link", "Who runs it, contact")
    way.fill("run_by", "Dr Grace Hopper, Example University")
    way.fill("contact", "study@example.org")
    way.click("button", "Save", exact=False)
    expect(way.page.get_by_text("Saved.")).to_be_visible()


def open_the_study(way: Way) -> None:
    way.step("Open it")
    way.click("link", "Set-up")
    expect(way.page.get_by_text("Everything it needs is there.", exact=False)).to_be_visible()
    way.click("link", "Open the study")
    way.click("button", "Open the study")
    expect(way.page.get_by_text("The study is open", exact=False)).to_be_visible()


def read_the_results(way: Way) -> None:
    way.step("Read the results")
    way.click("link", "Results")
    expect(way.page.get_by_role("heading", level=1)).to_contain_text("Pilot")
    way.step("Have the bundle made and fetch it")
    way.click("link", "Figures and files")
    way.page.locator("#bundle-state").get_by_role("button").click()
    with way.page.expect_download() as download:
        way.page.locator("#bundle-state").get_by_role("link", name="Download").click()
    way.steps[-1].clicks += 2
    assert download.value.suggested_filename.endswith(".zip")


# --- The document ----------------------------------------------------------------------------------
HEAD = """\
# A researcher's way, counted

From a first log-in with nothing on the site to the bundle of a finished study, without a shell: two personas, four
questions, two raters each. Clicks, fields and seconds are those of a browser that goes the way, which does not have to
read; simulated people answer between opening and results. Measured and written by

    UPDATE_DOCS=1 script/test tests/browser/test_researcher_way.py

The same test without the variable fails when a step takes another number of clicks or fields.

| step | clicks | fields | seconds |
| --- | --- | --- | --- |
"""


def written(steps: list[Step]) -> str:
    totals = [sum(getattr(step, name) for step in steps) for name in ("clicks", "fields", "seconds")]
    whole = Step("**Together**", *totals)
    rows = [f"| {step.name} | {step.clicks} | {step.fields} | {step.seconds:.1f} |\n" for step in [*steps, whole]]
    return HEAD + "".join(rows)


def counts_in(text: str) -> list[list[str]]:
    return [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| ")]
