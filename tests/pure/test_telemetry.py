"""The browser's counts are bounded and never break an answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.telemetry import DAY_MS, LIMITS, Telemetry, read_telemetry


def test_read_telemetry_takes_the_counts():
    sent = {"visible_ms": 61000, "active_ms": 42000.7, "paste_count": 1, "paste_characters": 80, "first_choice": "B"}
    telemetry = read_telemetry(json.dumps(sent))
    assert telemetry == Telemetry(
        visible_ms=61000, active_ms=42000, paste_count=1, paste_characters=80, first_choice="B"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '{"visible_ms": NaN}',
        '{"visible_ms": "1"}',
        '{"visible_ms": true}',
        '{"first_choice": ["A"]}',
        '{"first_choice": {"A": 1}}',
        '{"first_choice": 7}',
        "[" * 4000,
    ],
)
def test_read_telemetry_of_nonsense_is_zero(text):
    assert read_telemetry(text) == Telemetry()


def test_read_telemetry_bounds_what_cannot_be():
    telemetry = read_telemetry('{"visible_ms": 1e300, "focus_losses": -4}')
    assert (telemetry.visible_ms, telemetry.focus_losses) == (DAY_MS, 0)


KEYS = st.sampled_from([*LIMITS, "first_choice"]) | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.text(max_size=200) | st.dictionaries(KEYS, VALUES).map(json.dumps))
def test_read_telemetry_never_fails(text):
    read_telemetry(text)
