"""Who sits where: docs/invariants.md 1-3, and that seats, raters and assignments belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, F, Q, QuerySet

from annotation.models import KINDS_WITHOUT_A_SEAT, Assignment, Rater, Seat, Study


def seats_hold_one_each(studies: QuerySet[Study]) -> Iterator[str]:
    """A seat holds at most one live or complete assignment."""
    held = Assignment.objects.filter(study__in=studies).holding_seats().order_by().values("seat", "study__slug")
    for row in held.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"{row['study__slug']}: seat {row['seat']} holds {row['n']} assignments."


def personas_have_at_most_k(studies: QuerySet[Study]) -> Iterator[str]:
    """A persona never has more live or complete assignments than raters are wanted for it."""
    held = Assignment.objects.filter(study__in=studies).holding_seats().order_by()
    counted = held.values("study__slug", "persona__key", k=F("study__raters_per_persona")).annotate(n=Count("pk"))
    for row in counted.filter(n__gt=F("k")):
        yield f"{row['study__slug']}: persona {row['persona__key']} has {row['n']} raters for {row['k']} seats."


def people_have_one_assignment(studies: QuerySet[Study]) -> Iterator[str]:
    """One Prolific id has at most one assignment in a study."""
    people = Assignment.objects.filter(study__in=studies, rater__prolific_id__isnull=False).order_by()
    counted = people.values("study__slug", "rater__prolific_id").annotate(n=Count("pk"), first=Count("rater"))
    for row in counted.filter(n__gt=1):
        yield f"{row['study__slug']}: one participant has {row['n']} assignments."


def participants_have_an_assignment(studies: QuerySet[Study]) -> Iterator[str]:
    """Whoever arrived has an assignment; models, rules and people elsewhere have none."""
    raters = Rater.objects.filter(study__in=studies).order_by()
    lost = raters.filter(~Q(kind__in=KINDS_WITHOUT_A_SEAT), assignment__isnull=True)
    seated = raters.filter(kind__in=KINDS_WITHOUT_A_SEAT, assignment__isnull=False)
    for pseudonym in (lost | seated).values_list("pseudonym", flat=True):
        yield f"Rater {pseudonym}: a participant without an assignment, or an assignment of no participant."


def assignments_belong_together(studies: QuerySet[Study]) -> Iterator[str]:
    """An assignment's persona and study are those of its seat and its rater."""
    assignments = Assignment.objects.filter(study__in=studies)
    crossed = assignments.filter(
        ~Q(rater__study=F("study"))
        | Q(seat__isnull=False) & (~Q(seat__persona=F("persona")) | ~Q(seat__study=F("study")))
    )
    for pk in crossed.values_list("pk", flat=True):
        yield f"Assignment {pk} has another persona or study than its seat or its rater."


def opened_studies_have_their_seats(studies: QuerySet[Study]) -> Iterator[str]:
    """An opened study has seats 1 to K for each of its personas, and no others."""
    opened = studies.filter(opened_at__isnull=False).values_list("pk", "slug", "raters_per_persona")
    chosen = members(Study.personas.through.objects.filter(study__in=studies).values_list("study_id", "persona_id"))
    numbers: dict[tuple[int, int], set[int]] = defaultdict(set)
    for study, persona, number in Seat.objects.filter(study__in=studies).values_list(
        "study_id", "persona_id", "number"
    ):
        numbers[study, persona].add(number)
    seated = members(numbers)
    for pk, slug, k in opened:
        if seated[pk] != chosen[pk]:
            yield f"{slug}: has seats for {len(seated[pk])} personas, not for the {len(chosen[pk])} that are chosen."
        wrong = [persona for persona in seated[pk] if numbers[pk, persona] != set(range(1, k + 1))]
        if wrong:
            yield f"{slug}: {len(wrong)} personas have other seats than 1 to {k}."


def drafts_have_no_participants(studies: QuerySet[Study]) -> Iterator[str]:
    """A study that never opened has seated nobody but simulated raters."""
    early = Assignment.objects.filter(study__in=studies, study__opened_at__isnull=True, rater__is_rehearsal=False)
    early = early.of_participants().order_by()
    for row in early.values("study__slug").annotate(n=Count("pk")):
        yield f"{row['study__slug']}: never opened, yet has {row['n']} participants."


def members(pairs) -> dict[int, set[int]]:
    """(study, persona) pairs as the set of personas of each study."""
    found: dict[int, set[int]] = defaultdict(set)
    for study, persona in pairs:
        found[study].add(persona)
    return found


SEAT_RULES = (
    seats_hold_one_each,
    personas_have_at_most_k,
    people_have_one_assignment,
    participants_have_an_assignment,
    assignments_belong_together,
    opened_studies_have_their_seats,
    drafts_have_no_participants,
)
