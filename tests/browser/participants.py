"""What the participant's browser tests share: a study with real texts, and the steps of the way."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from annotation.models import Study
from annotation.services import assembly
from personas.models import Persona, PersonaSet
from tests.factories import CONSENT, make_question, prolific_id

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "example-study"
REASON = "He gave his word to his family, and this answer keeps it on an ordinary evening as well."


def example_lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (EXAMPLE / name).read_text(encoding="utf-8").splitlines()]


def make_example_study(questions: int = 3, **settings) -> Study:
    """An open study of the example's first persona, with its own texts."""
    person = example_lines("personas.jsonl")[0]
    persona_set = PersonaSet.objects.create(name="example", version=1, content_hash="e" * 64)
    persona = Persona.objects.create(
        persona_set=persona_set, key=person["id"], position=1, attributes=[*map(list, person["attributes"].items())]
    )
    raters = settings.pop("raters", 4)
    settings = {**CONSENT, "slug": "example", "questions_per_rater": questions, **settings}
    study = assembly.create_study(
        by=None, name="Example", persona_set=persona_set, raters_per_persona=raters, **settings
    )
    assembly.choose_personas(study=study, personas=[persona])
    rows = [row for row in example_lines("questions.jsonl") if row["persona_id"] == persona.key][:questions]
    for number, row in enumerate(rows, start=1):
        texts = {"prompt": row["prompt"], "revised": row["revised"], "alternative": row["baseline"]}
        make_question(study, persona, number, **texts)
    assembly.settle_questions(study=study)
    assembly.open_study(study=study)
    study.refresh_from_db()
    return study


def entry_link(live_server, number: int = 1, slug: str = "example") -> str:
    return f"{live_server.url}/s/{slug}/?PROLIFIC_PID={prolific_id(number)}&STUDY_ID={'a' * 24}&SESSION_ID={'b' * 24}"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def walk_to_first_question(page: Page, link: str) -> None:
    page.goto(link)
    press(page, "Yes, take part")
    press(page, "I have read this")
    pass_check(page)
    pass_practice(page)
    press(page, "Go to the first question")
    expect_question(page, 1)


def pass_check(page: Page) -> None:
    page.get_by_label("That of the person I am playing").check()
    page.get_by_label("No", exact=True).check()
    press(page, "Check my answers")


def pass_practice(page: Page) -> None:
    expect(page).to_have_title(re.compile("Practice question"))
    fill_answer(page, "B")
    press(page, "Check my practice answer")


def expect_question(page: Page, number: int) -> None:
    expect(page).to_have_title(re.compile(f"^Question {number} of "))


def choose(page: Page, side: str) -> None:
    """Press the card, as people do."""
    page.locator("label.card", has_text=f"Answer {side}").click()


def fill_answer(page: Page, side: str = "A", text: str = REASON) -> None:
    choose(page, side)
    page.get_by_label("Why would they choose this way?").fill(text)


def answer_question(page: Page, side: str = "A", text: str = REASON) -> None:
    fill_answer(page, side, text)
    press(page, "Save and continue")


def reason_box(page: Page):
    return page.get_by_label("Why would they choose this way?")
