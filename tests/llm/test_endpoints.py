import json

import pytest

from llm.endpoints import WrongEndpoints, endpoints_in, read_endpoints

LOCAL = {"name": "local", "address": "http://127.0.0.1:18082/v1/", "model": "smollm2"}
HOSTED = {
    "name": "hosted",
    "address": "https://api.example.org/v1",
    "model": "large",
    "key_variable": "EXAMPLE_KEY",
    "price_input": 0.15,
    "price_output": 0.6,
    "requests_per_minute": None,
}


def test_endpoints_are_read_by_name(tmp_path):
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps({"endpoints": [LOCAL, HOSTED]}))
    endpoints = read_endpoints(file)
    assert list(endpoints) == ["local", "hosted"]
    assert endpoints["local"].address == "http://127.0.0.1:18082/v1"
    assert (endpoints["local"].price_input, endpoints["hosted"].price_input) == (None, 0.15)


WRONG = {
    "there is no setting 'key'": {**LOCAL, "key": "sk-1"},
    "model is missing": {"name": "a", "address": "https://a.example/v1"},
    "must be of small letters": {**LOCAL, "name": "My model"},
    "and not 'fake'": {**LOCAL, "name": "fake"},
    "not the key itself": {**HOSTED, "key_variable": "sk-proj-123"},
    "a key is sent over https:// only": {**HOSTED, "address": "http://api.example.org/v1"},
    "no user, password": {**LOCAL, "address": "https://me:secret@api.example.org/v1"},
    "address must begin with": {**LOCAL, "address": "file:///etc/passwd"},
    "at_once must be at least 1": {**LOCAL, "at_once": 0},
    "at_once must be a whole number": {**LOCAL, "at_once": 1.5},
    "price_input must be a number": {**LOCAL, "price_input": "cheap"},
    "price_output must be at least 0": {**LOCAL, "price_output": -1},
    "model must be a text": {**LOCAL, "model": 5},
    "it is not an object": "local",
    "is not an address": {**LOCAL, "address": "http://[::1/v1"},
}


@pytest.mark.parametrize("problem", WRONG)
def test_wrong_endpoint_is_refused_and_the_problem_named(problem):
    with pytest.raises(WrongEndpoints) as refused:
        endpoints_in({"endpoints": [LOCAL, WRONG[problem]]})
    assert [problem in line for line in refused.value.problems] == [True]
    assert "Endpoint 2: " in str(refused.value)


def test_name_used_twice_is_refused():
    with pytest.raises(WrongEndpoints, match="used twice"):
        endpoints_in({"endpoints": [LOCAL, LOCAL]})


def test_file_that_is_missing_or_not_json_is_refused(tmp_path):
    with pytest.raises(WrongEndpoints, match="cannot be read"):
        read_endpoints(tmp_path / "none.json")
    (tmp_path / "text.json").write_text("endpoints: local")
    with pytest.raises(WrongEndpoints, match="is not JSON"):
        read_endpoints(tmp_path / "text.json")
    with pytest.raises(WrongEndpoints, match="must contain"):
        endpoints_in([LOCAL])
