"""Questions and the study they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, QuerySet

from annotation.models import Question, Response, Study


def questions_fit_their_study(studies: QuerySet[Study]) -> Iterator[str]:
    """Every question has the study's design, personas of its set, and two different texts."""
    questions = Question.objects.filter(study__in=studies).order_by("pk")
    wrong = (
        ~Q(alternative_kind=F("study__design"))
        | ~Q(persona__persona_set=F("study__persona_set"))
        | Q(foil_persona__isnull=False)
        & (Q(foil_persona=F("persona")) | ~Q(foil_persona__persona_set=F("study__persona_set")))
        | Q(revised=F("alternative"))
    )
    for pk, slug in questions.filter(wrong).values_list("pk", "study__slug"):
        yield f"{slug}: question {pk} has another design or set than its study, its own persona as foil, or one text."


def chosen_personas_are_of_the_set(studies: QuerySet[Study]) -> Iterator[str]:
    """A study's personas are of its persona set."""
    choices = Study.personas.through.objects.filter(study__in=studies).order_by()
    strange = choices.exclude(persona__persona_set=F("study__persona_set"))
    for row in strange.values("study__slug").annotate(n=Count("pk")):
        yield f"{row['study__slug']}: {row['n']} personas are of another set."


def draws_are_full_and_balanced(studies: QuerySet[Study]) -> Iterator[str]:
    """An opened study draws as many questions per persona as a rater answers, half with the revised one first."""
    pools = Question.objects.countable().filter(study__in=studies, study__opened_at__isnull=False).order_by()
    drawn = Q(is_drawn=True)
    counted = pools.values(
        "study__slug", "persona__key", "persona_id", wanted=F("study__questions_per_rater")
    ).annotate(
        pool=Count("pk"),
        drawn=Count("pk", filter=drawn),
        revised=Count("pk", filter=drawn & Q(reference_first=Response.REVISED)),
    )
    for row in counted:
        if row["drawn"] != min(row["wanted"], row["pool"]):
            yield f"{row['study__slug']}: persona {row['persona__key']} has {row['drawn']} drawn questions."
        if abs(2 * row["revised"] - row["drawn"]) > 1:
            yield f"{row['study__slug']}: persona {row['persona__key']} has an unbalanced reference order."


QUESTION_RULES = (questions_fit_their_study, chosen_personas_are_of_the_set, draws_are_full_and_balanced)
