"""What Prolific's link carries."""

import pytest

from annotation.prolific.entry import UnreadableId, completion_url, read_entry

PID = "60bf9310e8dec401be6e9615"


def test_read_entry_takes_the_three_ids():
    entry = read_entry(
        {"PROLIFIC_PID": PID, "STUDY_ID": "60aca280709ee40ec37d4885", "SESSION_ID": "625d4a831bcda2d59ac5a251"}
    )
    assert entry is not None
    assert (entry.prolific_id, entry.prolific_study_id, entry.submission_id) == (
        PID,
        "60aca280709ee40ec37d4885",
        "625d4a831bcda2d59ac5a251",
    )


@pytest.mark.parametrize(
    "pid",
    ["{{%PROLIFIC_PID%}}", "test", PID[:-1], PID + "0", PID.replace("6", "g"), "000\x00", "６" * 24, f"{PID}\n0"],
)
def test_read_entry_refuses_a_malformed_or_unsubstituted_id(pid):
    with pytest.raises(UnreadableId):
        read_entry({"PROLIFIC_PID": pid})


@pytest.mark.parametrize("name", ["STUDY_ID", "SESSION_ID"])
def test_read_entry_refuses_another_id_without_the_participants(name):
    with pytest.raises(UnreadableId):
        read_entry({name: PID})


@pytest.mark.parametrize("parameters", [{}, {"PROLIFIC_PID": ""}, {"PROLIFIC_PID": " ", "SESSION_ID": ""}])
def test_read_entry_of_a_link_without_any_id_is_a_preview(parameters):
    assert read_entry(parameters) is None


def test_read_entry_of_an_id_of_digits_keeps_every_digit():
    entry = read_entry({"PROLIFIC_PID": "000000000000000000000007"})
    assert entry is not None
    assert entry.prolific_id == "000000000000000000000007"


def test_read_entry_takes_capitals_and_spaces_for_the_same_person():
    entry = read_entry({"PROLIFIC_PID": f" {PID.upper()} "})
    assert entry is not None
    assert entry.prolific_id == PID


def test_read_entry_leaves_other_ids_empty_when_they_are_placeholders():
    entry = read_entry({"PROLIFIC_PID": PID, "STUDY_ID": "{{%STUDY_ID%}}"})
    assert entry is not None
    assert (entry.prolific_study_id, entry.submission_id) == ("", "")


def test_completion_url_escapes_the_code():
    assert completion_url("A B&C") == "https://app.prolific.com/submissions/complete?cc=A+B%26C"
