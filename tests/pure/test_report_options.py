"""A page's whole state is in its address."""

import pytest

from analysis.options import Coding, InvalidOption, ReportOptions, Target, VoteRule, read_options


def test_read_options_of_an_empty_address_are_the_defaults():
    assert read_options({}) == ReportOptions()
    assert ReportOptions().as_query() == ""


def test_options_survive_the_address():
    options = ReportOptions(
        coding=Coding.REFERENCE,
        rule=VoteRule.DROP_ONE,
        topic="work & money",
        attributes=(("religion", "Catholic; takes the children"), ("sex", "Female")),
        excluded=True,
        surplus=True,
        simulated=True,
        seed=7,
        target=Target.RATERS,
    )
    assert read_options(dict(options.parameters())) == options


@pytest.mark.parametrize("name", ["coding", "rule", "seed", "target"])
@pytest.mark.parametrize("value", ["x", "-1", "1e9", "９９９", "99999999999999999999", "\x00"])
def test_read_options_of_nonsense_names_the_parameter(name, value):
    with pytest.raises(InvalidOption, match=name):
        read_options({name: value})
