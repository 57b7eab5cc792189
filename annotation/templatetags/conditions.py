"""What a run of an annotator was given, in words."""

from django import template

from annotation.models.annotator_run import CONDITION_LABELS

register = template.Library()


@register.filter
def condition_words(condition: str) -> str:
    return str(CONDITION_LABELS.get(condition, ""))
