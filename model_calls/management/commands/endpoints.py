"""manage.py endpoints: which language models this site may ask, and what they obey."""

from __future__ import annotations

import os
from collections.abc import Iterable

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from llm.endpoints import Endpoint
from llm.errors import CallFailed
from model_calls.endpoints import UnknownEndpoint, endpoint_named
from model_calls.services.probing import latest_probe, probe_endpoint


class Command(BaseCommand):
    help = "List the endpoints of LLM_ENDPOINTS; with --probe find out what one of them obeys, in a dozen short calls."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--probe", metavar="NAME", help="probe this endpoint, and remember what it obeys")

    def handle(self, *, probe: str | None, **options) -> None:
        if probe:
            return self.probe(probe)
        for endpoint in settings.LLM_ENDPOINTS.values():
            self.stdout.write("\n".join(lines_of(endpoint)))
        if not settings.LLM_ENDPOINTS:
            self.stdout.write("No endpoints: the setting LLM_ENDPOINTS names no file. The scripted model is 'fake'.")

    def probe(self, name: str) -> None:
        try:
            found = probe_endpoint(endpoint_named(name))
        except (UnknownEndpoint, CallFailed) as error:
            raise CommandError(str(error)) from None
        for what, outcome in found.findings:
            self.stdout.write(f"{what}: {outcome}")


def lines_of(endpoint: Endpoint) -> Iterable[str]:
    yield f"{endpoint.name}: {endpoint.model} at {endpoint.address}"
    yield f"  price: {price_of(endpoint)}"
    if endpoint.key_variable:
        is_set = "set" if os.environ.get(endpoint.key_variable) else "NOT SET"
        yield f"  key: {endpoint.key_variable} ({is_set})"
    latest = latest_probe(endpoint)
    if latest is None:
        yield f"  not probed: manage.py endpoints --probe {endpoint.name}"
    else:
        found = "; ".join(f"{what}: {outcome}" for what, outcome in latest.findings)
        yield f"  probed {latest.at:%Y-%m-%d %H:%M}: {found}"


def price_of(endpoint: Endpoint) -> str:
    if endpoint.price_input is None or endpoint.price_output is None:
        return "unknown"
    return f"{endpoint.price_input:g} in, {endpoint.price_output:g} out, {endpoint.currency} per million tokens"
