"""Model annotators: both orders, one row each, results while they run, and nothing asked twice."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from analysis.labels import label_matrix
from annotation.conditions import AnswerOrder, Condition
from annotation.models import Annotation, AnnotatorRun, Choice, ModelAnswer, Rater, Response
from annotation.role_play import AskFor
from annotation.services.model_annotators import (
    AnnotatingRefused,
    AnnotatorSettings,
    Task,
    requests_for,
    start_annotating,
    tasks_of,
)
from annotation.services.model_answers import joined_choice
from annotation.services.model_costs import calls_and_cost
from jobs.kinds import QUEUES, kind_named
from jobs.models import RunState
from jobs.services.runs import retry_run
from llm.endpoints import Endpoint
from llm.errors import CallFailed, Failure
from llm.scripted import ScriptedModel
from model_calls.models import EndpointProbe, StoredAnswer
from tests.factories import make_researcher, make_study
from tests.llm.server import Answer, serving

pytestmark = pytest.mark.django_db
FAKE = AnnotatorSettings("fake")
ALWAYS_A = {"choice": "A", "certainty": 90, "justification": "It comes first."}


@pytest.fixture
def study(db):
    return make_study(personas=3, questions=4)


@pytest.fixture
def model(monkeypatch):
    """The scripted model that runs get; give it scripts, count its requests."""
    scripted = ScriptedModel()
    monkeypatch.setattr("annotation.run_kinds.model_named", lambda name: scripted)
    return scripted


def answering(reply):
    return {"annotate": lambda request, random: reply}


def test_model_annotator_answers_every_question_in_both_orders(study, model):
    run = start_annotating(study=study, chosen=FAKE)
    assert (run.state, run.total, run.done, run.failed) == (RunState.DONE, 24, 24, 0)
    assert ModelAnswer.objects.filter(run=run).values_list("order", flat=True).distinct().count() == 2
    one, both = Rater.objects.filter(kind="model").order_by("name")
    assert (one.name, both.name) == ("scripted model, with persona", "scripted model, with persona, both orders")
    assert one.annotations.filter(run=1).count() == one.annotations.filter(run=2).count() == 12
    assert both.annotations.filter(run=1).count() == 12
    assert list(AnnotatorRun.objects.filter(rater=one).values_list("answer_order", "condition")) == [
        (AnswerOrder.REFERENCE, Condition.PERSONA),
        (AnswerOrder.REVERSED, Condition.PERSONA),
    ]


def test_orders_show_the_answers_in_different_places(study, model):
    start_annotating(study=study, chosen=FAKE)
    for question in study.questions.all():
        first = dict(
            Annotation.objects.filter(question=question).exclude(shown_first="").values_list("run", "shown_first")
        )
        assert first[1] == question.reference_first != first[2]


def test_model_that_always_says_a_is_inconsistent_without_probabilities(study, model, monkeypatch):
    model.scripts = answering(ALWAYS_A)
    monkeypatch.setattr("llm.scripted.tokens_for", lambda *_: ())
    start_annotating(study=study, chosen=FAKE)
    joined = Annotation.objects.filter(rater__name__endswith="both orders")
    assert set(joined.values_list("choice", "certainty", "probability")) == {(Choice.INCONSISTENT, 0.9, None)}
    assert set(
        Annotation.objects.filter(run=1)
        .exclude(rater__name__endswith="both orders")
        .values_list("justification", flat=True)
    ) == {"It comes first."}


def test_inconsistent_answers_are_no_label(study, model, monkeypatch):
    model.scripts = answering(ALWAYS_A)
    monkeypatch.setattr("llm.scripted.tokens_for", lambda *_: ())
    start_annotating(study=study, chosen=FAKE)
    matrix = label_matrix(study)
    rows = {annotator.label: row for annotator, row in zip(matrix.annotators, matrix.named, strict=True)}
    assert set(rows["scripted model, with persona, both orders"].tolist()) == {-1}
    assert set(rows["scripted model, with persona"].tolist()) <= {0, 1}


@pytest.mark.parametrize(
    ("pair", "choice"),
    [
        ([("revised", 0.9), ("alternative", 0.4)], "revised"),
        ([("revised", 0.6), ("alternative", 0.1)], "alternative"),
        ([("revised", None), ("revised", 0.9)], "revised"),
        ([("revised", None), ("alternative", None)], "inconsistent"),
        ([("revised", 0.7), ("alternative", 0.3)], "inconsistent"),
        ([("unparsable", None), ("revised", 0.9)], "unparsable"),
    ],
)
def test_two_orders_are_joined(pair, choice):
    assert joined_choice(pair)[0] == choice


def test_probability_is_that_of_the_choice_and_the_mass_is_kept(study, model):
    start_annotating(study=study, chosen=FAKE)
    for answer in Annotation.objects.filter(run=1).exclude(rater__name__endswith="both orders"):
        assert answer.probability > 0.5
        assert 0 < answer.probability_mass < 1
        assert 0 <= answer.certainty <= 1


def test_reply_that_cannot_be_read_is_kept_as_such(study, model):
    model.scripts = answering("I like both.")
    run = start_annotating(study=study, chosen=FAKE)
    assert (run.done, run.failed) == (24, 0)
    assert set(Annotation.objects.values_list("choice", flat=True)) == {Choice.UNPARSABLE}
    assert "I like both." in set(Annotation.objects.values_list("raw_verdict", flat=True))
    assert dict(run.facts)["Replies that could not be read"] == "24"


def test_choice_only_asks_for_one_letter(study, model):
    model.scripts = answering("B")
    start_annotating(study=study, chosen=AnnotatorSettings("fake", ask_for=AskFor.CHOICE))
    assert {request.sampling.max_tokens for request in model.requests} == {4}
    assert set(ModelAnswer.objects.values_list("choice", flat=True)) == {"revised", "alternative"}


# --- Conditions --------------------------------------------------------------------------------------
def told(study, **changes):
    run = start_annotating(study=study, chosen=AnnotatorSettings("fake", **changes), trial=True)
    return next(request.messages[0].content for request in requests_for(run, tasks_of(run, 0)))


def test_condition_decides_what_the_model_is_told(study, model):
    persona = study.questions.first().persona
    assert persona.text(**study.persona_options) in told(study)
    assert "Ohio" not in told(study, condition="demographics")
    assert "You play a person" not in told(study, condition="none")
    hidden = told(study, condition="without_attribute", hidden_attribute="State")
    assert "Ohio" not in hidden
    assert "You play a person" in hidden


REFUSED = {
    "between 1 and 50": {"samples": 0},
    "every sample is the same": {"samples": 2},
    "between 0 and 2": {"temperature": 3.0},
    "No persona of the study has an attribute": {"condition": "without_attribute", "hidden_attribute": "shoe size"},
    "Only the condition": {"hidden_attribute": "state"},
    "cannot be asked under the condition": {"condition": "other"},
}


@pytest.mark.parametrize("problem", REFUSED)
def test_settings_that_make_no_sense_are_refused(study, problem):
    with pytest.raises(AnnotatingRefused, match=problem):
        start_annotating(study=study, chosen=AnnotatorSettings("fake", **REFUSED[problem]))
    assert not Rater.objects.exists()


# --- Samples, repeats, trials ------------------------------------------------------------------------
def test_samples_are_runs_of_the_annotator(study, model):
    start_annotating(study=study, chosen=AnnotatorSettings("fake", samples=3, temperature=0.7))
    one, both = Rater.objects.filter(kind="model").order_by("name")
    assert sorted(set(one.annotations.values_list("run", flat=True))) == [1, 2, 3, 4, 5, 6]
    assert sorted(set(both.annotations.values_list("run", flat=True))) == [1, 2, 3]


def test_second_run_counts_on_and_pays_nothing_for_the_same_questions(study, model):
    start_annotating(study=study, chosen=FAKE)
    asked = len(model.requests)
    run = start_annotating(study=study, chosen=FAKE)
    assert len(model.requests) == asked
    assert dict(run.facts)["Calls paid"] == "0"
    one, both = Rater.objects.filter(kind="model").order_by("name")
    choices = {
        number: list(one.annotations.filter(run=number).order_by("question").values_list("choice", flat=True))
        for number in (1, 2, 3, 4)
    }
    assert choices[1] == choices[3]
    assert choices[2] == choices[4]
    assert set(both.annotations.values_list("run", flat=True)) == {1, 2}


def test_trial_asks_a_few_questions_and_makes_no_annotation(study, model):
    run = start_annotating(study=study, chosen=FAKE, trial=True)
    assert (run.total, run.done) == (6, 6)
    assert ModelAnswer.objects.filter(run=run).count() == 6
    assert not Annotation.objects.exists()
    assert not Rater.objects.exists()
    start_annotating(study=study, chosen=FAKE)
    assert len(model.requests) == 24


# --- Failures ----------------------------------------------------------------------------------------
def test_failed_calls_are_counted_by_kind_and_tried_again(study, model):
    calls = []

    def script(request, random):
        calls.append(request)
        if len(calls) % 4 == 0 and len(calls) <= 24:
            raise CallFailed(Failure.RATE_LIMITED, "HTTP 429: slow down")
        return ALWAYS_A

    model.scripts = {"annotate": script}
    run = start_annotating(study=study, chosen=FAKE)
    assert (run.state, run.done, run.failed) == (RunState.DONE, 18, 6)
    assert [(error.kind, error.count, error.example) for error in run.errors.all()] == [
        ("Rate limited", 6, "HTTP 429: slow down")
    ]
    retry_run(run=run)
    assert (run.state, run.done, run.failed) == (RunState.DONE, 24, 0)
    assert len(calls) == 24 + 6
    assert Annotation.objects.count() == 24 + 12


def test_endpoint_that_refuses_everything_ends_the_run(study, model):
    def script(request, random):
        raise CallFailed(Failure.REFUSED, "HTTP 401: no such key")

    model.scripts = {"annotate": script}
    run = start_annotating(study=study, chosen=FAKE)
    assert run.state == RunState.FAILED
    assert "calls all failed" in run.errors.first().example


def test_questions_that_changed_meanwhile_end_the_run(study, model, settings):
    settings.RUNS_IN_BACKGROUND = True
    run = start_annotating(study=study, chosen=FAKE)
    study.questions.last().delete()
    settings.RUNS_IN_BACKGROUND = False
    from jobs.services.inline import perform

    assert perform(run).state == RunState.FAILED


# --- Costs -------------------------------------------------------------------------------------------
def test_unknown_price_makes_an_unknown_cost(study, settings):
    address = "https://api.example.org/v1"
    settings.LLM_ENDPOINTS = {
        "small": Endpoint("small", address, "small"),
        "large": Endpoint("large", address, "large", price_input=1000, price_output=2000),
    }
    assert calls_and_cost(study, AnnotatorSettings("small")) == (24, "unknown")
    calls, words = calls_and_cost(study, AnnotatorSettings("large"))
    assert calls == 24
    assert words.startswith("at most")
    assert words.endswith("USD")


# --- The rows ----------------------------------------------------------------------------------------
def test_model_answer_constraints(study, model):
    run = start_annotating(study=study, chosen=FAKE)
    answer = ModelAnswer.objects.filter(run=run).first()
    wrong = {
        "model_answer_order_is_known": {"order": "sideways"},
        "model_answer_choice_is_known": {"choice": "both"},
        "model_answer_sample_from_one": {"sample": 0},
        "model_answer_certainty_is_a_share": {"certainty": 90},
        "model_answer_revised_probability_is_a_share": {"revised_probability": -0.1},
        "model_answer_probability_mass_is_a_share": {"probability_mass": 1.1},
    }
    for name, change in wrong.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ModelAnswer.objects.filter(pk=answer.pk).update(**change)
    twice = {"run": run, "question": answer.question, "order": answer.order, "sample": 1, "choice": "revised"}
    # model_answer_once_per_order_and_sample
    with pytest.raises(IntegrityError, match=r"model_answer_once_per_order_and_sample|UNIQUE"), transaction.atomic():
        ModelAnswer.objects.create(**twice, reply=answer.reply)
    for name, change in {
        "annotation_certainty_is_a_share": {"certainty": 2},
        "annotation_probability_mass_is_a_share": {"probability_mass": 2},
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Annotation.objects.filter(rater__kind="model").update(**change)


# --- The command -------------------------------------------------------------------------------------
def test_annotate_command(study, capsys):
    call_command("annotate", study.slug, "--fake", "--wait")
    said = capsys.readouterr().out
    assert "24 calls at most. Cost: 0.00 USD." in said
    assert "done, 24 answers, 0 failed." in said
    assert StoredAnswer.objects.count() == 24


def test_annotate_command_shows_a_trial(study, capsys):
    call_command("annotate", study.slug, "--fake", "--trial", "--condition", "none")
    said = capsys.readouterr().out
    assert said.count("[reply]") == 6
    assert "Which of the two is the better answer?" in said


def test_annotate_command_names_what_is_wrong(study):
    with pytest.raises(CommandError, match="There is no endpoint 'gpt'"):
        call_command("annotate", study.slug, "--model", "gpt")
    with pytest.raises(CommandError, match="No persona of the study has an attribute 'shoe size'"):
        call_command("annotate", study.slug, "--fake", "--hide", "shoe size")


def test_task_knows_what_stands_first(study):
    question = study.questions.first()
    assert Task(question, 1, AnswerOrder.REFERENCE).shown_first == question.reference_first
    assert {Task(question, 1, order).shown_first for order in AnswerOrder if order in ("reference", "reversed")} == set(
        Response.values
    )


# --- The pages ---------------------------------------------------------------------------------------
FORM = {"endpoint": "fake", "condition": "persona", "ask_for": "reasons", "samples": 1, "temperature": 0}


@pytest.fixture
def researcher(client):
    user = make_researcher(staff=True)
    client.force_login(user)
    return user


def test_page_tries_five_questions_and_then_asks_all(client, researcher, study, model):
    page = client.post(reverse("model-annotator-try", args=[study.slug]), FORM, follow=True)
    assert "What the model was asked and answered" in page.text
    assert "You play a person" in page.text
    assert "The whole run makes 24 calls. Cost: 0.00 USD." in page.text
    trial = study.runs.get()
    page = client.post(reverse("model-annotator-start", args=[study.slug, trial.pk]), follow=True)
    assert "24 of 24" in page.text
    assert Annotation.objects.count() == 24 + 12
    assert "scripted model, with persona" in client.get(reverse("annotator-list", args=[study.slug])).text


def test_page_says_what_is_wrong_and_starts_nothing(client, researcher, study):
    page = client.post(reverse("model-annotator-try", args=[study.slug]), FORM | {"samples": 3})
    assert "At temperature 0 every sample is the same" in page.text
    assert not study.runs.exists()


def test_page_shows_the_attributes_that_can_be_hidden(client, researcher, study):
    page = client.get(reverse("model-annotator-try", args=[study.slug]))
    assert '<option value="state">state</option>' in page.text
    assert client.head(reverse("model-annotator-try", args=[study.slug])).status_code == 200


def test_model_annotators_of_other_peoples_studies_are_not_found(client, study):
    client.force_login(make_researcher("mary"))
    assert client.get(reverse("model-annotator-try", args=[study.slug])).status_code == 404
    assert client.post(reverse("model-annotator-start", args=[study.slug, 1])).status_code == 404


def test_calls_of_each_endpoint_wait_in_a_queue_of_their_own(study, model):
    run = start_annotating(study=study, chosen=FAKE)
    trial = start_annotating(study=study, chosen=FAKE, trial=True)
    queues = [kind_named(each.kind).queue_for(each).name for each in (run, trial)]
    assert queues == ["model-calls-fake", "model-trials"]
    assert set(queues) <= QUEUES.keys()


# --- Secrets -----------------------------------------------------------------------------------------
def test_key_is_nowhere_in_the_database_even_if_the_server_quotes_it(
    study, settings, monkeypatch, caplog, client, researcher
):
    key = "sk-very-secret-0123456789abcdef"
    monkeypatch.setenv("SMALL_KEY", key)
    monkeypatch.setattr("llm.client.FIRST_PAUSE_SECONDS", 0.01)

    def answer(path, body, number):
        return Answer(f"wrong key {key}", status=403) if number % 3 == 0 else f"A, says the owner of {key}"

    with serving(answer) as server:
        settings.LLM_ENDPOINTS = {"small": server.endpoint(key_variable="SMALL_KEY")}
        EndpointProbe.objects.create(endpoint="small", address=server.address, model="small")
        run = start_annotating(study=study, chosen=AnnotatorSettings("small"))
    assert run.failed == 8
    stored = [str(list(table.objects.values_list())) for table in apps.get_models()]
    stored += [str(answer.sent) for answer in StoredAnswer.objects.all()]
    page = client.get(reverse("run-detail", args=[run.pk])).text
    assert key not in "\n".join([*stored, page, caplog.text])
    assert "[hidden]" in page
