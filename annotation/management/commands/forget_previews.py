"""manage.py forget_previews: delete the rows of previews that are more than a day old."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotation.services.previews import forget_all_old_previews


class Command(BaseCommand):
    help = "Delete old previews. They hold no seat and are nobody's data."

    def handle(self, **options) -> None:
        self.stdout.write(f"{forget_all_old_previews()} previews deleted.")
