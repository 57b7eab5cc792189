"""How a generated set compares with the census it was drawn from; computed once, when the set is stored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from personas.models import PersonaSet
from personas.text.big_five import LEVELS
from synthetic.models import DrawState, Generation

COLUMNS = (
    "attribute",
    "n",
    "distance",
    "noise_p50",
    "noise_p95",
    "exceeds_noise",
    "chi_square",
    "degrees_of_freedom",
    "p_value",
    "adjusted_p",
    "deviates",
    "largest_cell",
    "largest_cell_share",
    "largest_cell_census_share",
    "largest_cell_z",
)


def measure(generation: Generation) -> dict[str, Any]:
    """Compare the accepted persons with the census, and store the result. The same set gives the same numbers."""
    from personas.pums.census import grouping
    from personas.pums.fidelity import compare, with_adjusted_p

    census, dictionary = generation.census, generation.dictionary
    done = generation.draws.filter(state=DrawState.DONE)
    group = grouping(census["variables"], dictionary)
    people = [group(draw.codes) for draw in done.iterator()]
    rows = [
        compare(key, Counter(person[key] for person in people), counts, seed=generation.seed % 2**32)
        for key, counts in census["counts"].items()
    ]
    for (first, second), cells in census["pair_counts"]:
        drawn = Counter(joined(person[first], person[second]) for person in people)
        counts = {joined(a, b): total for a, b, total in cells}
        rows.append(compare(f"{first} × {second}", drawn, counts, seed=generation.seed % 2**32))
    generation.fidelity = {
        "rows": [as_json(row) for row in with_adjusted_p(rows)],
        "big five": traits_of(generation),
    }
    Generation.objects.filter(pk=generation.pk).update(fidelity=generation.fidelity)
    return generation.fidelity


def joined(first: str, second: str) -> str:
    return f"{first} · {second}"


def as_json(row: Any) -> dict[str, Any]:
    """A row as JSON holds it: no NaN and no infinity."""
    found = finite(asdict(row)) | {"exceeds_noise": row.exceeds_noise, "deviates": row.deviates}
    # The hundreds of combinations are not listed, only their most different one.
    if "×" in row.name:
        found["cells"] = []
    return found


def finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def traits_of(generation: Generation) -> dict[str, dict[str, int]]:
    """Count the levels of each Big Five trait."""
    counts: dict[str, Counter[str]] = {}
    for attributes in generation.draws.filter(state=DrawState.DONE).values_list("attributes", flat=True):
        for part in dict(map(tuple, attributes)).get("big five scores", "").split(", "):
            trait, _, level = part.partition(": ")
            counts.setdefault(trait, Counter())[level] += 1
    return {trait: dict(levels) for trait, levels in counts.items()}


def table(generation: Generation) -> Iterator[dict[str, Any]]:
    """Yield the rows of the CSV file."""
    for row in generation.fidelity.get("rows", []):
        largest = row["largest"]
        yield {
            "attribute": row["name"],
            **{name: row[name] for name in COLUMNS[1:11]},
            "largest_cell": largest["name"],
            "largest_cell_share": largest["share"],
            "largest_cell_census_share": largest["census_share"],
            "largest_cell_z": largest["z"],
        }


@dataclass(frozen=True)
class Page:
    """What the fidelity page shows."""

    sentence: str
    attributes: list[dict[str, Any]]
    pairs: list[dict[str, Any]]
    traits: dict[str, list[tuple[str, float]]]


def comparison_page(generation: Generation) -> Page:
    rows = [with_bars(row) for row in generation.fidelity["rows"]]
    people = sum(next(iter(generation.fidelity["big five"].values()), {}).values()) or 1
    return Page(
        sentence=sentence_on(rows),
        attributes=[row for row in rows if "×" not in row["name"]],
        pairs=[row for row in rows if "×" in row["name"]],
        traits={
            trait: [(level, 100 * levels.get(level, 0) / people) for level in LEVELS]
            for trait, levels in generation.fidelity["big five"].items()
        },
    )


def sentence_on(rows: list[dict[str, Any]]) -> str:
    """What the reader should know first."""
    if all(row["adjusted_p"] is None for row in rows):
        return "There are too few personas to tell a difference from chance."
    deviating = [row["name"] for row in rows if row["deviates"]]
    beyond = sum(row["exceeds_noise"] for row in rows)
    chance = (
        f"{beyond} of {len(rows)} distances exceed the 95th percentile of pure sampling; "
        f"{len(rows) / 20:.1f} are expected to"
    )
    if deviating:
        return f"{', '.join(deviating)}: different from the census by more than chance. {chance}."
    return f"No attribute differs from the census by more than chance. {chance}."


def with_bars(row: dict[str, Any]) -> dict[str, Any]:
    """Add the cells' bars: percentages, scaled to the largest share of the attribute."""
    largest = max((max(cell["share"], cell["census_share"]) for cell in row["cells"]), default=0) or 1
    bars = [
        {
            **cell,
            "percent": 100 * cell["share"],
            "census_percent": 100 * cell["census_share"],
            "width": round(100 * cell["share"] / largest, 2),
            "census_width": round(100 * cell["census_share"] / largest, 2),
        }
        for cell in row["cells"]
    ]
    return {**row, "bars": bars, "p_words": words_of_p(row["adjusted_p"])}


def words_of_p(p: float | None) -> str:
    if p is None:
        return "–"
    return "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


# --- What a model wrote ------------------------------------------------------------------------------------
def written_attributes(persona_set: PersonaSet) -> Iterator[list[tuple[str, str]]]:
    """Yield for each persona the attributes whose origin is a model."""
    for attributes, origins in persona_set.personas.values_list("attributes", "origins").iterator():
        yield [(name, value) for name, value in attributes if origins.get(name) == "model"]


def written_counts(persona_set: PersonaSet) -> list[dict[str, Any]]:
    """Return for each such attribute how many personas have it, in how many different texts of what length."""
    texts: dict[str, list[str]] = {}
    for attributes in written_attributes(persona_set):
        for name, value in attributes:
            texts.setdefault(name, []).append(value)
    return [
        {
            "name": name,
            "personas": len(values),
            "different": len(set(values)),
            "words": sum(len(value.split()) for value in values) / len(values),
        }
        for name, values in sorted(texts.items())
    ]
