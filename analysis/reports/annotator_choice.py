"""Which annotator a page is about: named in the address, else a model that plays the persona."""

from __future__ import annotations

from analysis.labels import Annotator
from analysis.options import InvalidOption
from analysis.reports.skill import guessed_pair
from analysis.results import Results


def annotator_key(annotator: Annotator) -> str:
    """The annotator in an address: names may contain anything and repeat, numbers do not."""
    return f"{annotator.rater_id}.{annotator.run}"


def chosen_annotator(results: Results, key: str) -> int | None:
    """The position of the annotator with this key; None where there is none, or no question.

    By default the first model that was given the persona, else the first annotator: models come before baseline
    raters, so that is a model where there is one.
    """
    if not results.matrix.n_items:
        return None
    keys = [annotator_key(annotator) for annotator in results.annotators]
    if key and key not in keys:
        raise InvalidOption(f"model={key} is no annotator of this study, or answered nothing that the filters leave.")
    if not keys:
        return None
    return keys.index(key) if key else _default(results)


def chosen_other(results: Results, key: str, position: int) -> int | None:
    """The annotator to put beside another: named in the address, else the first other model; None without one."""
    keys = [annotator_key(annotator) for annotator in results.annotators]
    if key and key not in keys:
        raise InvalidOption(f"beside={key} is no annotator of this study, or answered nothing that the filters leave.")
    if key:
        return keys.index(key) if keys.index(key) != position else None
    others = (n for n, one in enumerate(results.annotators) if n != position and not one.is_baseline)
    return next(others, None)


def _default(results: Results) -> int:
    pair = guessed_pair(results.annotators)
    return pair.with_persona if pair else 0
