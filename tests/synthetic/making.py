"""Small sets to try things with: personas, curated prompts, pairs."""

import json

from jobs.models import Run
from personas.models import PersonaSet
from synthetic.models import PairSet, PromptSet
from synthetic.pairing.drawing import Plan
from synthetic.services.pairs import start_pairs
from synthetic.services.prompts import start_curation
from tests.factories import make_persona_set

SUBJECTS = ["school", "taxes", "religion", "family", "police", "doctors", "farming", "cities", "music", "travel"]
FORMS = (
    "Should the state pay for {} in every town?",
    "What would you change about {} where you live?",
    "Is it right to make money with {} at all?",
    "How much should parents care about {} these days?",
)
TEXTS = [form.format(subject) for form in FORMS for subject in SUBJECTS]
SMALL = Plan(train=6, test=3, held_out=2)


def curate(texts=TEXTS, name="prompts", **options) -> PromptSet:
    start_curation(name=name, data=json.dumps(list(texts)).encode(), filename="p.json", endpoint="fake", **options)
    return PromptSet.objects.get(name=name)


def make_pairs(personas: int = 3, *, name="pairs", plan=SMALL, **options) -> PairSet:
    prompts = PromptSet.objects.filter(name="prompts").first() or curate()
    people = PersonaSet.objects.filter(name="people").first() or make_persona_set(personas)
    start_pairs(name=name, persona_set=people, prompt_set=prompts, **{"endpoint": "fake", "plan": plan} | options)
    return PairSet.objects.get(name=name)


def last_run() -> Run:
    return Run.objects.latest("pk")
