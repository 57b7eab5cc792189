"""Every text that people or files bring in, on every page that shows it: shown as text, never run.

The watchers of `open_page` fail a test on any dialog, CSP violation, script error or request to another machine.
"""

import pytest
from django.urls import path, reverse
from playwright.sync_api import Page

from annotation.models import Study
from annotation.services import assembly, ledger, participation
from annotation.telemetry import Telemetry
from annotation.views import participant_pages as pages
from config.urls import urlpatterns as site
from personas.models import Persona, PersonaSet
from tests.browser.participants import press, reason_box
from tests.browser.xss_payloads import PAYLOADS
from tests.factories import PASSWORD, answer_all, arrive, finish, make_question, make_researcher, walk_to_questions

ALL = "\n\n".join(PAYLOADS)
FIELDS_OF_A_QUESTION = 3
QUESTIONS = -(-len(PAYLOADS) // FIELDS_OF_A_QUESTION)
PLANTED = "script:not([src]), main img, main iframe, main object, main embed, main style, base"
# The console draws with svg and asks again with htmx; a participant's page does neither.
PLANTED_FOR_PARTICIPANTS = f"{PLANTED}, main svg, main [hx-get]"


def one_moment(request):
    response = pages.one_moment(request)
    del response["Refresh"]
    return response


urlpatterns = [*site, path("one-moment/", one_moment)]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def study() -> Study:
    """One payload in each attribute (name and value) and in each text of a question; all of them in the study's own."""
    persona_set = PersonaSet.objects.create(name="hostile", version=1, content_hash="f" * 64)
    attributes = [[payload, payload] for payload in PAYLOADS]
    attributes += [
        [name, payload] for name, payload in zip(["age", "sex", "state", "religion"], PAYLOADS, strict=False)
    ]
    persona = Persona.objects.create(persona_set=persona_set, key=PAYLOADS[0], position=1, attributes=attributes)
    hostile = {"run_by": ALL[:300], "payment": PAYLOADS[1], "bonus_amount": PAYLOADS[2], "bonus_rule": ALL}
    study = assembly.create_study(
        slug="hostile",
        name=PAYLOADS[0],
        public_title=PAYLOADS[0],
        contact=PAYLOADS[9],
        consent=ALL,
        minutes=15,
        retention=ALL,
        leaving=ALL,
        **hostile,
        instructions=ALL,
        comprehension=[{"question": ALL, "options": PAYLOADS, "right": 0}],
        persona_set=persona_set,
        questions_per_rater=QUESTIONS,
    )
    assembly.choose_personas(study=study, personas=[persona])
    texts = iter(PAYLOADS * 2)
    for number in range(1, QUESTIONS + 1):
        three = {"prompt": next(texts), "revised": next(texts), "alternative": next(texts), "topic": PAYLOADS[number]}
        make_question(study, persona, number, **three)
    assembly.settle_questions(study=study)
    assembly.open_study(study=study)
    study.refresh_from_db()
    return study


def look(page: Page, address: str) -> None:
    page.goto(address)
    assert_nothing_was_planted(page)


def assert_nothing_was_planted(page: Page, planted: str = PLANTED_FOR_PARTICIPANTS) -> None:
    assert page.locator(planted).count() == 0
    assert not page.evaluate(
        "[...document.querySelectorAll('main *')].some(node => node.getAttributeNames()"
        ".some(name => name.startsWith('on') || name === 'style'))"
    )


def test_corpus_is_as_large_as_promised():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


def test_pages_before_the_questions_show_hostile_texts_as_text(live_server, desktop, study, faults):
    faults.expect("status of 422")
    look(desktop, f"{live_server.url}/s/hostile/")
    assignment = arrive(study)
    place = f"{live_server.url}/a/{assignment.code}"
    look(desktop, f"{place}/consent/")
    participation.give_consent(assignment=assignment)
    look(desktop, f"{place}/instructions/")
    participation.read_instructions(assignment=assignment)
    look(desktop, f"{place}/check/")
    press(desktop, "Check my answers")
    assert_nothing_was_planted(desktop)
    participation.answer_check(assignment=assignment, answers=[0])
    look(desktop, f"{place}/practice/")
    participation.finish_practice(assignment=assignment, length=60)
    look(desktop, f"{place}/persona/")
    for payload in PAYLOADS:
        shown = desktop.locator("dd").evaluate_all("(nodes, text) => nodes.some(n => n.textContent === text)", payload)
        assert shown, payload


def test_question_pages_show_hostile_texts_as_text(live_server, desktop, study):
    assignment = answer_all(walk_to_questions(arrive(study)))
    for screen, payload in zip(assignment.screens.select_related("question"), PAYLOADS, strict=False):
        typed = participation.Typed(side="A", justification=payload, telemetry=Telemetry())
        participation.save_draft(assignment=assignment, position=screen.position, typed=typed, may_replace=True)
        look(desktop, f"{live_server.url}/a/{assignment.code}/q/{screen.position}/")
        texts = desktop.locator(".prompt, .card-text").all_text_contents()
        question = screen.question
        assert sorted(texts) == sorted([question.prompt, question.revised, question.alternative])
        assert reason_box(desktop).input_value() == payload


def test_typed_texts_come_back_as_text(live_server, desktop, study, faults):
    faults.expect("status of 422")
    assignment = walk_to_questions(arrive(study))
    desktop.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    reason_box(desktop).fill(ALL)
    press(desktop, "Save and continue")
    desktop.locator(".error-summary").wait_for()
    assert_nothing_was_planted(desktop)
    desktop.reload()
    assert_nothing_was_planted(desktop)
    assert reason_box(desktop).input_value() == ALL


def test_pages_after_the_questions_show_hostile_texts_as_text(live_server, desktop, study):
    assignment = answer_all(walk_to_questions(arrive(study)))
    place = f"{live_server.url}/a/{assignment.code}"
    look(desktop, f"{place}/review/")
    desktop.get_by_role("textbox").fill(ALL)
    desktop.reload()
    assert_nothing_was_planted(desktop)
    for page in ("help", "stop"):
        look(desktop, f"{place}/{page}/")
    finish(assignment, ALL)
    look(desktop, f"{place}/done/?late")
    declined = arrive(study, 2)
    participation.decline(assignment=declined)
    look(desktop, f"{live_server.url}/a/{declined.code}/declined/")
    assembly.pause_study(study=study)
    look(desktop, f"{live_server.url}/s/hostile/?PROLIFIC_PID={'c' * 24}")


def test_addresses_with_hostile_texts_are_harmless(live_server, desktop, faults):
    faults.expect("status of (404|503)")
    desktop.goto(f"{live_server.url}/")
    for payload in PAYLOADS[::6]:
        hostile = desktop.evaluate("text => encodeURIComponent(text)", payload)
        desktop.goto(f"{live_server.url}/one-moment/?x={hostile}&'\"><script>alert(1)</script>")
        assert_nothing_was_planted(desktop)
    desktop.goto(f"{live_server.url}/a/{hostile}/")
    assert_nothing_was_planted(desktop)


# --- The console, which shows the same texts ---------------------------------------------------------------
def test_console_shows_hostile_texts_as_text(live_server, desktop, study):
    make_researcher("grace", staff=True)
    assignment = answer_all(walk_to_questions(arrive(study)))
    participation.record_annotation(assignment=assignment, position=1, side="B", justification=ALL)
    finish(assignment, ALL)
    ledger.exclude(assignment, reason=ALL, by=None)
    desktop.goto(f"{live_server.url}{reverse('login')}")
    desktop.get_by_label("User name").fill("grace")
    desktop.get_by_label("Password").fill(PASSWORD)
    desktop.get_by_role("button", name="Log in").click()
    desktop.get_by_role("heading", name="Studies", exact=True).wait_for()
    for address in console_addresses(study, assignment):
        look_at_console(desktop, live_server.url + address)


def console_addresses(study, assignment) -> list[str]:
    of_the_study = ["study-detail", "assignment-list", "question-list", "study-texts", "study-check", "study-personas"]
    persona, question = study.personas.get(), study.questions.first()
    return [
        *(reverse(name, args=[study.slug]) for name in of_the_study),
        reverse("assignment-detail", args=[study.slug, assignment.rater.pseudonym]),
        reverse("question-detail", args=[study.slug, question.pk]),
        reverse("persona-set-detail", args=[persona.persona_set_id]),
        reverse("persona-detail", args=[persona.pk]),
    ]


def look_at_console(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response.status == 200, address
    assert_nothing_was_planted(page, PLANTED)
