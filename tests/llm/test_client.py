"""The HTTP client against a server that misbehaves in every way: a named failure, in time, and no secret anywhere."""

import asyncio
import logging
import threading
import time
from contextlib import contextmanager

import pytest

from llm.abilities import Abilities
from llm.chat import ChatRequest, Sampling, Usage, chat
from llm.client import MOST_BYTES, HttpModel
from llm.errors import CallFailed, Failure
from llm.many import event_loop, replies
from tests.llm.server import Answer, completion, serving

KEY = "sk-very-secret-0123456789abcdef"
HELLO = ChatRequest(chat("Hello", system="Be brief."), Sampling(max_tokens=20))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr("llm.client.FIRST_PAUSE_SECONDS", 0.02)


def ask(server, request=HELLO, abilities=None, **changes):
    async def once():
        model = HttpModel(server.endpoint(**changes), abilities)
        try:
            return await model.reply(request)
        finally:
            await model.close()

    return asyncio.run(once())


@contextmanager
def closing(endpoint):
    """A model in the process's loop, which outlives the test."""
    model = HttpModel(endpoint)
    try:
        yield model
    finally:
        asyncio.run_coroutine_threadsafe(model.close(), event_loop()).result(5)


def failure_from(answer, **changes):
    with serving(answer) as server, pytest.raises(CallFailed) as failed:
        ask(server, **{"retry_seconds": 1, **changes})
    return failed.value, server


def test_client_sends_the_request_and_reads_the_reply():
    with serving(lambda *_: "Good day.") as server:
        reply = ask(server)
    path, body, headers = server.requests[0]
    assert (reply.text, reply.usage, reply.model, reply.finish_reason) == ("Good day.", Usage(12, 3), "small-1", "stop")
    assert path == "/v1/chat/completions"
    assert body["model"] == "small"
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
    assert "authorization" not in {name.lower() for name in headers}


def test_client_takes_the_key_from_the_environment(monkeypatch):
    monkeypatch.setenv("SMALL_KEY", KEY)
    with serving(lambda *_: "Hi") as server:
        ask(server, key_variable="SMALL_KEY")
    assert {name.lower(): value for name, value in server.requests[0][2].items()}["authorization"] == f"Bearer {KEY}"


def test_client_without_the_key_it_needs_sends_nothing(monkeypatch):
    monkeypatch.delenv("SMALL_KEY", raising=False)
    failed, server = failure_from(lambda *_: "Hi", key_variable="SMALL_KEY")
    assert failed.failure == Failure.NO_KEY
    assert server.requests == []


def endless(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    block = b"%x\r\n%s\r\n" % (65_536, b" " * 65_536)
    while True:
        handler.wfile.write(block)


def dribbling(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        handler.wfile.write(b"1\r\n \r\n")
        handler.wfile.flush()
        time.sleep(0.05)


def broken_off(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")


FAULTS = {
    "slow": (Answer(completion("late"), delay=1.5), Failure.TIMEOUT),
    "dribbling": (Answer(dribbling), Failure.TIMEOUT),
    "endless": (Answer(endless), Failure.TOO_LARGE),
    "broken off": (Answer(broken_off), Failure.UNREACHABLE),
    "500": (Answer("oops", status=500), Failure.SERVER_ERROR),
    "429": (Answer("slow down", status=429), Failure.RATE_LIMITED),
    "429 for longer than is allowed": (Answer("", status=429, headers={"retry-after": "75"}), Failure.RATE_LIMITED),
    "401": (Answer(f"Incorrect API key: {KEY}", status=401), Failure.REFUSED),
    "400": (Answer({"error": {"message": "max_tokens is too large"}}, status=400), Failure.REFUSED),
    "truncated JSON": (Answer('{"choices": [{"message": {"con'), Failure.MALFORMED),
    "HTML": (Answer("<html>welcome</html>"), Failure.MALFORMED),
    "no choices": (Answer({"error": "no model"}), Failure.MALFORMED),
    "a list": (Answer([1]), Failure.MALFORMED),
    "content of parts": (Answer(completion([{"type": "text"}])), Failure.MALFORMED),
    "null character": (Answer(completion("a\x00b")), Failure.MALFORMED),
    "redirect": (Answer("", status=307, headers={"location": "http://127.0.0.2:9/v1"}), Failure.REDIRECTED),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_client_names_the_failure(fault, monkeypatch, caplog):
    monkeypatch.setenv("SMALL_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    answer, failure = FAULTS[fault]
    failed, _ = failure_from(lambda *_: answer, timeout_seconds=0.4, retry_seconds=0.3, key_variable="SMALL_KEY")
    assert failed.failure == failure
    assert KEY not in f"{failed} {failed!r} {failed.__dict__} {failed.__cause__!r} {caplog.text}"


def test_client_does_not_follow_a_redirect_to_another_origin():
    with serving(lambda *_: "stolen") as other:
        answer = Answer("", status=307, headers={"location": other.address + "/chat/completions"})
        failed, server = failure_from(lambda *_: answer)
    assert other.requests == []
    assert len(server.requests) == 1
    assert "Redirects are not followed" in failed.detail


def test_client_with_a_port_where_nobody_listens_is_told_so(unused_tcp_port):
    with serving(lambda *_: "") as server, pytest.raises(CallFailed) as failed:
        ask(server, address=f"http://127.0.0.1:{unused_tcp_port}/v1", retry_seconds=0.1)
    assert failed.value.failure == Failure.UNREACHABLE


def test_client_waits_as_long_as_the_server_asks():
    times = []

    def answer(path, body, number):
        times.append(time.monotonic())
        return "at last" if number == 2 else Answer("", status=429, headers={"retry-after": "1"})

    with serving(answer) as server:
        assert ask(server).text == "at last"
    assert times[1] - times[0] >= 1


def test_client_gives_up_at_once_when_asked_to_wait_longer_than_allowed():
    failed, server = failure_from(lambda *_: Answer("", status=429, headers={"retry-after": "75"}), retry_seconds=60)
    assert len(server.requests) == 1
    assert failed.retry_after == 75


def test_client_tries_again_after_a_server_error():
    with serving(lambda path, body, number: "fine" if number == 3 else Answer("", status=503)) as server:
        assert ask(server).text == "fine"
    assert len(server.requests) == 3


def test_client_does_not_repeat_what_the_server_refused():
    _, server = failure_from(lambda *_: Answer("no", status=400), retry_seconds=60)
    assert len(server.requests) == 1


def test_client_refuses_the_reply_of_another_model_than_was_probed():
    with serving(lambda *_: "Hi") as server, pytest.raises(CallFailed) as failed:
        ask(server, abilities=Abilities(reported_model="small-0"))
    assert failed.value.failure == Failure.WRONG_MODEL


def test_client_reads_at_most_a_few_megabytes():
    failed, _ = failure_from(lambda *_: Answer(completion("x" * MOST_BYTES)))
    assert failed.failure == Failure.TOO_LARGE


def test_replies_keep_to_the_number_of_calls_at_once():
    with (
        serving(lambda *_: Answer(completion("ok"), delay=0.02)) as server,
        closing(server.endpoint(at_once=3)) as model,
    ):
        outcomes = [outcome for outcome in replies(model, [HELLO] * 20) if outcome]
    assert sorted(index for index, _ in outcomes) == list(range(20))
    assert server.most_at_once == 3


def test_replies_closed_early_send_nothing_more():
    gate = threading.Event()

    def answer(path, body, number):
        gate.wait(5)
        return "ok"

    with serving(answer) as server, closing(server.endpoint(at_once=2)) as model:
        pending = replies(model, [HELLO] * 20)
        assert next(pending) is None
        pending.close()
        gate.set()
    assert len(server.requests) == 2
