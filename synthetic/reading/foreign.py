"""Personas of Nemotron-Personas-USA, of the PERSONA data sets and of EDSL agent lists, as records of our own form.

Only the layouts are known here; the files are other people's and come with their own licences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from personas.attributes import KNOWN, canonical_key, is_absent

Row = Mapping[str, Any]
Ours = dict[str, Any]


class UnknownLayout(ValueError):
    """A record is not of the layout that was named; the text says which and why."""


# Columns of Nemotron-Personas-USA that have an attribute of ours; the others keep their names.
NEMOTRON = {
    "education_level": "education",
    "occupation": "occupation category",
    "marital_status": "marital status",
    "hobbies_and_interests": "personal time",
    "arts_persona": "entertainment preferences",
    "professional_persona": "detailed job description",
    "cultural_background": "ancestry",
}
# The same again as a list, or the whole person in a sentence.
NEMOTRON_LEFT_OUT = {"uuid", "skills_and_expertise_list", "hobbies_and_interests_list", "zipcode", "country"}
NEMOTRON_CENSUS = {"age", "sex", "marital_status", "education_level", "bachelors_field", "occupation", "city", "state"}


def from_nemotron(rows: Iterable[Row]) -> Iterator[Ours]:
    """Yield one record per row; demographic columns are theirs from the census, texts are a model's."""
    for number, row in enumerate(rows, start=1):
        if "uuid" not in row or "persona" not in row:
            raise UnknownLayout(f"Record {number}: a persona of Nemotron has the columns uuid and persona.")
        attributes, origins = {}, {}
        for column, value in row.items():
            if column in NEMOTRON_LEFT_OUT or is_absent(text_of(value)):
                continue
            name = NEMOTRON.get(column, column.replace("_", " "))
            attributes[name] = text_of(value)
            origins[name] = "census" if column in NEMOTRON_CENSUS else "model"
        yield {"id": text_of(row["uuid"]), "attributes": attributes, "origin": origins}


def from_persona(rows: Iterable[Row]) -> Iterator[Ours]:
    """Yield each persona once: a column ``persona`` of "key: value" lines, or one column per attribute."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    for number, row in enumerate(rows, start=1):
        text = row.get("persona")
        pairs = lines_of(text) if isinstance(text, str) else [(name, text_of(value)) for name, value in row.items()]
        pairs = [(name, value) for name, value in pairs if name.casefold() != "id" and not is_absent(value)]
        if not any(canonical_key(name) in KNOWN for name, _ in pairs):
            raise UnknownLayout(f"Record {number}: no attribute of the paper was found.")
        if tuple(pairs) not in seen:
            seen.add(tuple(pairs))
            yield {"id": f"persona-{len(seen):05}", "attributes": dict(pairs)}


def from_edsl(rows: Iterable[Row]) -> Iterator[Ours]:
    """Yield one record per agent: its traits, and its name as the id."""
    for number, row in enumerate(rows, start=1):
        traits = row.get("traits")
        if not isinstance(traits, Mapping) or not traits:
            raise UnknownLayout(f"Record {number}: an agent has an object “traits” that is not empty.")
        attributes = {str(name).replace("_", " "): text_of(value) for name, value in traits.items()}
        kept = {name: value for name, value in attributes.items() if not is_absent(value)}
        yield {"id": str(row.get("name") or f"agent-{number:05}"), "attributes": kept}


LAYOUTS: dict[str, Callable[[Iterable[Row]], Iterator[Ours]]] = {
    "nemotron": from_nemotron,
    "persona": from_persona,
    "edsl": from_edsl,
}


def lines_of(text: str) -> list[tuple[str, str]]:
    split = (line.partition(":") for line in text.splitlines())
    return [(name.strip(), value.strip()) for name, colon, value in split if colon and name.strip()]


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    return "" if value is None else str(value)
