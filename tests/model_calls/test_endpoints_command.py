import pytest
from django.core.management import CommandError, call_command

from llm.abilities import Abilities
from llm.endpoints import Endpoint
from model_calls.endpoints import model_named
from model_calls.models import EndpointProbe
from tests.llm.server import Answer, serving

pytestmark = pytest.mark.django_db
KEY = "sk-secret-0123456789abcdef"


def test_endpoints_are_listed_with_their_price_and_without_their_key(settings, monkeypatch, capsys):
    monkeypatch.setenv("SMALL_KEY", KEY)
    address = "https://api.example.org/v1"
    settings.LLM_ENDPOINTS = {
        "small": Endpoint("small", address, "small", key_variable="SMALL_KEY"),
        "large": Endpoint("large", address, "large", price_input=0.15, price_output=0.6),
    }
    call_command("endpoints")
    said = capsys.readouterr().out
    assert "price: unknown" in said
    assert "price: 0.15 in, 0.6 out, USD per million tokens" in said
    assert "key: SMALL_KEY (set)" in said
    assert KEY not in said


def test_probe_is_remembered_and_used(settings, capsys):
    with serving(lambda path, body, number: "Paris." if body else Answer("", status=404)) as server:
        settings.LLM_ENDPOINTS = {"small": server.endpoint()}
        assert model_named("small").abilities == Abilities()
        call_command("endpoints", "--probe", "small")
    assert EndpointProbe.objects.get().found == Abilities(reported_model="small-1")
    assert model_named("small").abilities.reported_model == "small-1"
    assert "grammar: no" in capsys.readouterr().out


def test_probe_of_an_unknown_endpoint_is_refused():
    with pytest.raises(CommandError, match="There is no endpoint 'gpt'"):
        call_command("endpoints", "--probe", "gpt")
