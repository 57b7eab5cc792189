"""Answers and the screens they were given on: docs/invariants.md 4, 8 and 10."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from annotation.models import (
    KINDS_WITHOUT_A_SEAT,
    Annotation,
    AnnotationRevision,
    Assignment,
    Choice,
    Question,
    QuestionKind,
    Screen,
    Study,
)
from annotation.services.seating import plan_screens

CHUNK = 2000


def answers_stand_once(studies: QuerySet[Study]) -> Iterator[str]:
    """One current annotation per rater, question and run."""
    places = Annotation.objects.filter(question__study__in=studies).order_by().values("rater", "question", "run")
    for row in places.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"Rater {row['rater']} has {row['n']} annotations on question {row['question']} in run {row['run']}."


def labels_are_choices(studies: QuerySet[Study]) -> Iterator[str]:
    """A choice is a response, no preference, unparsable or inconsistent, also in revisions; nothing else."""
    annotations = Annotation.objects.filter(question__study__in=studies).exclude(choice__in=Choice.values)
    for pk, choice in annotations.values_list("pk", "choice"):
        yield f"Annotation {pk} has the choice {choice!r}, which does not exist."
    revisions = AnnotationRevision.objects.filter(annotation__question__study__in=studies)
    for pk, choice in revisions.exclude(choice__in=Choice.values).values_list("annotation_id", "choice"):
        yield f"A revision of annotation {pk} has the choice {choice!r}, which does not exist."


def revisions_are_complete(studies: QuerySet[Study]) -> Iterator[str]:
    """Of an answer in version n, the versions 1 to n-1 are all kept."""
    annotations = Annotation.objects.filter(question__study__in=studies).order_by()
    counted = annotations.annotate(
        kept=Count("revisions__version", distinct=True), low=Min("revisions__version"), high=Max("revisions__version")
    )
    broken = ~Q(kept=F("version") - 1) | Q(kept__gt=0) & (~Q(low=1) | ~Q(high=F("version") - 1))
    for pk, version, kept in counted.filter(broken).values_list("pk", "version", "kept"):
        yield f"Annotation {pk} is in version {version}, but {kept} earlier versions are kept."


def versions_follow_each_other_in_time(studies: QuerySet[Study]) -> Iterator[str]:
    """No earlier version of an answer is younger than a later one."""
    revisions = AnnotationRevision.objects.filter(annotation__question__study__in=studies).order_by()
    older_after = AnnotationRevision.objects.filter(
        annotation=OuterRef("annotation"), version__gt=OuterRef("version"), saved_at__lt=OuterRef("saved_at")
    )
    younger = revisions.filter(Q(saved_at__gt=F("annotation__saved_at")) | Exists(older_after)).order_by("pk")
    for annotation, version in younger.values_list("annotation_id", "version"):
        yield f"Annotation {annotation}: its version {version} is younger than a version after it."


def answers_have_their_screen(studies: QuerySet[Study]) -> Iterator[str]:
    """A participant's answer is on a question of its own assignment, with the order that its screen showed."""
    screens = Screen.objects.filter(assignment__rater=OuterRef("rater"), question=OuterRef("question"))
    answers = Annotation.objects.filter(question__study__in=studies).exclude(rater__kind__in=KINDS_WITHOUT_A_SEAT)
    as_shown = screens.filter(shown_first=OuterRef("shown_first"))
    wrong = answers.annotate(has_screen=Exists(screens)).filter(~Exists(as_shown)).order_by("pk")
    for pk, has_screen in wrong.values_list("pk", "has_screen"):
        why = "was given in another order than its screen shows" if has_screen else "is on a question of no own screen"
        yield f"Annotation {pk} {why}."


def answers_stay_in_their_study(studies: QuerySet[Study]) -> Iterator[str]:
    """A rater answers questions of its own study only."""
    strays = Annotation.objects.filter(question__study__in=studies).exclude(rater__study=F("question__study"))
    for pk in strays.order_by("pk").values_list("pk", flat=True):
        yield f"Annotation {pk} is by a rater of another study."


def screens_show_the_own_persona(studies: QuerySet[Study]) -> Iterator[str]:
    """A rater sees questions of its own persona and study only."""
    screens = Screen.objects.filter(assignment__study__in=studies).order_by("assignment_id", "position")
    strange = screens.exclude(question__persona=F("assignment__persona"), question__study=F("assignment__study"))
    for assignment, position in strange.values_list("assignment_id", "position"):
        yield f"Assignment {assignment}: screen {position} shows a question of another persona or study."


def screens_are_those_drawn(studies: QuerySet[Study]) -> Iterator[str]:
    """Each rater's questions, order and sides are what the recorded seeds draw, in positions 1 to n.

    The draw mirrors the sides of paired seats and halves them within a rater, so what passes here is counterbalanced.
    """
    questions, checks = pools(studies)
    stored = stored_screens(studies)
    assignments = Assignment.objects.filter(study__in=studies).of_participants().order_by("pk")
    for row in assignments.values_list(
        "pk",
        "study_id",
        "persona_id",
        "seat__number",
        "persona__key",
        "study__seed",
        "seed",
        "study__attention_after",
    ).iterator(chunk_size=CHUNK):
        pk, study, persona, seat_number, key, study_seed, rater_seed, checks_after = row
        planned = plan_screens(
            questions[study, persona],
            checks[study, persona],
            seat_number=seat_number,
            persona=key,
            study_seed=study_seed,
            rater_seed=rater_seed,
            checks_after=checks_after,
        )
        expected = [(position, *screen) for position, screen in enumerate(planned, start=1)]
        if stored.get(pk, []) != expected:
            yield f"Assignment {pk}: its screens are not those that the recorded seeds draw."


def pools(studies: QuerySet[Study]) -> tuple[defaultdict, defaultdict]:
    """The drawn questions and the attention checks of each (study, persona), in their order."""
    questions: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    checks: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    shown = Question.objects.drawn() | Question.objects.attention_checks()
    rows = shown.filter(study__in=studies).order_by("position")
    for pk, study, persona, kind in rows.values_list("pk", "study_id", "persona_id", "kind"):
        (checks if kind == QuestionKind.ATTENTION else questions)[study, persona].append(pk)
    return questions, checks


def stored_screens(studies: QuerySet[Study]) -> dict[int, list[tuple[int, int, str]]]:
    screens = Screen.objects.filter(assignment__study__in=studies).order_by("assignment_id", "position")
    rows = screens.values_list("assignment_id", "position", "question_id", "shown_first")
    return {
        pk: [row[1:] for row in group] for pk, group in groupby(rows.iterator(chunk_size=CHUNK), lambda row: row[0])
    }


ANSWER_RULES = (
    answers_stand_once,
    labels_are_choices,
    revisions_are_complete,
    versions_follow_each_other_in_time,
    answers_have_their_screen,
    answers_stay_in_their_study,
    screens_show_the_own_persona,
    screens_are_those_drawn,
)
