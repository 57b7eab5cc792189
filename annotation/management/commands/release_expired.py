"""manage.py release_expired: free the seats whose raters ran out of time, in every study. Run it every minute or so."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from annotation.models import Assignment, Study
from annotation.services.ledger import release_expired


class Command(BaseCommand):
    help = "Free the seats whose raters ran out of time. No answer is deleted; who comes back finds them."

    def handle(self, **options) -> None:
        now = timezone.now()
        waiting = Study.objects.filter(assignments__in=Assignment.objects.expired(now)).distinct()
        total = 0
        for study in waiting:
            released = release_expired(study, now=now)
            total += released
            self.stdout.write(f"{study.slug}: {released} released")
        self.stdout.write(f"{total} seats released.")
