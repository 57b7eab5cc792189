"""What the simulated raters saw, held against the database: every difference is a broken promise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Count

from annotation.models import Annotation, AnnotationRevision, Assignment, Outcome, Screen, Study
from annotation.rehearsal.walker import Walk


def broken_promises(study: Study, walks: Sequence[Walk]) -> list[str]:
    """One sentence for each promise of docs/invariants.md that these walks show broken; empty = all kept."""
    return [
        *_troubles(walks),
        *_contradictions(walks),
        *_wrong_codes(study, walks),
        *_oversold(study),
        *_answers_not_as_acknowledged(walks),
    ]


def _troubles(walks: Iterable[Walk]) -> Iterator[str]:
    for walk in walks:
        yield from (f"{walk.prolific_id}: {trouble}" for trouble in walk.trouble)


def _contradictions(walks: Iterable[Walk]) -> Iterator[str]:
    for walk in walks:
        if len(walk.codes) > 1:
            yield f"{walk.prolific_id} was given {len(walk.codes)} assignments."
        if len(set(walk.told)) > 1:
            yield f"{walk.prolific_id} was told different things: {', '.join(walk.told)}."


def _wrong_codes(study: Study, walks: Iterable[Walk]) -> Iterator[str]:
    right = study.code_for(Outcome.COMPLETED)
    unfinished = {
        code for code, answered in _answered_of(walks).items() if answered["stored"] < max(answered["screens"], 1)
    }
    for walk in walks:
        if set(walk.completion_codes) - {right}:
            yield f"{walk.prolific_id} saw a completion code that is not the study's."
        if walk.completion_codes and walk.codes & unfinished:
            yield f"{walk.prolific_id} saw a completion code before all answers were stored."


def _answered_of(walks: Iterable[Walk]) -> dict[str, dict[str, int]]:
    """Screens and stored answers for each assignment the walks had."""
    codes = {code for walk in walks for code in walk.codes}
    counted = Assignment.objects.filter(code__in=codes).with_answer_counts().annotate(screen_count=Count("screens"))
    return {each.code: {"stored": each.answer_count, "screens": each.screen_count} for each in counted}


def _oversold(study: Study) -> Iterator[str]:
    holders = Counter(Assignment.objects.filter(study=study).holding_seats().values_list("seat_id", flat=True))
    for seat_id, count in holders.items():
        if count > 1:
            yield f"Seat {seat_id} holds {count} live or complete assignments."
    visits = Counter(
        Assignment.objects.filter(study=study).of_participants().values_list("rater__prolific_id", flat=True)
    )
    for prolific_id, count in visits.items():
        if count > 1:
            yield f"{prolific_id} has {count} assignments."


def _answers_not_as_acknowledged(walks: Iterable[Walk]) -> Iterator[str]:
    """Lost: acknowledged but not stored. Doubled: stored more than once. Stale: the last one is not the current one."""
    by_code = {code: walk for walk in walks for code in walk.codes}
    stored, current = _stored_texts(list(by_code))
    for code, walk in by_code.items():
        last = {}
        for answered in walk.answered:
            last[answered.position] = answered.text
            copies = stored[code, answered.position][answered.text]
            if copies != 1:
                yield f"{walk.prolific_id}, question {answered.position}: acknowledged once, stored {copies} times."
        for position, text in last.items():
            if current.get((code, position)) != text:
                yield f"{walk.prolific_id}, question {position}: the last acknowledged answer is not the current one."


def _stored_texts(codes: list[str]) -> tuple[dict[tuple[str, int], Counter], dict[tuple[str, int], str]]:
    """Justifications by (code, position): how often each is stored in any version, and the current one."""
    places = {
        (rater, question): (code, position)
        for code, rater, question, position in Screen.objects.filter(assignment__code__in=codes).values_list(
            "assignment__code", "assignment__rater_id", "question_id", "position"
        )
    }
    answers = Annotation.objects.filter(rater__assignment__code__in=codes)
    revisions = AnnotationRevision.objects.filter(annotation__rater__assignment__code__in=codes)
    stored, current = defaultdict(Counter), {}
    for rater, question, text in answers.values_list("rater_id", "question_id", "justification"):
        stored[places[rater, question]][text] += 1
        current[places[rater, question]] = text
    older = revisions.values_list("annotation__rater_id", "annotation__question_id", "justification")
    for rater, question, text in older:
        stored[places[rater, question]][text] += 1
    return stored, current
