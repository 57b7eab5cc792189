"""Setting a study up: the checklist says what is missing, the preview is framed, opening asks first."""

import pytest
from django.urls import reverse

from annotation.models import Study
from annotation.progress.checklist import checklist
from annotation.services import assembly
from annotation.services.assembly import create_study
from tests.factories import CONSENT, arrive, finished, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(client):
    user = make_researcher("grace")
    client.force_login(user)
    return user


def missing(study) -> dict[str, list[str]]:
    return {step.heading: step.missing for step in checklist(study) if step.missing}


def test_checklist_of_an_empty_draft_names_each_thing_that_is_missing(client, grace):
    study = create_study(slug="new", name="New", by=grace, consent="")
    found = missing(study)
    assert list(found) == ["Personas", "Questions", "Consent text and instructions", "What the consent page must say"]
    page = client.get(reverse("study-setup", args=["new"])).content.decode()
    assert "4 steps are left" in page
    for step in checklist(study):
        for link in step.links:
            assert client.get(link.address).status_code == 200, link


def test_checklist_misses_nothing_exactly_when_the_study_can_open():
    study = make_study(open=False, checks=1)
    assert missing(study) == {}
    assert assembly.readiness_problems(study) == []
    for change in ({"payment": ""}, {"questions_per_rater": 11}, {"attention_after": [1, 2]}):
        Study.objects.filter(pk=study.pk).update(**change)
        changed = Study.objects.get(pk=study.pk)
        assert len(missing(changed)) == len(assembly.readiness_problems(changed)) == 1
        Study.objects.filter(pk=study.pk).update(
            payment=CONSENT["payment"], questions_per_rater=10, attention_after=[1]
        )
    study.completion_codes.all().delete()
    assert list(missing(study)) == ["Completion codes"]


def test_opening_sums_up_and_asks_and_wipes_the_rehearsal(client, grace):
    study = make_study(personas=1, questions=2, open=False, by=grace)
    assembly.prepare_rehearsal(study=study)
    finished(study, is_rehearsal=True)
    address = reverse("study-open", args=[study.slug])
    page = client.get(address).content.decode()
    assert "1 personas × 4 raters = 4" in page
    assert study.code_for("completed") in page
    assert "1 simulated rater of the rehearsal" in page
    client.post(address)
    assert Study.objects.get().state == "draft", "only with a word about the rehearsal"
    client.post(address, {"wipe": "yes"})
    assert Study.objects.get().state == "open"
    assert not study.raters.exists()


def test_opening_never_wipes_people(client, grace):
    study = make_study(personas=1, questions=2, by=grace)
    arrive(study)
    arrive(study, 2, is_rehearsal=True)
    assembly.pause_study(study=study)
    client.post(reverse("study-open", args=[study.slug]), {"wipe": "yes"})
    assert study.raters.count() == 2


def test_preview_shows_the_participants_pages_in_frames_of_this_site_only(client, grace):
    study = make_study(personas=1, questions=2, open=False, by=grace)
    page = client.get(reverse("study-preview", args=[study.slug]))
    assert page.content.decode().count("<iframe") == 2
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    framed = client.get(page.context["preview_link"], follow=True)
    assert framed.status_code == 200
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]


def test_reader_of_an_example_is_offered_a_copy_and_no_button_that_is_refused(client, grace):
    study = make_study(personas=1, questions=2, is_example=True)
    page = client.get(reverse("study-detail", args=[study.slug])).content.decode()
    assert reverse("study-duplicate", args=[study.slug]) in page
    assert page.count('method="post"') == 1  # the log-out button of the page's head
    study.researchers.add(grace)
    assert "Pause</button>" in client.get(reverse("study-detail", args=[study.slug])).content.decode()
