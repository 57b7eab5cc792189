"""Large files of annotations: the request answers at once, a worker checks and imports, the page shows it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotation.models import Annotation, StagedImport
from annotation.run_kinds import AnnotationImportKind, forget_uploads
from annotation.services import file_importers
from annotation.services.annotation_import import preview_annotations
from annotation.services.annotation_plan import ANNOTATIONS
from annotation.services.plan_json import plan_as_json, plan_from_json
from files import upload_runs
from files.models import Upload
from files.services import keep_upload
from jobs.kinds import Interrupted
from jobs.models import Run, Worker
from jobs.services.inline import perform
from jobs.services.runs import cancel_run, start_run
from personas.models import PersonaSet
from tests import factories

pytestmark = pytest.mark.django_db
CHECK, IMPORT = "annotation-check", "annotation-import"


@pytest.fixture
def grace():
    return factories.make_researcher("grace")


@pytest.fixture
def console(client, grace):
    client.force_login(grace)
    return client


@pytest.fixture
def study(grace):
    return factories.make_study(personas=1, questions=3, by=grace)


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch, settings):
    monkeypatch.setattr(upload_runs, "IN_REQUEST", 0)
    settings.RUNS_IN_BACKGROUND = True


def file_of(**changes):
    rows = [
        {"annotator": "m", "persona_id": "persona-01", "prompt_id": f"prompt-{n:02}", "choice": "revised"}
        for n in (1, 2, 3)
    ]
    rows[-1] |= changes
    return "\n".join(map(json.dumps, rows)).encode()


def upload(console, study, **changes):
    """Upload a file in the console and return the address of its preview."""
    file = SimpleUploadedFile("a.jsonl", file_of(**changes))
    response = console.post(reverse("annotation-import", args=[study.slug]), {"file": file})
    assert response.status_code == 302
    return response.url


def page_of(console, address):
    return console.get(address).content.decode()


def test_large_file_is_checked_and_imported_by_a_worker(console, study):
    address = upload(console, study)
    assert "The file is being checked" in page_of(console, address)
    assert "Waiting for a worker" in page_of(console, address)
    perform(Run.objects.get(kind=CHECK))
    assert "3 annotations would be stored" in page_of(console, address)
    assert not Annotation.objects.exists()

    run = Run.objects.filter(kind=IMPORT)
    assert console.post(address).url == reverse("run-detail", args=[run.get().pk])
    assert not Annotation.objects.exists()
    done = perform(run.get())
    assert (done.state, Annotation.objects.count()) == ("done", 3)
    assert not Upload.objects.exists()
    assert "no longer available" in console.get(address, follow=True).content.decode()


def test_two_visits_and_two_clicks_start_one_run_each(console, study):
    address = upload(console, study)
    page_of(console, address), page_of(console, address)
    console.post(address), console.post(address)
    assert sorted(Run.objects.values_list("kind", flat=True)) == [CHECK, IMPORT]


def test_problems_of_a_large_file_are_listed(console, study):
    address = upload(console, study, choice="foil")
    page_of(console, address)
    perform(Run.objects.get())
    page = page_of(console, address)
    assert "1 problem found" in page
    assert "line 3, column choice" in page


def test_import_of_a_faulty_large_file_fails_with_its_reason(console, study):
    address = upload(console, study, choice="foil")
    console.post(address)
    run = perform(Run.objects.get(kind=IMPORT))
    assert run.state == "failed"
    assert "line 3, column choice" in run.reason
    assert not Annotation.objects.exists()
    assert "line 3, column choice" in page_of(console, address)


def test_check_is_made_again_when_the_study_has_changed(console, study):
    address = upload(console, study)
    page_of(console, address)
    perform(Run.objects.get())
    study.events.create(what="questions imported")
    assert "The file is being checked" in page_of(console, address)
    assert Run.objects.filter(kind=CHECK).count() == 2


@pytest.mark.django_db(transaction=True)
def test_import_that_is_cancelled_on_the_way_stores_nothing(study, grace):
    kept = keep_upload(kind=ANNOTATIONS, name=study.slug, filename="a.jsonl", data=file_of(), by=grace)
    run = start_run(IMPORT, study=study, parameters={"upload": kept.pk, "filename": "a.jsonl"})
    worker = Worker.objects.create(name="w", pid=1)
    run.chunks.update(state="running", worker=worker)
    cancel_run(run=run, by=grace)
    with pytest.raises(Interrupted):
        AnnotationImportKind().run_chunk(run, run.chunks.get())
    assert not Annotation.objects.exists()
    assert not StagedImport.objects.exists()
    assert Upload.objects.exists()


def test_failed_check_says_why_and_is_not_repeated_by_a_visit(console, study, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr(file_importers, "preview_annotations", fail)
    address = upload(console, study)
    page_of(console, address)
    perform(Run.objects.get())
    assert "could not be checked" in page_of(console, address)
    assert Run.objects.count() == 1


def test_small_file_is_checked_within_the_request(console, study, monkeypatch):
    monkeypatch.setattr(upload_runs, "IN_REQUEST", 5_000_000)
    assert "3 annotations would be stored" in page_of(console, upload(console, study))
    assert not Run.objects.exists()


QUESTIONS = [
    {"persona_id": key, "prompt_id": "new", "prompt": "Why?", "revised": f"As {key}.", "baseline": "Because."}
    for key in ("persona-01", "persona-02")
]


def test_large_file_of_questions_is_checked_and_imported_by_a_worker(console, grace):
    study = factories.make_study(personas=2, questions=0, by=grace, open=False)
    file = SimpleUploadedFile("q.jsonl", "\n".join(map(json.dumps, QUESTIONS)).encode())
    address = console.post(reverse("question-import", args=[study.slug]), {"file": file}).url
    assert "The file is being checked" in page_of(console, address)
    perform(Run.objects.get(kind="question-check"))
    page = page_of(console, address)
    assert "2 new questions" in page
    assert "As persona-01." in page
    console.post(address), console.post(address)
    run = Run.objects.get(kind="question-import")
    assert console.get(address).url == reverse("run-detail", args=[run.pk])
    assert not study.questions.exists()
    assert perform(run).result == {"outcome": "2 questions imported."}
    assert study.questions.count() == 2
    assert not Upload.objects.exists()


def test_import_of_questions_that_the_study_refuses_fails_with_its_reason(console, study):
    file = SimpleUploadedFile("q.jsonl", json.dumps(QUESTIONS[0]).encode())
    address = console.post(reverse("question-import", args=[study.slug]), {"file": file}).url
    page_of(console, address)
    perform(Run.objects.get(kind="question-check"))
    assert "1 new question." in page_of(console, address)
    factories.arrive(study)
    assert "The file is being checked" in page_of(console, address)
    console.post(address)
    run = perform(Run.objects.get(kind="question-import"))
    assert (run.state, study.questions.count()) == ("failed", 3)
    assert "A seat in this study has been taken" in run.reason


def test_large_file_of_personas_is_checked_and_imported_by_a_worker(client):
    client.force_login(factories.make_researcher("ada", staff=True))
    file = SimpleUploadedFile("p.csv", b"id,age,sex\np1,39,Male\np2,40,\n")
    address = client.post(
        reverse("persona-import"), {"name": "people", "file": file, "show": "sex, age", "sharing": "private"}
    ).url
    assert "The file is being checked" in page_of(client, address)
    perform(Run.objects.get(kind="persona-check"))
    page = page_of(client, address)
    assert "Import 2 personas as people, version 1" in page
    assert "You play a 39-year-old man." in page
    run = Run.objects.filter(kind="persona-import")
    assert client.post(address).url == reverse("run-detail", args=[run.get().pk])
    assert perform(run.get()).result == {"outcome": "2 personas imported as people v1."}
    assert PersonaSet.objects.get().shown_attributes == ["sex", "age"]
    assert not Upload.objects.exists()


def test_import_of_faulty_personas_fails_with_its_reason(client):
    client.force_login(factories.make_researcher("ada", staff=True))
    file = SimpleUploadedFile("p.csv", b"id,age\np1,39\np1,40\n")
    address = client.post(reverse("persona-import"), {"name": "people", "file": file, "sharing": "private"}).url
    client.post(address)
    run = perform(Run.objects.get(kind="persona-import"))
    assert "line 3, column id" in run.reason
    assert "line 3, column id" in page_of(client, address)
    assert not PersonaSet.objects.exists()


def test_plan_survives_json(study, grace):
    data = file_of(choice="?", topic="x", annotator="other", condition="persona")
    plan = preview_annotations(study, data, "a.jsonl", ignore_surplus=True)
    assert plan_from_json(json.loads(json.dumps(plan_as_json(plan)))) == plan


def test_forget_uploads_on_schedule_leaves_fresh_ones(study, grace):

    keep_upload(kind=ANNOTATIONS, name=study.slug, filename="a.jsonl", data=file_of(), by=grace)
    assert forget_uploads() == "0 uploads and 0 imports deleted"
    assert Upload.objects.count() == 1
