"""Language models as annotators: what a run asks. Every question is asked in both orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import product

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from annotation.conditions import AnswerOrder, Condition
from annotation.models import Annotation, AnnotatorRun, ModelAnswer, Question, Rater, RaterKind, Study
from annotation.role_play import VERSION, AskFor, Item, request_for
from annotation.services.bulk import lock_annotation_imports, make_named_raters
from annotation.sides import other
from jobs.models import Run
from jobs.services.runs import start_run
from llm.chat import ChatRequest
from llm.endpoints import FAKE, Endpoint
from model_calls.endpoints import endpoint_named
from personas.attributes import attribute_for, canonical_key
from personas.models import Persona
from personas.text import persona_text

KIND, TRIAL = "annotate", "annotate-trial"
ORDERS = (AnswerOrder.REFERENCE, AnswerOrder.REVERSED)
TRIAL_QUESTIONS = 5
TASKS_PER_CHUNK = 100
MOST_SAMPLES = 50
LONGEST_NAME = 180
WORDS = {
    Condition.PERSONA: "with persona",
    Condition.NONE: "without persona",
    Condition.DEMOGRAPHICS: "with demographics only",
}


class AnnotatingRefused(Exception):
    """These settings cannot be used with this study; the text says why."""


@dataclass(frozen=True)
class AnnotatorSettings:
    """All that decides what is asked; stored as the run's parameters."""

    endpoint: str
    condition: str = Condition.PERSONA
    hidden_attribute: str = ""
    samples: int = 1
    ask_for: str = AskFor.REASONS
    temperature: float = 0.0
    name: str = ""
    """The annotator's name in results; empty = made of the endpoint and the condition."""

    @property
    def annotator(self) -> str:
        if self.name:
            return self.name
        condition = WORDS.get(Condition(self.condition)) or f"without {self.hidden_attribute}"
        return f"{'scripted model' if self.endpoint == FAKE else self.endpoint}, {condition}"


@dataclass(frozen=True)
class Task:
    """One call: a question in one order, for the n-th time."""

    question: Question
    sample: int
    order: AnswerOrder

    @property
    def shown_first(self) -> str:
        first = self.question.reference_first
        return first if self.order == AnswerOrder.REFERENCE else other(first)


# --- Starting a run ----------------------------------------------------------------------------------
def start_annotating(*, study: Study, chosen: AnnotatorSettings, by=None, trial: bool = False) -> Run:
    """Let a model annotate the study's questions; a trial asks five of them and makes no annotations.

    Raises ``AnnotatingRefused`` and ``model_calls.endpoints.UnknownEndpoint``.
    """
    refuse_what_cannot_be_asked(study, chosen)
    parameters = asdict(chosen) | {"trial": trial, "prompt_version": VERSION} | model_facts(chosen.endpoint)
    if not trial:
        parameters |= make_annotators(study, chosen, parameters["model"])
    parameters["questions"] = questions_of(study, trial=trial).count()
    return start_run(TRIAL if trial else KIND, study=study, parameters=parameters, by=by)


def refuse_what_cannot_be_asked(study: Study, chosen: AnnotatorSettings) -> None:
    if not questions_of(study).exists():
        raise AnnotatingRefused("The study has no questions yet.")
    if not 1 <= chosen.samples <= MOST_SAMPLES:
        raise AnnotatingRefused(f"Ask every question between 1 and {MOST_SAMPLES} times.")
    if chosen.samples > 1 and chosen.temperature == 0:
        raise AnnotatingRefused("At temperature 0 every sample is the same. Choose a higher one, or one sample.")
    if not 0 <= chosen.temperature <= 2:
        raise AnnotatingRefused("The temperature must be between 0 and 2.")
    if chosen.condition not in (*WORDS, Condition.WITHOUT_ATTRIBUTE):
        raise AnnotatingRefused(f"A model cannot be asked under the condition {chosen.condition!r}.")
    if len(chosen.annotator) > LONGEST_NAME:
        raise AnnotatingRefused(f"The name may have {LONGEST_NAME} characters.")
    hides = chosen.condition == Condition.WITHOUT_ATTRIBUTE
    if hides and canonical_key(chosen.hidden_attribute) not in attributes_of(study):
        raise AnnotatingRefused(f"No persona of the study has an attribute {chosen.hidden_attribute!r}.")
    if chosen.hidden_attribute and not hides:
        raise AnnotatingRefused(f"Only the condition {Condition.WITHOUT_ATTRIBUTE} hides an attribute.")


def attributes_of(study: Study) -> set[str]:
    return {canonical_key(name) for name in attribute_names(study)}


def attribute_names(study: Study) -> list[str]:
    """The attributes that some persona of the study has, in the order of their first use."""
    personas = Persona.objects.filter(pk__in=study.questions.order_by().values("persona"))
    lists = personas.order_by("position").values_list("attributes", flat=True)
    return list(dict.fromkeys(name for attributes in lists for name, _ in attributes))


def model_facts(endpoint: str) -> dict:
    """The model's name and prices as they are now: what a run cost does not change with the price list."""
    if endpoint == FAKE:
        return {"model": "scripted", "prices": {"price_input": 0.0, "price_output": 0.0, "currency": "USD"}}
    found: Endpoint = endpoint_named(endpoint)
    prices = {name: getattr(found, name) for name in ("price_input", "price_output", "currency")}
    return {"model": found.model, "prices": prices}


@transaction.atomic
def make_annotators(study: Study, chosen: AnnotatorSettings, model: str) -> dict:
    """The annotators' raters, and the numbers of their runs from which this one counts."""
    lock_annotation_imports(study)
    names = [chosen.annotator, f"{chosen.annotator}, both orders"]
    made = make_named_raters(study, [(RaterKind.MODEL, name) for name in names])
    one, both = (made[RaterKind.MODEL, name] for name in names)
    if chosen.endpoint == FAKE:
        # Left out of the results once real people have answered, and wiped with the rehearsals.
        Rater.objects.filter(pk__in=[one, both]).update(is_rehearsal=True)
    first_run = 1 + max(-(-highest_run(one) // len(ORDERS)), highest_run(both))
    setting = {
        "model": model,
        "prompt_version": VERSION,
        "condition": chosen.condition,
        "hidden_attribute": chosen.hidden_attribute,
        "sampling": f"temperature {chosen.temperature:g}",
    }
    described = [AnnotatorRun(rater_id=both, run=run, answer_order=AnswerOrder.BOTH, **setting)
                 for run in range(first_run, first_run + chosen.samples)]  # fmt: skip
    described += [
        AnnotatorRun(rater_id=one, run=run_number(first_run, sample, order), answer_order=order, **setting)
        for sample, order in product(range(1, chosen.samples + 1), ORDERS)
    ]
    AnnotatorRun.objects.bulk_create(described)
    return {"rater": one, "rater_both": both, "first_run": first_run}


def highest_run(rater_id: int) -> int:
    used = (rows.filter(rater=rater_id) for rows in (AnnotatorRun.objects, Annotation.objects))
    return max(rows.aggregate(highest=Max("run"))["highest"] or 0 for rows in used)


def run_number(first_run: int, sample: int, order: str) -> int:
    """The annotator's run for one sample in one order: odd for the reference order, even for the reversed one."""
    return len(ORDERS) * (first_run + sample - 2) + ORDERS.index(AnswerOrder(order)) + 1


# --- What is asked -----------------------------------------------------------------------------------
def questions_of(study: Study, *, trial: bool = False):
    """The questions that raters see, persona by persona; for a trial the first one of five personas."""
    questions = study.questions.drawn().order_by("persona__position", "position")
    if not trial:
        return questions
    firsts: dict[int, int] = {}
    for persona_id, pk in questions.values_list("persona_id", "pk"):
        firsts.setdefault(persona_id, pk)
    return questions.filter(pk__in=list(firsts.values())[:TRIAL_QUESTIONS])


def questions_per_chunk(samples: int) -> int:
    return max(1, TASKS_PER_CHUNK // (len(ORDERS) * samples))


def chunk_sizes(run: Run) -> list[int]:
    """The number of calls in each chunk."""
    samples, questions = run.parameters["samples"], run.parameters["questions"]
    step = questions_per_chunk(samples)
    return [len(ORDERS) * samples * min(step, questions - start) for start in range(0, questions, step)]


def tasks_of(run: Run, number: int) -> list[Task]:
    """The calls of a chunk, in order."""
    step = questions_per_chunk(run.parameters["samples"])
    questions = questions_of(run.study, trial=run.parameters["trial"]).select_related("persona__persona_set")
    part = questions[number * step : (number + 1) * step]
    samples = range(1, run.parameters["samples"] + 1)
    return [Task(question, sample, order) for question, sample, order in product(part, samples, ORDERS)]


def tasks_left(run: Run, tasks: Sequence[Task]) -> list[Task]:
    """Those that have no answer yet."""
    stored = ModelAnswer.objects.filter(run=run, question__in={task.question.pk for task in tasks})
    answered = set(stored.values_list("question_id", "sample", "order"))
    return [task for task in tasks if (task.question.pk, task.sample, str(task.order)) not in answered]


def requests_for(run: Run, tasks: Iterable[Task]) -> list[ChatRequest]:
    parameters, texts = run.parameters, {}
    requests = []
    for task in tasks:
        persona = task.question.persona
        if persona.pk not in texts:
            texts[persona.pk] = told_of(persona, run.study, parameters)
        first = task.shown_first
        item = Item(
            persona=texts[persona.pk],
            prompt=task.question.prompt,
            first=task.question.text_of(first),
            second=task.question.text_of(other(first)),
        )
        ask_for = AskFor(parameters["ask_for"])
        requests.append(request_for(item, ask_for, temperature=parameters["temperature"], sample=task.sample))
    return requests


def all_requests(study: Study, chosen: AnnotatorSettings) -> list[ChatRequest]:
    """Everything that a run of these settings asks."""
    draft = Run(study=study, parameters=asdict(chosen))
    questions = questions_of(study).select_related("persona__persona_set")
    samples = range(1, chosen.samples + 1)
    return requests_for(draft, [Task(*one) for one in product(questions, samples, ORDERS)])


def told_of(persona: Persona, study: Study, parameters: dict) -> str:
    """The persona as raters read it, or what the condition leaves of it; empty without a persona."""
    condition, hidden = parameters["condition"], canonical_key(parameters["hidden_attribute"])
    if condition == Condition.NONE:
        return ""
    if condition == Condition.PERSONA:
        return persona.text(**study.persona_options)
    if condition == Condition.DEMOGRAPHICS:
        kept = [pair for pair in persona.attributes if is_demographic(persona, pair[0])]
    else:
        kept = [pair for pair in persona.attributes if canonical_key(pair[0]) != hidden]
    name = persona.name if study.names_personas else ""
    return persona_text(kept, shown=persona.persona_set.shown_attributes, style=study.persona_style, name=name)


def is_demographic(persona: Persona, name: str) -> bool:
    """One of the census attributes, whatever its value was made from."""
    return attribute_for(name).source == "census" or persona.origins.get(name) == "census"


def endpoints_offered() -> list[tuple[str, str]]:
    """(name, what a form says of it) of everything that may be asked."""
    offered = [(endpoint.name, f"{endpoint.name} ({endpoint.model})") for endpoint in settings.LLM_ENDPOINTS.values()]
    return [*offered, (FAKE, "Scripted model: makes up its answers, costs nothing")]
