"""docs/participant.md: every page as a picture with what it stores, made by walking the pages.

    UPDATE_DOCS=1 script/test tests/browser/test_participant_document.py

writes the document and its pictures. Without the variable the test fails when a heading, an address or a stored column
is not what the document says.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Annotation, AnnotationRevision, Assignment, Rater, Screen, TurnedAway
from annotation.services import assembly
from tests.browser.participants import REASON, entry_link, expect_question, fill_answer, make_example_study, press

pytestmark = pytest.mark.django_db(transaction=True)
DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURES = DOCS / "images" / "participant"
VIEWPORT = {"width": 1100, "height": 720}
WATCHED = (Rater, Assignment, Screen, Annotation, AnnotationRevision, TurnedAway)

STORED = {
    "Rater": "a rater: the study, the Prolific ID, a random pseudonym",
    "Assignment": "an assignment: the seat and persona, Prolific's study and submission ids, the time of arrival",
    "Screen": "the order of the questions and of the two answers of each",
    "Annotation": "the answer: the response chosen, the reason, when it was saved; how long the page was open and "
    "active, how often text was pasted and how long it was, how often the window lost the focus, the first choice and "
    "how often it changed",
    "AnnotationRevision": "the earlier version of the answer, with the same columns",
    "TurnedAway": "a visit that got no seat, under a keyed hash of the Prolific ID",
    "Assignment.state": "where the assignment is, with a row of its history",
    "Assignment.last_seen": "the time of this request",
    "Assignment.deadline": "until when the spot is reserved",
    "Assignment.consented_at": "the time of consent",
    "Assignment.instructed_at": "the time the instructions were read",
    "Assignment.check_attempts": "how many attempts at the check were used",
    "Assignment.check_missed": "which of its questions were missed",
    "Assignment.check_passed_at": "the time the check was passed",
    "Assignment.practice_length": "how long the practice reason was; the practice answer itself is not stored",
    "Assignment.introduced_at": "the time the person was introduced",
    "Assignment.comment": "the comment",
    "Assignment.completed_at": "the time of finishing",
    "Screen.draft_choice": "the choice so far",
    "Screen.draft_justification": "what is typed so far",
    "Screen.draft_at": "when that was saved",
    "Screen.telemetry": "the counts so far (see the answer)",
    "Annotation.choice": "the response now chosen",
    "Annotation.justification": "the reason as it now is",
    "Annotation.saved_at": "when it was saved",
    "Annotation.version": "the number of the version",
    "Annotation.choice_changes": "how often the choice changed",
}
# What every request moves is said once, at the top.
ALWAYS = {"Assignment.last_seen", "Assignment.deadline"}
COUNTS = {"visible_ms", "active_ms", "paste_count", "paste_characters", "focus_losses", "first_choice"}


@dataclass
class Document:
    """The pages in their order, each with its picture, address and what happened in the database since the last."""

    page: Page
    parts: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.before = rows()

    def show(self, name: str, what: str) -> None:
        """Take this page's picture; ``what`` says when the following was stored."""
        heading = self.page.locator("h1").first.inner_text().replace("\n", " ")
        # Which question comes first is drawn.
        heading = heading.partition(" Someone asks")[0]
        number = len([part for part in self.parts if part.startswith("## ")]) + 1
        self._picture(f"{number:02}-{name}")
        address = re.sub(r"/a/[^/]+/", "/a/<code>/", re.sub(r"^https?://[^/]+|\?.*$", "", self.page.url))
        self.parts += [f"## {number}. {heading}", f"![{what}](images/participant/{number:02}-{name}.jpg)"]
        self.parts += [f"{what} Address: `{address}`."]

    def note(self, when: str, *, with_drafts: bool = False) -> None:
        """What has changed since. Drafts come and go with the autosave; only the step about them names them."""
        after = rows()
        changes = sorted(changed(self.before, after) - ALWAYS)
        if not with_drafts:
            changes = [change for change in changes if not change.startswith("Screen.")]
        self.before = after
        listed = [f"- {STORED[change]} (`{column(change)}`)" for change in changes]
        self.parts += ["\n".join([f"Stored {when}:", "", *listed]) if listed else f"Stored {when}: nothing."]

    def _picture(self, name: str) -> None:
        if os.environ.get("UPDATE_DOCS"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            path = PICTURES / f"{name}.jpg"
            self.page.screenshot(path=path, type="jpeg", quality=60, full_page=True)

    def text(self) -> str:
        return INTRODUCTION + "\n\n" + "\n\n".join(self.parts) + "\n"


INTRODUCTION = """\
# What a participant sees, and what each page stores

For ethics boards and data protection officers. The pictures show the bundled example study; its texts are a language
model's. The list under each page is what changed in the database when that page was opened or sent, read from the
database while this document was made by

    UPDATE_DOCS=1 script/test tests/browser/test_participant_document.py

The same test without the variable fails when a page or a stored column is no longer what is written here.

Every request also updates the time of the last activity and, where the study counts idle time, the time until which
the spot is reserved. New visits are counted by network address, under a keyed hash that is deleted after about an hour;
no address is stored. Participants' pages set and read no cookie. The browser keeps its own copy of a text until the
site has it."""


def rows() -> dict[str, dict[int, dict]]:
    return {model.__name__: {row["id"]: row for row in model.objects.values()} for model in WATCHED}


def changed(before: dict, after: dict) -> set[str]:
    """Kinds of rows that are new, and columns that have changed."""
    found = set()
    for name, table in after.items():
        for pk, row in table.items():
            old = before[name].get(pk)
            if old is None:
                found.add(name)
            else:
                found |= {f"{name}.{key}" for key in row if row[key] != old[key] and key not in COUNTS}
    return found


def column(change: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", change).lower()


def walk(document: Document, live_server) -> None:
    page, study = document.page, make_example_study(questions=2, raters=3)
    document.before = rows()
    page.goto(entry_link(live_server))
    document.show("consent", "The first page, opened by Prolific's link.")
    document.note("when it is opened")
    press(page, "Yes, take part")
    expect(page).to_have_title(re.compile("What you will do"))
    document.note("on “Yes, take part”")
    document.show("instructions", "The instructions.")
    press(page, "I have read this")
    expect(page).to_have_title(re.compile("A short check"))
    document.note("when it is sent")
    document.show("check", "The comprehension check, with two attempts.")
    page.get_by_label("My own").check()
    page.get_by_label("No", exact=True).check()
    press(page, "Check my answers")
    expect(page.locator(".error-summary")).to_be_visible()
    document.note("on a wrong answer")
    page.get_by_label("That of the person I am playing").check()
    page.get_by_label("No", exact=True).check()
    press(page, "Check my answers")
    expect(page).to_have_title(re.compile("Practice"))
    document.note("on right answers")
    document.show("practice", "The practice question.")
    fill_answer(page, "B")
    press(page, "Check my practice answer")
    expect(page).to_have_title(re.compile("The person you play"))
    document.note("when it is sent")
    document.show("persona", "The person.")
    press(page, "Go to the first question")
    expect_question(page, 1)
    document.note("when it is sent")
    questions(document)
    page.goto(page.url.replace("/done/", "/help/"))
    document.show("help", "Help, one link away from every page.")
    document.note("when it is opened")
    ends(document, live_server, study)


def questions(document: Document) -> None:
    page = document.page
    document.show("question", "A question.")
    with page.expect_response("**/draft/"):
        fill_answer(page, "A")
    document.note("every few seconds while one writes", with_drafts=True)
    press(page, "Save and continue")
    expect_question(page, 2)
    document.note("on “Save and continue”")
    fill_answer(page, "B")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    document.before = rows()
    document.show("review", "Check your answers: each can still be changed.")
    page.get_by_role("link", name="Change question 1").click()
    expect_question(page, 1)
    fill_answer(page, "B", f"{REASON} On second thought.")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    document.note("when an answer is changed")
    page.get_by_label("Is there anything").fill("A comment.")
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_be_visible()
    document.note("on “Finish and get the code”")
    document.show("done", "The end, with the completion code.")
    document.note("when it is opened")


def ends(document: Document, live_server, study) -> None:
    page = document.page
    page.goto(entry_link(live_server, 2))
    page.get_by_role("link", name="Stop taking part").click()
    document.before = rows()
    document.show("stop", "Stopping asks first.")
    press(page, "Stop taking part")
    expect(page.get_by_role("heading", name="You have stopped")).to_be_visible()
    document.note("on “Stop taking part”")
    document.show("stopped", "After stopping.")
    page.goto(entry_link(live_server, 3))
    document.before = rows()
    press(page, "No, do not take part")
    expect(page.get_by_role("heading", name="You decided not to take part")).to_be_visible()
    document.show("declined", "After “No, do not take part”.")
    document.note("on “No, do not take part”")
    screened_out(document, live_server)
    assembly.pause_study(study=study)
    page.goto(entry_link(live_server, 5))
    document.show("paused", "The study is paused; full and closed studies have such a page as well.")
    document.note("when it is opened")
    page.goto(f"{live_server.url}/s/example/?PROLIFIC_PID=%7B%7B%25PROLIFIC_PID%25%7D%7D")
    document.show("unreadable-id", "A link whose Prolific ID was not filled in.")
    document.note("when it is opened")


def screened_out(document: Document, live_server) -> None:
    page = document.page
    page.goto(entry_link(live_server, 4))
    press(page, "Yes, take part")
    press(page, "I have read this")
    for _ in range(2):
        page.get_by_label("My own").check()
        page.get_by_label("No", exact=True).check()
        document.before = rows()
        with page.expect_response(lambda response: response.request.method == "POST"):
            press(page, "Check my answers")
    expect(page.get_by_role("heading", name="The study ends here for you")).to_be_visible()
    document.show("screened-out", "After a second failed attempt at the check.")
    document.note("on the second failed attempt")


def test_participant_document_says_what_the_pages_show_and_store(live_server, open_page, faults):
    faults.expect("status of (422|400)")
    page = open_page(viewport=VIEWPORT)
    page.set_default_timeout(120_000)  # a busy machine is slow, not wrong
    document = Document(page)
    walk(document, live_server)
    path = DOCS / "participant.md"
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(document.text(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == document.text()
