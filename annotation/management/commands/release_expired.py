"""manage.py release_expired: free the seats whose raters ran out of time. Workers do it every minute by themselves."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotation.services.ledger import release_all_expired


class Command(BaseCommand):
    help = "Free the seats of raters who ran out of time. No answers are deleted; raters who come back find theirs."

    def handle(self, **options) -> None:
        released = release_all_expired()
        for slug, seats in released.items():
            self.stdout.write(f"{slug}: {seats} released")
        self.stdout.write(f"{sum(released.values())} seats released.")
