"""How people worked: time on each question, order of the questions, pastes, checks, repeated reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Count, F, Max, Q, Sum

from analysis.labels import counts_under
from analysis.reports.near_duplicates import MOST_TEXTS, nearly_the_same
from analysis.results import Results
from annotation.models import HUMAN_KINDS, Annotation, Screen


@dataclass(frozen=True)
class QualitySignals:
    """What one rater did beside choosing."""

    pasted: int = 0
    longest_paste: int = 0
    checks: int = 0
    checks_missed: int = 0
    repeated: int = 0
    """Justifications beyond the first of the same words; empty ones do not count."""
    like_others: int = 0
    """Justifications in nearly the words of another rater of the same question."""


@dataclass(frozen=True, eq=False)
class SignalsOfRaters:
    """Everybody's signals: ``of`` by rater id, and two arrays of the shape of the matrix's ``humans``.

    ``seconds`` is the active time (nan = not known), ``position`` the place of the question on the rater's way;
    ``words_compared`` is False where there were too many justifications to compare them with each other.
    """

    of: dict[int, QualitySignals]
    seconds: np.ndarray
    position: np.ndarray
    words_compared: bool


def signals_of_raters(results: Results) -> SignalsOfRaters:
    """Read the signals of all people of the results in five queries."""
    of = _signals_by_rater(results)
    words_compared = _compare_words(results, of)
    seconds = np.full(results.humans.shape, np.nan)
    position = np.zeros(results.humans.shape, dtype=np.int64)
    place = _Places(results)
    for rater, question, active, visible in _times(results):
        if entry := place.of(rater, question):
            seconds[entry] = (active or visible) / 1000
    for rater, question, number in _screens(results):
        if entry := place.of(rater, question):
            position[entry] = number
    return SignalsOfRaters(of, seconds, position, words_compared)


class _Places:
    """The position of an answer in the matrix's ``humans``."""

    def __init__(self, results: Results):
        matrix = results.matrix
        self.item = {pk: item for item, pk in enumerate(matrix.question_ids.tolist())}
        self.persona = matrix.persona_index.tolist()
        slots, personas = np.nonzero(matrix.slot_raters >= 0)
        raters = matrix.slot_raters[slots, personas].tolist()
        self.slot = dict(zip(zip(raters, personas.tolist(), strict=True), slots.tolist(), strict=True))

    def of(self, rater: int, question: int) -> tuple[int, int] | None:
        item = self.item.get(question)
        slot = None if item is None else self.slot.get((rater, self.persona[item]))
        return None if slot is None else (slot, item)


def _answers(results: Results):
    """People's answers that are data."""
    return _by_people(results).to_drawn_questions()


def _by_people(results: Results):
    of_people = Annotation.objects.filter(rater__study=results.study, rater__kind__in=HUMAN_KINDS)
    return of_people.filter(counts_under(results.options)).order_by()


def _times(results: Results):
    timed = _answers(results).filter(Q(active_ms__gt=0) | Q(visible_ms__gt=0))
    return timed.values_list("rater_id", "question_id", "active_ms", "visible_ms").iterator(20_000)


def _screens(results: Results):
    screens = Screen.objects.filter(assignment__study=results.study).order_by()
    return screens.values_list("assignment__rater_id", "question_id", "position").iterator(20_000)


def _signals_by_rater(results: Results) -> dict[int, QualitySignals]:
    counted = (
        _answers(results)
        .values("rater_id")
        .annotate(
            pasted=Sum("paste_characters"),
            longest_paste=Max("paste_characters"),
            reasons=Count("justification", filter=~Q(justification="")),
            different=Count("justification", filter=~Q(justification=""), distinct=True),
        )
    )
    checks, found = _checks_by_rater(results), defaultdict(QualitySignals)
    for row in counted:
        rater, repeated = row.pop("rater_id"), row.pop("reasons") - row.pop("different")
        found[rater] = QualitySignals(**row, **checks.get(rater, {}), repeated=repeated)
    return found


def _compare_words(results: Results, of: dict[int, QualitySignals]) -> bool:
    """Note in ``of`` who gave reasons in nearly the words of another rater of the question; False for too many."""
    reasons = _answers(results).exclude(justification="").values_list("rater_id", "question_id", "justification")
    rows = list(reasons[: MOST_TEXTS + 1])
    if len(rows) > MOST_TEXTS:
        return False
    like = nearly_the_same([text for _, _, text in rows], [question for _, question, _ in rows])
    for rater, n in Counter(rater for (rater, _, _), is_like in zip(rows, like, strict=True) if is_like).items():
        of[rater] = replace(of[rater], like_others=n)
    return True


def _checks_by_rater(results: Results) -> dict[int, dict[str, int]]:
    """How many attention checks each rater met and missed; asked on their own, for there are few of them."""
    is_missed = ~Q(choice=F("question__right_answer"))
    met = _by_people(results).to_attention_checks().values("rater_id")
    rows = met.annotate(checks=Count("pk"), checks_missed=Count("pk", filter=is_missed))
    return {row.pop("rater_id"): row for row in rows}
