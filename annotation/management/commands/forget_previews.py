"""manage.py forget_previews: delete the rows of previews that are more than a day old."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotation.models import Rater, RaterKind, Study
from annotation.services.previews import forget_old_previews


class Command(BaseCommand):
    help = "Delete old previews. They hold no seat and are nobody's data."

    def handle(self, **options) -> None:
        previews = Rater.objects.filter(kind=RaterKind.PREVIEW)
        before = previews.count()
        for study in Study.objects.filter(raters__kind=RaterKind.PREVIEW).distinct():
            forget_old_previews(study)
        self.stdout.write(f"{before - previews.count()} previews deleted.")
