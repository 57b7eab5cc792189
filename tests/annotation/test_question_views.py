"""Questions of a study: found, read, and imported in two steps."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotation.models import Question
from files.models import Upload
from tests.factories import arrive, finished, make_model, make_persona_set, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def console(client, grace):
    client.force_login(grace)
    return client


@pytest.fixture
def empty(grace):
    return make_study(personas=2, questions=0, by=grace, open=False, persona_set=make_persona_set(2))


def rows_for(*keys, **changes):
    texts = {"prompt_id": "p1", "prompt": "Why?", "baseline": "Because."}
    return [{"persona_id": key, "revised": f"As {key}.", **texts, **changes} for key in keys]


def upload(console, study, rows, name="q.jsonl", **fields):
    data = "\n".join(json.dumps(row) for row in rows).encode()
    address = reverse("question-import", args=[study.slug])
    return console.post(address, {"file": SimpleUploadedFile(name, data), **fields}, follow=True)


def confirm(console, study):
    pk = Upload.objects.latest("pk").pk
    return console.post(reverse("question-import-preview", args=[study.slug, pk]), follow=True)


def test_import_shows_what_it_would_do_then_does_it(console, empty):
    page = upload(console, empty, rows_for("persona-01", "persona-02"))
    assert "2 new questions" in page.content.decode()
    assert "Nothing has changed yet" in page.content.decode()
    assert not Question.objects.exists()
    page = confirm(console, empty)
    assert "2 questions imported" in page.content.decode()
    assert empty.questions.count() == 2
    assert not Upload.objects.exists()


def test_problems_are_shown_by_line_and_change_nothing(console, empty):
    page = upload(console, empty, [*rows_for("persona-01"), *rows_for("nobody"), *rows_for("persona-02", revised="")])
    shown = page.content.decode()
    assert "2 problems found" in shown
    assert "line 2" in shown
    assert "nobody" in shown
    assert "Import 2" not in shown
    confirm(console, empty)
    assert not Question.objects.exists()


def test_file_of_another_kind_is_said_not_crashed_on(console, empty):
    page = console.post(
        reverse("question-import", args=[empty.slug]),
        {"file": SimpleUploadedFile("q.xlsx", b"PK\x03\x04 and more")},
        follow=True,
    )
    assert page.status_code == 200
    assert "Nothing has changed" in page.content.decode()


def test_upload_of_somebody_else_or_another_study_is_not_there(console, empty, client):
    upload(console, empty, rows_for("persona-01"))
    pk = Upload.objects.get().pk
    other = make_study(questions=1, by=empty.researchers.get())
    assert console.get(reverse("question-import-preview", args=[other.slug, pk])).status_code == 302
    client.force_login(make_researcher("root", staff=True))
    page = client.get(reverse("question-import-preview", args=[empty.slug, pk]), follow=True)
    assert "no longer available" in page.content.decode()


def test_frozen_study_refuses_new_questions_with_the_reason(console, grace):
    study = make_study(personas=2, questions=1, by=grace)
    arrive(study)
    page = upload(console, study, rows_for("persona-01"))
    assert "A seat in this study has been taken" in page.content.decode()
    confirm(console, study)
    assert study.questions.count() == 2


def test_study_without_a_persona_set_says_what_to_do_first(console, grace):
    study = make_study(questions=0, by=grace, open=False)
    type(study).objects.update(persona_set=None)
    page = upload(console, study, rows_for("persona-01"))
    assert "Choose the study&#x27;s persona set first" in page.content.decode()


@pytest.mark.parametrize(("search", "found"), [("persona-02", 3), ("prompt-01", 2), ("FAMILY", 4), ("nothing", 0)])
def test_questions_are_found_by_persona_prompt_and_topic(console, grace, search, found):
    study = make_study(personas=2, questions=3, by=grace)
    page = console.get(reverse("question-list", args=[study.slug]), {"search": search})
    assert len(page.context["page"].object_list) == found


def test_question_shows_both_answers_and_whose_the_foil_is(console, grace):
    study = make_study(personas=2, questions=1, design="foil", by=grace)
    question = study.questions.first()
    page = console.get(reverse("question-detail", args=[study.slug, question.pk])).content.decode()
    assert f"Foil: the revision for {question.foil_persona.key}" in page
    other = make_study(questions=1, by=grace)
    assert console.get(reverse("question-detail", args=[other.slug, question.pk])).status_code == 404


def test_question_list_shows_votes_and_leads_to_the_results_of_each(console, grace, django_assert_max_num_queries):
    study = make_study(personas=1, questions=2, raters=4, by=grace)
    for number, choice in enumerate(("revised", "revised", "alternative"), start=1):
        finished(study, number, choice)
    make_model(study)
    with django_assert_max_num_queries(9):
        page = console.get(reverse("question-list", args=[study.slug])).content.decode()
    for question in study.questions.all():
        assert f'href="{reverse("agreement-question", args=[study.slug, question.pk])}">2 revised,' in page
    assert page.count("1 other") == 2
