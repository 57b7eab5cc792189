"""What a run of a model annotator is made of and what it costs, before it starts and while it is under way."""

from __future__ import annotations

from dataclasses import asdict, fields

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from annotation.conditions import AnswerOrder
from annotation.models import Choice, ModelAnswer, Study
from annotation.role_play import LONGEST_REPLY, AskFor
from annotation.services.model_annotators import (
    ORDERS,
    AnnotatorSettings,
    Task,
    chunk_sizes,
    model_facts,
    questions_of,
    refuse_what_cannot_be_asked,
    requests_for,
)
from jobs.models import Run
from llm.endpoints import Endpoint
from llm.limits import CHARACTERS_PER_TOKEN
from llm.prices import Tokens, cost_in_words, cost_of

ESTIMATED_FROM = 50


def facts_of(run: Run) -> list[tuple[str, str]]:
    """The settings and the cost, for the run's page."""
    parameters, currency = run.parameters, run.parameters["prices"]["currency"]
    facts = [
        ("Model", f"{parameters['model']} at {parameters['endpoint']}"),
        ("Asked for", ASKED_FOR[AskFor(parameters["ask_for"])]),
        ("Sampling", f"temperature {parameters['temperature']:g}, {parameters['samples']} per question and order"),
        ("Prompt", parameters["prompt_version"]),
        ("Calls paid", f"{(paid := tokens_of(run)).calls:,}"),
        ("Tokens", tokens_in_words(paid)),
        ("Cost so far", cost_in_words(cost_of(priced(run), paid), currency)),
    ]
    if not run.has_ended and (expected := expected_cost(run, paid)):
        facts.append(("Cost of the whole run", expected))
    unreadable = ModelAnswer.objects.filter(run=run, choice=Choice.UNPARSABLE).count()
    return [*facts, ("Replies that could not be read", f"{unreadable:,}")]


ASKED_FOR = {AskFor.REASONS: "choice, certainty and reasons", AskFor.CHOICE: "the choice only"}


def tokens_of(run: Run) -> Tokens:
    """What was paid: replies from the cache cost nothing."""
    paid = ModelAnswer.objects.filter(run=run, was_stored=False).aggregate(
        calls=Count("pk"),
        input=Coalesce(Sum("input_tokens"), 0),
        output=Coalesce(Sum("output_tokens"), 0),
        uncounted=Count("pk", filter=Q(input_tokens__isnull=True) | Q(output_tokens__isnull=True)),
    )
    return Tokens(**paid)


def tokens_in_words(tokens: Tokens) -> str:
    words = f"{tokens.input:,} in, {tokens.output:,} out"
    return f"{words}; {tokens.uncounted:,} calls were not counted by the server" if tokens.uncounted else words


def priced(run: Run) -> Endpoint:
    """The endpoint with the prices of the time when the run was started."""
    return Endpoint(run.parameters["endpoint"], "", run.parameters["model"], **run.parameters["prices"])


def expected_cost(run: Run, paid: Tokens) -> str:
    """What the run will have cost, from the calls paid so far; empty before there are any."""
    cost = cost_of(priced(run), paid)
    if not paid.calls or cost is None:
        return ""
    total = sum(chunk_sizes(run))
    return f"about {cost_in_words(cost * total / paid.calls, run.parameters['prices']['currency'])}"


def estimate(study: Study, chosen: AnnotatorSettings) -> tuple[int, Tokens]:
    """The calls of a run, and the tokens they will need at most, before anything is paid."""
    facts = model_facts(chosen.endpoint)
    draft = Run(study=study, parameters=asdict(chosen) | facts | {"trial": False})
    questions = questions_of(study).select_related("persona__persona_set")
    some = [Task(question, 1, AnswerOrder.REFERENCE) for question in questions[:ESTIMATED_FROM]]
    requests = requests_for(draft, some)
    calls = len(ORDERS) * chosen.samples * questions.count()
    characters = sum(len(message.content) for request in requests for message in request.messages)
    each = characters / max(1, len(requests)) / CHARACTERS_PER_TOKEN
    longest = LONGEST_REPLY[AskFor(chosen.ask_for)]
    return calls, Tokens(calls=calls, input=round(calls * each), output=calls * longest)


def calls_and_cost(study: Study, chosen: AnnotatorSettings) -> tuple[int, str]:
    """The calls of a run and what they cost at most, in words. Raises what ``start_annotating`` raises."""
    refuse_what_cannot_be_asked(study, chosen)
    calls, tokens = estimate(study, chosen)
    prices = model_facts(chosen.endpoint)["prices"]
    cost = cost_of(Endpoint(chosen.endpoint, "", "", **prices), tokens)
    words = cost_in_words(cost, prices["currency"])
    return calls, f"at most {words}" if cost else words


def summary_of(run: Run) -> dict[str, int]:
    answers = ModelAnswer.objects.filter(run=run)
    return {"answers": answers.count(), "of_these_from_the_cache": answers.filter(was_stored=True).count()}


def chosen_in(run: Run) -> AnnotatorSettings:
    """The settings with which a run was started."""
    return AnnotatorSettings(**{field.name: run.parameters[field.name] for field in fields(AnnotatorSettings)})


def description_of(run: Run) -> str:
    name = chosen_in(run).annotator
    return f"{name}: {run.parameters['questions']} questions" if run.parameters["trial"] else name
