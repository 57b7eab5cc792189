"""Archived, deleted, given more raters: what must stay, what must go, and who may."""

import pytest
from django.apps import apps

from annotation.integrity.checking import integrity_problems
from annotation.models import Annotation, Assignment, Question, Rater, Seat, Study
from annotation.services import assembly, removal
from annotation.services.ledger import release
from annotation.services.more_raters import CannotAddRaters, add_raters
from annotation.services.removal import RemovalRefused
from audit.models import AuditEntry
from jobs.models import Run
from personas.models import PersonaSet
from tests.factories import arrive, finished, make_model, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def admin():
    return make_researcher("root", staff=True)


def rows_of(study) -> dict[str, int]:
    """How many rows of each table lead to the study, directly."""
    found = {}
    for model in apps.get_models():
        names = [field.name for field in model._meta.fields if field.related_model is Study]
        for name in names:
            found[model.__name__] = model.objects.filter(**{name: study.pk}).count()
    return found


# --- Deleting --------------------------------------------------------------------------------------
def test_delete_study_removes_everything_and_writes_it_down(grace, admin):
    study, other = make_study(personas=2, questions=2, by=grace), make_study(personas=2, questions=2)
    finished(study)
    finished(other)
    make_model(study)
    assembly.close_study(study=study)
    sets = PersonaSet.objects.count()
    removal.delete_study(study=study, by=admin)
    assert not Study.objects.filter(pk=study.pk).exists()
    assert set(rows_of(study).values()) == {0}
    assert (Annotation.objects.filter(rater__study=other).count(), Question.objects.count()) == (2, 4)
    assert PersonaSet.objects.count() == sets
    assert integrity_problems(other) == []
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.what, entry.subject) == (admin, "study deleted", study.name)
    assert (entry.detail["slug"], entry.detail["answers of people"]) == (study.slug, 2)


def test_delete_study_with_answers_of_people_is_for_admins(grace):
    study = make_study(personas=1, questions=1, by=grace)
    finished(study)
    assembly.close_study(study=study)
    with pytest.raises(RemovalRefused, match="only an admin"):
        removal.delete_study(study=study, by=grace)
    assert Annotation.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_delete_study_with_simulated_answers_only_is_for_its_researcher(grace):
    study = make_study(personas=1, questions=1, by=grace)
    finished(study, is_rehearsal=True)
    assembly.close_study(study=study)
    removal.delete_study(study=study, by=grace)
    assert not Rater.objects.exists()


def test_delete_study_waits_for_whoever_is_still_in_it(admin):
    study = make_study(personas=1, questions=1)
    live = arrive(study)
    for refused in ("Close the study", "still answering"):
        with pytest.raises(RemovalRefused, match=refused):
            removal.delete_study(study=study, by=admin)
        assembly.close_study(study=study)
    release(live, cause="researcher", by=admin)
    run = Run.objects.create(kind="bundle", study=study)
    with pytest.raises(RemovalRefused, match="run of this study"):
        removal.delete_study(study=study, by=admin)
    run.delete()
    removal.delete_study(study=study, by=admin)


def test_delete_page_asks_for_the_short_name_and_offers_the_data(client, grace):
    study = make_study(personas=1, questions=1, open=False, by=grace)
    client.force_login(grace)
    address = f"/studies/{study.slug}/settings/manage/delete/"
    page = client.get(address).content.decode()
    assert f"/studies/{study.slug}/data/" in page
    assert "Nothing has been deleted" in client.post(address, {"confirmation": "no"}).content.decode()
    assert Study.objects.exists()
    assert client.post(address, {"confirmation": study.slug}).url == "/studies/"
    assert not Study.objects.exists()


# --- Archiving -------------------------------------------------------------------------------------
def test_archived_study_leaves_the_first_page_and_takes_nobody(client, grace):
    study = make_study(personas=1, questions=1, by=grace)
    with pytest.raises(RemovalRefused, match="Close the study"):
        removal.archive_study(study=study, by=grace)
    assembly.close_study(study=study)
    removal.archive_study(study=study, by=grace)
    client.force_login(grace)
    assert f'href="/studies/{study.slug}/"' not in client.get("/studies/").content.decode()
    assert f'href="/studies/{study.slug}/"' in client.get("/studies/?archived=1").content.decode()
    with pytest.raises(assembly.StudyNotReady, match="archived"):
        assembly.open_study(study=study)
    removal.unarchive_study(study=study, by=grace)
    assembly.open_study(study=study)
    assert study.events.filter(by=grace).values_list("what", flat=True)[1:].count() == 2


# --- Annotators ------------------------------------------------------------------------------------
def test_archived_annotator_is_left_out_of_what_counts(client, grace):
    study = make_study(personas=1, questions=2, by=grace)
    model = make_model(study)
    assert Annotation.objects.for_study(study).countable().count() == 2
    client.force_login(grace)
    address = f"/studies/{study.slug}/annotations/{model.pk}/archive/"
    client.post(address)
    assert Annotation.objects.for_study(study).countable().count() == 0
    assert Annotation.objects.for_study(study).count() == 2
    client.post(address)
    assert Annotation.objects.for_study(study).countable().count() == 2


def test_deleted_run_takes_its_answers_and_the_last_one_the_annotator(client, grace):
    study = make_study(personas=1, questions=2, by=grace)
    model = make_model(study)
    make_model(study, run=2)
    client.force_login(grace)
    for run, left in ((2, 2), (1, 0)):
        address = f"/studies/{study.slug}/annotations/{model.pk}/runs/{run}/delete/"
        client.post(address, {"confirmation": "another"})
        assert Annotation.objects.count() > left
        client.post(address, {"confirmation": model.name})
        assert Annotation.objects.count() == left
    assert not Rater.objects.filter(pk=model.pk).exists()
    assert study.events.filter(what="annotator run deleted").count() == 2
    assert client.get(address).status_code == 404


# --- More raters -----------------------------------------------------------------------------------
def seats_of(study):
    return list(study.seats.order_by("rank").values_list("persona", "number", "rank"))


def test_added_raters_sit_where_a_larger_k_would_have_put_them(grace):
    study, larger = make_study(personas=3, questions=2, raters=2), None
    larger = make_study(personas=3, questions=2, raters=4, persona_set=study.persona_set)
    held = finished(study)
    before = seats_of(study)
    assert add_raters(study=study, raters_per_persona=4, by=grace) == 6
    assert seats_of(study)[: len(before)] == before
    assert seats_of(study) == seats_of(larger)
    assert Assignment.objects.get(pk=held.pk).seat_id == held.seat_id
    assert integrity_problems(study) == []
    assert study.events.get(what="seats added").detail["seats"] == 6


@pytest.mark.parametrize("number", [1, 2, 51])
def test_raters_are_added_only(number):
    study = make_study(personas=1, questions=1, raters=2)
    with pytest.raises(CannotAddRaters):
        add_raters(study=study, raters_per_persona=number)
    assert Seat.objects.count() == 2


def test_page_adds_raters(client, grace):
    study = make_study(personas=2, questions=1, raters=1, by=grace)
    client.force_login(grace)
    add = f"/studies/{study.slug}/settings/manage/raters/"
    assert "Nothing has changed" in client.post(add, {"raters_per_persona": 1}, follow=True).content.decode()
    assert "2 seats added" in client.post(add, {"raters_per_persona": 2}, follow=True).content.decode()
