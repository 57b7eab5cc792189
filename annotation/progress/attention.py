"""The one place that decides which raters need a researcher, why, and whether somebody has seen it already.

The study's page, the raters' list, one rater's page and the first page of the console all ask here, so
their numbers are those of the same rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.timesince import timesince, timeuntil

from annotation.flow import AssignmentState
from annotation.models import HOLDS_SEAT, Annotation, Assignment, AttentionKind, Seen, Study
from annotation.progress.grid import STALLED_AFTER

NEAR_DEADLINE = timedelta(minutes=10)
LONG_PASTE = 40
"""Characters pasted into one justification, past which it is worth reading; a name or a word is not."""
IN_THE_DATA = [*HOLDS_SEAT, AssignmentState.SURPLUS]


@dataclass(frozen=True)
class Attention:
    """One kind of thing that may need a researcher; ``rows`` gives the raters, and ``since`` when it last happened."""

    kind: AttentionKind
    heading: str
    advice: str
    rows: Callable[[QuerySet[Assignment], datetime], QuerySet[Assignment]]
    words: Callable[[Assignment, datetime], str]
    order: str
    needs_you: bool = True

    def unseen(self, assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
        """Those that nobody has seen since it last happened."""
        seen = Seen.objects.filter(assignment=OuterRef("pk"), kind=self.kind, at__gte=OuterRef("since"))
        return self.rows(assignments, now).filter(~Exists(seen))


# --- Which raters ----------------------------------------------------------------------------------
def _stalled(assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    return assignments.live().filter(last_seen__lt=now - STALLED_AFTER).annotate(since=F("last_seen"))


def _near_deadline(assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    at_work = assignments.live().filter(consented_at__isnull=False, last_seen__gte=now - STALLED_AFTER)
    return at_work.filter(deadline__lt=now + NEAR_DEADLINE).annotate(since=F("consented_at"))


def _surplus(assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    return assignments.filter(state=AssignmentState.SURPLUS).annotate(since=F("completed_at"))


def _missed_checks(assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    wrong = Annotation.objects.to_attention_checks().exclude(choice=F("question__right_answer"))
    return _with_answers(assignments, wrong, missed=Count("pk"))


def _pastes(assignments: QuerySet[Assignment], now: datetime) -> QuerySet[Assignment]:
    pasted = Annotation.objects.filter(paste_characters__gte=LONG_PASTE)
    return _with_answers(assignments, pasted, pasted=Count("pk"), characters=Sum("paste_characters"))


def _with_answers(assignments: QuerySet[Assignment], answers: QuerySet[Annotation], **measures) -> QuerySet[Assignment]:
    """Raters in the data with such answers, the measures of these, and when the last one was saved."""
    theirs = answers.filter(rater=OuterRef("rater")).order_by()
    found = assignments.filter(Exists(theirs), state__in=IN_THE_DATA)
    grouped = theirs.values("rater")
    counted = {name: Subquery(grouped.annotate(n=measure).values("n")) for name, measure in measures.items()}
    return found.annotate(since=Subquery(theirs.order_by("-saved_at").values("saved_at")[:1]), **counted)


# --- In words --------------------------------------------------------------------------------------
def _time_left(row: Assignment, now: datetime) -> str:
    return f"{timeuntil(row.deadline, now)} left" if row.deadline > now else "past the deadline"


def _paste_in_words(row: Assignment, now: datetime) -> str:
    return f"{row.pasted} answer{'s' if row.pasted > 1 else ''}, {row.characters:,} characters"


KINDS = (
    Attention(
        AttentionKind.STALLED,
        "Stalled: no activity for 15 minutes",
        "Wait for the deadline, when the seat is freed automatically, or release it now.",
        _stalled,
        lambda row, now: f"plays {row.persona.key}, last seen {timesince(row.last_seen, now)} ago",
        "last_seen",
    ),
    Attention(
        AttentionKind.DEADLINE,
        "Still answering, but close to the deadline",
        "Nothing to do: a late submission is saved and gets its code.",
        _near_deadline,
        lambda row, now: f"plays {row.persona.key}, {_time_left(row, now)}",
        "deadline",
        needs_you=False,
    ),
    Attention(
        AttentionKind.SURPLUS,
        "Surplus: finished after the seat had gone to somebody else",
        "Pay them. Their answers do not count as votes unless you free the seat and reopen them.",
        _surplus,
        lambda row, now: f"plays {row.persona.key}",
        "completed_at",
    ),
    Attention(
        AttentionKind.CHECK,
        "Missed an attention check",
        "Read their justifications. Exclude raters who did not take part seriously, and give the reason.",
        _missed_checks,
        lambda row, now: f"{row.missed} missed",
        "-missed",
    ),
    Attention(
        AttentionKind.PASTE,
        "Pasted text into justifications",
        "A paste may be a chatbot's text or their own draft: read before you judge.",
        _pastes,
        _paste_in_words,
        "-characters",
    ),
)
THAT_NEED_YOU = tuple(attention for attention in KINDS if attention.needs_you)
ANY = "any"
SEEN = "seen"
NEEDS = {ANY: "Needs review", **{str(each.kind): each.kind.label for each in KINDS}, SEEN: "Marked as seen"}
"""What the raters' list can be asked for."""


def participants(study: Study) -> QuerySet[Assignment]:
    return Assignment.objects.of_participants().filter(study=study)


def needing(assignments: QuerySet[Assignment], needs: str, now: datetime) -> QuerySet[Assignment]:
    """Keep the raters that need what ``NEEDS`` names."""
    if needs == SEEN:
        return assignments.filter(Exists(Seen.objects.filter(assignment=OuterRef("pk"))))
    kinds = THAT_NEED_YOU if needs == ANY else [each for each in KINDS if each.kind == needs]
    wanted = Q()
    for each in kinds:
        wanted |= Q(pk__in=each.unseen(assignments, now).order_by().values("pk"))
    return assignments.filter(wanted)


# --- For pages -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Flag:
    """Why a rater is on the list, and who has seen it."""

    attention: Attention
    words: str
    seen: Seen | None

    @property
    def kind(self) -> AttentionKind:
        return self.attention.kind


def flags_of(assignments: Iterable[Assignment], now: datetime) -> dict[int, list[Flag]]:
    """The flags of each assignment by its key, in one query for each kind and one for what was seen."""
    keys = [assignment.pk for assignment in assignments]
    marks = {(mark.assignment_id, mark.kind): mark for mark in _marks(keys)}
    flags: dict[int, list[Flag]] = defaultdict(list)
    for attention in KINDS:
        rows = attention.rows(Assignment.objects.filter(pk__in=keys).select_related("persona"), now)
        for row in rows:
            mark = marks.get((row.pk, attention.kind))
            is_seen = mark is not None and mark.at >= row.since
            flags[row.pk].append(Flag(attention, attention.words(row, now), mark if is_seen else None))
    return flags


def _marks(keys: list[int]) -> QuerySet[Seen]:
    return Seen.objects.filter(assignment__in=keys).select_related("by")


@dataclass(frozen=True)
class Waiting:
    """How many raters of one study need a researcher, for one reason."""

    study: Study
    attention: Attention
    count: int


def waiting_in(studies: Iterable[Study], now: datetime) -> list[Waiting]:
    """What needs somebody over several studies, in one query for each kind."""
    by_key = {study.pk: study for study in studies}
    everybody = Assignment.objects.of_participants().filter(study__in=list(by_key))
    found = []
    for attention in THAT_NEED_YOU:
        counts = Counter(attention.unseen(everybody, now).order_by().values_list("study", flat=True))
        found += [Waiting(by_key[key], attention, count) for key, count in counts.items()]
    return sorted(found, key=lambda waiting: (waiting.study.name, waiting.attention.kind))
