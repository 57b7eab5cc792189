"""Links to results for people without an account, and the report they show."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.options import VoteRule
from annotation.models import Annotation, ResultsShare
from annotation.services.results_sharing import share_results, share_token
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_model, make_researcher

pytestmark = pytest.mark.django_db
REASON = "Because <b>she</b> would say so."


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def study():
    study, rng = make_made_study(personas=3, questions=4), np.random.default_rng(2)
    for number in range(4):
        make_external(study, f"worker-{number}", rng.random((3, 4)) < 0.5)
    make_model(study, "a model")
    Annotation.objects.from_humans().update(justification=REASON)
    return study


@pytest.fixture
def light_figures(monkeypatch):
    """Figures take seconds; most tests are about the rest."""
    monkeypatch.setattr("analysis.services.html_report.figures_of", lambda results, overview: iter(()))


def visit(share):
    return Client().get(reverse("shared-results", args=[share_token(share)]))


class References(HTMLParser):
    """Every address that a page would load or lead to, and every script."""

    def __init__(self, page):
        super().__init__()
        self.found, self.tags = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.found += [value for name, value in attributes if name in ("src", "href", "action", "data", "srcset")]


def test_shared_report_has_figures_tables_and_methods_and_needs_no_network(study):
    page = visit(share_results(study=study, days=7, with_texts=False))
    assert (page.status_code, "no-store" in page["Cache-Control"], page["Referrer-Policy"]) == (
        200,
        True,
        "no-referrer",
    )
    text = page.content.decode()
    assert re.findall("<h2>(.*?)</h2>", text) == ["Figures", "Tables", "Methods"]
    references = References(text)
    assert len(references.found) == 5
    assert all(address.startswith("data:image/svg+xml;base64,") for address in references.found)
    assert not references.tags & {"script", "link", "iframe", "object", "form", "a"}
    assert "url(" not in text.partition("</style>")[0]
    assert "a model" in text
    assert "worker-" not in text


def test_participants_texts_are_shown_only_if_chosen(study, light_figures):
    assert "would say so" not in visit(share_results(study=study, days=7, with_texts=False)).content.decode()
    text = visit(share_results(study=study, days=7, with_texts=True)).content.decode()
    assert "Because &lt;b&gt;she&lt;/b&gt; would say so." in text
    assert "worker-" not in text


def test_link_ends_by_time_and_by_hand(study, researcher, light_figures):
    share = share_results(study=study, days=7, with_texts=False)
    assert visit(share).status_code == 200
    ResultsShare.objects.update(created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())
    assert visit(share).status_code == 404
    other = share_results(study=study, days=7, with_texts=False)
    researcher.post(reverse("share-revoke", args=[study.slug, other.pk]))
    assert visit(other).status_code == 404
    assert study.events.latest("pk").what == "share revoked"


@pytest.mark.parametrize("token", ["1", "1:forged", "x:y", "%00:a", "1:" + "a" * 500])
def test_forged_link_is_not_found(study, token):
    share_results(study=study, days=7, with_texts=False)
    assert Client().get(f"/shared/{token}/").status_code in (400, 404)


def test_link_is_made_on_the_page_with_its_options(study, researcher, light_figures):
    answer = researcher.post(
        reverse("share-create", args=[study.slug]) + "?rule=plurality", {"days": "90", "with_texts": "on"}, follow=True
    )
    share = ResultsShare.objects.get()
    assert (share.options, share.with_texts) == ("rule=plurality", True)
    assert timedelta(days=89) < share.expires_at - timezone.now() < timedelta(days=90)
    assert f"http://testserver/shared/{share_token(share)}/" in answer.content.decode()
    rule = VoteRule.PLURALITY.words(study.raters_per_persona)
    assert rule in visit(share).content.decode()
    assert researcher.post(reverse("share-create", args=[study.slug]), {"days": "9999"}).status_code == 302
    assert ResultsShare.objects.count() == 1


def test_links_of_an_example_are_not_shown_to_its_readers(study, client):
    share = share_results(study=study, days=7, with_texts=True)
    study.is_example = True
    study.save()
    client.force_login(make_researcher("olga"))
    page = client.get(reverse("agreement-files", args=[study.slug]))
    assert page.status_code == 200
    assert share_token(share) not in page.content.decode()


def test_report_waits_for_the_worker_and_says_so(study, settings, light_figures):
    settings.RUNS_IN_BACKGROUND = True
    page = visit(share_results(study=study, days=7, with_texts=False))
    assert (page["Refresh"], "is being made" in page.content.decode()) == ("5", True)


def test_share_that_ends_before_it_begins_is_refused(study):
    match = "results_share_ends_after_it_began"
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        ResultsShare.objects.create(study=study, expires_at=timezone.now() - timedelta(days=1))
