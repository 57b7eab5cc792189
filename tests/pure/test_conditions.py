"""The condition of an annotator's run."""

import pytest

from annotation.conditions import Condition, RunSetting, condition_in, contradiction_in


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("language-model, no persona", Condition.NONE),
        ("m_no_persona", Condition.NONE),
        ("M, Without-Persona", Condition.NONE),
        ("language-model, demographics only", Condition.DEMOGRAPHICS),
        ("language-model, role-play, sample 1", Condition.PERSONA),
        ("m, with persona", Condition.PERSONA),
        ("gpt-4o", ""),
        ("persona", ""),
    ],
)
def test_condition_is_read_from_a_name_that_tells_it(name, condition):
    assert condition_in(name) == condition


def test_setting_that_hides_an_attribute_names_it():
    assert contradiction_in(RunSetting(condition="without_attribute", hidden_attribute="religion")) == ("", "")
    assert contradiction_in(RunSetting(condition="without_attribute"))[0] == "hidden_attribute"
    assert contradiction_in(RunSetting(condition="persona", hidden_attribute="religion"))[0] == "hidden_attribute"
