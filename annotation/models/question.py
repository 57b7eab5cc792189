"""A question: a prompt and two responses, for one persona."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation import terms
from annotation.models.study import Design, Study


class Response(models.TextChoices):
    """The two responses of a question, by content; a choice names one of them."""

    REVISED = terms.REVISED, "Revised"
    ALTERNATIVE = terms.ALTERNATIVE, "Alternative"


class Choice(models.TextChoices):
    """What an annotation can say: one of the two responses, that neither is preferred, or nothing that can be read."""

    REVISED = terms.REVISED, "Revised"
    ALTERNATIVE = terms.ALTERNATIVE, "Alternative"
    NO_PREFERENCE = terms.NO_PREFERENCE, "No preference"
    # A model's verdict that is none of the above; kept, counted, and left out of the statistics by default.
    UNPARSABLE = terms.UNPARSABLE, "Unparsable"
    # A model chose another response when the two changed places, and nothing says which one it prefers.
    INCONSISTENT = terms.INCONSISTENT, "Inconsistent"


class QuestionKind(models.TextChoices):
    """What a question is for; only the answers to data questions are data."""

    DATA = "data", "Question"
    ATTENTION = "attention", "Attention check"
    PRACTICE = "practice", "Practice"


class QuestionQuerySet(models.QuerySet["Question"]):
    def drawn(self) -> QuestionQuerySet:
        """The data questions that raters see."""
        return self.countable().filter(is_drawn=True)

    def attention_checks(self) -> QuestionQuerySet:
        return self.filter(kind=QuestionKind.ATTENTION)

    def countable(self) -> QuestionQuerySet:
        """Questions whose answers are data."""
        return self.filter(kind=QuestionKind.DATA)


class Question(models.Model):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="questions")
    persona = models.ForeignKey("personas.Persona", on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=20, choices=QuestionKind.choices, default=QuestionKind.DATA)
    # The prompt's id in the file, exactly as written.
    prompt_key = models.CharField(max_length=200)
    prompt = models.TextField()
    revised = models.TextField()
    alternative = models.TextField()
    alternative_kind = models.CharField(max_length=20, choices=Design.choices)
    foil_persona = models.ForeignKey(
        "personas.Persona", null=True, blank=True, on_delete=models.PROTECT, related_name="foils"
    )
    topic = models.CharField(max_length=200, blank=True)
    # Attention checks only: the response a reader of the prompt must choose.
    right_answer = models.CharField(max_length=20, choices=Response.choices, blank=True)
    # Order within the persona, as in the file.
    position = models.PositiveIntegerField()
    # Drawn for the raters when the persona's pool is larger than what one rater answers.
    is_drawn = models.BooleanField(default=True)
    # The fixed random order of the two responses that the reference coding uses for every rater and model.
    reference_first = models.CharField(max_length=20, choices=Response.choices)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "persona_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "persona", "prompt_key"], name="question_once_per_persona_prompt"),
            models.UniqueConstraint(fields=["study", "persona", "position"], name="question_position_once_per_persona"),
            models.CheckConstraint(condition=Q(alternative_kind__in=Design.values), name="question_kind_is_known"),
            models.CheckConstraint(
                condition=Q(reference_first__in=Response.values), name="question_reference_is_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_purpose_is_known"),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.ATTENTION, right_answer__in=Response.values)
                | (~Q(kind=QuestionKind.ATTENTION) & Q(right_answer="")),
                name="question_has_a_right_answer_if_check",
            ),
            models.CheckConstraint(
                condition=(
                    Q(alternative_kind=Design.FOIL, kind=QuestionKind.DATA, foil_persona__isnull=False)
                    | (~Q(alternative_kind=Design.FOIL) | ~Q(kind=QuestionKind.DATA)) & Q(foil_persona__isnull=True)
                ),
                name="question_foil_names_its_persona",
            ),
            models.CheckConstraint(
                condition=~Q(prompt="") & ~Q(revised="") & ~Q(alternative=""), name="question_has_its_texts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.persona_id} / {self.prompt_key}"

    @property
    def is_attention_check(self) -> bool:
        return self.kind == QuestionKind.ATTENTION

    def text_of(self, response: str) -> str:
        return self.revised if response == Response.REVISED else self.alternative
