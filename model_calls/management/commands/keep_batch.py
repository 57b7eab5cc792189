"""manage.py keep_batch ENDPOINT REQUESTS REPLIES: put the replies of a provider's batch into the cache."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from llm.batch import WrongBatch, replies_in, sent_in
from llm.chat import Reply
from model_calls.endpoints import UnknownEndpoint, abilities_of, endpoint_named
from model_calls.services.answers import keep_sent


class Command(BaseCommand):
    help = "Store the replies of a provider's batch; the run that asks the same then finds them, and sends nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("endpoint", metavar="ENDPOINT", help="the endpoint for which the requests were written")
        parser.add_argument("requests", type=Path, metavar="REQUESTS", help="the file of requests, as it was written")
        parser.add_argument("replies", type=Path, metavar="REPLIES", help="the provider's file of results")

    def handle(self, *, endpoint: str, requests: Path, replies: Path, **options) -> None:
        try:
            target = endpoint_named(endpoint)
            sent = sent_in(lines_of(requests), target.address)
            found = list(replies_in(lines_of(replies), sent, abilities_of(target)))
        except (UnknownEndpoint, WrongBatch) as error:
            raise CommandError(str(error)) from None
        good = [(line, reply) for line, reply in found if isinstance(reply, Reply)]
        with transaction.atomic():
            keep_sent(target, good)
        self.stdout.write(f"{len(good):,} replies stored, {len(found) - len(good):,} failed, {len(sent):,} were asked.")


def lines_of(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from None
