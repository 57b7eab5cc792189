"""Annotations from elsewhere in the console: look first, then import; and the baseline raters."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotation.baselines import RULES
from annotation.models import Annotation, RaterKind
from annotation.services.annotation_import import import_annotations
from annotation.services.baseline_raters import compute_baseline_raters
from files.models import Upload
from jobs.services.inline import perform
from jobs.services.runs import start_run
from tests.factories import make_question, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def console(client, grace):
    client.force_login(grace)
    return client


@pytest.fixture
def study(grace):
    return make_study(personas=1, questions=3, by=grace)


def row(number=1, **changes):
    place = {"persona_id": "persona-01", "prompt_id": f"prompt-{number:02}"}
    return {"annotator": "model-x", **place, "choice": "revised", **changes}


def html_of(response) -> str:
    return " ".join(response.content.decode().split())


def upload(console, study, *rows, **fields):
    data = "\n".join(json.dumps(row) for row in rows).encode()
    address = reverse("annotation-import", args=[study.slug])
    return html_of(console.post(address, {"file": SimpleUploadedFile("a.jsonl", data), **fields}, follow=True))


def confirm(console, study):
    pk = Upload.objects.latest("pk").pk
    address = reverse("annotation-import-preview", args=[study.slug, pk])
    return html_of(console.post(address, follow=True))


def test_import_shows_what_it_would_do_then_does_it(console, study, grace):
    page = upload(console, study, row(1), row(2, choice="<b>?</b>", topic="x"))
    assert "2 annotations would be stored" in page
    assert '<td>1<span class="soft">, such as persona-01 / prompt-03</span></td>' in page
    assert "1 verdict cannot be read" in page
    assert "&lt;b&gt;?&lt;/b&gt;" in page
    assert "Columns not used: topic." in page
    assert not Annotation.objects.exists()
    page = confirm(console, study)
    assert "2 annotations imported." in page
    assert study.annotation_imports.get().by == grace
    assert not Upload.objects.exists()


def test_import_shows_problems_and_changes_nothing(console, study):
    page = upload(console, study, row(1, choice="A"), row(9))
    assert "2 problems found. Nothing has changed." in page
    assert "line 1, column choice" in page
    assert "line 2, column prompt_id" in page
    confirm(console, study)
    assert not Annotation.objects.exists()


def test_import_takes_its_options(console, study):
    page = upload(console, study, row(1), row(9), kind="external", ignore_surplus="on")
    assert "1 row for questions that are not in this study would be left out" in page
    confirm(console, study)
    assert study.raters.get().kind == RaterKind.EXTERNAL


def test_import_replaces_on_request(console, study):
    upload(console, study, row(1), row(2))
    confirm(console, study)
    assert "1 problem found" in upload(console, study, row(1, choice="baseline"))
    assert "1 annotation would be stored in place of 2" in upload(
        console, study, row(1, choice="baseline"), replace="on"
    )
    assert "1 annotation imported in place of 2." in confirm(console, study)


def test_import_of_what_is_there_has_no_button(console, study):
    upload(console, study, row(1))
    confirm(console, study)
    page = upload(console, study, row(1))
    assert "are already in the study" in page
    assert '<form method="post">' not in page


def test_second_click_finds_the_upload_gone(console, study):
    upload(console, study, row(1))
    address = reverse("annotation-import-preview", args=[study.slug, Upload.objects.get().pk])
    console.post(address)
    page = console.post(address, follow=True).content.decode()
    assert "no longer available" in page
    assert Annotation.objects.count() == 1


def test_import_is_a_run_whose_page_is_shown_meanwhile(console, study, settings):
    settings.RUNS_IN_BACKGROUND = True
    upload(console, study, row(1))
    address = reverse("annotation-import-preview", args=[study.slug, Upload.objects.get().pk])
    for _ in range(2):
        assert console.post(address).headers["Location"] == reverse("run-detail", args=[study.runs.get().pk])
    assert console.get(address).headers["Location"] == reverse("run-detail", args=[study.runs.get().pk])
    assert not Annotation.objects.exists()
    perform(study.runs.get())
    assert Annotation.objects.count() == 1
    assert not Upload.objects.exists()


def test_import_that_became_impossible_says_why_and_leaves_the_upload(console, study, settings):
    settings.RUNS_IN_BACKGROUND = True
    upload(console, study, row(1))
    address = reverse("annotation-import-preview", args=[study.slug, Upload.objects.get().pk])
    console.post(address)
    study.questions.all().delete()
    run = perform(study.runs.get())
    assert run.state == "failed"
    assert "1 problem in the file; nothing was imported.\nline 1, column persona_id" in run.reason
    assert "1 problem found" in console.get(address).content.decode()


def test_import_whose_upload_is_gone_says_so(study, grace):
    run = start_run("annotation-import", study=study, parameters={"upload": 99, "filename": "a.jsonl"}, by=grace)
    assert "Upload it again" in run.reason


def test_import_repeated_after_a_kill_finds_everything_there(console, study, settings):
    settings.RUNS_IN_BACKGROUND = True
    upload(console, study, row(1), row(2))
    kept = Upload.objects.get()
    import_annotations(study=study, data=kept.open(), filename=kept.filename)
    console.post(reverse("annotation-import-preview", args=[study.slug, kept.pk]))
    run = perform(study.runs.get())
    assert run.result == {"outcome": "These annotations are already in the study. Nothing was changed."}
    assert Annotation.objects.count() == 2


def test_upload_of_another_person_or_study_is_not_shown(console, study, grace, client):
    other = make_study(personas=1, questions=3, by=grace)
    upload(console, study, row(1))
    pk = Upload.objects.get().pk
    assert console.get(reverse("annotation-import-preview", args=[other.slug, pk])).status_code == 302
    client.force_login(make_researcher("root", staff=True))
    assert client.get(reverse("annotation-import-preview", args=[study.slug, pk])).status_code == 302


def test_annotator_list_shows_who_answered_and_the_imports(console, study):
    upload(console, study, row(1), row(1, run=2, choice="?"))
    confirm(console, study)
    page = console.get(reverse("annotator-list", args=[study.slug])).content.decode()
    cells = [part.split("<")[0] for part in page.split('class="figure">')[1:]]
    # Headings of the table, then answers and unparsable of the one annotator.
    assert cells[2:4] == ["2", "1"]
    assert "Run 1:" in page
    assert "Run 2:" in page
    assert "a.jsonl" in page


def test_baseline_raters_are_computed_by_a_button(console, study):
    list_page = reverse("annotator-list", args=[study.slug])
    assert "Compute the baseline raters" in console.get(list_page).content.decode()
    page = console.post(reverse("baseline-raters-compute", args=[study.slug]), follow=True).content.decode()
    assert "You can leave this page." in page
    assert "3 of 3" in page
    assert "Compute the baseline raters" not in console.get(list_page).content.decode()
    assert study.raters.filter(kind=RaterKind.COMPUTED).count() == len(RULES)
    assert study.events.filter(what="baseline raters computed", by__isnull=False).count() == 1


def test_baseline_raters_that_are_being_computed_are_not_started_again(console, study, settings):
    settings.RUNS_IN_BACKGROUND = True
    for _ in range(2):
        console.post(reverse("baseline-raters-compute", args=[study.slug]))
    assert study.runs.count() == 1
    page = console.get(reverse("annotator-list", args=[study.slug])).content.decode()
    assert reverse("run-detail", args=[study.runs.get().pk]) in page
    assert "Compute the baseline raters" not in page


def test_console_says_how_many_new_questions_have_no_baseline(console, study):
    compute_baseline_raters(study=study)
    make_question(study, study.personas.first(), 99)
    page = console.get(reverse("annotator-list", args=[study.slug])).content.decode()
    assert "1 question has no answer of the baseline raters yet." in page
    assert "Compute the baseline raters" in page


def test_annotator_list_takes_as_many_queries_for_many(console, study, django_assert_max_num_queries):
    upload(console, study, *(row(1, annotator=f"m{number}") for number in range(30)))
    confirm(console, study)
    with django_assert_max_num_queries(15):
        console.get(reverse("annotator-list", args=[study.slug]))
