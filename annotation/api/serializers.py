"""Rows as programs read them: pseudonymous, a choice as the word of the exports (revised, baseline, foil)."""

from __future__ import annotations

from rest_framework import serializers

from annotation.exporting.tables import name_of, side_of, word_for
from annotation.models import Annotation, Question, Study
from annotation.study_fields import IN_API
from personas.models import Persona


class SeatCountsSerializer(serializers.Serializer):
    seats = serializers.IntegerField()
    free = serializers.IntegerField()
    live = serializers.IntegerField()
    complete = serializers.IntegerField()
    surplus = serializers.IntegerField()


class StudySerializer(serializers.ModelSerializer):
    persona_set = serializers.CharField(source="persona_set.__str__", default="", help_text="Name and version.")
    holds_rehearsal = serializers.BooleanField(help_text="Some raters are simulated.")

    class Meta:
        model = Study
        fields = [*IN_API, "holds_rehearsal"]


class PersonaSerializer(serializers.ModelSerializer):
    persona_id = serializers.CharField(source="key", help_text="As in its file.")
    attributes = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2),
        help_text="[name, value] pairs in the order of the file, exactly as written.",
    )
    text = serializers.CharField(
        source="study_text", read_only=True, help_text="The text that the study's raters read; give models the same."
    )

    class Meta:
        model = Persona
        fields = ["id", "persona_id", "attributes", "text"]


class QuestionSerializer(serializers.ModelSerializer):
    persona_id = serializers.CharField(source="persona.key")
    prompt_id = serializers.CharField(source="prompt_key")
    foil_persona_id = serializers.CharField(source="foil_persona.key", default=None, allow_null=True)

    class Meta:
        model = Question
        fields = [
            "id",
            "persona_id",
            "prompt_id",
            "prompt",
            "revised",
            "alternative",
            "alternative_kind",
            "foil_persona_id",
            "topic",
            "is_attention_check",
            "is_drawn",
            "reference_first",
        ]
        extra_kwargs = {"is_attention_check": {"read_only": True}}


class AnnotationSerializer(serializers.ModelSerializer):
    persona_id = serializers.CharField(source="question.persona.key")
    prompt_id = serializers.CharField(source="question.prompt_key")
    rater = serializers.SerializerMethodField(help_text="A random pseudonym, or a model's name.")
    rater_kind = serializers.CharField(source="rater.kind")
    simulated = serializers.BooleanField(source="rater.is_rehearsal")
    erased = serializers.SerializerMethodField(help_text="The person's data were erased; the choice stays.")
    choice = serializers.SerializerMethodField(help_text="revised, baseline or foil.")
    choice_as_shown = serializers.SerializerMethodField(help_text="A or B on this rater's screen; empty if not known.")
    is_countable = serializers.BooleanField()

    class Meta:
        model = Annotation
        fields = [
            "id",
            "question",
            "persona_id",
            "prompt_id",
            "rater",
            "rater_kind",
            "simulated",
            "erased",
            "run",
            "choice",
            "choice_as_shown",
            "justification",
            "choice_changes",
            "visible_ms",
            "active_ms",
            "paste_count",
            "paste_characters",
            "focus_losses",
            "version",
            "is_countable",
            "created_at",
            "saved_at",
        ]

    def get_rater(self, annotation: Annotation) -> str:
        return name_of(annotation.rater)

    def get_erased(self, annotation: Annotation) -> bool:
        return annotation.rater.erased_at is not None

    def get_choice(self, annotation: Annotation) -> str:
        return word_for(annotation.question, annotation.choice)

    def get_choice_as_shown(self, annotation: Annotation) -> str:
        return side_of(annotation, annotation.choice)
