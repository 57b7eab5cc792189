"""The two example studies that come with the site, ready for participants, with a language model's annotations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotation.conditions import RunSetting, condition_in
from annotation.models import RaterKind, Study
from annotation.services import assembly
from annotation.services.annotation_import import import_annotations
from annotation.services.annotator_runs import keep_setting
from annotation.services.baseline_raters import compute_baseline_raters
from annotation.services.questions import import_questions
from personas.models import PersonaSet, Sharing
from personas.services import import_persona_set

SET_NAME = "example"
MADE_BY = "Example. The personas are fictional; all texts were written by a language model, none by a participant."

CONSENT = {
    "run_by": "Example: in a real study, the researchers and their institution.",
    "contact": "Example: in a real study, an e-mail address.",
    "minutes": 15,
    "payment": "£2.50 (an example: nobody is paid here)",
    "bonus_amount": "Up to £1.00 (an example)",
    "bonus_rule": "It is paid for reasons that say what in this person's life or views leads to the choice.",
    "retention": "Example: five years after publication, without Prolific IDs.",
}
"""What the consent page of a real study says of itself, filled in and marked as an example."""


@dataclass(frozen=True)
class Example:
    """An example study and the folder of data/ that its questions are in."""

    slug: str
    name: str
    folder: str
    seed: int


EXAMPLES = (
    Example("example", "Example study (baselines)", "example-study", 20240717),
    Example("example-foils", "Example study (foils)", "example-foils", 20240718),
)


def load_examples(*, by=None, folder: Path | None = None) -> list[Study]:
    """Make the example studies that are not there, open and with four raters per persona; returns the new ones.

    A study that has one of the slugs is left as it is, whatever it holds.
    """
    folder = folder or settings.BASE_DIR / "data"
    missing = [example for example in EXAMPLES if not Study.objects.filter(slug=example.slug).exists()]
    return [load_example(example, folder, by=by) for example in missing]


@transaction.atomic
def load_example(example: Example, folder: Path, *, by=None) -> Study:
    study = assembly.create_study(
        slug=example.slug,
        name=example.name,
        by=by,
        persona_set=example_personas(folder, by=by),
        seed=example.seed,
        made_by=MADE_BY,
        is_example=True,
        **CONSENT,
    )
    path = folder / example.folder / "questions.jsonl"
    import_questions(study=study, data=path.read_bytes(), filename=path.name, by=by)
    assembly.open_study(study=study, by=by)
    import_example_annotations(study, folder / example.folder, by=by)
    compute_baseline_raters(study=study, by=by)
    study.refresh_from_db()
    return study


def import_example_annotations(study: Study, folder: Path, *, by=None) -> None:
    """What a language model answered, with a persona and without."""
    for path in sorted(folder.glob("annotations-*.jsonl")):
        import_annotations(study=study, data=path.read_bytes(), filename=path.name, by=by)
    for rater in study.raters.filter(kind=RaterKind.MODEL):
        # These files give the condition in the annotator's name only; here we know it.
        keep_setting(rater_id=rater.pk, run=1, setting=RunSetting(condition=condition_in(rater.name)))


def example_personas(folder: Path, *, by=None) -> PersonaSet:
    """The personas of both studies; the stored set if it exists."""
    path = folder / "example-study" / "personas.jsonl"
    says = {"by": by, "made_by": MADE_BY, "sharing": Sharing.EXAMPLE}
    loaded = import_persona_set(name=SET_NAME, data=path.read_bytes(), filename=path.name, **says)
    return loaded.persona_set
