"""Skill beyond shared taste: how much of a model's agreement with people needs the persona at all.

The same model answers with the persona and without; what it reaches without is what any reader of the two texts
reaches. And where a second study has the same personas, prompts and revised responses beside another kind of
alternative, the same comparison there says how much the kind of alternative gives away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Exists, OuterRef, QuerySet

from analysis.labels import REVISED, Annotator, LabelMatrix, Labels, only_items
from analysis.options import Coding
from analysis.reference import beside_annotator
from analysis.reports.answer import short_name
from analysis.reports.best import lead_of, with_people_of
from analysis.reports.people import people_of
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.tiles import Tile, tile
from analysis.reports.wording import (
    estimate_words,
    number,
    percent,
    percent_range_words,
    quoted,
)
from analysis.results import Results, results_of
from analysis.stats.estimates import AGREEMENT, Estimate, PairedDifference
from analysis.stats.inference import paired_difference
from annotation.conditions import Condition
from annotation.models import Question, Study


@dataclass(frozen=True, eq=False)
class Measure:
    """One number of both annotators on the same questions; ``first`` is with the persona."""

    key: str
    words: str
    compared: PairedDifference

    @property
    def n(self) -> int:
        return self.compared.first.n

    @property
    def is_kappa(self) -> bool:
        return self.key in ("content", "reference")

    @property
    def is_share(self) -> bool:
        return not self.is_kappa


@dataclass(frozen=True, eq=False)
class Skill:
    """Both annotators in one study."""

    study: Study
    with_persona: str
    without_persona: str
    measures: tuple[Measure, ...]
    humans: int
    noun: str
    lead: Coding
    hue: int = 0

    def measure(self, key: str) -> Measure:
        return next(measure for measure in self.measures if measure.key == key)

    def table(self) -> Table:
        return table_of(_plain_row(self, measure) for measure in self.measures)


@dataclass(frozen=True)
class Pair:
    """The two annotators compared, as positions among a study's annotators."""

    with_persona: int
    without_persona: int


def guessed_pair(annotators: tuple[Annotator, ...]) -> Pair | None:
    """The two to start from, by their conditions; None with fewer than two models."""
    models = [n for n, one in enumerate(annotators) if not one.is_baseline]
    if len(models) < 2:
        return None
    without = next((n for n in models if annotators[n].condition == Condition.NONE), models[-1])
    others = [n for n in models if n != without]
    return Pair(next((n for n in others if annotators[n].condition == Condition.PERSONA), others[0]), without)


def skill_of(results: Results, pair: Pair) -> Skill:
    first, second = (results.annotators[n].label for n in (pair.with_persona, pair.without_persona))
    return Skill(
        results.study,
        first,
        second,
        tuple(_measures(results, pair)),
        results.matrix.n_human_raters,
        people_of(results).noun,
        lead_of([with_people_of(results, pair.with_persona)], results.options.coding),
        results.annotators[pair.with_persona].hue,
    )


def _measures(results: Results, pair: Pair) -> list[Measure]:
    noun = people_of(results).noun
    first, second = (results.matrix.named[n] for n in (pair.with_persona, pair.without_persona))
    content, reference = Coding.CONTENT, Coding.REFERENCE
    return [
        Measure("revised", "Chose the revised response", _chose_revised(results, first, second)),
        Measure(
            "agreement",
            f"Agreement with the other {noun}s",
            beside_annotator(results, first, second, content, statistic=AGREEMENT),
        ),
        Measure("content", "Kappa by content", beside_annotator(results, first, second, content)),
        Measure("reference", "Kappa by reference", beside_annotator(results, first, second, reference)),
    ]


def _chose_revised(results: Results, first: Labels, second: Labels) -> PairedDifference:
    revised = np.full(results.matrix.n_items, REVISED, dtype=np.int8)
    how = {"categories": results.matrix.categories, "sampling": results.sampling}
    return paired_difference(first, second, revised, statistic=AGREEMENT, **how)


@dataclass(frozen=True, eq=False)
class Designs:
    """The same comparison beside two kinds of alternative, on the questions that both studies have."""

    shared: int
    skills: tuple[Skill, ...]


def designs_of(results: Results, pair: Pair, others: QuerySet[Study]) -> Designs | None:
    """This study beside the one in ``others`` that shares most questions; None where none does."""
    other = twin_of(results.study, others)
    if other is None:
        return None
    there = results_of(other, results.options)
    match = _same_annotators(results, pair, there)
    if match is None:
        return None
    keys = [_keys(one) for one in (results, there)]
    shared = set(keys[0]) & set(keys[1])
    kept = [_only(one, own, shared) for one, own in zip((results, there), keys, strict=True)]
    return Designs(len(shared), (skill_of(kept[0], pair), skill_of(kept[1], match)))


def twin_of(study: Study, others: QuerySet[Study]) -> Study | None:
    """The study of another design with most of the same personas, prompts and revised responses."""
    own = Question.objects.filter(
        study=study, persona=OuterRef("persona"), prompt_key=OuterRef("prompt_key"), revised=OuterRef("revised")
    )
    same_set = others.filter(persona_set=study.persona_set_id).exclude(design=study.design)
    shared = Question.objects.filter(study__in=same_set).drawn().filter(Exists(own.drawn())).order_by()
    best = shared.values("study").annotate(n=Count("pk")).order_by("-n", "study").first()
    return others.get(pk=best["study"]) if best else None


def _same_annotators(here: Results, pair: Pair, there: Results) -> Pair | None:
    """The annotators of the same names and runs in the other study."""
    places = {one.label: n for n, one in enumerate(there.annotators) if not one.is_baseline}
    names = (here.annotators[n].label for n in (pair.with_persona, pair.without_persona))
    found = [places.get(name) for name in names]
    return None if None in found else Pair(*found)  # type: ignore[arg-type]


def _keys(results: Results) -> list[tuple[int, str, str]]:
    rows = Question.objects.filter(study=results.study).drawn().values_list("pk", "persona_id", "prompt_key", "revised")
    keys = {pk: (persona, prompt, revised) for pk, persona, prompt, revised in rows}
    return [keys[pk] for pk in results.matrix.question_ids.tolist()]


def _only(results: Results, keys: list[tuple[int, str, str]], shared: set[tuple[int, str, str]]) -> Results:
    keep = np.array([key in shared for key in keys], dtype=bool)
    matrix: LabelMatrix = only_items(results.matrix, keep)
    return Results(results.study, results.options, matrix)


def short_sentence(skill: Skill) -> str:
    """The finding in at most 25 words: does the persona change what this model chooses, or its agreement?"""
    people, revised = skill.measure(skill.lead.value).compared.difference, skill.measure("revised").compared.difference
    name = quoted(short_name(skill.with_persona))
    if revised.undefined is not None:
        return "The two annotators answered no question in common."
    if not skill.humans or people.undefined is not None:
        return _effect(revised, name, "chooses the response written for it")
    return _effect(people, name, f"agrees with the {skill.noun}s")


def _effect(difference: Estimate, name: str, verb: str) -> str:
    if difference.interval.low > 0:
        return f"Given the persona, {name} {verb} more than without it."
    if difference.interval.high < 0:
        return f"Given the persona, {name} {verb} less than without it."
    return f"It is not settled whether {name} {verb} more when given the persona."


def tiles_of(skill: Skill) -> tuple[Tile, ...]:
    """Kappa with the persona and without, what the persona adds, and what it adds to the revised response."""
    people, revised = skill.measure(skill.lead.value).compared, skill.measure("revised").compared
    added = tile("Revised responses", revised.difference, "share added by the persona", is_share=True)
    if not skill.humans:
        shares = ((revised.first, "With the persona"), (revised.second, "Without it"))
        return (*(tile(role, one, "chose the revised response", is_share=True) for one, role in shares), added)
    coding = f"kappa by {skill.lead.value}"
    return (
        tile("With the persona", people.first, coding, symbol="model", hue=skill.hue),
        tile("Without it", people.second, coding),
        tile("Added by the persona", people.difference, "difference of kappa", "paired, same questions"),
        added,
    )


def sentence(skill: Skill) -> str:
    """The finding: what the persona adds against the text written for it, and against people where there are any."""
    text, by_people = _against_the_text(skill), skill.measure(skill.lead.value)
    if not skill.humans or by_people.compared.difference.undefined is not None:
        return text
    compared = by_people.compared
    return (
        f"{text} With the persona, kappa with the {skill.noun}s is {estimate_words(compared.first)} by "
        f"{by_people.key}, without it {estimate_words(compared.second)}: "
        f"{_gain(compared, estimate_words(compared.difference))}."
    )


def _against_the_text(skill: Skill) -> str:
    revised, names = skill.measure("revised").compared, (quoted(skill.with_persona), quoted(skill.without_persona))
    if revised.difference.undefined is not None:
        return f"{names[0]} and {names[1]} answered no question in common."
    shares = [f"{percent(one.value)} {percent_range_words(one.interval)}" for one in (revised.first, revised.second)]
    return (
        f"{names[0]} chooses the response written for the persona on {shares[0].strip()} of the questions, {names[1]} "
        f"on {shares[1].strip()}: {_gain(revised, _points(revised.difference))}."
    )


def _points(difference: Estimate) -> str:
    """A difference of two shares, in percentage points."""
    value, low, high = (number(100 * one, 0) for one in (difference.value, *_ends(difference)))
    return f"{value} points" if difference.interval.undefined else f"{value} [{low}, {high}] points"


def _ends(difference: Estimate) -> tuple[float, float]:
    return difference.interval.low, difference.interval.high


def _gain(compared: PairedDifference, words: str) -> str:
    difference = compared.difference
    if difference.interval.low > 0:
        return f"the persona adds {words}"
    if difference.interval.high < 0:
        return f"the persona costs {words}"
    return f"the difference, {words}, does not settle whether the persona adds anything"


def _plain_row(skill: Skill, measure: Measure) -> dict[str, Value]:
    compared = measure.compared
    row: dict[str, Value] = {
        "study": skill.study.slug,
        "design": skill.study.design,
        "measure": measure.key,
        "with_persona": skill.with_persona,
        "without_persona": skill.without_persona,
        "n": measure.n,
    }
    for name, one in (("with", compared.first), ("without", compared.second), ("difference", compared.difference)):
        row |= {name: one.value, f"{name}_low": one.interval.low, f"{name}_high": one.interval.high}
        row[f"{name}_undefined"] = one.undefined.value if one.undefined else ""
    return row
