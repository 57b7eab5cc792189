"""A question: a prompt and two responses, for one persona."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.models.study import Design, Study


class Response(models.TextChoices):
    """The two responses of a question, by content; a choice names one of them."""

    REVISED = "revised", "Revised"
    ALTERNATIVE = "alternative", "Alternative"


class Choice(models.TextChoices):
    """What an annotation can say: one of the two responses, that neither is preferred, or nothing that can be read."""

    REVISED = "revised", "Revised"
    ALTERNATIVE = "alternative", "Alternative"
    NO_PREFERENCE = "no_preference", "No preference"
    # A model's verdict that is none of the above; kept, counted, and left out of the statistics by default.
    UNPARSABLE = "unparsable", "Unparsable"


class QuestionQuerySet(models.QuerySet["Question"]):
    def drawn(self) -> QuestionQuerySet:
        """The questions raters see, attention checks left out."""
        return self.filter(is_drawn=True, right_answer="")

    def attention_checks(self) -> QuestionQuerySet:
        return self.exclude(right_answer="")

    def countable(self) -> QuestionQuerySet:
        """Questions whose answers are data."""
        return self.filter(right_answer="")


class Question(models.Model):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="questions")
    persona = models.ForeignKey("personas.Persona", on_delete=models.PROTECT, related_name="questions")
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
            models.CheckConstraint(
                condition=Q(right_answer="") | Q(right_answer__in=Response.values),
                name="question_right_answer_is_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(alternative_kind=Design.FOIL, right_answer="", foil_persona__isnull=False)
                    | (~Q(alternative_kind=Design.FOIL) | ~Q(right_answer="")) & Q(foil_persona__isnull=True)
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
        return bool(self.right_answer)

    def text_of(self, response: str) -> str:
        return self.revised if response == Response.REVISED else self.alternative
