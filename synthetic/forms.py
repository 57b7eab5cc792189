"""What to generate: the census files of the deployment, and its models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from llm.endpoints import FAKE
from personas.models import PersonaSet
from personas.pums.files import find_files
from personas.pums.problems import CensusProblem
from personas.services import BadSetName, sound_name
from synthetic.models import PromptSet
from synthetic.pairing.drawing import Plan
from synthetic.services.generation import MOST


def census_folders() -> list[tuple[str, str]]:
    """The folder of the setting and those in it, as choices."""
    root = Path(settings.CENSUS_FOLDER)
    folders = [root, *sorted(path for path in root.iterdir() if path.is_dir())] if root.is_dir() else []
    with_files = [path for path in folders if any(path.glob("*.csv*")) or any(path.glob("*.zip"))]
    return [(str(path.relative_to(root)), path.name) for path in with_files]


def model_choices() -> list[tuple[str, str]]:
    real = [(name, f"{name} ({endpoint.model})") for name, endpoint in settings.LLM_ENDPOINTS.items()]
    return [*real, (FAKE, "scripted model: costs nothing and means nothing")]


class GenerationForm(forms.Form):
    name = forms.CharField(max_length=100, label="Name of the set", help_text="An existing name gets its next version.")
    folder = forms.ChoiceField(label="Census files", help_text="Folders on the server, from the setting CENSUS_FOLDER.")
    count = forms.IntegerField(min_value=1, max_value=MOST, initial=1586, label="Personas")
    minimum_age = forms.IntegerField(min_value=0, max_value=90, initial=18, label="Youngest age")
    seed = forms.IntegerField(min_value=0, initial=1, help_text="The same seed and files give the same people.")
    endpoint = forms.ChoiceField(
        label="Model", help_text="Judges whether a person is self-consistent, and writes what the census does not ask."
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["folder"].choices = census_folders()
        self.fields["endpoint"].choices = model_choices()

    def clean_name(self) -> str:
        try:
            return sound_name(self.cleaned_data["name"])
        except BadSetName as error:
            raise ValidationError(str(error)) from error

    def clean_folder(self) -> Path:
        folder = Path(settings.CENSUS_FOLDER) / self.cleaned_data["folder"]
        try:
            find_files(folder)
        except CensusProblem as error:
            raise ValidationError(str(error)) from error
        return folder


class CurationForm(forms.Form):
    name = forms.CharField(max_length=100, label="Name of the prompt set")
    file = forms.FileField(
        label="File of prompts", help_text="A JSON list of texts, or JSONL or CSV with a column “prompt”."
    )
    seed = forms.IntegerField(min_value=0, initial=1, help_text="Of the topics and the split.")
    endpoint = forms.ChoiceField(label="Model", help_text="Judges whether people would differ over a prompt.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["endpoint"].choices = model_choices()


class PairsForm(forms.Form):
    name = forms.CharField(max_length=100, label="Name of the pair set")
    persona_set = forms.ModelChoiceField(PersonaSet.objects.none(), label="Personas")
    prompt_set = forms.ModelChoiceField(PromptSet.objects.none(), label="Prompts")
    endpoint = forms.ChoiceField(label="Model", help_text="Answers, criticizes and revises: three calls for each pair.")
    judge = forms.ChoiceField(
        label="Judge", required=False, help_text="Plays the persona and chooses; best a model of another family."
    )
    judged_percent = forms.FloatField(min_value=0, max_value=100, initial=5, label="Pairs it judges, percent")
    train = forms.IntegerField(min_value=0, initial=100, label="Training pairs of each persona")
    test = forms.IntegerField(min_value=0, initial=50, label="Test pairs on train prompts")
    held_out = forms.IntegerField(min_value=0, initial=50, label="Test pairs on held-out prompts")
    seed = forms.IntegerField(min_value=0, initial=1)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persona_set"].queryset = PersonaSet.objects.all()
        self.fields["prompt_set"].queryset = PromptSet.objects.filter(is_ready=True)
        self.fields["endpoint"].choices = model_choices()
        self.fields["judge"].choices = [("", "nobody"), *model_choices()]

    def arguments(self) -> dict[str, Any]:
        """What ``start_pairs`` takes."""
        given = dict(self.cleaned_data)
        plan = Plan(given.pop("train"), given.pop("test"), given.pop("held_out"))
        share = given.pop("judged_percent") / 100
        return given | {"plan": plan, "judged_share": share if given["judge"] else 0.0}


class SurveyForm(forms.Form):
    file = forms.FileField(label="Survey table", help_text="CSV with the columns attribute, answer, words and percent.")
