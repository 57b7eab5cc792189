"""A provider's batch: requests out as lines, replies back into the cache, and a run that sends nothing."""

import json

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Annotation
from annotation.services.model_annotators import AnnotatorSettings, start_annotating
from jobs.models import RunState
from llm.abilities import Abilities, Dialect
from llm.endpoints import Endpoint
from model_calls.models import EndpointProbe, StoredAnswer
from tests.factories import make_study
from tests.llm.server import completion

pytestmark = pytest.mark.django_db
# Nobody listens there: whatever is sent fails.
LARGE = Endpoint("large", "http://127.0.0.1:1/v1", "large", retry_seconds=1)


@pytest.fixture
def study(settings):
    settings.LLM_ENDPOINTS = {"large": LARGE}
    abilities = Abilities(one_of=Dialect.JSON_SCHEMA, json_object=Dialect.JSON_SCHEMA).as_json()
    EndpointProbe.objects.create(endpoint="large", address=LARGE.address, model="large", abilities=abilities)
    return make_study(personas=2, questions=3)


def written(study, folder, *options):
    file = folder / "requests.jsonl"
    call_command("annotate", study.slug, "--model", "large", "--batch-file", str(file), *options)
    return file, [json.loads(line) for line in file.read_text().splitlines()]


def answered(folder, requests, text):
    file = folder / "replies.jsonl"
    lines = (
        {"custom_id": one["custom_id"], "response": {"status_code": 200, "body": completion(text)}} for one in requests
    )
    file.write_text("\n".join(json.dumps(line) for line in lines))
    return file


def test_replies_of_a_batch_are_found_by_the_run(study, tmp_path, capsys):
    file, requests = written(study, tmp_path, "--choice-only")
    assert len(requests) == 12
    replies = answered(tmp_path, requests, '{"answer": "B"}')
    call_command("keep_batch", "large", str(file), str(replies))
    assert "12 replies stored, 0 failed, 12 were asked." in capsys.readouterr().out
    run = start_annotating(study=study, chosen=AnnotatorSettings("large", ask_for="choice"))
    assert (run.state, run.done, run.failed) == (RunState.DONE, 12, 0)
    assert set(Annotation.objects.values_list("choice", flat=True)) == {"revised", "alternative", "inconsistent"}


def test_failed_reply_of_a_batch_is_counted_and_not_stored(study, tmp_path, capsys):
    file, requests = written(study, tmp_path)
    replies = tmp_path / "replies.jsonl"
    replies.write_text(
        json.dumps({"custom_id": requests[0]["custom_id"], "response": {"status_code": 500, "body": {}}})
    )
    call_command("keep_batch", "large", str(file), str(replies))
    assert "0 replies stored, 1 failed, 12 were asked." in capsys.readouterr().out
    assert not StoredAnswer.objects.exists()


def test_requests_that_were_changed_are_refused(study, tmp_path):
    file, requests = written(study, tmp_path)
    replies = answered(tmp_path, requests, "A")
    file.write_text(file.read_text().replace('"temperature": 0.0', '"temperature": 1.0', 1))
    with pytest.raises(CommandError, match="Line 1 of the requests was changed"):
        call_command("keep_batch", "large", str(file), str(replies))
    assert not StoredAnswer.objects.exists()


def test_replies_to_other_requests_are_refused(study, tmp_path):
    file, _ = written(study, tmp_path)
    replies = answered(tmp_path, [{"custom_id": "0" * 64 + "-1"}], "A")
    with pytest.raises(CommandError, match="not in the file of requests"):
        call_command("keep_batch", "large", str(file), str(replies))
    replies.write_text("not JSON")
    with pytest.raises(CommandError, match="Line 1 is not JSON"):
        call_command("keep_batch", "large", str(file), str(replies))
