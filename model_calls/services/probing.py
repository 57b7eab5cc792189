"""Find out what an endpoint obeys, and remember it."""

from __future__ import annotations

import asyncio

from llm.abilities import Abilities
from llm.client import HttpModel
from llm.endpoints import FAKE, Endpoint
from llm.many import event_loop
from llm.probe import probe
from model_calls.endpoints import endpoint_named
from model_calls.models import EndpointProbe


def probe_endpoint(endpoint: Endpoint) -> EndpointProbe:
    """About a dozen short calls, past the cache. Raises ``llm.errors.CallFailed``."""
    abilities, findings = asyncio.run_coroutine_threadsafe(probed(endpoint), event_loop()).result()
    return EndpointProbe.objects.create(
        endpoint=endpoint.name,
        address=endpoint.address,
        model=endpoint.model,
        abilities=abilities.as_json(),
        findings=[list(finding) for finding in findings],
    )


async def probed(endpoint: Endpoint) -> tuple[Abilities, list[tuple[str, str]]]:
    model = HttpModel(endpoint)
    try:
        return await probe(model)
    finally:
        await model.close()


def latest_probe(endpoint: Endpoint) -> EndpointProbe | None:
    return EndpointProbe.objects.filter(address=endpoint.address, model=endpoint.model).first()


def ensure_probed_by_name(name: str) -> EndpointProbe | None:
    """The latest probe of an endpoint, or a new one where there is none; the scripted model needs none."""
    if name == FAKE:
        return None
    endpoint = endpoint_named(name)
    return latest_probe(endpoint) or probe_endpoint(endpoint)
