"""manage.py generate_personas NAME --pums DIR: a persona set from census records."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.management.waiting import add_wait_argument, follow
from model_calls.endpoints import UnknownEndpoint
from personas.pums.problems import CensusProblem
from personas.services import BadSetName
from synthetic.management.options import add_model_arguments, endpoint_in
from synthetic.services.generation import BadGeneration, start_generation


class Command(BaseCommand):
    help = (
        "Draw whole person records by weight from official ACS PUMS files, check and judge them, add traits and let a "
        "model write the rest. The same seed, files and stored answers give the same set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the set; an existing name gets its next version")
        parser.add_argument("--pums", type=Path, required=True, metavar="DIR", help="folder of census files")
        parser.add_argument("--count", type=int, default=1586, help="how many personas (1586)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--min-age", type=int, default=18, help="youngest age (18)")
        add_model_arguments(parser)
        add_wait_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = start_generation(
                name=options["name"],
                folder=options["pums"],
                count=options["count"],
                seed=options["seed"],
                minimum_age=options["min_age"],
                endpoint=endpoint_in(options),
            )
        except (BadSetName, BadGeneration, CensusProblem, UnknownEndpoint) as error:
            raise CommandError(str(error.args[0])) from None
        follow(self, run, wait=options["wait"])
