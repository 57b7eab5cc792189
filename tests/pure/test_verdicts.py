"""Words into choices: what is clear is read, what is not is kept, what does not fit is refused."""

import pytest

from annotation.verdicts import NotAVerdict, StudyRules, Verdict, read_order, read_shown_first, read_verdict

BASELINE = StudyRules("baseline", allows_no_preference=False)
FOIL = StudyRules("foil", allows_no_preference=False)
TIES = StudyRules("baseline", allows_no_preference=True)


@pytest.mark.parametrize(
    ("words", "choice"),
    [("revised", "revised"), (" Baseline ", "alternative"), ("ALTERNATIVE", "alternative")],
)
def test_read_verdict_takes_the_name_of_a_response(words, choice):
    assert read_verdict(words, "", BASELINE) == Verdict(choice)


def test_read_verdict_takes_the_word_of_its_own_design_only():
    assert read_verdict("foil", "", FOIL) == Verdict("alternative")
    with pytest.raises(NotAVerdict, match="no foil; write revised or baseline") as caught:
        read_verdict("foil", "", BASELINE)
    assert caught.value.column == "choice"
    with pytest.raises(NotAVerdict, match="no baseline; write revised or foil"):
        read_verdict("baseline", "", FOIL)


@pytest.mark.parametrize(
    ("words", "shown_first", "choice"),
    [
        ("A", "revised", "revised"),
        ("b", "revised", "alternative"),
        ("first", "alternative", "alternative"),
        ("Second", "alternative", "revised"),
    ],
)
def test_read_verdict_turns_a_side_into_the_response_that_stood_there(words, shown_first, choice):
    assert read_verdict(words, shown_first, BASELINE) == Verdict(choice)


def test_read_verdict_refuses_a_side_without_the_order():
    with pytest.raises(NotAVerdict, match="fill shown_first"):
        read_verdict("A", "", BASELINE)


@pytest.mark.parametrize("words", ["tie", "Tie", "no preference", "no_preference"])
def test_read_verdict_takes_a_tie_where_the_study_allows_it(words):
    assert read_verdict(words, "", TIES) == Verdict("no_preference")
    with pytest.raises(NotAVerdict, match="Allow them in its settings"):
        read_verdict(words, "", BASELINE)


@pytest.mark.parametrize("words", ["", " ", "1", "A.", "garbage", "revised!", "neither", "I choose A"])
def test_read_verdict_keeps_what_it_cannot_read(words):
    assert read_verdict(words, "revised", TIES) == Verdict("unparsable", words)


def test_read_shown_first_takes_names_and_nothing_else():
    assert [read_shown_first(words, FOIL) for words in ("revised", "foil", "alternative", "")] == [
        "revised",
        "alternative",
        "alternative",
        "",
    ]
    for words in ("A", "left", "baseline"):
        with pytest.raises(NotAVerdict) as caught:
            read_shown_first(words, FOIL)
        assert caught.value.column == "shown_first"


@pytest.mark.parametrize(
    "words", ["revised, baseline", "revised/baseline", "Revised > Baseline", "revised then baseline"]
)
def test_read_order_takes_both_names_as_they_stood(words):
    assert read_order(words, BASELINE) == "revised"


@pytest.mark.parametrize(
    "words", ["revised", "revised, revised", "A, B", "revised, baseline, revised", "revised baseline"]
)
def test_read_order_refuses_anything_but_the_two(words):
    with pytest.raises(NotAVerdict) as caught:
        read_order(words, BASELINE)
    assert caught.value.column == "order"
