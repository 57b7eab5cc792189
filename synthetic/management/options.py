"""Arguments that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError

from llm.endpoints import FAKE
from personas.models import PersonaSet
from synthetic.models import PairSet


def add_model_arguments(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", metavar="ENDPOINT", help="the endpoint's name in LLM_ENDPOINTS")
    which.add_argument("--fake", action="store_true", help="a scripted model: costs nothing and means nothing")


def endpoint_in(options: dict) -> str:
    return FAKE if options["fake"] else options["model"]


def persona_set_named(name: str) -> PersonaSet:
    """The set NAME in its latest version, or NAME@VERSION. Raises CommandError."""
    name, _, version = name.partition("@")
    sets = PersonaSet.objects.filter(name=name)
    found = sets.filter(version=version).first() if version.isdecimal() else sets.order_by("-version").first()
    if found is None or (version and not version.isdecimal()):
        known = ", ".join(sorted(set(PersonaSet.objects.values_list("name", flat=True)))) or "none"
        raise CommandError(f"There is no persona set {name}{'@' + version if version else ''}. Known: {known}.")
    return found


def pair_set_named(name: str) -> PairSet:
    """Raises CommandError."""
    found = PairSet.objects.filter(name=name).select_related("persona_set", "prompt_set").first()
    if found is None:
        known = ", ".join(PairSet.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no pair set {name}. Known: {known}.")
    return found
