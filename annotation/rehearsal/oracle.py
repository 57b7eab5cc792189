"""What simulated raters know beyond their pages: which text is the revised one, and the passing of time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from threading import Lock

from django.db import connection
from django.utils import timezone

from annotation.models import Assignment, Question, Response, Study
from annotation.rehearsal.page import as_read
from annotation.rehearsal.skill import chance_of_revised


@dataclass(frozen=True)
class Known:
    """The right text of a question, and what a rater's chance of choosing it depends on."""

    persona: str
    age: str
    prompt: str
    text: str
    is_check: bool

    def chance(self, accuracy: float) -> float:
        """A check has one right answer for everybody; elsewhere personas differ."""
        if self.is_check:
            return accuracy
        return chance_of_revised(
            persona=self.persona, age=self.age, prompt=self.prompt, answer=self.text, accuracy=accuracy
        )


class Oracle:
    """Knows, for each persona, the texts a perfect rater would choose; asked by many raters at once."""

    def __init__(self, study: Study):
        self.right_answers = [item["right"] for item in study.comprehension]
        self._known: dict[int, list[Known]] = defaultdict(list)
        for question in study.questions.select_related("persona"):
            self._known[question.persona_id].append(_known(question))
        # One connection at a time: hundreds of raters must not take the database's connections from the site.
        self._one_at_a_time = Lock()

    def choose(self, code: str, labels: dict[str, str], rng: Random, accuracy: float) -> str:
        """The side of the revised answer with the chance of this persona and prompt, else the other one.

        ``accuracy`` is the mean of that chance over prompts.
        """
        persona = self._persona_of(code)
        right = [(side, known) for side, label in labels.items() if (known := self._known_in(label, persona))]
        if len(right) != 1:
            raise LookupError(f"{len(right)} of {len(labels)} cards hold a revised answer; expected exactly one")
        [(side, known)] = right
        wrong = next(other for other in labels if other != side)
        return side if rng.random() < known.chance(accuracy) else wrong

    def let_time_run_out(self, code: str) -> None:
        """Put a simulated rater's deadline into the past, as an hour away would."""
        a_minute_ago = timezone.now() - timedelta(minutes=1)
        with self._one_at_a_time:
            Assignment.objects.filter(code=code, rater__is_rehearsal=True).update(deadline=a_minute_ago)
            connection.close()

    def _known_in(self, label: str, persona_id: int) -> Known | None:
        return next((known for known in self._known[persona_id] if known.text in label), None)

    def _persona_of(self, code: str) -> int:
        with self._one_at_a_time:
            persona_id = Assignment.objects.values_list("persona_id", flat=True).get(code=code)
            connection.close()
        return persona_id


def _known(question: Question) -> Known:
    attributes = {name.casefold(): str(value) for name, value in question.persona.attributes}
    text = as_read(question.text_of(question.right_answer or Response.REVISED))
    prompt = question.prompt_key
    return Known(question.persona.key, attributes.get("age", ""), prompt, text, bool(question.right_answer))
