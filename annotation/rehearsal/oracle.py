"""What simulated raters know beyond their pages: which text is the revised one, and the passing of time."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import Random
from threading import Lock

from django.db import connection
from django.utils import timezone

from annotation.models import Assignment, Response, Study
from annotation.rehearsal.page import as_read


class Oracle:
    """Knows, for each persona, the texts a perfect rater would choose; asked by many raters at once."""

    def __init__(self, study: Study):
        self.right_answers = [item["right"] for item in study.comprehension]
        self._right_texts: dict[int, set[str]] = defaultdict(set)
        for question in study.questions.all():
            right = question.text_of(question.right_answer or Response.REVISED)
            self._right_texts[question.persona_id].add(as_read(right))
        # One connection at a time: hundreds of raters must not take the database's connections from the site.
        self._one_at_a_time = Lock()

    def choose(self, code: str, labels: dict[str, str], rng: Random, accuracy: float) -> str:
        """The side of the revised answer with the stated probability, else the other one."""
        right = [side for side, label in labels.items() if self._is_right(label, self._persona_of(code))]
        if len(right) != 1:
            raise LookupError(f"{len(right)} of {len(labels)} cards hold a revised answer; expected exactly one")
        wrong = next(side for side in labels if side != right[0])
        return right[0] if rng.random() < accuracy else wrong

    def let_time_run_out(self, code: str) -> None:
        """Put a simulated rater's deadline into the past, as an hour away would."""
        a_minute_ago = timezone.now() - timedelta(minutes=1)
        with self._one_at_a_time:
            Assignment.objects.filter(code=code, rater__is_rehearsal=True).update(deadline=a_minute_ago)
            connection.close()

    def _is_right(self, label: str, persona_id: int) -> bool:
        return any(text in label for text in self._right_texts[persona_id])

    def _persona_of(self, code: str) -> int:
        with self._one_at_a_time:
            persona_id = Assignment.objects.values_list("persona_id", flat=True).get(code=code)
            connection.close()
        return persona_id
