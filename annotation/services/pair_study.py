"""A study from preference pairs in one step: personas, questions with their two answers, and a fixed order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from django.db import transaction

from annotation.foils import draw_foils
from annotation.models import Design, Study
from annotation.services import assembly
from annotation.services.questions import import_questions, use_persona_set
from personas.models import Persona
from synthetic.models import Pair, PairSet, Part

PERSONAS, RATERS, QUESTIONS, POOL = 20, 4, 10, 20
"""The paper's human study: 20 personas, four raters each, 10 questions of a pool of 20."""


class NoStudyPossible(Exception):
    """The pairs do not give such a study; the text says why."""


@transaction.atomic
def study_from_pairs(
    *,
    pair_set: PairSet,
    slug: str,
    design: str,
    name: str = "",
    personas: int = PERSONAS,
    pool: int = POOL,
    questions: int = QUESTIONS,
    raters: int = RATERS,
    seed: int = 1,
    by: Any = None,
) -> Study:
    """Make a draft study, ready to rehearse. Test pairs come first: nobody's reward model was trained on them.

    In the baseline design the alternative is the answer without a persona, in the foil design the revision that
    another of the chosen personas got for the same prompt. Raises NoStudyPossible.
    """
    if Study.objects.filter(slug=slug).exists():
        raise NoStudyPossible(f"There is a study {slug!r} already. Choose another slug.")
    if not 1 <= questions <= pool or min(personas, raters) < 1:
        raise NoStudyPossible("A study needs personas, raters and questions, and no more questions than its pool.")
    chosen = choose_personas(pair_set, personas, seed)
    rows = list(question_rows(pair_set, chosen, design, pool, seed))
    refuse_too_few(rows, chosen, questions, design)
    settings = {"design": design, "questions_per_rater": questions, "raters_per_persona": raters, "seed": seed}
    study = assembly.create_study(slug=slug, name=name or f"{pair_set.name} ({design})", by=by, **settings)
    use_persona_set(study=study, persona_set=pair_set.persona_set, by=by)
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    import_questions(study=study, data=data, filename=f"{pair_set.name}.jsonl", by=by)
    return study


def choose_personas(pair_set: PairSet, count: int, seed: int) -> list[Persona]:
    """Draw personas that have pairs, in the order of their set."""
    keys = list(pair_set.pairs.complete().order_by("persona__position").values_list("persona", flat=True).distinct())
    if len(keys) < count:
        raise NoStudyPossible(f"Only {len(keys):,} personas have pairs; {count:,} were asked for.")
    drawn = Random(f"{seed}:study:personas").sample(keys, count)
    return list(Persona.objects.filter(pk__in=drawn).order_by("position"))


def question_rows(
    pair_set: PairSet, personas: Sequence[Persona], design: str, pool: int, seed: int
) -> Iterator[dict[str, str]]:
    """Yield the questions as rows of a question file, at most ``pool`` for each persona."""
    pairs = pair_set.pairs.with_texts().filter(persona__in=personas)
    alternatives = foils_for(list(pairs), seed) if design == Design.FOIL else {}
    by_persona: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if design == Design.BASELINE or pair.pk in alternatives:
            by_persona[pair.persona_id].append(pair)
    for persona in personas:
        mine = by_persona[persona.pk]
        Random(f"{seed}:study:{persona.key}").shuffle(mine)
        mine.sort(key=lambda pair: pair.part == Part.TRAIN)
        for pair in mine[:pool]:
            yield question_row(pair, alternatives.get(pair.pk))


def question_row(pair: Pair, foil: Pair | None) -> dict[str, str]:
    row = {"persona_id": pair.persona.key, "prompt_id": pair.prompt.key, "prompt": pair.prompt.text}
    row["revised"] = pair.revision
    if foil is not None:
        return row | {"foil": foil.revision, "foil_persona_id": foil.persona.key}
    assert pair.baseline is not None
    return row | {"baseline": pair.baseline.text}


def foils_for(pairs: Sequence[Pair], seed: int) -> dict[int, Pair]:
    """Return for each pair the one whose revision is its foil; prompts that only one persona has are left out."""
    by_prompt: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_prompt[pair.prompt_id].append(pair)
    foils = {}
    for group in by_prompt.values():
        random = Random(f"{seed}:foils:{group[0].prompt.key}")
        for pair, foil in zip(group, draw_foils([one.revision for one in group], random), strict=True):
            if foil is not None:
                foils[pair.pk] = group[foil]
    return foils


def refuse_too_few(rows: Sequence[dict[str, str]], personas: Sequence[Persona], questions: int, design: str) -> None:
    counts = dict.fromkeys((persona.key for persona in personas), 0)
    for row in rows:
        counts[row["persona_id"]] += 1
    short = [key for key, count in counts.items() if count < questions]
    if short:
        why = (
            " A foil needs a prompt that two of the personas share: choose more personas."
            if design == Design.FOIL
            else ""
        )
        raise NoStudyPossible(
            f"{len(short):,} of {len(counts):,} personas have fewer than {questions} questions (first: {short[0]}, "
            f"{counts[short[0]]}).{why}"
        )
