"""The registry holds the paper's 33 attributes in order; names match without regard to case."""

import pytest

from personas.attributes import (
    GROUPS,
    KNOWN,
    MORE,
    ORIGINS,
    PAPER_ATTRIBUTES,
    attribute_for,
    attribute_pairs,
    canonical_key,
    is_absent,
    visible_pairs,
)

# Appendix A of arXiv 2407.17387, typed off the page.
APPENDIX_A = """age; sex; race; ancestry; household language; education; employment status; class of worker;
industry category; occupation category; detailed job description; income; marital status; household type;
family presence and age; place of birth; citizenship; veteran status; disability; health insurance; big five scores;
defining quirks; mannerisms; personal time; lifestyle; ideology; political views; religion; cognitive difficulty;
ability to speak English;
vision difficulty; fertility; hearing difficulty"""


def test_registry_has_the_papers_attributes_in_order():
    names = [name.strip().casefold() for name in APPENDIX_A.split(";")]
    assert [attribute.key for attribute in PAPER_ATTRIBUTES] == names
    assert len(PAPER_ATTRIBUTES) == 33


def test_registry_has_24_census_attributes_and_known_groups():
    assert sum(attribute.source == "census" for attribute in PAPER_ATTRIBUTES) == 24
    assert {attribute.group for attribute in KNOWN.values()} | {MORE} == set(GROUPS)
    assert {attribute.source for attribute in KNOWN.values()} <= set(ORIGINS)


@pytest.mark.parametrize("name", ["ability to speak English", "ABILITY TO SPEAK ENGLISH", " ability_to_speak_english "])
def test_attribute_is_found_without_regard_to_case(name):
    assert attribute_for(name).label == "Speaks English"


def test_attribute_that_is_not_known_gets_a_plain_label():
    attribute = attribute_for("favourite_TEA brand")
    assert (attribute.key, attribute.label, attribute.group) == ("favourite tea brand", "Favourite TEA brand", MORE)


@pytest.mark.parametrize(
    "value",
    [None, "", "  ", "nan", "NaN", "None", "none", "null", "<NA>", "N/A (less than 16 years old)", "Not Applicable"],
)
def test_value_that_says_there_is_none_is_absent(value):
    assert is_absent(value)


@pytest.mark.parametrize("value", ["No", "0", "None (agnostic)", "None; reads the Stoics", "Nanny", "007"])
def test_value_that_says_something_is_not_absent(value):
    assert not is_absent(value)


def test_none_is_an_answer_for_religion_and_what_only_the_file_knows():
    pairs = {"Religion": "None", "pets": "none", "income": "None", "ideology": "None", "faith": "nan"}
    assert attribute_pairs(pairs) == [("Religion", "None"), ("pets", "none")]


def test_pairs_keep_the_order_and_the_exact_text():
    pairs = [["Sex", " Female "], ["age", "nan"], ["x", "007"]]
    assert attribute_pairs(pairs) == [("Sex", " Female "), ("x", "007")]
    assert attribute_pairs({"b": "1", "a": None}) == [("b", "1")]


def test_shown_attributes_choose_and_order():
    pairs = {"age": "39", "Sex": "Male", "religion": "nan", "income": "1"}
    assert visible_pairs(pairs, ["SEX", "religion", "age", "height"]) == [("Sex", "Male"), ("age", "39")]
    assert len(visible_pairs(pairs)) == 3


def test_canonical_key_joins_spellings():
    assert canonical_key(" Marital  Status") == canonical_key("marital_status") == "marital status"
