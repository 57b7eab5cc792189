"""The participant's pages as HTML: what each says, and what none may say. In Chromium: tests/browser."""

import re
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotation.models import Annotation, CompletionCode, Outcome, Response
from annotation.preview_links import preview_token
from annotation.services import assembly, participation
from tests.annotation.reading import Outline, hidden_fields, text_of, typed_in, url, without_times
from tests.factories import (
    REASON,
    answer_all,
    arrive,
    finished,
    make_study,
    prolific_id,
    run_out_of_time,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db


@contextmanager
def database_away():
    """Every query fails, as when the server has gone."""

    def refuse(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(refuse):
        yield


# --- The way -----------------------------------------------------------------------------------------
def test_way_has_one_form_on_each_page(client):
    study = make_study(questions=1)
    link = f"{reverse('entry', args=[study.slug])}?PROLIFIC_PID={prolific_id(1)}"
    steps = [
        ("Taking part in this study", {"consent": "yes"}),
        ("What you will do", {}),
        ("A short check before you start", {"answer_0": 1, "answer_1": 0}),
        ("Practice question", {"choice": "A", "justification": REASON}),
        ("Meet the person you play", {}),
        ("Which answer would they prefer?", {"choice": "A", "justification": REASON}),
        ("Check your answers", {"comment": "Thank you."}),
    ]
    page = client.get(link, follow=True)
    for words, answer in steps:
        outline = Outline(page.content.decode())
        assert words in outline.text
        assert [form["method"] for form in outline.forms] == ["post"]
        page = client.post(page.redirect_chain[-1][0], answer, follow=True)
    assert study.code_for(Outcome.COMPLETED) in text_of(page)
    assert Outline(page.content.decode()).forms == []


def test_pages_are_never_cached_and_set_no_cookie(client):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    for address in [url(assignment, "question", 1), url(assignment, "help"), url(assignment, "stop"), "/a/nobody/"]:
        response = client.get(address)
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies


def test_question_page_shows_the_whole_screen(client):
    assignment = walk_to_questions(arrive(make_study(questions=2)))
    screen = assignment.screens.select_related("question").get(position=1)
    html = client.get(url(assignment, "question", 1)).content.decode()
    for text in ["Question 1 of 2", screen.question.prompt, screen.question.revised, screen.question.alternative]:
        assert text in html
    assert re.findall(r'<input type="radio" name="choice" id="choice-." value="(.)"', html) == ["A", "B"]
    assert '<a class="button quiet"' not in html, "no way back from the first question"
    assert "At least 60 characters" in html


def test_question_page_does_not_hint_which_answer_is_revised(client):
    """The same two texts on the same sides, once as revised and alternative, once the other way round."""
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    screen = assignment.screens.select_related("question").get(position=1)
    question = screen.question
    before = without_times(client.get(url(assignment, "question", 1)))
    question.revised, question.alternative = question.alternative, question.revised
    question.save()
    screen.shown_first = Response.ALTERNATIVE if screen.shown_first == Response.REVISED else Response.REVISED
    screen.save()
    assert without_times(client.get(url(assignment, "question", 1))) == before
    assert not re.search("revised|alternative|baseline|foil", before)


def test_question_page_of_an_answered_question_shows_the_answer(client):
    assignment = answer_all(walk_to_questions(arrive(make_study(questions=2))), up_to=1)
    response = client.get(url(assignment, "question", 1))
    assert typed_in(response) == REASON
    assert response.content.decode().count(" checked") == 1
    saved_at = assignment.rater.annotations.get().saved_at
    assert f'data-stored="1={int(saved_at.timestamp() * 1000)}"' in response.content.decode()


@pytest.mark.parametrize(
    "text", ["  two spaces", "\nleading line", "a\n\nb", "<b>&amp;", "🙂\u202e\u2028end", "é" * 300]
)
def test_draft_comes_back_to_the_character(client, text):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    sent = {"choice": "B", "justification": text.replace("\n", "\r\n")}
    assert client.post(url(assignment, "draft", 1), sent).status_code == 200
    response = client.get(url(assignment, "question", 1))
    assert typed_in(response) == text
    assert re.search(r'value="B"[^>]* checked', response.content.decode())


def test_draft_over_a_text_written_elsewhere_hands_that_one_out(client):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    phone = client.post(url(assignment, "draft", 1), {"choice": "B", "justification": "Phone", "based_on": ""}).json()
    desk = {"choice": "A", "justification": "Desk", "based_on": ""}
    response = client.post(url(assignment, "draft", 1), desk)
    assert response.status_code == 409
    other = {"choice": "B", "text": "Phone"}
    assert response.json() == {"other": other, "saved_at": phone["saved_at"], "is_answer": False}
    desk["based_on"] = response.json()["saved_at"]
    assert client.post(url(assignment, "draft", 1), desk).status_code == 200
    assert typed_in(client.get(url(assignment, "question", 1))) == "Desk"


@pytest.mark.parametrize("based_on", ["yesterday", "2026-01-01T00:00:00", "9999-99-99T00:00:00Z"])
def test_draft_based_on_no_time_counts_as_based_on_none(client, based_on):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    sent = {"choice": "B", "justification": "Phone", "based_on": based_on}
    assert client.post(url(assignment, "draft", 1), sent).status_code == 200
    assert client.post(url(assignment, "draft", 1), {**sent, "justification": "Desk"}).status_code == 409


def saved_in(response) -> str:
    """The time of the saved text that a question page shows."""
    return re.search('data-saved-at="([^"]*)"', response.content.decode())[1]


def test_saved_edit_of_an_answered_question_is_the_answer_at_the_end(client):
    """The walk that lost it: Back, edit, "Saved", Back again, "Save", finish."""
    assignment = answer_all(walk_to_questions(arrive(make_study(questions=2))))
    edit = {"choice": "B", "justification": f"{REASON} Rewritten.", "based_on": ""}
    edit["based_on"] = saved_in(client.get(url(assignment, "question", 2)))
    assert client.post(url(assignment, "draft", 2), edit).status_code == 200
    client.post(url(assignment, "question", 1), {"choice": "A", "justification": REASON})
    assert "Rewritten." in text_of(client.get(url(assignment, "question", 2)))
    client.post(url(assignment, "review"))
    assignment.refresh_from_db()
    stored = assignment.rater.annotations.get(question__screens__position=2, question__screens__assignment=assignment)
    assert (assignment.state, stored.justification) == ("complete", f"{REASON} Rewritten.")


def test_review_page_names_a_change_that_is_not_complete_and_waits_for_it(client):
    assignment = answer_all(walk_to_questions(arrive(make_study(questions=2))))
    edit = {"choice": "B", "justification": "Too short"}
    edit["based_on"] = saved_in(client.get(url(assignment, "question", 2)))
    client.post(url(assignment, "draft", 2), edit)
    page = client.get(url(assignment, "review"))
    assert "Question 2: finish your change. Your earlier answer still counts." in text_of(page)
    assert f'<li><a href="{url(assignment, "question", 2)}">' in page.content.decode()
    refused = client.post(url(assignment, "review"), {"comment": "A word"})
    assert refused.status_code == 422
    assert "A word" in refused.content.decode()
    assert assignment.study.code_for(Outcome.COMPLETED) not in refused.content.decode()
    assert client.post(url(assignment, "question", 2), {"discard": "yes"})["Location"] == url(assignment, "review")
    assert client.post(url(assignment, "review"))["Location"] == url(assignment, "done")


def test_review_page_shows_each_answer_with_its_link(client):
    assignment = answer_all(walk_to_questions(arrive(make_study(questions=3))))
    page = client.get(url(assignment, "review"))
    outline = Outline(page.content.decode())
    for screen in assignment.screens.select_related("question"):
        assert screen.question.prompt in outline.text
        assert f'href="{url(assignment, "question", screen.position)}">Change' in page.content.decode()
    assert outline.text.count("Answer A") + outline.text.count("Answer B") == 3


def test_form_of_the_last_page_before_an_upgrade_is_still_taken(client):
    assignment = answer_all(walk_to_questions(arrive(make_study(questions=1))))
    assert client.post(url(assignment, "comment"))["Location"] == url(assignment, "done")


def test_rejected_answer_comes_back_with_its_text(client):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    response = client.post(url(assignment, "question", 1), {"justification": " <i>short\r\ntext "})
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: Question 1 of 1" in html
    assert html.count("Choose the answer they would prefer.") == 2, "in the summary and beside the field"
    assert html.count("Write 47 more characters: at least 60 are needed, you have 13.") == 2
    assert typed_in(response) == " <i>short\ntext "
    assert typed_in(client.get(url(assignment, "question", 1))) == " <i>short\ntext ", "kept as the draft as well"


def test_texts_with_markup_are_shown_as_text(client):
    study = make_study(questions=1, public_title="<script>alert(1)</script>", contact="<img src=x onerror=alert(1)>")
    study.questions.update(prompt='"><svg onload=alert(1)>', revised="<script>x</script>", alternative="</label><b>")
    study.personas.update(attributes=[["religion", "</dd><script>alert(1)</script>"], ["<b>odd", "1"]])
    html = client.get(url(walk_to_questions(arrive(study)), "question", 1)).content.decode()
    assert len(re.findall("<script", html)) == 2, "htmx and our own"
    assert not re.search("<svg|<img|<b>", html)


# --- The comprehension check ---------------------------------------------------------------------------
def at_check(study):
    assignment = arrive(study)
    participation.give_consent(assignment=assignment)
    participation.read_instructions(assignment=assignment)
    return assignment


def test_check_with_a_wrong_answer_marks_it_and_counts_the_attempts(client):
    assignment = at_check(make_study(questions=1))
    response = client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0})
    assert response.status_code == 422
    assert "You have 1 attempt left." in text_of(response)
    assert response.content.decode().count("This answer is not right.") == 2
    assert client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0})["Location"].endswith("screened-out/")


def test_check_sent_twice_costs_one_attempt_and_says_the_same_again(client):
    assignment = at_check(make_study(questions=1))
    page = client.get(url(assignment, "check")).content.decode()
    sent = {**hidden_fields(page), "answer_0": 0, "answer_1": 0}
    first, again = (client.post(url(assignment, "check"), sent) for _ in range(2))
    assert (again.status_code, without_times(again)) == (422, without_times(first))
    assignment.refresh_from_db()
    assert (assignment.state, assignment.check_attempts) == ("live", 1)
    sent = {**hidden_fields(again.content.decode()), "answer_0": 1, "answer_1": 0}
    assert client.post(url(assignment, "check"), sent)["Location"] == url(assignment, "practice")


def test_check_sent_from_an_older_page_costs_no_attempt_whatever_it_says(client):
    assignment = at_check(make_study(questions=1))
    for answer in (0, 1):
        response = client.post(url(assignment, "check"), {"attempts_shown": 0, "answer_0": answer, "answer_1": 0})
    assert "You have 1 attempt left." in text_of(response)
    assignment.refresh_from_db()
    assert (assignment.check_attempts, assignment.check_missed) == (1, [[0]])


@pytest.mark.parametrize("shown", ["", "-1", "x", "9" * 40, "²"])
def test_check_with_an_unreadable_attempt_counts_as_a_new_one(client, shown):
    assignment = at_check(make_study(questions=1))
    client.post(url(assignment, "check"), {"attempts_shown": shown, "answer_0": 0, "answer_1": 0})
    assignment.refresh_from_db()
    assert assignment.check_attempts == 1


def test_check_without_an_answer_costs_no_attempt(client):
    assignment = at_check(make_study(questions=1))
    response = client.post(url(assignment, "check"), {"answer_0": 1})
    assert "Choose an answer." in text_of(response)
    assignment.refresh_from_db()
    assert assignment.check_attempts == 0


def test_check_in_a_preview_may_be_tried_again(client):
    study = make_study(questions=1)
    client.post(reverse("entry", args=[study.slug]), {"consent": "yes"})
    assignment = study.assignments.get()
    participation.read_instructions(assignment=assignment)
    for _ in range(3):
        response = client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0})
    assert "In the preview you can try again." in text_of(response)


def test_screened_out_page_gives_the_code_for_it(client):
    study = make_study(questions=1)
    CompletionCode.objects.update_or_create(study=study, outcome=Outcome.FAILED_CHECK, defaults={"code": "CHECKED1"})
    assignment = at_check(study)
    for _ in range(2):
        client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0})
    assert "CHECKED1" in text_of(client.get(url(assignment, "screened-out")))


def test_check_page_says_how_many_attempts_are_left(client):
    assignment = at_check(make_study(questions=1))
    assert "You have 2 attempts." in text_of(client.get(url(assignment, "check")))
    client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0})
    words = text_of(client.get(url(assignment, "check")))
    assert "You have 1 attempt left." in words
    assert "2 attempts" not in words


# --- The practice question ---------------------------------------------------------------------------------
def at_practice(study):
    assignment = at_check(study)
    participation.answer_check(assignment=assignment, answers=[1, 0])
    return assignment


def test_practice_stores_only_how_long_the_reason_was(client):
    assignment = at_practice(make_study(questions=1))
    page = client.post(url(assignment, "practice"), {"choice": "A", "justification": REASON}, follow=True)
    assert f"Your reason had {len(REASON)} characters. That is long enough." in text_of(page)
    assignment.refresh_from_db()
    assert assignment.practice_length == len(REASON)
    assert not Annotation.objects.exists()
    assert REASON not in text_of(client.get(url(assignment, "question", 1)))


def test_practice_says_once_what_is_missing_and_then_lets_one_continue(client):
    assignment = at_practice(make_study(questions=1))
    response = client.post(url(assignment, "practice"), {"justification": "Too short"})
    assert response.status_code == 200
    assert "Choose the answer they would prefer." in text_of(response)
    assert "51 more characters" in text_of(response)
    form = Outline(response.content.decode()).forms[0]
    assert form["method"] == "post"
    page = client.post(url(assignment, "practice"), {"again": "yes", "justification": "Too short"}, follow=True)
    assert "Your reason had 9 characters. That is too short for the study." in text_of(page)


def test_practice_is_reached_by_submitting_forms_alone(client):
    """As a driver does that knows nothing of the step."""
    assignment = at_practice(make_study(questions=1))
    page = client.get(url(assignment, "home"), follow=True)
    for _ in range(2):
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.content.decode())
        page = client.post(url(assignment, "practice"), dict(hidden), follow=True)
    assert "Meet the person you play" in text_of(page)


def test_practice_can_be_switched_off(client):
    assignment = at_practice(make_study(questions=1, has_practice=False))
    assert client.get(url(assignment, "home"))["Location"] == url(assignment, "persona")


# --- Previews and links that cannot be read ---------------------------------------------------------------
def walk_the_preview(client, study) -> str:
    """The words of the last page of a preview."""
    page = client.post(reverse("entry", args=[study.slug]), {"consent": "yes"}, follow=True)
    chosen = {"choice": "A", "justification": REASON}
    for answer in [{}, {"answer_0": 1, "answer_1": 0}, chosen, {}, chosen, {}]:
        page = client.post(page.redirect_chain[-1][0], answer, follow=True)
    return text_of(page)


def test_preview_never_shows_a_code_that_pays(client):
    study = make_study(questions=1)
    codes = set(study.completion_codes.values_list("code", flat=True))
    words = [
        walk_the_preview(client, study),
        text_of(client.post(reverse("entry", args=[study.slug]), {"consent": "no"})),
        text_of(client.post(url(study.assignments.get(), "stop"), follow=True)),
    ]
    assert "The preview ends here." in words[0]
    for each in words[:2]:
        assert "This is a preview: nobody is paid." in each
        assert "PREVIEW is not a completion code." in each
    assert not [code for code in codes for each in words if code in each]


@pytest.mark.parametrize(
    "parameters",
    [{"PROLIFIC_PID": "{{%PROLIFIC_PID%}}"}, {"PROLIFIC_PID": "test"}, {"SESSION_ID": "6" * 24}],
    ids=["placeholder", "malformed", "missing"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_link_with_an_unreadable_id_is_an_error_page(client, parameters, method):
    study = make_study(questions=1)
    address = f"{reverse('entry', args=[study.slug])}?{urlencode(parameters)}"
    response = getattr(client, method)(address)
    assert response.status_code == 400
    assert "Open the study again from Prolific." in text_of(response)
    assert not Outline(response.content.decode()).forms
    assert not study.assignments.exists()


# --- The ends ---------------------------------------------------------------------------------------------
def test_declined_page_offers_the_way_back(client):
    assignment = arrive(make_study(questions=1))
    page = client.post(url(assignment, "consent"), {"consent": "no"}, follow=True)
    assert "I pressed No by mistake" in text_of(page)
    page = client.post(url(assignment, "declined"), follow=True)
    assert "Taking part in this study" in text_of(page)


def test_done_page_after_a_late_change_says_so(client):
    assignment = finished(make_study(questions=1))
    page = client.post(url(assignment, "question", 1), {"choice": "A", "justification": REASON * 2}, follow=True)
    assert "You had already finished, so your last change was not stored." in text_of(page)
    assert assignment.study.code_for(Outcome.COMPLETED) in text_of(page)
    assert "was not stored" not in text_of(client.get(url(assignment, "done")))


def test_stop_asks_first_and_leaves_the_way_back_open(client):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    assert "Do you want to stop?" in text_of(client.get(url(assignment, "stop")))
    assert "You have stopped" in text_of(client.post(url(assignment, "stop")))
    assert client.get(url(assignment, "home"))["Location"] == url(assignment, "question", 1)


ENDS = {
    "declined": Outcome.NO_CONSENT,
    "screened out": Outcome.FAILED_CHECK,
    "stopped": Outcome.WITHDRAWN,
    "full": Outcome.FULL,
    "paused": Outcome.NOT_OPEN,
    "closed": Outcome.NOT_OPEN,
    "complete": Outcome.COMPLETED,
    "too late": Outcome.COMPLETED,
}


def end_page(client, study, end: str):
    link = f"{reverse('entry', args=[study.slug])}?PROLIFIC_PID={prolific_id(2)}"
    if end in {"full", "paused", "closed"}:
        arrive(study, 1)
        if end != "full":
            getattr(assembly, f"{end.removesuffix('d')}_study")(study=study)
        return client.get(link)
    if end in {"complete", "too late"}:
        return client.get(url(finished(study), "done") + ("?late" if end == "too late" else ""))
    assignment = at_check(study) if end == "screened out" else arrive(study, 1)
    if end == "screened out":
        client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0})
        return client.post(url(assignment, "check"), {"answer_0": 0, "answer_1": 0}, follow=True)
    if end == "stopped":
        return client.post(url(assignment, "stop"))
    return client.post(url(assignment, "consent"), {"consent": "no"}, follow=True)


def first_line(response) -> str:
    """What follows the heading."""
    html = response.content.decode()
    return " ".join(re.sub("<[^>]*>", "", html[html.index("</h1>") :].partition("</p>")[0]).split())


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("is_paid", [True, False], ids=["paid", "unpaid"])
@pytest.mark.parametrize("has_code", [True, False], ids=["code", "no code"])
def test_end_says_first_whether_it_is_paid_and_one_thing_to_do(client, end, is_paid, has_code):
    outcome = ENDS[end]
    paid_ends = [outcome] if is_paid else []
    study = make_study(personas=1, questions=1, raters=1, paid_ends=paid_ends)
    if not has_code:
        study.completion_codes.filter(outcome=outcome).delete()
    line = first_line(end_page(client, study, end))
    is_paid = is_paid or outcome == Outcome.COMPLETED
    assert line.startswith("You will be paid £2.50." if is_paid else "You will not be paid for this visit.")
    things = [
        "Enter this completion code on Prolific:",
        "Please return your submission",
        "no completion code is needed",
    ]
    [told] = [thing for thing in things if thing in line]
    assert told == things[0] if has_code else told == things[2 if outcome == Outcome.COMPLETED else 1]


def test_stop_page_says_whether_stopping_is_paid_and_what_becomes_of_the_answers(client):
    paid = make_study(questions=1, paid_ends=[Outcome.WITHDRAWN], leaving="Your answers are deleted within a week.")
    assert first_line(client.get(url(arrive(paid), "stop"))) == "You will be paid for the time until now."
    assert "Your answers are deleted within a week." in text_of(client.get(url(arrive(paid), "stop")))
    assert "will not be paid" in first_line(client.get(url(arrive(make_study(questions=1)), "stop")))


def test_consent_page_names_everything(client):
    study = make_study(questions=3, checks=1, leaving="Answers are kept.", retention="Ten years.")
    words = text_of(client.get(url(arrive(study), "consent")))
    for fact in [
        "Dr Grace Hopper, Example University",
        "study@example.org",
        "4 questions, about 15 minutes",
        "£2.50",
        "Up to £1.00. For reasons that name",
        "Ten years.",
        "Answers are kept.",
        "Your Prolific ID and your submission",
        "When you reach each step, and your attempts at the check.",
        "what you have typed but not sent, earlier versions of answers you change",
        "how often you change your choice",
        "How long each page is open",
        "How often you paste text and how long it is",
        "switch to another window",
        "For about an hour, your network address in an unreadable form",
    ]:
        assert fact in words, fact


def test_help_page_tells_how_to_reach_the_researchers(client):
    assignment = arrive(make_study(questions=1, contact="study@example.org"))
    words = text_of(client.get(url(assignment, "help")))
    assert "study@example.org" in words
    assert "Play the person we describe." in words


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (None, "The study is not open yet"),
        (assembly.pause_study, "The study is paused"),
        (assembly.close_study, "The study has ended"),
    ],
)
def test_refused_page_names_the_state(client, move, words):
    study = make_study(questions=1, open=move is not None)
    study.completion_codes.all().delete()
    if move:
        move(study=study)
    page = client.get(reverse("entry", args=[study.slug]), {"PROLIFIC_PID": prolific_id(1)})
    assert words in text_of(page)
    assert "Please return your submission on Prolific." in text_of(page)


def test_refused_page_when_full_gives_the_code_for_it(client):
    study = make_study(personas=1, questions=1, raters=1)
    CompletionCode.objects.update_or_create(study=study, outcome=Outcome.FULL, defaults={"code": "FULLHOUSE"})
    arrive(study, 1)
    page = client.get(reverse("entry", args=[study.slug]), {"PROLIFIC_PID": prolific_id(2)})
    assert "The study is full" in text_of(page)
    assert "FULLHOUSE" in text_of(page)


def test_unknown_address_is_a_calm_page(client):
    response = client.get("/a/nobody/q/3/")
    assert response.status_code == 404
    assert "Open the study again from Prolific" in text_of(response)


def test_preview_of_an_empty_study_says_what_is_missing(client):
    study = make_study(personas=0, questions=0, open=False)
    page = client.get(reverse("entry", args=[study.slug]), {"preview": preview_token(study.slug)})
    assert "has no questions yet" in text_of(page)


@pytest.mark.parametrize("position", [0, 99, 32_768, 2**63, 2**64])
def test_question_that_does_not_exist_leads_back_to_the_one_that_is_open(client, position):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    sent = {"choice": "A", "justification": REASON}
    assert client.post(url(assignment, "draft", position), sent).status_code == 409
    for response in (
        client.get(url(assignment, "question", position)),
        client.post(url(assignment, "question", position), sent),
    ):
        assert response["Location"] == url(assignment, "question", 1)


# --- Marks and times -----------------------------------------------------------------------------------------
def test_preview_is_marked_on_each_page(client):
    study = make_study(questions=1)
    page = client.get(reverse("entry", args=[study.slug]))
    assert "Nothing you enter here counts." in text_of(page)
    page = client.post(reverse("entry", args=[study.slug]), {"consent": "yes"}, follow=True)
    assert "Nothing you enter here counts." in text_of(page)
    assert "Your place is kept" not in text_of(page)


def test_rehearsal_is_marked(client):
    assignment = arrive(make_study(questions=1), is_rehearsal=True)
    assert "simulated data" in text_of(client.get(url(assignment, "consent")))


def test_deadline_is_announced_as_it_works(client):
    idle = arrive(make_study(questions=1))
    fixed = arrive(make_study(questions=1, time_limit_minutes=40))
    assert "Your spot is reserved until" in text_of(client.get(url(idle, "consent")))
    participation.give_consent(assignment=fixed)
    assert "Finish by" in text_of(client.get(url(fixed, "instructions")))


def test_late_participant_still_has_the_question(client):
    assignment = run_out_of_time(walk_to_questions(arrive(make_study(questions=1))))
    assert assignment.deadline < timezone.now()
    words = text_of(client.get(url(assignment, "question", 1)))
    assert "Your spot was released, but you can still continue" in words
    assert "Your place is kept" not in words


def test_place_is_not_promised_to_somebody_who_declined(client):
    assignment = arrive(make_study(questions=1))
    page = client.post(url(assignment, "consent"), {"consent": "no"}, follow=True)
    assert "Your place is kept" not in text_of(page)
    assert "Stop taking part" not in text_of(page)


# --- A database that does not answer ---------------------------------------------------------------------------
def test_not_saved_hands_everything_back_to_be_sent_again(client):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    sent = {"choice": "B", "justification": "<b>Why\r\n\r\n" + REASON, "telemetry": '{"paste_count": 3}'}
    with database_away():
        response = client.post(url(assignment, "question", 1), sent)
    assert response.status_code == 503
    assert typed_in(response) == "<b>Why\r\n\r\n" + REASON
    html = unescape(response.content.decode())
    assert '<input type="hidden" name="choice" value="B">' in html
    assert '<input type="hidden" name="telemetry" value="{"paste_count": 3}">' in html
    form = Outline(response.content.decode()).forms[0]
    assert client.post(form["action"], sent).status_code == 302
    assert assignment.rater.annotations.get().justification.endswith(REASON)


def test_arrival_without_a_database_asks_again_by_itself(client):
    study = make_study(questions=1)
    link = f"{reverse('entry', args=[study.slug])}?PROLIFIC_PID={prolific_id(1)}"
    with database_away():
        response = client.get(link)
    assert response.status_code == 503
    assert response["Refresh"] == "3"
    assert "One moment" in text_of(response)
    assert "full" not in text_of(response).lower()


# --- The files themselves ------------------------------------------------------------------------------------
TEMPLATES = sorted((settings.BASE_DIR / "templates" / "participant").glob("*.html"))
TRANSLATED = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{#.*?#}|{{.*?}}", re.DOTALL)
FOR_THE_MACHINE = re.compile(r"{% block (main_class|stored) %}.*?{% endblock %}")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_leaves_no_words_untranslated(template):
    html = TRANSLATED.sub("", FOR_THE_MACHINE.sub("", template.read_text(encoding="utf-8")))
    spoken = Outline(html).text + " ".join(re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*)"', html))
    assert not re.search(r"[A-Za-z]{2}", spoken)


def test_participant_sheet_starts_with_the_tokens_of_the_site():
    css = settings.BASE_DIR / "static" / "css"
    tokens = (css / "tokens.css").read_text(encoding="utf-8")
    assert tokens in (css / "participant.css").read_text(encoding="utf-8")


def test_query_count_does_not_grow_with_the_questions(client):
    small = walk_to_questions(arrive(make_study(questions=1)))
    large = walk_to_questions(arrive(make_study(personas=6, questions=12)))
    counts = []
    for assignment in (small, large):
        client.get(url(assignment, "question", 1))  # the persona's card is kept by the process
        with CaptureQueriesContext(connection) as queries:
            client.get(url(assignment, "question", 1))
        counts.append(len(queries))
    assert counts == [3, 3]
