"""The parameters of a list: read strictly, so that a misspelt filter is a 400 and never the whole list."""

from __future__ import annotations

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from rest_framework.exceptions import ValidationError

from annotation.flow import AssignmentState
from annotation.models import RaterKind

PAGING = {"cursor", "format"}
OLD_NAMES = {"persona": "persona_id", "prompt": "prompt_id", "prompt_key": "prompt_id"}
"""Names that earlier versions of the API took; they are read, and the answer's header ``Warning`` says so."""


class QuestionParameters(forms.Form):
    persona_id = forms.CharField(required=False, max_length=200, strip=False, help_text="A persona's id.")
    prompt_id = forms.CharField(required=False, max_length=200, strip=False, help_text="A prompt's id.")
    topic = forms.CharField(required=False, max_length=200, strip=False, help_text="A topic, exactly.")


class AnnotationParameters(forms.Form):
    persona_id = forms.CharField(required=False, max_length=200, strip=False, help_text="A persona's id.")
    prompt_id = forms.CharField(required=False, max_length=200, strip=False, help_text="A prompt's id.")
    rater = forms.CharField(
        required=False, max_length=200, strip=False, help_text="A rater's pseudonym or a model's name."
    )
    rater_kind = forms.ChoiceField(
        required=False, choices=[(kind, kind) for kind in RaterKind.values if kind != RaterKind.PREVIEW]
    )
    countable = forms.ChoiceField(
        required=False, choices=[("true", "true")], help_text="true: only the answers that are data."
    )


class AssignmentParameters(forms.Form):
    persona_id = forms.CharField(required=False, max_length=200, strip=False, help_text="A persona's id.")
    state = forms.ChoiceField(required=False, choices=[(state.value, state.value) for state in AssignmentState])


class NoParameters(forms.Form):
    pass


def read_parameters(form_class: type[forms.Form], query) -> dict[str, str]:
    """The given parameters, or a 400 that says which one is wrong."""
    query = with_new_names(form_class, query)
    known = set(form_class.base_fields) | PAGING
    unknown = sorted(set(query) - known)
    if unknown:
        raise ValidationError(
            {name: [f"Unknown parameter. The known ones are: {', '.join(sorted(known))}."] for name in unknown}
        )
    refuse_null_characters(query)
    empty = [name for name in form_class.base_fields if name in query and not query[name]]
    if empty:
        raise ValidationError({name: ["Empty. Omit the parameter to get all."] for name in empty})
    form = form_class(query)
    if not form.is_valid():
        raise ValidationError(form.errors)
    return {name: value for name, value in form.cleaned_data.items() if value}


def old_names_in(form_class: type[forms.Form], query) -> dict[str, str]:
    """The old names in an address, and what they are called now."""
    return {old: new for old, new in OLD_NAMES.items() if old in query and new in form_class.base_fields}


def with_new_names(form_class: type[forms.Form], query):
    renamed = old_names_in(form_class, query)
    if not renamed:
        return query
    query = query.copy()
    for old, new in renamed.items():
        if new in query:
            raise ValidationError({old: [f"The old name of {new}, which is there too. Give one."]})
        query.setlist(new, query.pop(old))
    return query


def refuse_null_characters(query) -> None:
    validate = ProhibitNullCharactersValidator()
    for name, values in query.lists():
        for value in values:
            try:
                validate(value)
            except forms.ValidationError as error:
                raise ValidationError({name: error.messages}) from error
