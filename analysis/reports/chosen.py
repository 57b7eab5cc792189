"""Which annotator a page is about: named in the address, else the first model."""

from __future__ import annotations

from analysis.labels import Annotator
from analysis.options import InvalidOption
from analysis.results import Results


def annotator_key(annotator: Annotator) -> str:
    """The annotator in an address: names may hold anything and repeat, numbers do not."""
    return f"{annotator.rater_id}.{annotator.run}"


def chosen_annotator(results: Results, key: str) -> int | None:
    """The position of the annotator with this key, by default of the first; None where there is none, or no question.

    Models stand before baseline raters, so the first is a model where there is one.
    """
    if not results.matrix.n_items:
        return None
    keys = [annotator_key(annotator) for annotator in results.annotators]
    if key and key not in keys:
        raise InvalidOption(f"model={key} is no annotator of this study, or answered nothing that the filters leave.")
    if not keys:
        return None
    return keys.index(key) if key else 0
