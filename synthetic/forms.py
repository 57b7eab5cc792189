"""What to generate: the census files of the deployment, and its models."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from llm.endpoints import FAKE
from personas.pums.files import find_files
from personas.pums.problems import CensusProblem
from personas.services import BadSetName, sound_name
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
