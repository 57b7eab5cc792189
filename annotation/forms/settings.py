"""What of a study can be set, one form for each page of its settings.

A form only reads and checks; ``changes()`` is what the service is asked to do.
"""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from annotation.forms.labels import PlainLabels
from annotation.models import LARGEST_MARGIN, Outcome, PersonaStyle, Study
from annotation.prolific.entry import PREVIEW_CODE
from annotation.study_fields import DATA_SETTINGS
from annotation.texts import normalise_newlines
from personas.models import PersonaSet
from personas.text import short_summary


class NumberListField(forms.CharField):
    """ "5, 8" and [5, 8]: whole numbers from 0, each once, in order."""

    def prepare_value(self, value):
        return ", ".join(str(number) for number in value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        words = (value or "").replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise ValidationError("Enter whole numbers separated by commas, such as 3, 7.")
        return sorted({int(word) for word in words})


class MarkdownField(forms.CharField):
    """A longer text exactly as typed, but for the line ends that browsers send."""

    def __init__(self, *, rows: int, **kwargs):
        super().__init__(strip=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        return normalise_newlines(super().to_python(value))


def refuse_preview_code(code: str) -> None:
    if code.upper() == PREVIEW_CODE:
        raise ValidationError(f"Previews show {PREVIEW_CODE} instead of a code. Choose a different code.")


class SettingsForm(PlainLabels, forms.ModelForm):
    """Fields of the study itself; those that would change the data are closed while the design is fixed."""

    def __init__(self, *args, is_fixed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        for name in DATA_SETTINGS & set(self.fields):
            self.fields[name].disabled = is_fixed

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}


class DesignForm(SettingsForm):
    raters_per_persona = forms.IntegerField(min_value=1, max_value=50, help_text="Seats of each persona (K).")
    questions_per_rater = forms.IntegerField(
        min_value=1,
        max_value=200,
        help_text="Drawn from each persona's questions if there are more. Attention checks do not count.",
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=2**63 - 1,
        help_text="Questions, sides and the order of seats are drawn from it. The same seed gives the same draw.",
    )
    attention_after = NumberListField(
        required=False,
        label="Attention checks follow question",
        help_text="Such as 3, 7. Each persona needs that many checks among its questions; 0 is before the first.",
    )
    minimum_justification = forms.IntegerField(
        min_value=0, max_value=2000, help_text="The minimum number of characters in a justification."
    )

    allows_no_preference = forms.BooleanField(
        required=False,
        label="Allow “no preference” as a third answer",
        help_text="Participants can then choose neither answer, and imports may contain ties.",
    )

    equivalence_margin = forms.FloatField(
        min_value=0.01,
        max_value=LARGEST_MARGIN,
        required=False,
        label="Margin of equivalence, in kappa",
        help_text="The largest difference to a held-out human that would not matter, such as 0.1. Results then say "
        "whether a model is equivalent. Leave empty to fix none; it cannot be changed once a seat is taken.",
    )

    persona_style = forms.ChoiceField(
        choices=PersonaStyle.choices,
        label="How personas are described",
        help_text="Models get the same text as participants.",
    )
    names_personas = forms.BooleanField(
        required=False,
        label="Give personas a name",
        help_text="A given name that suits women and men, drawn once for each persona: the same for every rater.",
    )

    class Meta:
        model = Study
        fields = [
            "persona_style",
            "names_personas",
            "raters_per_persona",
            "questions_per_rater",
            "seed",
            "attention_after",
            "minimum_justification",
            "allows_no_preference",
            "equivalence_margin",
        ]

    def clean(self):
        cleaned = super().clean()
        if max(cleaned.get("attention_after") or [0]) > (cleaned.get("questions_per_rater") or 200):
            self.add_error("attention_after", "There are not that many questions.")
        return cleaned


class TextsForm(SettingsForm):
    consent = MarkdownField(
        rows=12, required=False, help_text="Markdown. Do not leave this empty: an ethics board will ask for it."
    )
    minutes = forms.IntegerField(
        min_value=1,
        max_value=1000,
        required=False,
        label="Duration in minutes",
        help_text="The estimate given on Prolific.",
    )
    retention = MarkdownField(
        rows=3,
        required=False,
        label="How long the data are kept",
        help_text="Markdown. Also say where, and when they are deleted.",
    )
    leaving = MarkdownField(
        rows=3,
        required=False,
        label="What stopping before the end means",
        help_text="Markdown. What happens to the answers given so far. The site adds whether the visit is paid.",
    )
    paid_ends = forms.MultipleChoiceField(
        choices=[choice for choice in Outcome.choices if choice[0] != Outcome.COMPLETED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Paid outcomes besides finishing",
        help_text="Each end page starts by saying whether the visit is paid, so this must be true on Prolific.",
    )
    instructions = MarkdownField(
        rows=12,
        help_text="Markdown. The page adds how many questions and minutes, two example reasons, and the bonus.",
    )
    has_practice = forms.BooleanField(
        required=False, label="One practice question before the first", help_text="Its answer is not stored."
    )

    class Meta:
        model = Study
        fields = [
            "public_title",
            "consent",
            "minutes",
            "payment",
            "bonus_amount",
            "bonus_rule",
            "retention",
            "leaving",
            "paid_ends",
            "instructions",
            "has_practice",
        ]
        help_texts = {
            "public_title": "What participants read at the top. It must not hint at what is compared.",
            "payment": "Completes the sentence “You will be paid …”, for instance: £2.50.",
            "bonus_amount": "For instance: up to £1.00. Leave both fields empty if there is no bonus.",
            "bonus_rule": "What a reason must say to earn it, for instance: for reasons that name what in this "
            "person's life leads to the choice.",
        }
        widgets = {"bonus_rule": forms.Textarea(attrs={"rows": 3})}

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("bonus_amount")) != bool(cleaned.get("bonus_rule")):
            empty = "bonus_rule" if cleaned.get("bonus_amount") else "bonus_amount"
            self.add_error(empty, "Give both the amount of the bonus and what earns it, or leave both empty.")
        return cleaned


class TimesForm(SettingsForm):
    """What stays open to change at any time, the codes included."""

    idle_minutes = forms.IntegerField(
        min_value=5,
        max_value=10_000,
        label="Idle minutes",
        help_text="Used when there is no time limit: a seat is kept for this long after the last activity.",
    )
    consent_minutes = forms.IntegerField(
        min_value=2,
        max_value=10_000,
        label="Minutes to consent",
        help_text="A seat whose rater has not agreed to take part by then goes to the next arrival. "
        "A rater who agrees later gets a seat if one is free.",
    )
    time_limit_minutes = forms.IntegerField(
        min_value=5,
        max_value=10_000,
        required=False,
        label="Time limit in minutes",
        help_text="Prolific's maximum time, counted from arrival. Leave empty for no limit besides the idle time.",
    )

    class Meta:
        model = Study
        fields = [
            *("name", "run_by", "contact", "made_by", "time_limit_minutes", "idle_minutes", "consent_minutes"),
            *("arrivals_per_address", "arrivals_per_minute", "pauses_on_burst"),
        ]
        labels = {
            "made_by": "Where the texts come from",
            "run_by": "Who runs the study",
            "arrivals_per_address": "New people from one address in ten minutes",
            "arrivals_per_minute": "New people in a minute",
            "pauses_on_burst": "Pause the study when an implausible number of people arrive",
        }
        help_texts = {
            "name": "For you and your colleagues; participants never see it.",
            "run_by": "Shown on the consent page: the people responsible and their institution.",
            "contact": "Shown to participants who need help or want to complain: an address.",
            "arrivals_per_address": "Further arrivals are asked to wait. Leave empty for the site's limit; 0 means no "
            "limit. Raise it before a class takes part in one room, since a network often has a single address.",
            "arrivals_per_minute": "Further arrivals are asked to wait. Leave empty for the site's limit; "
            "0 means no limit.",
            "pauses_on_burst": "Without this, the study's page only shows a warning.",
            "made_by": "Shown wherever the data are shown, for instance: all texts written by a language model.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = dict(self.instance.completion_codes.values_list("outcome", "code"))
        for outcome, label in Outcome.choices:
            self.fields[f"code_{outcome}"] = forms.RegexField(
                r"\A[A-Za-z0-9_-]+\Z",
                max_length=40,
                required=outcome == Outcome.COMPLETED,
                initial=stored.get(outcome, ""),
                label=label,
                error_messages={"invalid": "Letters, digits, hyphen and underscore only."},
                validators=[refuse_preview_code],
            )

    @property
    def setting_fields(self):
        return [self[name] for name in self._meta.fields]

    @property
    def code_fields(self):
        return [self[f"code_{outcome}"] for outcome in Outcome.values]

    def codes(self) -> dict[str, str]:
        return {outcome: self.cleaned_data[f"code_{outcome}"] for outcome in Outcome.values}


class PersonasForm(PlainLabels, forms.Form):
    """All personas of the set, or those named."""

    persona_set = forms.ModelChoiceField(PersonaSet.objects.none(), label="Persona set", required=True)
    which = forms.ChoiceField(
        choices=[("all", "All personas of the set"), ("named", "Only those ticked below")],
        widget=forms.RadioSelect,
        label="Personas that take part",
    )
    keys = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Personas",
        error_messages={"invalid_choice": "Not in this set: %(value)s"},
    )

    def __init__(self, *args, study: Study, by, is_fixed: bool, **kwargs):
        chosen = list(study.personas.order_by("position").values_list("key", flat=True))
        everyone = study.persona_set.personas.count() if study.persona_set else 0
        named = bool(chosen) and len(chosen) < everyone
        initial = {
            "persona_set": study.persona_set,
            "which": "named" if named else "all",
            "keys": chosen if named else [],
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["keys"].choices = persona_choices(study.persona_set)
        chosen = PersonaSet.objects.filter(pk=study.persona_set_id)
        self.fields["persona_set"].queryset = PersonaSet.objects.offered_to(by) | chosen
        for field in self.fields.values():
            field.disabled = is_fixed
        if study.questions.exists():
            self.fields["persona_set"].disabled = True
            self.fields["persona_set"].help_text = "The study already has questions for the personas in this set."

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("persona_set"):
            return cleaned
        personas = cleaned["persona_set"].personas.order_by("position")
        if cleaned.get("which") == "named":
            personas = self._named(personas, cleaned.get("keys", []))
        cleaned["personas"] = list(personas)
        return cleaned

    def _named(self, personas, ticked: list[str]):
        keys = set(ticked)
        known = [persona for persona in personas if persona.key in keys]
        unknown = sorted(keys - {persona.key for persona in known})
        if not keys and "keys" not in self.errors:
            self.add_error("keys", "Tick at least one persona.")
        if unknown:
            self.add_error("keys", f"Not in this set: {', '.join(unknown[:5])}{' ...' if len(unknown) > 5 else ''}")
        return known


def persona_choices(persona_set: PersonaSet | None) -> list[tuple[str, str]]:
    """Each persona's id with a few words on who it is, to tick and to search."""
    if persona_set is None:
        return []
    personas = persona_set.personas.order_by("position").values_list("key", "attributes")
    return [(key, f"{key}: {short_summary(attributes)}") for key, attributes in personas]


class ComprehensionItemForm(PlainLabels, forms.Form):
    question = forms.CharField(required=False, max_length=500, help_text="Leave empty to leave this question out.")
    options = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), label="Options, one per line", max_length=4000
    )
    right = forms.IntegerField(required=False, min_value=1, max_value=20, label="Number of the right option")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("question"):
            return cleaned
        options = [line.strip() for line in cleaned.get("options", "").splitlines() if line.strip()]
        if len(options) < 2:
            self.add_error("options", "Give at least two options, one per line.")
        elif len(set(options)) < len(options):
            self.add_error("options", "Two options are the same.")
        if not cleaned.get("right") or cleaned["right"] > max(len(options), 1):
            self.add_error("right", f"Give the number of the right option, from 1 to {max(len(options), 2)}.")
        cleaned["options"] = options
        return cleaned

    def as_item(self) -> dict:
        data = self.cleaned_data
        return {"question": data["question"], "options": data["options"], "right": data["right"] - 1}


ComprehensionFormSet = forms.formset_factory(ComprehensionItemForm, extra=1, max_num=12, validate_max=True)


def comprehension_formset(data, study: Study, *, is_fixed: bool):
    initial = [
        {"question": item["question"], "options": "\n".join(item["options"]), "right": item["right"] + 1}
        for item in study.comprehension
    ]
    formset = ComprehensionFormSet(data, initial=initial)
    for form in formset if is_fixed else []:
        for field in form.fields.values():
            field.disabled = True
    return formset


def items_of(formset) -> list[dict]:
    return [form.as_item() for form in formset if form.cleaned_data.get("question")]


class ResearchersForm(PlainLabels, forms.Form):
    researchers = forms.ModelMultipleChoiceField(
        get_user_model().objects.filter(is_active=True).order_by("username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Researchers of this study",
        help_text="They can see the study and its data, and open, pause and change it. Admins always can.",
    )
