"""manage.py convert_personas FILE OUT --from LAYOUT: other people's personas as a file that import_personas reads."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from synthetic.reading.foreign import LAYOUTS, UnknownLayout


class Command(BaseCommand):
    help = "Write the personas of Nemotron-Personas-USA, PERSONA or an EDSL agent list as JSONL for import_personas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSONL, JSON, CSV or Parquet")
        parser.add_argument("out", type=Path, help="the JSONL file to write")
        parser.add_argument("--from", dest="layout", choices=sorted(LAYOUTS), required=True)
        parser.add_argument("--most", type=int, help="stop after so many personas")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = []
            for record in LAYOUTS[options["layout"]](rows_of(options["file"])):
                lines.append(json.dumps(record, ensure_ascii=False) + "\n")
                if len(lines) == options["most"]:
                    break
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        except (UnknownLayout, ValueError) as error:
            raise CommandError(f"{options['file'].name}: {error}") from error
        if not lines:
            raise CommandError(f"{options['file'].name}: no persona was found.")
        options["out"].write_text("".join(lines), encoding="utf-8")
        self.stdout.write(f"{len(lines):,} personas written to {options['out']}. Next: manage.py import_personas")


def rows_of(path: Path) -> Iterable[Mapping[str, Any]]:
    """The file's records. Raises OSError and ValueError."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1000):
                yield from batch.to_pylist()
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as table:
            yield from csv.DictReader(table)
    elif path.suffix == ".json":
        found = json.loads(path.read_text(encoding="utf-8"))
        listed = found.get("agent_list", found.get("personas")) if isinstance(found, dict) else found
        if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
            raise ValueError("expected a list of objects, or an object with the list agent_list.")
        yield from listed
    else:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
