"""The pages of long work."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.models import Chunk, Run, RunError, ScheduledTask, Worker
from jobs.progress import duration, run_page
from jobs.services.runs import note
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wait_for_workers(settings):
    settings.RUNS_IN_BACKGROUND = True


@pytest.fixture
def grace():
    return factories.make_researcher("grace")


@pytest.fixture
def study(grace):
    return factories.make_study(personas=1, questions=1, by=grace)


@pytest.fixture
def browser(client, grace):
    client.force_login(grace)
    return client


def make_run(study, **fields):
    run = Run.objects.create(kind="bundle", study=study, total=200, **fields)
    Chunk.objects.create(run=run, number=0, size=200)
    return run


def page_of(browser, run, **headers):
    return browser.get(reverse("run-detail", args=[run.pk]), headers=headers).content.decode()


def test_run_page_shows_progress_rate_and_time_left(browser, study):
    now = timezone.now().timestamp()
    run = make_run(study, state="running", done=50, pace=[[now - 10, 30], [now, 50]], doing="writing answers")
    text = page_of(browser, run)
    assert "50 of 200 done, about 75 seconds left." in text
    assert "2.0 a second over the last minute" in text
    assert 'value="50" max="200"' in text
    assert "Writing answers, 25 %" in text
    assert 'hx-trigger="every 2s"' in text
    assert "No worker is running" in text


def test_run_page_does_not_speak_of_workers_where_one_is_alive(browser, study):
    Worker.objects.create(name="here/0", pid=1, engine_version="1")
    assert "No worker is running" not in page_of(browser, make_run(study))


def test_run_page_groups_errors_and_says_why_it_failed(browser, study):
    run = make_run(study, state="failed", failed=3, reason="No answer.", finished_at=timezone.now())
    for number in range(3):
        RunError.objects.create(run=run, kind="timeout", example=f"call {number}")
    text = page_of(browser, run)
    assert "Why it failed:</strong> No answer." in text
    assert "call 2" in text
    assert "call 1" not in text
    assert "hx-trigger" not in text, "nothing changes any more"
    assert "Retry what failed" in text


def test_run_page_for_htmx_is_the_part_that_renews_itself(browser, study):
    run = make_run(study)
    text = page_of(browser, run, **{"HX-Request": "true"})
    assert text.lstrip().startswith('<div id="run-progress"')
    assert browser.get(reverse("run-detail", args=[run.pk])).headers["Vary"].count("HX-Request") == 1


def test_orders_are_given_and_noted_with_their_author(browser, study, grace):
    run = make_run(study)
    for order, wanted in (("pause", "pause"), ("resume", "run"), ("cancel", "cancel")):
        browser.post(reverse("run-order", args=[run.pk, order]), follow=True)
        run.refresh_from_db()
        assert run.wanted == wanted
    assert list(run.events.values_list("what", "by__username")) == [
        ("asked to pause", "grace"),
        ("resumed", "grace"),
        ("asked to cancel", "grace"),
    ]


def test_order_that_makes_no_sense_is_refused_in_words(browser, study):
    run = make_run(study)
    response = browser.post(reverse("run-order", args=[run.pk, "retry"]), follow=True)
    assert "there is nothing to retry" in response.content.decode()
    assert browser.post(reverse("run-order", args=[run.pk, "explode"])).status_code == 404


def test_retry_makes_failed_chunks_wait_again(browser, study):
    run = make_run(study, state="failed", reason="No answer.", finished_at=timezone.now())
    run.chunks.update(state="failed", failed=200, errors=3)
    browser.post(reverse("run-order", args=[run.pk, "retry"]))
    assert run.chunks.get().state == "waiting"
    assert Run.objects.get().state == "waiting"


def test_run_lists_show_what_one_may_see(browser, study):
    mine = make_run(study)
    other = make_run(factories.make_study(personas=1, questions=1))
    ScheduledTask.objects.create(name="release-expired", outcome="0 seats released")
    for address in (reverse("run-list"), reverse("study-run-list", args=[study.slug])):
        text = browser.get(address).content.decode()
        assert reverse("run-detail", args=[mine.pk]) in text
        assert reverse("run-detail", args=[other.pk]) not in text
        assert "release-expired" not in text


def test_run_list_of_an_admin_has_every_run_and_the_schedule(client, study):
    client.force_login(factories.make_researcher("root", staff=True))
    without_study = Run.objects.create(kind="check-integrity")
    ScheduledTask.objects.create(name="release-expired", outcome="0 seats released")
    text = client.get(reverse("run-list")).content.decode()
    assert reverse("run-detail", args=[without_study.pk]) in text
    assert "0 seats released" in text
    assert client.get(reverse("run-detail", args=[without_study.pk])).status_code == 200


def test_run_list_reads_in_a_constant_number_of_queries(browser, study, django_assert_num_queries):
    def queries():
        with django_assert_num_queries(6):
            browser.get(reverse("study-run-list", args=[study.slug]))

    make_run(study)
    queries()
    for _ in range(5):
        make_run(study)
    queries()


def test_sentences_of_a_run(study):
    run = make_run(study)
    assert run_page(run).sentence == "Waiting for a worker."
    run.state, run.wanted = "running", "cancel"
    assert run_page(run).sentence == "Stopping once the parts in progress have finished."
    run.state, run.started_at = "done", timezone.now() - timedelta(minutes=5)
    run.finished_at = timezone.now()
    assert run_page(run).sentence == "Done, about 5 minutes after it started."
    run.state, run.finished_at = "paused", None
    assert run_page(run).sentence == "Paused."
    note(run, "x" * 400)
    assert len(run.events.get().what) == 300


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "about 1 second"), (90, "about 90 seconds"), (200, "about 3 minutes"), (8000, "about 2 hours")],
)
def test_duration(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words
