"""One place decides what needs attention: every count is the number of rows its link shows, and marks can be undone."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from annotation.models import Annotation, Assignment, Seen
from annotation.progress.attention import KINDS, needing, participants, waiting_in
from annotation.progress.report import study_progress
from annotation.services.attention import mark_seen
from tests.factories import answer, arrive, finished, make_researcher, make_study, walk_to_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(client):
    user = make_researcher("grace")
    client.force_login(user)
    return user


@pytest.fixture
def study(grace):
    """Number 1 missed a check and pasted, 2 pasted, 3 is stalled, 4 is fine, 5 is close to the deadline."""
    study = make_study(personas=2, questions=2, checks=1, raters=4, by=grace)
    for number in (1, 2, 4):
        finished(study, number)
    raters = {int(row.rater.prolific_id[2:], 16): row.rater for row in participants(study).select_related("rater")}
    check = Annotation.objects.filter(rater=raters[1]).to_attention_checks()
    check.update(choice="alternative")
    for number in (1, 2):
        Annotation.objects.filter(rater=raters[number], question__kind="data").update(paste_characters=50)
    stalled = walk_to_questions(arrive(study, 3))
    Assignment.objects.filter(pk=stalled.pk).update(last_seen=timezone.now() - timedelta(minutes=30))
    late = walk_to_questions(arrive(study, 5))
    Assignment.objects.filter(pk=late.pk).update(deadline=timezone.now() + timedelta(minutes=5))
    return study


def shown(client, study, query) -> int:
    page = client.get(f"{reverse('assignment-list', args=[study.slug])}?{query}").content.decode()
    return page.count('<th scope="row" class="rater">')


def test_every_count_leads_to_exactly_those_rows(client, study):
    page = client.get(reverse("study-detail", args=[study.slug])).content.decode()
    links = re.findall(r'id="all-(\w+)" href="[^"]*\?needs=\w+"><span\s+class="badge[^"]*">(\d+)<', page)
    assert dict(links) == {"stalled": "1", "deadline": "1", "check": "1", "paste": "2"}
    for kind, count in links:
        assert shown(client, study, f"needs={kind}") == int(count)
    assert "3 raters need you" in page
    assert shown(client, study, "needs=any") == 3
    home = client.get(reverse("study-list")).content.decode()
    counts = re.findall(r'\?needs=(\w+)"><span class="badge stalled">(\d+)<', home)
    assert dict(counts) == {"stalled": "1", "check": "1", "paste": "2"}
    filters = re.findall(r'href="\?((?:needs|state)=\w+)"[^>]*>[^<]+<span class="count">(\d+)<', page_of(client, study))
    assert len(filters) == 7
    for query, count in filters:
        assert shown(client, study, query) == int(count), query


def page_of(client, study) -> str:
    return client.get(reverse("assignment-list", args=[study.slug])).content.decode()


def test_mark_as_seen_says_who_and_when_and_is_undone(client, grace, study):
    row = needing(participants(study), "check", timezone.now()).get()
    address = reverse("rater-seen", args=[study.slug, row.rater.pseudonym, "check"])
    back = reverse("assignment-list", args=[study.slug]) + "?needs=any"
    assert client.post(address, {"next": back}).url == back
    assert client.post(address, {"next": "https://example.org/studies/"}).url.startswith("/studies/")
    assert Seen.objects.get().by == grace
    page = client.get(reverse("assignment-detail", args=[study.slug, row.rater.pseudonym])).content.decode()
    assert "seen by grace" in page
    assert shown(client, study, "needs=check") == 0
    assert shown(client, study, "needs=seen") == 1
    assert shown(client, study, "needs=any") == 3, "the paste of the same rater has not been seen"
    client.post(address, {"undo": "yes"})
    assert shown(client, study, "needs=check") == 1
    events = study.events.filter(what__startswith="marked").values_list("what", "by__username")
    assert list(events) == [("marked as seen", "grace")] * 2 + [("marked as not seen", "grace")]


def test_what_happens_again_after_it_was_seen_counts_again(study):
    stalled = needing(participants(study), "stalled", timezone.now()).get()
    mark_seen(assignment=stalled, kind="stalled")
    assert not needing(participants(study), "stalled", timezone.now()).exists()
    answer(stalled, 1)
    later = timezone.now() + timedelta(minutes=20)
    assert stalled in needing(participants(study), "stalled", later)


def test_unknown_kind_is_not_found(client, study):
    rater = participants(study).first().rater
    assert client.post(reverse("rater-seen", args=[study.slug, rater.pseudonym, "smile"])).status_code == 404


def test_list_and_first_page_ask_a_constant_number_of_queries(client, grace, study, django_assert_max_num_queries):
    other = make_study(personas=2, questions=1, raters=4, by=grace)
    for number in range(1, 7):
        finished(other, number)
    for each in (study, other):
        with django_assert_max_num_queries(30):
            page_of(client, each)
    with django_assert_max_num_queries(9):
        client.get(reverse("study-list"))
    with django_assert_max_num_queries(len(KINDS)):
        waiting_in([study, other], timezone.now())


def test_sentence_counts_each_rater_once(study):
    assert study_progress(study).needs_you == 3


def test_database_refuses_two_marks_and_unknown_kinds(study):
    row = participants(study).first()
    mark_seen(assignment=row, kind="paste")
    for kind, constraint in (("paste", "seen_once_per_kind|UNIQUE"), ("smile", "seen_kind_is_known")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Seen.objects.create(assignment=row, kind=kind, at=timezone.now())
