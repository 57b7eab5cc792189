"""manage.py curate_prompts FILE NAME: the prompts on which people would differ, with topics and a split."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from files.reading import UnreadableFile
from jobs.management.waiting import add_wait_argument, follow
from model_calls.endpoints import UnknownEndpoint
from synthetic.management.options import add_model_arguments, endpoint_in
from synthetic.services.prompts import BadPromptSet, start_curation


class Command(BaseCommand):
    help = (
        "Keep prompts with a question mark and at least five words on which people would differ, as a model judges; "
        "find topics, and split the prompts into train and held-out ones with the same shares of topics."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a JSON list of texts, or JSONL, CSV with a column prompt")
        parser.add_argument("name", help="name of the prompt set")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--drop-duplicates", action="store_true", help="keep only the first of equal prompts")
        add_model_arguments(parser)
        add_wait_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = start_curation(
                name=options["name"],
                data=options["file"].read_bytes(),
                filename=options["file"].name,
                endpoint=endpoint_in(options),
                seed=options["seed"],
                drops_duplicates=options["drop_duplicates"],
            )
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        except UnreadableFile as error:
            raise CommandError(f"{error.total:,} problems; nothing was changed.\n{error}") from error
        except (BadPromptSet, UnknownEndpoint) as error:
            raise CommandError(str(error.args[0])) from None
        follow(self, run, wait=options["wait"])
