"""The pages of results that are read: accessible in both themes and at every size, and deaf to hostile text."""

import pytest
from django.urls import reverse

from annotation.models import Annotation, Question
from personas.models import Persona
from tests.browser.helpers import assert_accessible, assert_sound_in_every_look
from tests.browser.xss_payloads import PAYLOADS
from tests.factories import finished, make_cast, make_model, make_study

pytestmark = pytest.mark.django_db(transaction=True)
PLANTED = "script:not([src]), main img, main iframe, main object, main embed, main style, base"
LISTS = [f"agreement-{name}" for name in ("personas", "breakdown", "disagreements", "raters")]


@pytest.fixture
def study(root):
    """A study in which every part of these pages has something to show."""
    study = make_study(personas=2, questions=3, checks=1, raters=3, by=root)
    cast = make_cast(study, by=root)
    finished(study, 8, "alternative", is_rehearsal=True)
    make_model(study, "echo")
    make_model(study, "contrary", "alternative")
    make_model(study, "mute", "unparsable")
    Annotation.objects.filter(rater=cast.ada.rater).update(paste_count=1, paste_characters=90)
    return study


def addresses(study, query="?excluded=1&surplus=1"):
    question = study.questions.drawn().order_by("persona__position", "position").first()
    of_one = [
        reverse("agreement-question", args=[study.slug, question.pk]),
        reverse("agreement-persona", args=[study.slug, question.persona_id]),
    ]
    return [path + query for path in [*(reverse(name, args=[study.slug]) for name in LISTS), *of_one]]


def test_reading_pages_are_accessible(live_server, log_in, study):
    page = log_in()
    for number, path in enumerate(addresses(study)):
        assert page.goto(live_server.url + path).status == 200, path
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert_sound_in_every_look(page, f"reading-{number}")


def test_empty_reading_pages_are_accessible(live_server, log_in, root):
    study = make_study(personas=1, questions=1, by=root)
    page = log_in()
    for path in addresses(study, "") + addresses(study, "?topic=none"):
        assert page.goto(live_server.url + path).status == 200, path
        assert_accessible(page)


def test_hostile_text_stays_text_on_every_reading_page(live_server, log_in, study):
    text = " ".join(PAYLOADS)
    Question.objects.filter(study=study).update(prompt=text, revised=text, alternative=text, topic=text[:200])
    Annotation.objects.filter(question__study=study).update(justification=text, raw_verdict=text)
    Persona.objects.filter(studies=study).update(attributes=[["religion", text], [text[:100], "yes"]])
    study.raters.filter(name="echo").update(name=text[:200])
    page = log_in()
    for path in addresses(study):
        assert page.goto(live_server.url + path).status == 200, path
        assert page.locator(PLANTED).count() == 0, path
