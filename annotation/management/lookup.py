"""What a command's words name: a study by its slug, a persona set by NAME or NAME@VERSION, a file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_slug

from annotation.models import Study
from personas.models import PersonaSet


def find_study(slug: str) -> Study:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        there = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)[:10]) or "none yet"
        raise CommandError(f"There is no study {slug!r}. Studies: {there}.")
    return study


def find_persona_set(text: str) -> PersonaSet:
    """NAME is the newest version of that name; NAME@VERSION is exactly that one."""
    name, _, version = text.rpartition("@") if "@" in text else (text, "", "")
    named = PersonaSet.objects.filter(name=name)
    if version.isdecimal():
        named = named.filter(version=int(version))
    elif version:
        raise CommandError(f"The version in {text!r} is not a number. Write NAME or NAME@3.")
    found = named.order_by("-version").first()
    if found is None:
        there = ", ".join(map(str, PersonaSet.objects.all()[:10])) or "none yet"
        raise CommandError(f"There is no persona set {text!r}. Sets: {there}.")
    return found


def valid_slug(slug: str) -> str:
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise CommandError(f"{slug!r} cannot be a study's address: letters, digits, - and _ only.") from error
    return slug


def open_file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
