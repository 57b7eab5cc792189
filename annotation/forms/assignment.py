"""What a researcher writes when changing an assignment, and how raters are listed."""

from __future__ import annotations

from django import forms

from annotation.flow import AssignmentState
from annotation.forms.labels import PlainLabels
from annotation.models.assignment import STATES
from annotation.progress.attention import NEEDS

SHOWN_STATES = [("", "All"), *[(value, label) for value, label in STATES if value != AssignmentState.PREVIEW]]


class NoteForm(PlainLabels, forms.Form):
    # What the page said when the decision was taken; a page left open too long must not undo another decision.
    seen = forms.CharField(
        max_length=20,
        widget=forms.HiddenInput,
        error_messages={
            "required": "Reload this page: the form does not say what state the assignment was in when you opened it."
        },
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Note (optional)",
        help_text="Recorded in the log with the change.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(NoteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Reason"
        self.fields[
            "reason"
        ].help_text = "Recorded in the log and the exports, so that readers of the paper can see why."
        self.fields["reason"].error_messages["required"] = "Say why; the reason is kept with the exclusion."


class EraseForm(PlainLabels, forms.Form):
    confirmation = forms.CharField(max_length=40, help_text="The data cannot be recovered.")

    def __init__(self, *args, pseudonym: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.pseudonym = pseudonym
        self.fields["confirmation"].label = f"Type {pseudonym} to confirm"

    def clean_confirmation(self) -> str:
        if self.cleaned_data["confirmation"] != self.pseudonym:
            raise forms.ValidationError(f"Type {self.pseudonym} to confirm. Nothing has been erased.")
        return self.cleaned_data["confirmation"]


class RaterFilter(forms.Form):
    state = forms.ChoiceField(choices=SHOWN_STATES, required=False)
    needs = forms.ChoiceField(choices=[("", "All"), *NEEDS.items()], required=False)
    search = forms.CharField(max_length=200, required=False, label="Rater or persona")
