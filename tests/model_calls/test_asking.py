"""The cache: nothing that was answered is asked again, and answers are stored with what was made of them."""

import pytest
from django.db import IntegrityError, transaction

from jobs.kinds import Kind, Outcome, register
from jobs.models import Chunk, RunState
from jobs.services.runs import start_run
from llm.chat import ChatRequest, OneOf, Sampling, chat
from llm.errors import CallFailed, Failure
from llm.scripted import ScriptedModel
from model_calls.endpoints import UnknownEndpoint, model_named
from model_calls.models import StoredAnswer
from model_calls.services.answers import keep_answers, stored_replies
from model_calls.services.asking import answer_chunk, ask

pytestmark = pytest.mark.django_db
REQUESTS = [
    ChatRequest(chat(f"Question {number}: A or B?"), Sampling(top_logprobs=5), OneOf(("A", "B")), purpose="annotate")
    for number in range(60)
]


def ask_and_keep(model, requests):
    asked = []
    for batch in ask(model, requests):
        keep_answers(model, batch)
        asked += batch
    return {one.index: one for one in asked}


def test_answers_are_stored_with_all_that_was_asked_and_said():
    model = ScriptedModel()
    asked = ask_and_keep(model, REQUESTS[:1])[0]
    row = StoredAnswer.objects.get(pk=asked.key)
    assert row.text == asked.reply.text
    assert row.sent == {"address": "scripted:fake", "body": model.body(REQUESTS[0]), "sample": 1}
    assert (row.endpoint, row.purpose) == ("fake", "annotate")
    assert stored_replies([asked.key]) == {asked.key: asked.reply}


def test_what_is_stored_is_not_asked_again():
    first, second = ScriptedModel(), ScriptedModel()
    before = ask_and_keep(first, REQUESTS[:40])
    after = ask_and_keep(second, REQUESTS)
    assert len(first.requests) == 40
    assert len(second.requests) == 20
    assert [after[index].was_stored for index in range(60)] == [True] * 40 + [False] * 20
    assert [after[index].reply for index in range(40)] == [before[index].reply for index in range(40)]
    assert StoredAnswer.objects.count() == 60


def test_stored_answer_is_never_replaced():
    model = ScriptedModel()
    key = ask_and_keep(model, REQUESTS[:1])[0].key
    StoredAnswer.objects.filter(pk=key).update(text="as it was")
    other = ScriptedModel({"annotate": lambda request, random: "A"})
    keep_answers(other, [one for batch in ask(other, []) for one in batch])
    assert ask_and_keep(other, REQUESTS[:1])[0].reply.text == "as it was"


def test_failures_are_told_and_not_stored():
    def script(request, random):
        raise CallFailed(Failure.REFUSED, "no")

    asked = ask_and_keep(ScriptedModel({"annotate": script}), REQUESTS[:3])
    assert {one.error.failure for one in asked.values()} == {Failure.REFUSED}
    assert not StoredAnswer.objects.exists()


def test_cache_is_read_in_few_queries(django_assert_num_queries):
    ask_and_keep(ScriptedModel(), REQUESTS)
    with django_assert_num_queries(1):
        assert sum(len(batch) for batch in ask(ScriptedModel(), REQUESTS)) == 60


def test_stored_answer_without_a_hash_for_a_key_is_refused():
    with pytest.raises(IntegrityError, match="stored_answer_key_is_a_hash"), transaction.atomic():
        StoredAnswer.objects.create(key="short", endpoint="fake", request=b"")


def test_unknown_endpoint_is_named_with_those_that_are_known():
    with pytest.raises(UnknownEndpoint, match="Known: fake"):
        model_named("gpt")


# --- In a chunk of a run ---------------------------------------------------------------------------
@register
class AskingKind(Kind):
    name = "test-asking"
    label = "Asking"
    model = ScriptedModel()
    saved: list = []

    def run_chunk(self, run, chunk):
        chunk.size = len(REQUESTS)
        Chunk.objects.filter(pk=chunk.pk).update(size=chunk.size)
        answer_chunk(chunk, self.model, REQUESTS, self.save)
        return Outcome(done=len(REQUESTS))

    def save(self, batch):
        self.saved.extend(one.index for one in batch)
        if len(self.saved) > 40 and not self.model.scripts:
            self.model.scripts["annotate"] = lambda request, random: "A"
            raise RuntimeError("the process dies here")


def test_chunk_that_died_halfway_asks_only_what_was_not_stored():
    AskingKind.model, AskingKind.saved = ScriptedModel(), []
    run = start_run("test-asking")
    assert run.state == RunState.DONE
    assert run.done == 60
    stored_before = 25
    assert len(AskingKind.model.requests) == 60 + 60 - stored_before
    assert StoredAnswer.objects.count() == 60
