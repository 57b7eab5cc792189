"""Persona sets from census records: draw, check, judge, complete, store. Each step can be repeated after a kill."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from jobs.models import Chunk, Run
from jobs.services.runs import start_run
from llm.chat import ChatModel
from personas.attributes import KNOWN
from personas.importing import PersonaDraft, content_hash
from personas.models import PersonaSet
from personas.pums.consistency import broken_rules
from personas.pums.decoding import decode
from personas.pums.dictionary import Dictionary
from personas.pums.files import find_files
from personas.services import sound_name, store_persona_set
from personas.traits.big_five import Norms
from personas.traits.drawing import choose_open_categories, draw_traits, random_for
from synthetic.asking.personas import ask_for_attributes, ask_whether_consistent, read_attributes, read_verdict
from synthetic.models import Draw, DrawState, Generation
from synthetic.services.asking import Answer, Failures, ask_each, model_for

KIND = "generate-personas"
PER_CHUNK = 50
RESERVE = 8
"""Persons drawn for each place in advance: where all are rejected, the place fails."""
MOST = 100_000
RULE, JUDGED = "rule", "model"
WORKING = {1, 2, 3, 4, 5}
# In the paper's order, extras behind.
ORDER = {key: place for place, key in enumerate(KNOWN)}


class BadGeneration(ValueError):
    """What was asked for cannot be made; the text says why."""


def start_generation(
    *, name: str, folder: Path, count: int, seed: int, endpoint: str, minimum_age: int = 18, by: Any = None
) -> Run:
    """Ask for a persona set. Raises BadSetName, BadGeneration, CensusProblem and UnknownEndpoint."""
    if not 1 <= count <= MOST:
        raise BadGeneration(f"A set has from 1 to {MOST:,} personas.")
    if not 0 <= minimum_age <= 90:
        raise BadGeneration("The minimum age is from 0 to 90.")
    find_files(folder)
    model_for(endpoint)
    parameters = {
        "name": sound_name(name),
        "folder": str(folder.resolve()),
        "count": count,
        "seed": seed,
        "minimum_age": minimum_age,
        "endpoint": endpoint,
    }
    key = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    return start_run(KIND, parameters=parameters, key=key, by=by)


# --- Draw -------------------------------------------------------------------------------------------
def draw_persons(run: Run, report: Callable[[str], None]) -> Generation:
    """Draw the records of a run and store them; where they are stored already, nothing is read."""
    found = Generation.objects.filter(run=run).first()
    if found:
        return found
    # Reads files with pyarrow, which the site does not load.
    from personas.pums.census import draw_positions, read_census, take_records

    asked = run.parameters

    def progress(doing: str, records: int) -> None:
        report(f"{doing}: {records:,}")

    census = read_census(find_files(Path(asked["folder"])), minimum_age=asked["minimum_age"], progress=progress)
    positions = draw_positions(census, asked["count"] * RESERVE, seed=asked["seed"])
    records = take_records(census, positions, progress=progress)
    fields = {name: asked[name] for name in ("name", "seed", "count", "minimum_age", "endpoint")}
    with transaction.atomic():
        generation = Generation.objects.create(
            run=run, **fields, census=facts_of(census), labels=labels_for(records, census.dictionary)
        )
        Draw.objects.bulk_create(draws_of(generation, records), batch_size=200)
    return generation


def facts_of(census: Any) -> dict[str, Any]:
    from personas.pums.census import comparisons

    folder = census.folder
    return {
        "files": [str(file) for file in (*folder.persons, *folder.housing)],
        "dictionary": folder.dictionary.name,
        "persons": census.persons,
        "eligible": census.eligible,
        "population": census.population,
        "households": census.households,
        "without_household": census.without_household,
        "missing": list(census.missing),
        "variables": {key: variable for key, (variable, _) in comparisons(census).items()},
        "counts": census.counts,
        # JSON has no pairs as names.
        "pair_counts": [
            [list(pair), [[*cell, total] for cell, total in cells.items()]]
            for pair, cells in census.pair_counts.items()
        ],
    }


def labels_for(records: Sequence[Any], dictionary: Dictionary) -> dict[str, dict[str, str]]:
    """Return the labels of small code books whole, and of large ones those that were drawn."""
    drawn: dict[str, set[int]] = {}
    for record in records:
        for name, code in record.codes.items():
            drawn.setdefault(name, set()).add(code)
    return {
        name: {str(code): label for code, label in labels.items() if len(labels) <= 50 or code in drawn[name]}
        for name, labels in dictionary.labels.items()
        if name in drawn
    }


def draws_of(generation: Generation, records: Sequence[Any]) -> Iterator[Draw]:
    """Yield a draw for each position; the n-th candidates of all positions come before any (n+1)-th."""
    for position in range(generation.count):
        candidates = [
            {"record": f"{record.serial}-{record.order}", "codes": record.codes}
            for record in records[position :: generation.count]
        ]
        yield Draw(generation=generation, position=position + 1, candidates=candidates)


# --- Judge and complete --------------------------------------------------------------------------------
def make_personas(generation: Generation, chunk: Chunk) -> Failures:
    """Bring the draws of a chunk to their end, and count what failed."""
    start = chunk.number * PER_CHUNK
    places = generation.draws.filter(position__gt=start, position__lte=start + PER_CHUNK)
    model, dictionary, failures = model_for(generation.endpoint), generation.dictionary, Failures()
    # What failed is judged once more: an endpoint may have been away.
    draws = [draw for draw in places if draw.state != DrawState.DONE]
    find_consistent(chunk, model, [draw for draw in draws if draw.state == DrawState.DRAWN], dictionary, failures)
    complete(chunk, model, [draw for draw in draws if draw.state == DrawState.CONSISTENT], generation, failures)
    for draw in draws:
        if draw.state == DrawState.FAILED:
            reason = draw.rejections[-1][1]
            failures.add("No consistent person", f"All {RESERVE} persons of a place were rejected, last: {reason}")
    return failures


def find_consistent(
    chunk: Chunk, model: ChatModel, draws: list[Draw], dictionary: Dictionary, failures: Failures
) -> None:
    """Judge the candidates of each draw in turn, all draws at once, until each has one or none is left."""
    while draws:
        reject_by_rules(draws)
        judged = [draw for draw in draws if draw.candidate]
        spent = [draw for draw in draws if not draw.candidate]
        unanswered: set[int] = set()
        requests = [ask_whether_consistent(decode(draw.codes, dictionary)) for draw in judged]

        def save(answers: list[Answer], judged: list[Draw] = judged, unanswered: set[int] = unanswered) -> None:
            changed = [judged[answer.index] for answer in answers]
            for answer, draw in zip(answers, changed, strict=True):
                if answer.value is None:
                    failures.add(answer.failure, answer.detail)
                    unanswered.add(draw.pk)
                elif answer.value.is_consistent:
                    draw.state = DrawState.CONSISTENT
                else:
                    draw.rejections.append([JUDGED, answer.value.reason])
            Draw.objects.bulk_update(changed, ["state", "rejections"])

        chunk.report("judging")
        ask_each(chunk, model, requests, lambda index, text: read_verdict(text), save)
        for draw in spent:
            draw.state = DrawState.FAILED
        with chunk.writing():
            Draw.objects.bulk_update(spent, ["state", "rejections"])
        draws = [draw for draw in judged if draw.state == DrawState.DRAWN and draw.pk not in unanswered]


def reject_by_rules(draws: list[Draw]) -> None:
    for draw in draws:
        while draw.candidate and (broken := broken_rules(draw.codes)):
            draw.rejections.append([RULE, broken[0].reason])


def complete(chunk: Chunk, model: ChatModel, draws: list[Draw], generation: Generation, failures: Failures) -> None:
    """Add the traits that are drawn and the attributes that the model writes."""
    dictionary, norms = generation.dictionary, Norms()
    known: list[list[tuple[str, str]]] = []
    wanted: list[list[str]] = []
    for draw in draws:
        random = random_for(generation.seed, "traits", draw.position)
        census = decode(draw.codes, dictionary)
        traits = draw_traits(random, norms)
        draw.origins = dict.fromkeys(dict(census), "census") | dict.fromkeys(dict(traits), "procedural")
        known.append([*census, *traits])
        wanted.append(choose_open_categories(random, works=draw.codes.get("ESR") in WORKING))
    requests = [
        ask_for_attributes(facts, names, seed=generation.seed + draw.position)
        for facts, names, draw in zip(known, wanted, draws, strict=True)
    ]

    def save(answers: list[Answer]) -> None:
        done = []
        for answer in answers:
            if answer.value is None:
                failures.add(answer.failure, answer.detail)
                continue
            draw = draws[answer.index]
            draw.attributes = sorted([*known[answer.index], *answer.value], key=lambda pair: ORDER[pair[0]])
            draw.origins |= dict.fromkeys(wanted[answer.index], "model")
            draw.state = DrawState.DONE
            done.append(draw)
        Draw.objects.bulk_update(done, ["state", "attributes", "origins"])

    chunk.report("writing open attributes")
    ask_each(chunk, model, requests, lambda index, text: read_attributes(text, wanted[index]), save)


# --- Store ---------------------------------------------------------------------------------------------
def store_generation(generation: Generation, by: Any) -> PersonaSet:
    """Store the set; the same personas again are the set that is there."""
    drafts = [
        PersonaDraft(draw.position, f"persona-{draw.position:05}", [(n, v) for n, v in draw.attributes], draw.origins)
        for draw in generation.draws.filter(state=DrawState.DONE)
    ]
    fields = {
        "source_name": ", ".join(generation.census["files"])[:255],
        "made_by": f"Drawn from census records; open-ended attributes by {generation.endpoint}",
        "description": described(generation),
        "imported_by": by,
    }
    digest = content_hash(drafts)
    stored = store_persona_set(name=generation.name, drafts=drafts, count=len(drafts), digest=digest, fields=fields)
    Generation.objects.filter(pk=generation.pk).update(persona_set=stored.persona_set)
    generation.persona_set = stored.persona_set
    return stored.persona_set


def described(generation: Generation) -> str:
    census = generation.census
    return (
        f"{generation.count:,} persons of {generation.minimum_age} years and older, drawn by weight from "
        f"{census['eligible']:,} census records with seed {generation.seed}. They are made up of real answers but are "
        "not real people: traits were drawn at random and a model wrote the rest."
    )


def stage_counts(generation: Generation) -> dict[str, Any]:
    """Return how many persons were drawn, rejected at each stage with what reasons, and accepted."""
    rejected: dict[str, Counter[str]] = {RULE: Counter(), JUDGED: Counter()}
    states: Counter[str] = Counter()
    for state, rejections in generation.draws.values_list("state", "rejections"):
        states[state] += 1
        for stage, reason in rejections:
            rejected[stage][reason] += 1
    accepted = states[DrawState.DONE] + states[DrawState.CONSISTENT]
    by_rule, by_model = rejected[RULE].total(), rejected[JUDGED].total()
    drawn = accepted + by_rule + by_model
    return {
        "drawn": drawn,
        "rejected by a rule": by_rule,
        "rejected by the model": by_model,
        "accepted": accepted,
        "reasons": {stage: reasons.most_common(20) for stage, reasons in rejected.items()},
    }
