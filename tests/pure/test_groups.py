"""Personas in groups: bands of age, quarters of other numbers, frequent values."""

from analysis.reports.groups import age_band, attribute_groups, is_worth_grouping


def grouped(name, values):
    names, groups = attribute_groups(name, values)
    return [names[group] for group in groups]


def test_ages_fall_into_bands_in_their_order():
    names, groups = attribute_groups("age", ["80", "18", "44", "45"])
    assert names == ["18-29", "30-44", "45-59", "75+"]
    assert groups == [3, 0, 1, 2]


def test_bands_hold_their_edges():
    edges = [17.9, 18, 29, 29.5, 30, 44, 45, 59, 60, 74, 74.9, 75, 110]
    bands = ["under 18", *["18-29"] * 3, *["30-44"] * 2, *["45-59"] * 2, *["60-74"] * 3, *["75+"] * 2]
    assert [age_band(age) for age in edges] == bands


def test_age_that_is_text_is_a_value_like_any_other():
    assert grouped("age", ["39", "old", "39"]) == ["39", "old", "39"]


def test_other_numbers_fall_into_quarters():
    names, groups = attribute_groups("income", [f"{1000 * n:,}" for n in range(12)])
    assert names == ["from 0", "from 3,000", "from 6,000", "from 9,000"]
    assert groups == [n // 3 for n in range(12)]


def test_equal_numbers_stay_in_one_quarter():
    values = ["0"] * 9 + [str(n) for n in range(1, 10)]
    assert len({group for value, group in zip(values, grouped("income", values), strict=True) if value == "0"}) == 1


def test_few_numbers_stand_for_themselves():
    assert grouped("children", ["0", "1", "0", "2"]) == ["0", "1", "0", "2"]


def test_rare_values_become_other_and_missing_ones_are_said():
    values = [letter for letter in "abcdefg" for _ in range(2)] + ["x", "y", ""]
    names, groups = attribute_groups("religion", values)
    assert names == [*"abcdefg", "other", "not given"]
    assert [names[group] for group in groups][-3:] == ["other", "other", "not given"]


def test_value_called_other_does_not_make_two_groups():
    names, _ = attribute_groups("religion", ["other", "other", "not given", ""])
    assert sorted(names) == ["not given", "other"]


def test_every_persona_is_in_exactly_one_group():
    values = ["", "nan", "inf", "1e3", "$5", "x" * 300, "٣"] * 3
    names, groups = attribute_groups("anything", values)
    assert len(groups) == len(values)
    assert set(groups) == set(range(len(names)))


def test_texts_that_hardly_repeat_are_no_groups():
    assert not is_worth_grouping("quirk", ["hums", "taps", "naps", "sings"])
    assert not is_worth_grouping("state", ["Ohio"] * 4)
    assert is_worth_grouping("age", [str(20 + n) for n in range(20)])
    assert is_worth_grouping("religion", ["Baptist", "None"] * 4)
