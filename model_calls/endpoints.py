"""The models this deployment may ask (the setting ``LLM_ENDPOINTS``), by name."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from llm.abilities import Abilities
from llm.chat import ChatModel
from llm.endpoints import FAKE, Endpoint
from llm.scripted import ScriptedModel
from model_calls.models import EndpointProbe


class UnknownEndpoint(LookupError):
    """No endpoint of this name is in the deployment's list."""


def endpoint_named(name: str) -> Endpoint:
    try:
        return settings.LLM_ENDPOINTS[name]
    except KeyError:
        known = ", ".join([*settings.LLM_ENDPOINTS, FAKE])
        raise UnknownEndpoint(
            f"There is no endpoint {name!r}. Known: {known}. See the setting LLM_ENDPOINTS."
        ) from None


def model_named(name: str) -> ChatModel:
    """The model of this endpoint, or the scripted one. Raises ``UnknownEndpoint``."""
    if name == FAKE:
        return ScriptedModel()
    endpoint = endpoint_named(name)
    return http_model(endpoint, abilities_of(endpoint))


@lru_cache(maxsize=50)
def http_model(endpoint: Endpoint, abilities: Abilities) -> ChatModel:
    """One for all chunks of this process: they share its connections and its limits."""
    from llm.client import HttpModel

    return HttpModel(endpoint, abilities)


def abilities_of(endpoint: Endpoint) -> Abilities:
    """What the latest probe found; nothing where there was none."""
    probe = EndpointProbe.objects.filter(address=endpoint.address, model=endpoint.model).first()
    return probe.found if probe else Abilities()
