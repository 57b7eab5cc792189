"""The deployment's list of endpoints: the only addresses that models are asked at. Pure: no Django."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
FAKE = "fake"
"""The scripted model's name; no endpoint may have it."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class WrongEndpoints(ValueError):
    """The file cannot be used; ``problems`` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Endpoint:
    """One model at one address. Prices are per million tokens; None = unknown."""

    name: str
    address: str
    """Up to and including the version: https://api.example.org/v1."""
    model: str
    key_variable: str = ""
    """The environment variable that has the key; empty = the endpoint needs none."""
    family: str = ""
    """Who made the model, for steps that want a judge of another family."""
    price_input: float | None = None
    price_output: float | None = None
    price_batch: float | None = None
    """What a call costs in a batch, as a share of its price: 0.5."""
    currency: str = "USD"
    at_once: int = 8
    """Calls in flight, for each worker process."""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    timeout_seconds: float = 120.0
    """For one attempt, from connecting to the reply's last byte."""
    retry_seconds: float = 300.0
    """For all attempts of one call and the pauses between them, Retry-After included."""

    @property
    def is_on_this_machine(self) -> bool:
        return urlsplit(self.address).hostname in LOOPBACK


def read_endpoints(path: Path) -> dict[str, Endpoint]:
    """The endpoints by name. Raises ``WrongEndpoints`` with every problem of the file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongEndpoints([f"{path} cannot be read: {error.strerror}."]) from None
    except ValueError as error:
        raise WrongEndpoints([f"{path} is not JSON: {error}."]) from None
    return endpoints_in(data)


def endpoints_in(data: object) -> dict[str, Endpoint]:
    """The same from what the JSON file contains: {"endpoints": [{"name": ..., "address": ..., "model": ...}]}."""
    listed = data.get("endpoints") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise WrongEndpoints(['The file must contain {"endpoints": [...]}.'])
    endpoints: dict[str, Endpoint] = {}
    problems: list[str] = []
    for number, entry in enumerate(listed, start=1):
        found = problems_of(entry)
        problems += [f"Endpoint {number}: {problem}" for problem in found]
        if found:
            continue
        endpoint = Endpoint(**{**entry, "address": entry["address"].rstrip("/")})
        if endpoint.name in endpoints:
            problems.append(f"Endpoint {number}: the name {endpoint.name!r} is used twice.")
        endpoints[endpoint.name] = endpoint
    if problems:
        raise WrongEndpoints(problems)
    return endpoints


TEXTS = {"name", "address", "model", "key_variable", "family", "currency"}
WHOLE = {"at_once", "requests_per_minute", "tokens_per_minute"}
OPTIONAL = {"price_input", "price_output", "price_batch", "requests_per_minute", "tokens_per_minute"}


def problems_of(entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return ["it is not an object."]
    known = [field.name for field in fields(Endpoint)]
    problems = [f"there is no setting {name!r}. Known: {', '.join(known)}." for name in entry if name not in known]
    problems += [f"{name} is missing." for name in ("name", "address", "model") if not entry.get(name)]
    problems += [problem for name in known if name in entry for problem in problems_of_value(name, entry[name])]
    return problems or problems_of_whole(entry)


def problems_of_value(name: str, value: object) -> list[str]:
    if value is None and name in OPTIONAL:
        return []
    if name in TEXTS:
        return [] if isinstance(value, str) else [f"{name} must be a text."]
    if isinstance(value, bool) or not isinstance(value, int if name in WHOLE else (int, float)):
        return [f"{name} must be a {'whole ' if name in WHOLE else ''}number."]
    least = 0 if name.startswith("price") else 1
    return [] if least <= value < math.inf else [f"{name} must be at least {least}."]


def problems_of_whole(entry: Mapping[str, Any]) -> list[str]:
    problems = []
    if not NAME.fullmatch(entry["name"]) or entry["name"] == FAKE:
        problems.append(
            f"the name {entry['name']!r} must be of small letters, digits, '.', '_' and '-', and not {FAKE!r}."
        )
    key_variable = entry.get("key_variable", "")
    if key_variable and not VARIABLE.fullmatch(key_variable):
        problems.append("key_variable must be the name of an environment variable, not the key itself.")
    return problems + problems_of_address(entry["address"], has_key=bool(key_variable))


def problems_of_address(address: str, *, has_key: bool) -> list[str]:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ["address is not an address."]
    if parts.scheme not in ("http", "https") or not host:
        return ["address must begin with https:// or http:// and a host."]
    if parts.username or parts.password or parts.query or parts.fragment:
        return ["address must have no user, password, query or fragment. Name the key's variable in key_variable."]
    if has_key and parts.scheme == "http" and host not in LOOPBACK:
        return ["a key is sent over https:// only."]
    return []
