"""manage.py fidelity NAME: a generated set beside the census it was drawn from."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from synthetic.management.options import persona_set_named
from synthetic.services.fidelity import COLUMNS, table


class Command(BaseCommand):
    help = "Compare a generated persona set with the weighted census, beside what chance alone gives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the set's name, or NAME@VERSION")
        parser.add_argument("--format", choices=["text", "json", "csv"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        persona_set = persona_set_named(options["name"])
        generation = persona_set.generations.exclude(fidelity={}).first()
        if generation is None:
            raise CommandError(f"{persona_set} was not generated from census records here.")
        {"text": self.write_text, "json": self.write_json, "csv": self.write_csv}[options["format"]](generation)

    def write_json(self, generation: Any) -> None:
        self.stdout.write(json.dumps(generation.fidelity, ensure_ascii=False, indent=1))

    def write_csv(self, generation: Any) -> None:
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="")
        writer.writeheader()
        writer.writerows(table(generation))

    def write_text(self, generation: Any) -> None:
        self.stdout.write(f"{'attribute':<32}{'distance':>9}{'p50':>7}{'p95':>7}{'p (Holm)':>10}  largest cell")
        for row in table(generation):
            p = "" if row["adjusted_p"] is None else f"{row['adjusted_p']:.3f}"
            z = "" if row["largest_cell_z"] is None else f"{row['largest_cell_z']:+.1f}"
            figures = f"{row['distance']:>9.3f}{row['noise_p50']:>7.3f}{row['noise_p95']:>7.3f}{p:>10}"
            self.stdout.write(f"{row['attribute']:<32}{figures}  {row['largest_cell']} (z {z})")
