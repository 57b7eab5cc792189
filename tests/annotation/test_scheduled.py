"""What workers do on a schedule."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.models import ArrivalCount, Assignment, AssignmentEvent, Rater
from annotation.services.arrivals import count_newcomer
from annotation.services.previews import start_preview
from jobs.models import Run, ScheduledTask
from jobs.schedule import TASKS, run_task
from tests import factories

pytestmark = pytest.mark.django_db


def outcome_of(name):
    run_task(name, timezone.now())
    return ScheduledTask.objects.get(name=name).outcome


def test_expired_seats_are_released():
    study = factories.make_study(personas=1, questions=1)
    factories.arrive(study)
    Assignment.objects.update(deadline=timezone.now() - timedelta(minutes=1))
    assert outcome_of("release-expired") == "1 seats released"
    assert Assignment.objects.get().state == "released"


def test_old_previews_are_deleted():
    study = factories.make_study(personas=1, questions=1)
    start_preview(study=study)
    assert outcome_of("forget-previews") == "0 deleted"
    Rater.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert outcome_of("forget-previews") == "1 deleted"


def test_counts_of_arrivals_are_deleted_after_an_hour():
    study = factories.make_study(personas=1, questions=1)
    count_newcomer(study=study, address="203.0.113.7")
    assert outcome_of("forget-arrivals") == "0 counts deleted"
    ArrivalCount.objects.update(since=timezone.now() - timedelta(minutes=61))
    assert outcome_of("forget-arrivals") == "2 counts deleted"


def test_integrity_is_checked_as_a_run():
    factories.finished(factories.make_study(personas=1, questions=1))
    assert outcome_of("check-integrity") == f"requested as run {Run.objects.get().pk}"
    assert Run.objects.get().state == "done"
    AssignmentEvent.objects.all().delete()
    outcome_of("check-integrity")
    run = Run.objects.first()
    assert run.state == "failed"
    assert "breaches of invariants" in run.reason


@pytest.mark.parametrize("name", ["clear-sessions", "forget-old-files"])
def test_task_runs(name, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    assert outcome_of(name)


def test_every_task_has_its_own_time():
    """Several at the same minute would follow one another in the queue."""
    daily = [task.cron for task in TASKS.values() if task.name != "release-expired"]
    assert len(daily) == len(set(daily))
