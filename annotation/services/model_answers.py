"""The answers of model annotators become annotations while the run is under way.

Each order is a run of the annotator of its own, so that position bias shows; both together are one more annotator, with
the choice that does not depend on the order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from annotation.models import Annotation, Choice, ModelAnswer, Response
from annotation.role_play import AskFor, Vote, vote_in
from annotation.services.bulk import lock_annotation_imports
from annotation.services.model_annotators import ORDERS, Task, run_number
from annotation.sides import response_on, side_of
from jobs.models import Run
from model_calls.services.answers import Asked

UNDECIDED = 1e-9


def save_answers(run: Run, tasks: Sequence[Task], batch: Sequence[Asked]) -> None:
    """Write the answers of a batch and the annotations that follow from them. Call it inside a transaction."""
    if not run.parameters["trial"]:
        lock_annotation_imports(run.study)
    now = timezone.now()
    answers, annotations = [], []
    for asked in batch:
        if asked.reply is None:
            continue
        task, vote = tasks[asked.index], vote_in(asked.reply, AskFor(run.parameters["ask_for"]))
        answer = answer_of(run, task, vote, asked)
        answers.append(answer)
        annotations.append(annotation_of(run, task, vote, answer, now))
    ModelAnswer.objects.bulk_create(answers)
    if not run.parameters["trial"]:
        Annotation.objects.bulk_create([*annotations, *joined_annotations(run, answers, now)])


def answer_of(run: Run, task: Task, vote: Vote, asked: Asked) -> ModelAnswer:
    usage = asked.reply.usage
    return ModelAnswer(
        run=run,
        question=task.question,
        order=task.order,
        sample=task.sample,
        choice=choice_of(task, vote),
        certainty=vote.certainty,
        revised_probability=vote.chances.of[letter_of(task, Response.REVISED)] if vote.chances else None,
        probability_mass=vote.chances.mass if vote.chances else None,
        reply_id=asked.key,
        was_stored=asked.was_stored,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )


def letter_of(task: Task, response: str) -> str:
    return side_of(response, task.shown_first)


def choice_of(task: Task, vote: Vote) -> str:
    if not vote.is_readable:
        return Choice.UNPARSABLE
    return response_on(vote.letter, task.shown_first)


def annotation_of(run: Run, task: Task, vote: Vote, answer: ModelAnswer, now: datetime) -> Annotation:
    return Annotation(
        rater_id=run.parameters.get("rater"),
        question=task.question,
        run=run_number(run.parameters.get("first_run", 1), task.sample, task.order),
        choice=answer.choice,
        shown_first=task.shown_first,
        justification=vote.justification,
        raw_verdict=vote.words,
        probability=probability_of(answer.choice, answer.revised_probability),
        probability_mass=answer.probability_mass,
        certainty=answer.certainty,
        created_at=now,
        saved_at=now,
    )


def probability_of(choice: str, revised: float | None) -> float | None:
    """The probability of the choice itself."""
    if revised is None or choice not in Response.values:
        return None
    return revised if choice == Response.REVISED else 1 - revised


def joined_annotations(run: Run, fresh: Sequence[ModelAnswer], now: datetime) -> list[Annotation]:
    """For each pair that is complete now: the annotation that joins the two orders."""
    wanted = {(answer.question_id, answer.sample) for answer in fresh}
    stored = ModelAnswer.objects.filter(run=run, question__in={question for question, _ in wanted})
    pairs: dict[tuple[int, int], list[ModelAnswer]] = {}
    for answer in stored:
        pairs.setdefault((answer.question_id, answer.sample), []).append(answer)
    complete = (pairs[key] for key in sorted(wanted) if len(pairs[key]) == len(ORDERS))
    return [joined(run, pair, now) for pair in complete]


def joined(run: Run, pair: Sequence[ModelAnswer], now: datetime) -> Annotation:
    choice, revised = joined_choice([(answer.choice, answer.revised_probability) for answer in pair])
    certain = [answer.certainty for answer in pair if answer.certainty is not None]
    masses = [answer.probability_mass for answer in pair if answer.probability_mass is not None]
    return Annotation(
        rater_id=run.parameters["rater_both"],
        question_id=pair[0].question_id,
        run=run.parameters["first_run"] + pair[0].sample - 1,
        choice=choice,
        raw_verdict=" / ".join(answer.choice for answer in pair) if choice not in Response.values else "",
        probability=probability_of(choice, revised),
        probability_mass=min(masses) if len(masses) == len(pair) else None,
        certainty=sum(certain) / len(certain) if len(certain) == len(pair) else None,
        created_at=now,
        saved_at=now,
    )


def joined_choice(pair: Sequence[tuple[str, float | None]]) -> tuple[str, float | None]:
    """The choice of two orders together, and the probability of the revised answer.

    With probabilities the mean of the log odds decides, in which a constant preference for a place cancels out.
    Without them the choice both orders agree on; two different ones are ``inconsistent``.

    >>> joined_choice([("revised", 0.9), ("alternative", 0.4)])[0], joined_choice([("revised", None), ("alternative", None)])[0]
    ('revised', 'inconsistent')
    """  # noqa: E501
    choices = {choice for choice, _ in pair}
    if Choice.UNPARSABLE in choices:
        return Choice.UNPARSABLE, None
    chances = [revised for _, revised in pair if revised is not None and 0 < revised < 1]
    if len(chances) == len(pair):
        odds = sum(math.log(revised / (1 - revised)) for revised in chances) / len(pair)
        if abs(odds) > UNDECIDED:
            return Response.REVISED if odds > 0 else Response.ALTERNATIVE, 1 / (1 + math.exp(-odds))
    return (choices.pop() if len(choices) == 1 else Choice.INCONSISTENT), None
