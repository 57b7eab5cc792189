"""Reading census files: the example in every form it can come in, and the real extract where it is there."""

import csv
import gzip
import shutil
import zipfile

import numpy as np
import pytest

from personas.pums.census import draw_positions, read_census, take_records
from personas.pums.consistency import RULES, broken_rules, remarks, unchecked_rules
from personas.pums.decoding import decode, undecoded
from personas.pums.example import DICTIONARY_FILE, HOUSING_FILE, PERSON_FILE, write_example_census
from personas.pums.files import find_files
from personas.pums.problems import CensusProblem
from personas.pums.variables import ATTRIBUTES


def drawn(folder, count=200, seed=1, **options):
    census = read_census(find_files(folder), **options)
    return census, take_records(census, draw_positions(census, count, seed=seed))


def rewritten(example_folder, tmp_path, change):
    """A copy of the example whose person rows went through ``change(columns, rows)``."""
    shutil.copytree(example_folder, tmp_path, dirs_exist_ok=True)
    with (example_folder / PERSON_FILE).open() as file:
        reader = csv.DictReader(file)
        columns, rows = change(list(reader.fieldnames), list(reader))
    with (tmp_path / PERSON_FILE).open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path


# --- The example ----------------------------------------------------------------------------------
def test_records_give_all_24_attributes_and_break_no_rule(example_folder):
    census, records = drawn(example_folder, 1000)
    decoded = [dict(decode(record.codes, census.dictionary)) for record in records]
    assert set().union(*decoded) == {one.key for one in ATTRIBUTES}
    assert not [rule.name for record in records for rule in broken_rules(record.codes)]
    assert not [code for record in records for code in undecoded(record.codes, census.dictionary)]
    assert not unchecked_rules(records[0].codes)
    assert census.missing == ()
    assert min(int(one["age"]) for one in decoded) >= 18


def test_same_seed_gives_same_records_and_another_seed_does_not(example_folder):
    _, records = drawn(example_folder, seed=1)
    assert drawn(example_folder, seed=1)[1] == records
    assert drawn(example_folder, seed=2)[1] != records


def test_example_is_the_same_bytes_for_the_same_seed(example_folder, tmp_path):
    write_example_census(tmp_path, persons=3000, seed=1)
    for name in (PERSON_FILE, HOUSING_FILE, DICTIONARY_FILE):
        assert (tmp_path / name).read_bytes() == (example_folder / name).read_bytes()


def test_zipped_files_give_the_same_records(example_folder, tmp_path):
    shutil.copy(example_folder / DICTIONARY_FILE, tmp_path)
    for name in (PERSON_FILE, HOUSING_FILE):
        with zipfile.ZipFile(tmp_path / f"csv_{name[5]}99.zip", "w") as archive:
            archive.write(example_folder / name, name)
            archive.writestr("readme.pdf", b"%PDF")
    assert drawn(tmp_path)[1] == drawn(example_folder)[1]


def test_other_spellings_of_the_header_give_the_same_codes(example_folder, tmp_path):
    names = {"ST": "STATE", "PWGTP": '"pwgtp"'}
    shutil.copytree(example_folder, tmp_path, dirs_exist_ok=True)
    header, _, rest = (example_folder / PERSON_FILE).read_text().partition("\n")
    header = ",".join(names.get(name, name.lower()) for name in header.split(","))
    (tmp_path / PERSON_FILE).unlink()
    with gzip.open(tmp_path / "persons.csv.gz", "wt", encoding="utf-8-sig", newline="") as file:
        file.write(f"{header}\r\n" + rest.replace("\n", "\r\n"))
    spelled, plain = drawn(tmp_path)[1], drawn(example_folder)[1]
    assert [record.codes["AGEP"] for record in spelled] == [record.codes["AGEP"] for record in plain]
    assert "STATE" in spelled[0].codes


def test_missing_columns_are_reported_and_their_attributes_left_out(example_folder, tmp_path):
    gone = {"ANC1P", "LANX", "POBP"}
    folder = rewritten(
        example_folder, tmp_path, lambda columns, rows: ([name for name in columns if name not in gone], rows)
    )
    (folder / HOUSING_FILE).unlink()
    census, records = drawn(folder)
    assert set(census.missing) == {
        "ancestry", "place of birth", "household language", "household type", "family presence and age",
    }  # fmt: skip
    assert census.without_household == census.persons
    assert "ancestry" not in dict(decode(records[0].codes, census.dictionary))
    assert {rule.name for rule in unchecked_rules(records[0].codes)} == {
        "language-from-5", "english-only-has-no-level", "other-language-has-a-level",
    }  # fmt: skip


def test_children_are_drawn_only_where_the_minimum_age_allows(example_folder):
    census, records = drawn(example_folder, 500, minimum_age=0)
    assert min(record.codes["AGEP"] for record in records) < 5
    assert census.eligible == census.persons
    assert not [rule.name for record in records for rule in broken_rules(record.codes)]


def test_weights_decide_how_often_a_record_is_drawn(example_folder, tmp_path):
    def heavy(columns, rows):
        for row in rows:
            row["PWGTP"] = 1_000_000 if (row["SERIALNO"], row["SPORDER"]) == ("2023HU0000007", "1") else 0
        return columns, rows

    _, records = drawn(rewritten(example_folder, tmp_path, heavy), 20)
    assert {(record.serial, record.order) for record in records} == {("2023HU0000007", 1)}


def test_income_is_adjusted_to_the_year_of_the_file(example_folder):
    census, records = drawn(example_folder)
    record = next(record for record in records if (record.codes["PINCP"] or 0) > 1000)
    adjusted = round(record.codes["PINCP"] * 1.019518)
    assert dict(decode(record.codes, census.dictionary))["income"] == str(adjusted)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda folder: (folder / DICTIONARY_FILE).unlink(), "put one data dictionary beside the files"),
        (lambda folder: (folder / PERSON_FILE).unlink(), "no person file was found"),
        (lambda folder: (folder / "broken.zip").write_bytes(b"PK no"), "broken.zip: not a sound ZIP file"),
    ],
)
def test_folder_without_what_is_needed_is_refused(example_folder, tmp_path, change, words):
    shutil.copytree(example_folder, tmp_path, dirs_exist_ok=True)
    change(tmp_path)
    with pytest.raises(CensusProblem, match=words):
        find_files(tmp_path)


def test_value_that_is_no_code_is_refused_by_line_and_column(example_folder, tmp_path):
    def spoil(columns, rows):
        rows[6]["AGEP"] = "forty"
        return columns, rows

    folder = rewritten(example_folder, tmp_path, spoil)
    with pytest.raises(CensusProblem, match=r"psam_p99.csv: line 8, column AGEP: 'forty' is not a whole number"):
        read_census(find_files(folder))


def test_nobody_old_enough_is_refused(example_folder):
    with pytest.raises(CensusProblem, match="nobody of 120 years or older"):
        read_census(find_files(example_folder), minimum_age=120)


# --- The rules ------------------------------------------------------------------------------------
BROKEN = {
    "children-are-unmarried-without-income": {"AGEP": 10, "MAR": 1, "PINCP": None},
    "employment-from-16": {"AGEP": 30, "ESR": None},
    "service-from-17": {"AGEP": 12, "MIL": 4},
    "schooling-from-3": {"AGEP": 2, "SCHL": 16},
    "language-from-5": {"AGEP": 40, "LANX": None},
    "english-only-has-no-level": {"LANX": 2, "ENG": 1},
    "other-language-has-a-level": {"LANX": 1, "ENG": None},
    "births-of-women-15-to-50": {"AGEP": 30, "SEX": 1, "FER": 2},
    "natives-are-citizens-by-birth": {"NATIVITY": 1, "CIT": 5},
    "workers-have-an-occupation": {"ESR": 1, "COW": 1, "OCCP": None},
    "a-difficulty-is-a-disability": {"DREM": 1, "DEYE": 2, "DEAR": 2, "DIS": 2},
    "no-degree-under-18": {"AGEP": 16, "SCHL": 21},
    "no-doctorate-under-20": {"AGEP": 19, "SCHL": 24},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_refuses_a_record_that_breaks_it_and_says_why(rule):
    broken = broken_rules(BROKEN[rule.name])
    assert rule in broken
    assert all(one.reason for one in broken)


def test_rich_child_is_remarked_on_and_not_refused():
    codes = {"AGEP": 16, "PINCP": 120_000, "MAR": 5}
    assert remarks(codes)
    assert not broken_rules(codes)


def test_attributes_drawn_on_their_own_break_rules_most_of_the_time(example_folder):
    _, records = drawn(example_folder, 1000, minimum_age=0)
    random = np.random.default_rng(1)
    columns = {name: random.permutation([record.codes[name] for record in records]) for name in records[0].codes}
    mixed = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    assert sum(bool(broken_rules(codes)) for codes in mixed) > 600


# --- The real files -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "code", "persons", "population"), [("dc", 11, 6547, 702_250), ("wy", 56, 6199, 587_618)]
)
def test_weights_of_a_whole_state_sum_to_its_population(real_folder, state, code, persons, population):
    folder = real_folder(f"persons_{state}_full.csv.gz", f"households_{state}_full.csv.gz")
    census = read_census(find_files(folder))
    assert (census.persons, census.population) == (persons, population)
    assert census.population_by_state == {code: population}
    assert census.without_household == 0


def test_real_draw_keeps_every_rule_and_every_code_has_a_label(real_folder):
    census, records = drawn(real_folder("persons_sample.csv.gz", "households_sample.csv.gz"), 1586)
    assert not [rule.name for record in records for rule in broken_rules(record.codes)]
    assert not [code for record in records for code in undecoded(record.codes, census.dictionary)]
    assert set(census.missing) == {"ancestry", "place of birth", "family presence and age"}
    assert min(record.codes["AGEP"] for record in records) == 18
