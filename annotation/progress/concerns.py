"""What a researcher should look at in a study, most pressing first, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.timesince import timesince, timeuntil

from annotation.flow import AssignmentState
from annotation.models import HOLDS_SEAT, Annotation, Assignment, Outcome, RaterKind, Study
from annotation.progress.grid import STALLED_AFTER

NEAR_DEADLINE = timedelta(minutes=10)
LONG_PASTE = 40
"""Characters pasted into one justification, past which it is worth reading; a name or a word is not."""
NAMED_AT_MOST = 8


@dataclass(frozen=True)
class RaterNote:
    rater: str
    words: str


@dataclass(frozen=True)
class Concern:
    """A kind of thing to look at, with the first few raters it is about."""

    heading: str
    advice: str
    notes: list[RaterNote] = field(default_factory=list)
    total: int = 0
    needs_you: bool = True

    @property
    def unnamed(self) -> int:
        return self.total - len(self.notes) if self.notes else 0


def concerns(study: Study, *, now: datetime) -> list[Concern]:
    found = [
        _stalled(study, now),
        _near_deadline(study, now),
        _surplus(study),
        _failed_checks(study),
        _pastes(study),
        _turned_away(study),
    ]
    return [concern for concern in found if concern.total]


def _of(study: Study) -> QuerySet[Assignment]:
    return Assignment.objects.of_participants().filter(study=study).select_related("rater", "persona")


def _concern(heading: str, advice: str, rows: QuerySet, words, *, needs_you: bool = True) -> Concern:
    notes = [RaterNote(*words(row)) for row in rows[:NAMED_AT_MOST]]
    return Concern(heading, advice, notes, rows.count(), needs_you)


def _stalled(study: Study, now: datetime) -> Concern:
    rows = _of(study).live().filter(last_seen__lt=now - STALLED_AFTER).order_by("last_seen")
    return _concern(
        "Stalled: no activity for 15 minutes",
        "Wait for the deadline, when the seat is freed automatically, or release it now.",
        rows,
        lambda row: (row.rater.pseudonym, f"plays {row.persona.key}, last seen {timesince(row.last_seen, now)} ago"),
    )


def _near_deadline(study: Study, now: datetime) -> Concern:
    at_work = _of(study).live().filter(consented_at__isnull=False, last_seen__gte=now - STALLED_AFTER)
    rows = at_work.filter(deadline__lt=now + NEAR_DEADLINE)
    return _concern(
        "Still answering, but close to the deadline",
        "Nothing to do: a late submission is saved and gets its code.",
        rows.order_by("deadline"),
        lambda row: (row.rater.pseudonym, f"plays {row.persona.key}, {_time_left(row.deadline, now)}"),
        needs_you=False,
    )


def _time_left(deadline: datetime, now: datetime) -> str:
    return f"{timeuntil(deadline, now)} left" if deadline > now else "past the deadline"


def _surplus(study: Study) -> Concern:
    rows = _of(study).filter(state=AssignmentState.SURPLUS).order_by("completed_at")
    return _concern(
        "Surplus: finished after the seat had gone to somebody else",
        "Pay them. Their answers do not count as votes unless you free the seat and reopen them.",
        rows,
        lambda row: (row.rater.pseudonym, f"plays {row.persona.key}"),
    )


def _answers(study: Study) -> QuerySet[Annotation]:
    """Answers of raters who are in the data, or may come to be."""
    # By way of the raters: a study may have a hundred times as many answers of models.
    return Annotation.objects.filter(
        rater__study=study,
        rater__kind=RaterKind.PARTICIPANT,
        rater__assignment__state__in=[*HOLDS_SEAT, AssignmentState.SURPLUS],
    )


def _failed_checks(study: Study) -> Concern:
    wrong = _answers(study).to_attention_checks().exclude(choice=F("question__right_answer"))
    rows = wrong.values("rater__pseudonym").annotate(n=Count("pk")).order_by("-n", "rater__pseudonym")
    return _concern(
        "Missed an attention check",
        "Read their justifications. Exclude raters who did not take part seriously, and give the reason.",
        rows,
        lambda row: (row["rater__pseudonym"], f"{row['n']} missed"),
    )


def _pastes(study: Study) -> Concern:
    pasted = _answers(study).filter(paste_characters__gte=LONG_PASTE)
    rows = pasted.values("rater__pseudonym").annotate(n=Count("pk"), characters=Sum("paste_characters"))
    return _concern(
        "Pasted text into justifications",
        "A paste may be a chatbot's text or their own draft: read before you judge.",
        rows.order_by("-characters", "rater__pseudonym"),
        lambda row: (
            row["rater__pseudonym"],
            f"{row['n']} answer{'s' if row['n'] > 1 else ''}, {row['characters']:,} characters",
        ),
        needs_you=False,
    )


def _turned_away(study: Study) -> Concern:
    full, closed = Q(outcome=Outcome.FULL), Q(outcome=Outcome.NOT_OPEN)
    counts = study.turned_away.aggregate(full=Count("pk", filter=full), closed=Count("pk", filter=closed))
    parts = []
    if counts["full"]:
        parts.append(f"{counts['full']:,} because no seat was free")
    if counts["closed"]:
        parts.append(f"{counts['closed']:,} because the study was paused or closed")
    return Concern(
        "Turned away on arrival",
        f"People who came and got no seat: {', '.join(parts)}.",
        total=counts["full"] + counts["closed"],
        needs_you=False,
    )
