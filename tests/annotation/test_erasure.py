"""Erasing one person: nothing they wrote is left anywhere, and everything that is counted stays right."""

import io
import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.options import ReportOptions
from analysis.services.made_files import archive_of, made_file, start_making
from annotation.exporting.rows import export_rows
from annotation.integrity.checking import integrity_problems
from annotation.models import (
    Annotation,
    Assignment,
    Rater,
    RaterKind,
    Response,
    StudyEvent,
    TurnedAway,
)
from annotation.services import erasure, ledger, participation, seating
from annotation.services.annotation_plan import ANNOTATIONS
from annotation.services.file_importers import ANNOTATION_FILES
from annotation.services.payments import to_pay
from annotation.telemetry import Telemetry
from files.services import keep_upload
from files.upload_runs import import_run
from jobs.models import Run, RunError
from jobs.services.runs import FORGOTTEN, note
from tests.annotation.reading import text_of, url
from tests.factories import (
    PASSWORD,
    answer,
    arrive,
    finish,
    finished,
    make_entry,
    make_researcher,
    make_study,
    prolific_id,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db
SECRET = "My daughter Wilhelmina goes to the school on Elm Street."


@pytest.fixture
def study():
    return make_study(personas=1, questions=3, raters=3, minimum_justification=10)


@pytest.fixture
def ada(study):
    """Finished, with an earlier version, a comment, and a note about her in the log."""
    ada = walk_to_questions(arrive(study, 1))
    answer(ada, 1, Response.ALTERNATIVE, f"{SECRET} At first.")
    for position in (1, 2, 3):
        answer(ada, position, text=SECRET)
    return finish(ada, comment=SECRET)


@pytest.fixture
def ben(study):
    """Half way, with a draft."""
    ben = walk_to_questions(arrive(study, 2))
    answer(ben, 1, text=SECRET)
    draft(ben)
    return ben


def draft(assignment) -> None:
    typed = participation.Typed(side="A", justification=SECRET, telemetry=Telemetry(visible_ms=4321))
    participation.save_draft(assignment=assignment, position=2, typed=typed)


def everything_stored() -> str:
    """Every value of every row of every table."""
    dump = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            dump += [repr(row) for row in cursor.fetchall()]
    return "\n".join(dump)


def traces_of(assignment) -> list[str]:
    stored = everything_stored()
    entry = make_entry(int(assignment.submission_id[2:], 16))
    known = {"Wilhelmina": "words", entry.prolific_id: "id", entry.submission_id: "submission", assignment.code: "code"}
    return [what for trace, what in known.items() if trace in stored]


# --- What goes ---------------------------------------------------------------------------------------
def test_traces_are_seen_before_the_erasure(ada):
    """The negative control of the tests below."""
    assert traces_of(ada) == ["words", "id", "submission", "code"]


def test_erase_leaves_no_trace_of_a_finished_person(study, ada):
    ledger.exclude(ada, reason=f"She wrote: {SECRET}", by=None)
    erasure.erase(rater=ada.rater)
    assert traces_of(ada) == []
    assert integrity_problems(study) == []


def test_erase_leaves_no_trace_of_an_unfinished_person(study, ben):
    erasure.erase(rater=ben.rater)
    assert traces_of(ben) == []
    assert "4321" not in everything_stored()
    assert Assignment.objects.get(pk=ben.pk).state == "released"
    assert integrity_problems(study) == []


def test_erase_takes_the_times_of_day(study, ada):
    erasure.erase(rater=ada.rater)
    assignment = Assignment.objects.get(pk=ada.pk)
    moments = [getattr(assignment, name) for name in erasure.ERASED_TIMES]
    moments += [*assignment.events.values_list("at", flat=True)]
    moments += Annotation.objects.filter(rater=ada.rater).values_list("saved_at", flat=True)
    assert {(moment.hour, moment.minute, moment.second) for moment in moments if moment} == {(0, 0, 0)}


def test_erase_forgets_that_the_person_was_turned_away(study, ada):
    for number in (1, 7):
        visitor = seating.visitor_of(study, prolific_id(number))
        TurnedAway.objects.create(study=study, visitor=visitor, outcome="full")
    erasure.erase(rater=ada.rater)
    assert list(TurnedAway.objects.values_list("visitor", flat=True)) == [seating.visitor_of(study, prolific_id(7))]


def test_erase_removes_files_made_from_the_study(study, ada, django_capture_on_commit_callbacks):
    options = ReportOptions()
    run = start_making(study=study, kind="bundle", options=options)
    assert archive_of(run).exists()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(rater=ada.rater)
    assert not archive_of(run).exists()
    assert made_file(study, "bundle", options).state == "none"


def test_file_under_way_during_an_erasure_is_thrown_away(study, ada, monkeypatch):
    def write_and_erase(study, parts, **options):
        parts.mkdir(parents=True)
        (parts / "words.txt").write_text(SECRET, encoding="utf-8")
        erasure.erase(rater=ada.rater)

    monkeypatch.setattr("analysis.services.made_files.writer_of", lambda kind: write_and_erase)
    run = start_making(study=study, kind="bundle", options=ReportOptions())
    run.refresh_from_db()
    assert (run.state, "erased while this was being made" in run.reason) == ("failed", True)
    assert not archive_of(run).exists()


def test_erase_of_somebody_from_elsewhere(study):
    rater = Rater.objects.create(
        study=study, kind=RaterKind.EXTERNAL, name="Wilhelmina", pseudonym="R-ELSE", metadata={"age": "Wilhelmina"}
    )
    erasure.erase(rater=rater)
    assert "Wilhelmina" not in everything_stored()
    assert integrity_problems(study) == []


def import_of(study, **changes) -> Run:
    """A run that has tried to import a faulty row of a person elsewhere, and kept why it failed."""
    row = {"annotator": "Wilhelmina", "kind": "external", "persona_id": "persona-01", "prompt_id": "prompt-01"}
    row |= {"choice": SECRET, "justification": SECRET} | changes
    by = make_researcher("grace")
    upload = keep_upload(kind=ANNOTATIONS, name=study.slug, filename="a.jsonl", data=json.dumps(row).encode(), by=by)
    return import_run(ANNOTATION_FILES, upload, study=study, by=by)


def test_erase_leaves_no_word_in_reasons_of_failed_runs(study):
    """A problem of a file quotes the value it is about; so do errors of the database."""
    rater = Rater.objects.create(study=study, kind=RaterKind.EXTERNAL, name="Wilhelmina", pseudonym="R-ELSE")
    run = import_of(study)
    assert run.state == "failed"
    check = Run.objects.create(kind="check-integrity", state="failed", reason=SECRET, finished_at=timezone.now())
    RunError.objects.create(run=check, kind="DataError", example=f"value {SECRET}")
    assert "Wilhelmina" in "".join([run.reason, *run.events.values_list("what", flat=True)])
    erasure.erase(rater=rater)
    assert "Wilhelmina" not in everything_stored()
    run.refresh_from_db()
    assert run.reason == FORGOTTEN
    assert [event.what for event in run.events.all()] == ["started", "failed"]


def test_erase_leaves_no_id_of_a_participant_in_runs(study, ada, ben):
    run = Run.objects.create(kind="bundle", study=study, state="failed", reason=SECRET, finished_at=timezone.now())
    RunError.objects.create(run=run, kind="ValueError", example=f"{prolific_id(1)} {SECRET}")
    note(run, f"failed: {prolific_id(1)} wrote {SECRET}")
    erasure.erase(rater=ben.rater)
    erasure.erase(rater=ada.rater)
    assert SECRET not in everything_stored()
    assert prolific_id(1) not in everything_stored()


# --- What stays --------------------------------------------------------------------------------------
def test_choices_and_counts_stay(study, ada, ben):
    def counted():
        rows = Annotation.objects.countable().filter(question__study=study).order_by("pk")
        return list(rows.values_list("rater__pseudonym", "question", "choice", "version"))

    before, seats = counted(), study.seats.free().count()
    erasure.erase(rater=ada.rater)
    assert counted() == before
    assert study.seats.free().count() == seats


def test_exports_show_the_tombstone(study, ada, ben):
    erasure.erase(rater=ada.rater)
    rows = {row["rater"]: row for row in export_rows(study, "assignments", include_prolific_ids=True)}
    assert [rows[a.rater.pseudonym]["erased"] for a in (ada, ben)] == [True, False]
    assert rows[ada.rater.pseudonym]["prolific_id"] == ""
    answers = [row for row in export_rows(study, "annotations") if row["erased"]]
    assert [(row["choice"], row["justification"]) for row in answers] == [("revised", "")] * 3


def test_api_shows_the_tombstone(study, ada, client):
    erasure.erase(rater=ada.rater)
    client.force_login(make_researcher("root", staff=True))
    rows = client.get(reverse("api-annotations", args=[study.slug])).json()["results"]
    assert {(row["erased"], row["justification"]) for row in rows} == {(True, "")}


def test_erase_leaves_other_people_alone(study, ada, ben):
    erasure.erase(rater=ada.rater)
    assert traces_of(ben) == ["words", "id", "submission", "code"]


# --- The person afterwards ---------------------------------------------------------------------------
def test_erased_person_is_told_so_and_gets_no_second_seat(study, ada, client):
    old_address = url(ada, "done")
    erasure.erase(rater=ada.rater)
    page = client.get(reverse("entry", args=[study.slug]), {"PROLIFIC_PID": prolific_id(1)})
    assert page.status_code == 410
    assert "Your data in this study were erased" in text_of(page)
    assert client.get(old_address).status_code == 404
    assert Rater.objects.count() == 1


def test_page_that_was_open_can_write_nothing_more(study, ben, client):
    stale = Assignment.objects.select_related("study").get(pk=ben.pk)
    erasure.erase(rater=ben.rater)
    with pytest.raises(Assignment.DoesNotExist):
        draft(stale)
    assert client.post(url(ben, "draft", 2), {"choice": "A", "justification": SECRET}).status_code == 404
    assert "Wilhelmina" not in everything_stored()


def test_erased_unfinished_person_cannot_be_reopened_and_the_seat_is_free(study, ben):
    erasure.erase(rater=ben.rater)
    tombstone = Assignment.objects.select_related("rater").get(pk=ben.pk)
    with pytest.raises(ledger.MoveNotAllowed, match="erased"):
        ledger.reopen(tombstone, by=None)
    assert arrive(study, 3).seat_id == ben.seat_id


def test_erased_person_leaves_the_payment_list(study, ada, ben):
    erasure.erase(rater=ada.rater)
    assert [assignment.pk for assignment in to_pay(study)] == [ben.pk]


# --- Who, and what is logged -------------------------------------------------------------------------
@pytest.fixture
def root():
    make_researcher("root", staff=True)
    client = Client()
    client.login(username="root", password=PASSWORD)
    return client


def erase_page(assignment) -> str:
    return reverse("rater-erase", args=[assignment.study.slug, assignment.rater.pseudonym])


def test_admin_erases_with_the_pseudonym_typed(study, ada, root):
    page = root.get(reverse("assignment-list", args=[study.slug]), {"search": prolific_id(1).upper()})
    assert ada.rater.pseudonym in text_of(page)
    assert "It cannot be undone" in text_of(root.get(erase_page(ada)))
    wrong = root.post(erase_page(ada), {"confirmation": "yes"})
    assert "Nothing has been erased" in text_of(wrong)
    assert traces_of(ada)
    done = root.post(erase_page(ada), {"confirmation": ada.rater.pseudonym}, follow=True)
    assert "This person's words, ids and times of day have been erased" in text_of(done)
    assert traces_of(ada) == []
    event = StudyEvent.objects.get(what=erasure.EVENT)
    assert (event.by.username, event.detail) == ("root", {"rater": ada.rater.pseudonym})
    assert "data had already been erased" in text_of(
        root.post(erase_page(ada), {"confirmation": ada.rater.pseudonym}, follow=True)
    )


def test_admin_finds_the_button_for_people_from_elsewhere(study, root):
    rater = Rater.objects.create(study=study, kind=RaterKind.EXTERNAL, name="Wilhelmina", pseudonym="R-ELSE")
    Rater.objects.create(study=study, kind=RaterKind.MODEL, name="a model", pseudonym="R-MODEL")
    address, page = (
        reverse("rater-erase", args=[study.slug, rater.pseudonym]),
        reverse("annotator-list", args=[study.slug]),
    )
    assert root.get(page).content.decode().count("/erase/") == 1
    assert address in root.get(page).content.decode()
    done = root.post(address, {"confirmation": rater.pseudonym}, follow=True)
    assert "R-ELSE is erased" in text_of(done)
    assert "/erase/" not in done.content.decode()
    grace = make_researcher("grace")
    study.researchers.add(grace)
    researcher = Client()
    researcher.force_login(grace)
    assert "/erase/" not in researcher.get(page).content.decode()


def test_researcher_cannot_erase_or_look_up_an_id(study, ada):
    grace = make_researcher("grace")
    study.researchers.add(grace)
    client = Client()
    client.force_login(grace)
    assert client.post(erase_page(ada), {"confirmation": ada.rater.pseudonym}).status_code == 403
    found = client.get(reverse("assignment-list", args=[study.slug]), {"search": prolific_id(1)})
    assert ada.rater.pseudonym not in text_of(found)
    assert "Erase this person" not in text_of(
        client.get(reverse("assignment-detail", args=[study.slug, ada.rater.pseudonym]))
    )


# --- The command -------------------------------------------------------------------------------------
def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command("erase_participant", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("by", ["prolific id", "pseudonym"])
def test_command_erases_by_either_name(study, ada, by):
    who = prolific_id(1) if by == "prolific id" else ada.rater.pseudonym
    assert "is erased" in run(study.slug, who, yes=True)
    assert traces_of(ada) == []
    with pytest.raises(CommandError, match="already been erased"):
        run(study.slug, who, yes=True)


def test_command_of_an_unknown_person_changes_nothing(study, ada):
    for who in (prolific_id(9), "R-NOBODY"):
        with pytest.raises(CommandError, match="Nobody"):
            run(study.slug, who, yes=True)
    assert traces_of(ada)


def test_command_asks_for_the_pseudonym(study, ada, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "y")
    with pytest.raises(CommandError, match="Nothing was erased"):
        run(study.slug, prolific_id(1))
    assert traces_of(ada)


# --- After a restore ---------------------------------------------------------------------------------
@pytest.fixture
def erasures(settings, tmp_path):
    settings.ERASURES_FILE = tmp_path / "kept" / "erasures.jsonl"
    return settings.ERASURES_FILE


def test_replay_erases_again_after_a_restore(study, ada, erasures):
    with transaction.atomic():
        erasure.erase(rater=ada.rater)
        transaction.set_rollback(True)  # the database is as it was before; the file is not
    assert traces_of(ada)
    (line,) = erasures.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["rater"] == ada.rater.pseudonym
    assert prolific_id(1) not in line
    with erasures.open("a", encoding="utf-8") as file:
        file.write('{"study": "gone", "rater": "R-1"}\n\n')
    assert run(replay=erasures) == "1 erased, 0 already erased, 1 not in this database.\n"
    assert traces_of(ada) == []


def test_replay_of_a_damaged_file_changes_nothing(study, ada, tmp_path):
    path = tmp_path / "erasures.jsonl"
    path.write_text(json.dumps({"study": study.slug, "rater": ada.rater.pseudonym}) + "\nnonsense\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 2 is no erasure"):
        run(replay=path)
    assert traces_of(ada)


def test_erasure_that_cannot_be_written_down_does_not_happen(study, ada, settings, tmp_path):
    settings.ERASURES_FILE = tmp_path / "a file" / "erasures.jsonl"
    (tmp_path / "a file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="a file"):
        erasure.erase(rater=ada.rater)
    assert traces_of(ada)


# --- Whoever checks ----------------------------------------------------------------------------------
def test_check_integrity_finds_words_left_on_a_tombstone(study, ada):
    erasure.erase(rater=ada.rater)
    Annotation.objects.filter(rater=ada.rater).update(justification=SECRET)
    (problem,) = integrity_problems(study)
    assert f"Rater {ada.rater.pseudonym} was erased, but an answer's words are still there" in problem.found


def test_erased_people_of_a_rehearsal_can_be_wiped(study):
    simulated = finished(study, 1, is_rehearsal=True)
    erasure.erase(rater=simulated.rater)
    assert integrity_problems(study) == []
