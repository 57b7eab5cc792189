"""Every answer of the census's data dictionary has a plain form. The dictionary itself is not part of this project."""

import csv
import os
import re
from pathlib import Path

import pytest

from personas.attributes import is_absent
from personas.text.groups import readable_value
from personas.text.labels import TABLES, label_key, plain_label
from personas.text.occupation_nouns import NOUNS
from personas.text.occupations import occupation_noun
from personas.text.places import place_phrase, plain_ancestry

# A folder with dictionary_2023_1yr.csv: var_code, ..., val_label (Census Bureau, PUMS data dictionary 2023, 1-year).
BESIDE_THE_CLONE = Path(__file__).resolve().parents[4] / "shared" / "data" / "acs-pums-2024-1yr"
DICTIONARY = Path(os.environ.get("PUMS_DICTIONARY") or BESIDE_THE_CLONE) / "dictionary_2023_1yr.csv"
needs_dictionary = pytest.mark.skipif(
    not DICTIONARY.is_file(), reason="Set PUMS_DICTIONARY to the folder of the census data dictionary."
)
# attribute -> census variables
VARIABLES = {
    "age": ["AGEP"],
    "sex": ["SEX"],
    "race": ["RAC1P"],
    "ancestry": ["ANC1P"],
    "household language": ["HHL"],
    "education": ["SCHL"],
    "employment status": ["ESR"],
    "class of worker": ["COW"],
    "industry category": ["INDP"],
    "occupation category": ["OCCP"],
    "income": ["PINCP"],
    "marital status": ["MAR"],
    "household type": ["HHT2", "HHT"],
    "family presence and age": ["FPARC"],
    "place of birth": ["POBP"],
    "citizenship": ["CIT"],
    "veteran status": ["MIL", "VPS"],
    "disability": ["DIS"],
    "health insurance": ["HICOV"],
    "cognitive difficulty": ["DREM"],
    "ability to speak english": ["ENG"],
    "vision difficulty": ["DEYE"],
    "fertility": ["FER"],
    "hearing difficulty": ["DEAR"],
}
RAW = re.compile(
    r"^[A-Z]{3}-[A-Z]|n\.e\.c|\b[Aa]ll other\b|[Ee]xcept|householder|[Nn]ot [Ss]pecified|/[A-Z]{2}$|Rounded"
    r"|(?<!Lives )alone$|, nec\b|--|\band and\b|, and "
)


def labels():
    with DICTIONARY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for attribute, codes in VARIABLES.items():
        for row in rows:
            if row["var_code"] in codes and not is_absent(row["val_label"]):
                yield attribute, row["val_label"]


def test_24_attributes_are_the_census_ones():
    assert len(VARIABLES) == 24


@needs_dictionary
def test_every_label_of_the_dictionary_has_a_plain_form():
    by_rule = {"age", "sex", "ancestry", "industry category", "occupation category", "place of birth"}
    found = list(labels())
    assert len(found) > 1_300
    missing = [
        (attribute, label)
        for attribute, label in found
        if attribute not in by_rule and not plain_label(attribute, label)
    ]
    assert missing == []
    raw = [
        (label, readable_value(attribute, label))
        for attribute, label in found
        if RAW.search(readable_value(attribute, label))
    ]
    assert raw == []


@needs_dictionary
def test_every_occupation_of_the_dictionary_is_a_noun_for_one_person():
    nouns = {label: occupation_noun(label) for attribute, label in labels() if attribute == "occupation category"}
    assert [label for label, noun in nouns.items() if not noun] == [
        "Unemployed, With No Work Experience In The Last 5 Years Or Earlier Or Never Worked"
    ]
    assert [noun for noun in nouns.values() if len(noun.split()) > 8 or noun.count(",") or "(" in noun] == []
    assert [noun for noun in nouns.values() if re.search(r"(?<!s)s$", re.split(r" (?:of|for|in|to) ", noun)[0])] == []


@needs_dictionary
def test_every_place_of_the_dictionary_can_be_said():
    places = [label for attribute, label in labels() if attribute == "place of birth"]
    assert [place for place in places if place_phrase(place) is None] == []


@needs_dictionary
def test_tables_hold_labels_of_the_dictionary_only():
    known = {label_key(label) for _, label in labels()}
    assert sorted(set(NOUNS) - known) == []


def test_plain_forms_are_plain():
    plain = [form for table in TABLES.values() for form in table.values()]
    assert [form for form in plain if RAW.search(form)] == []


@pytest.mark.parametrize(
    ("attribute", "label", "plain"),
    [
        ("household type", "Nonfamily household: Male householder: Living alone", "Lives alone"),
        ("household type", "Nonfamily household, male householder living alone", "Lives alone"),
        ("education", "GED or alternative credential", "High school equivalency (GED)"),
        ("veteran status", "Gulf War: 9/2001 or later", "Veteran, served after September 2001"),
        ("industry category", "MFG-Dairy Product", "Dairy product manufacturing"),
        ("industry category", "WHL-Farm Supplies Merchant Wholesalers", "Wholesale of farm supplies"),
        ("industry category", "Electronics and appliance retailers", "Electronics and appliance stores"),
        ("industry category", "Something of our own, except this", "Something of our own, except this"),
        ("place of birth", "Other Africa, Not Specified", "Africa"),
        ("place of birth", "Chicago", "Chicago"),
        ("income", "0", "None"),
        ("income", "-5400", "A loss of $5,400 a year"),
        ("income", "$1,200.00", "$1,200 a year"),
        ("income", "about a lot", "about a lot"),
        ("income", "²", "²"),
        ("marital status", "Never married or under 15 years old", "Never married"),
        ("employment status", "Not in labor force", "Not working and not looking for work"),
        ("big five scores", "a riddle", "a riddle"),
        ("lifestyle", " <b>calm</b> ", "<b>calm</b>"),
        ("race", "Klingon", "Klingon"),
    ],
)
def test_value_is_shown_in_plain_words_or_as_it_is(attribute, label, plain):
    assert readable_value(attribute, label) == plain


def test_ancestry_is_an_adjective():
    assert [plain_ancestry(label) for label in ("Uzbeg", "Mixture", "Polish")] == ["Uzbek", "Mixed", "Polish"]


@pytest.mark.parametrize(
    ("title", "noun"),
    [
        ("Construction managers", "construction manager"),
        ("MGR-Chief Executives And Legislators", "chief executive or legislator"),
        ("Shipping, receiving, and inventory clerks", "shipping and inventory clerk"),
        ("Laborers and freight, stock, and material movers, hand", "laborer or freight handler"),
        ("Purchasing agents, except wholesale, retail, and farm products", "purchasing agent"),
        ("Bus drivers, school", "school bus driver"),
        ("Nurse practitioners, and nurse midwives", "nurse practitioner or nurse midwife"),
        ("Other engineers", "engineer"),
        ("Computer occupations, all other", "computer worker"),
        ("Cleaners of vehicles and equipment", "cleaner of vehicles and equipment"),
        ("Helpers--coopers", "helper to coopers"),
        ("Waiters and waitresses", "waiter or waitress"),
        ("Clergy", "member of the clergy"),
        ("Engineer", "engineer"),
        ("Fish, crab, and lobster farmers", "fish, crab and lobster farmer"),
        ("Military, rank not specified", "service member"),
    ],
)
def test_occupation_noun_is_one_person(title, noun):
    assert occupation_noun(title) == noun


def test_occupation_noun_follows_sex_and_description():
    assert occupation_noun("Waiters and waitresses", female=True) == "waitress"
    assert occupation_noun("Producers and directors", description="A theater director in Vermont.") == "director"
