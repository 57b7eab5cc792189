"""The participant's forms. Each gives back what was typed, whatever is wrong with it."""

from __future__ import annotations

import re
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from annotation.telemetry import Telemetry, read_telemetry
from annotation.texts import normalise_newlines, written_length

LONGEST_JUSTIFICATION = 10_000
LONGEST_COMMENT = 5_000


class AnnotationForm(forms.Form):
    """One choice, A or B as this rater sees them (or N for neither, where the study allows it), and why."""

    choice = forms.ChoiceField(
        choices=[("A", _("Answer A")), ("B", _("Answer B"))],
        error_messages={
            "required": _("Choose the answer they would prefer."),
            "invalid_choice": _("Choose one of the two answers."),
        },
    )
    justification = forms.CharField(
        required=False,
        strip=False,
        error_messages={"null_characters_not_allowed": _("Remove the characters that cannot be shown.")},
    )
    telemetry = forms.CharField(required=False, strip=False)

    def __init__(self, *args, minimum: int, allows_no_preference: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.minimum = minimum
        if allows_no_preference:
            self.fields["choice"].choices += [("N", _("No preference"))]

    def clean_justification(self) -> str:
        text = normalise_newlines(self.cleaned_data["justification"]).strip()
        length = written_length(text)
        if self.minimum and not length:
            raise forms.ValidationError(_("Write why they would prefer it."))
        if length < self.minimum:
            missing = self.minimum - length
            raise forms.ValidationError(
                ngettext(
                    "Write %(missing)d more character: at least %(minimum)d are needed, you have %(length)d.",
                    "Write %(missing)d more characters: at least %(minimum)d are needed, you have %(length)d.",
                    missing,
                )
                % {"missing": missing, "minimum": self.minimum, "length": length}
            )
        return refuse_if_too_long(text)

    def clean_telemetry(self) -> Telemetry:
        return read_telemetry(self.cleaned_data["telemetry"])


def refuse_if_too_long(text: str) -> str:
    if len(text) > LONGEST_JUSTIFICATION:
        raise forms.ValidationError(
            _("Shorten your text by %(surplus)d characters: the limit is %(limit)d.")
            % {"surplus": len(text) - LONGEST_JUSTIFICATION, "limit": LONGEST_JUSTIFICATION}
        )
    return text


class DraftForm(AnnotationForm):
    """What is typed so far: nothing is required, and the text is kept to the character."""

    based_on = forms.CharField(required=False)
    instead_of = forms.CharField(required=False, strip=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, minimum=0, **kwargs)
        self.fields["choice"].required = False

    def clean_justification(self) -> str:
        return refuse_if_too_long(normalise_newlines(self.cleaned_data["justification"]))

    def clean_instead_of(self) -> str | None:
        """The text of a save whose reply the page has not seen; None where there is no such save."""
        return normalise_newlines(self.cleaned_data["instead_of"]) if "instead_of" in self.data else None

    def clean_based_on(self) -> datetime | None:
        """The time of the draft that the page has shown; what cannot be read counts as none."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["based_on"])
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class CheckForm(forms.Form):
    """The comprehension check: one radio group for each of the study's questions."""

    # The page says itself what is missing, in its own words and with the focus on it.
    use_required_attribute = False

    def __init__(self, *args, questions: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        for number, item in enumerate(questions):
            self.fields[f"answer_{number}"] = forms.TypedChoiceField(
                label=item["question"],
                choices=[(str(value), text) for value, text in enumerate(item["options"])],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    @property
    def answers(self) -> list[int]:
        return [self.cleaned_data[name] for name in self.fields]

    @property
    def attempts_shown(self) -> int | None:
        """How many attempts were used when the page was shown; None where the page does not say."""
        shown = self.data.get("attempts_shown", "")
        return int(shown) if re.fullmatch("[0-9]{1,5}", shown) else None


class CommentForm(forms.Form):
    comment = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        error_messages={"null_characters_not_allowed": _("Remove the characters that cannot be shown.")},
    )
