"""Print docs/personas.md: forty personas as raters and models read them."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand

from personas.text.sheet import sheet

EXAMPLES = settings.BASE_DIR / "data" / "example-study" / "personas.jsonl"


class Command(BaseCommand):
    help = __doc__

    # It reads a file of the repository only.
    requires_system_checks = []

    def handle(self, *args, **options):
        rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
        self.stdout.write(sheet((row["id"], row["attributes"]) for row in rows), ending="")
