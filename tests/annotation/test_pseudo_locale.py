"""No English of ours reaches a participant outside gettext: every sentence comes back in brackets of its own.

A persona, a prompt, an answer and the study's own texts are data and stay in their language; here that is Greek, so
that any Latin word left outside the brackets is ours.
"""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from annotation.models import Outcome
from annotation.services import assembly, participation
from annotation.views import participant_pages as pages
from tests.annotation.reading import url
from tests.factories import REASON, answer_all, arrive, finished, make_study, prolific_id, walk_to_questions

pytestmark = pytest.mark.django_db
GREEK = "Κείμενο της μελέτης"
DATA = {
    "public_title": GREEK,
    "consent": GREEK,
    "instructions": GREEK,
    "run_by": GREEK,
    "contact": GREEK,
    "payment": "2,50 €",
    "bonus_amount": "1 €",
    "bonus_rule": GREEK,
    "retention": GREEK,
    "leaving": GREEK,
    "comprehension": [{"question": GREEK, "options": ["Α", "Β"], "right": 1}],
}
SPOKEN = r'\b(?:aria-label|title|alt|placeholder|data-[a-z0-9-]+)="([^"]*)"'
FOR_THE_MACHINE = re.compile(
    r'\bdata-(?:now|code|stored|place|draft-url|saved-at|deadline|copy|position|side|length)="[^"]*"'
)
# The person's description is data, the same words for raters and models (docs/personas.md): the line and the opening,
# the headings of the groups, the attributes. The panel around it is ours.
PERSON = re.compile(
    r'<(?:p class="opening"|span class="persona-who") dir="auto">.*?</(?:p|span)>'
    r'|<summary>[^<]*</summary>(?=\s*<dl>)|<dl(?: class="attributes")?>.*?</dl>',
    re.DOTALL,
)
NAMES_OF_OURS = {"PREVIEW", "UTC", "Prolific", "ChatGPT"}


@pytest.fixture
def pseudo(monkeypatch):
    """A language whose every translation is the English in brackets."""

    def bracketed(message):
        return f"⟦{message}⟧" if message else message

    monkeypatch.setattr(translation._trans, "gettext", bracketed)
    monkeypatch.setattr(translation._trans, "pgettext", lambda context, message: bracketed(message))
    monkeypatch.setattr(translation._trans, "ngettext", lambda one, many, n: bracketed(one if n == 1 else many))
    # A language of its own, since pages keep their constants for each language.
    with translation.override("x-pseudo"):
        yield


def english_left(html: str) -> list[str]:
    html = FOR_THE_MACHINE.sub("", PERSON.sub("", html))
    html = re.sub(r"<(script|style)\b.*?</\1>|<meta [^>]*>|<!--.*?-->", " ", html, flags=re.DOTALL)
    spoken = " ".join(re.findall(SPOKEN, html))
    text = f"{re.sub('<[^>]*>', ' ', html)} {spoken}"
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    return [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in NAMES_OF_OURS]


def greek_study(**settings):
    study = make_study(personas=1, questions=2, raters=12, **{**DATA, **settings})
    study.questions.update(prompt=GREEK, revised=f"{GREEK} Α", alternative=f"{GREEK} Β")
    study.completion_codes.exclude(outcome=Outcome.COMPLETED).delete()
    study.completion_codes.update(code="12345678")
    return study


def pages_of(client) -> dict[str, str]:
    """The HTML of every page and state."""
    study = greek_study(allows_no_preference=True)
    seen = {}

    def keep(name, response):
        seen[name] = response.content.decode()

    link = f"{reverse('entry', args=[study.slug])}?PROLIFIC_PID={prolific_id(1)}"
    page = client.get(link, follow=True)
    steps = ["consent", "instructions", "check", "check", "practice", "practice", "persona", "question 1", "question 1"]
    answers = [{}, {}, {"answer_0": 0}, {"answer_0": 1}, {}, {"again": "yes", "justification": "Α"}, {}, {}]
    answers.append({"choice": "N", "justification": "Επειδή " * 12})
    for number, (step, sent) in enumerate(zip(steps, answers, strict=True)):
        keep(f"{number} {step}", page)
        address = page.redirect_chain[-1][0] if page.redirect_chain else page.request["PATH_INFO"]
        page = client.post(address, sent, follow=True)
    keep("question 2", page)
    assignment = study.assignments.get()
    answer_all(assignment)
    typed = participation.Typed(side="", justification="Α", telemetry=participation.Telemetry())
    participation.save_draft(assignment=assignment, position=1, typed=typed, may_replace=True)
    assignment.rater.annotations.update(justification="Επειδή")
    for name in ["question", "review", "help", "stop"]:
        keep(f"with a change: {name}", client.get(url(assignment, name, *([1] if name == "question" else []))))
    keep("rejected change", client.post(url(assignment, "question", 1), {"choice": "C", "justification": "Α" * 20_000}))
    keep("stopped", client.post(url(assignment, "stop")))
    keep("released", client.get(url(assignment, "question", 2)))
    keep("done", client.get(url(finished(study, 2), "done") + "?late"))
    keep("rehearsal", client.get(url(arrive(study, 3, is_rehearsal=True), "consent")))
    declined = arrive(study, 4)
    participation.decline(assignment=declined)
    keep("declined", client.get(url(declined, "declined")))
    out = arrive(study, 5)
    participation.give_consent(assignment=out)
    participation.read_instructions(assignment=out)
    for _ in range(2):
        participation.answer_check(assignment=out, answers=[0])
    keep("screened out", client.get(url(out, "screened-out")))
    keep("preview", client.get(reverse("entry", args=[study.slug])))
    keep("preview declined", client.post(reverse("entry", args=[study.slug]), {"consent": "no"}))
    keep("unreadable id", client.get(reverse("entry", args=[study.slug]), {"PROLIFIC_PID": "test"}))
    keep("unknown address", client.get("/a/nobody/"))
    full = greek_study(slug="full")
    full.seats.exclude(rank=0).delete()
    arrive(full, 6)
    keep("full", client.get(reverse("entry", args=["full"]), {"PROLIFIC_PID": prolific_id(7)}))
    for move in (assembly.pause_study, assembly.close_study):
        move(study=study)
        keep(study.state, client.get(reverse("entry", args=[study.slug]), {"PROLIFIC_PID": prolific_id(8)}))
    limited = greek_study(slug="limited", time_limit_minutes=30)
    keep("time limit", client.get(url(walk_to_questions(arrive(limited, 9)), "question", 1)))
    as_list = greek_study(slug="list", persona_style="list")
    keep("list", client.get(url(walk_to_questions(arrive(as_list, 10)), "question", 1)))
    greek_study(slug="draft", open=False)
    keep("draft", client.get(reverse("entry", args=["draft"])))
    keep("one moment", pages.one_moment(client.get("/a/nobody/").wsgi_request))
    keep("not saved", pages.not_saved(client.post(url(assignment, "question", 1), {"justification": "Α"}).wsgi_request))
    return seen


def test_no_english_of_ours_is_left_outside_gettext(client, pseudo):
    seen = pages_of(client)
    left = {name: words for name, html in seen.items() if (words := english_left(html))}
    assert left == {}
    assert all("⟦" in html for html in seen.values())


def test_english_outside_gettext_would_be_found(pseudo):
    assert english_left('<p>⟦Good ⟦nested⟧⟧ Left out</p><a aria-label="Close"></a>') == ["Left", "out", "Close"]
    assert english_left(f"<p>{REASON}</p>")[:2] == ["She", "keeps"]
    assert english_left('<p class="opening" dir="auto">You play</p><p class="opening">Meet</p>') == ["Meet"]
    assert english_left("<details><summary>Beliefs</summary>\n<dl><dt>Politics</dt></dl></details>") == []
    assert english_left('<details><summary>Read</summary><dl class="facts"><dt>Contact</dt></dl>') == [
        "Read",
        "Contact",
    ]
