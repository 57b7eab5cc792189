"""manage.py make_file STUDY bundle|figures: what the page "Figures and files" starts; it makes way for the site."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl

from django.core.management.base import BaseCommand, CommandError

from analysis.options import InvalidOption, read_options
from analysis.services.made_files import KINDS, make_file
from annotation.management.lookup import find_study

NICE = 10


class Command(BaseCommand):
    help = "Make the zip that the page of figures and files offers. For a folder of your own: export_study, figures."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("--options", default="", metavar="QUERY", help="as in the address of a page of results")

    def handle(self, *, study: str, kind: str, **given) -> None:
        os.nice(NICE)
        try:
            options = read_options(dict(parse_qsl(given["options"])))
        except InvalidOption as error:
            raise CommandError(str(error)) from error
        make_file(find_study(study), kind, options)
