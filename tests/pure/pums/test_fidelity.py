"""Distances from the census beside what chance alone gives."""

import numpy as np
import pytest
from scipy.stats import chisquare

from personas.pums.census import comparisons, draw_positions, grouping, read_census, take_records
from personas.pums.fidelity import compare, noise_distances, pooled_chi_square, with_adjusted_p
from personas.pums.files import find_files
from personas.pums.variables import AGE_BANDS

# Shares of the 19 age bands of the whole population: American Community Survey 2024, U.S. Census Bureau.
SEX = np.array([0.4947, 0.5053])


def test_compare_gives_distance_and_the_cell_that_differs_most():
    row = compare("sex", {"Male": 60, "Female": 40}, {"Male": 500, "Female": 500}, seed=1)
    assert (row.n, row.distance) == (100, pytest.approx(0.1))
    assert (row.largest.name, row.largest.z) == ("Male", pytest.approx(2.0))
    assert row.chi_square == pytest.approx(4.0)
    assert row.p_value == pytest.approx(chisquare([60, 40]).pvalue)


def test_noise_of_1586_draws_is_what_was_measured_for_sex():
    """.010 on average and .025 at the 95th percentile."""
    noise = noise_distances(1586, SEX, seed=1, draws=20_000)
    assert noise.mean() == pytest.approx(0.010, abs=0.0005)
    assert np.quantile(noise, 0.95) == pytest.approx(0.025, abs=0.001)


def test_share_of_fair_draws_beyond_the_noise_is_five_percent():
    random = np.random.default_rng(3)
    shares = dict(zip("abcdef", (0.3, 0.25, 0.2, 0.15, 0.07, 0.03), strict=True))
    census = {name: int(share * 1000) for name, share in shares.items()}
    rows = [
        compare(
            "x", dict(zip(shares, random.multinomial(400, list(shares.values())).tolist(), strict=True)), census, seed=1
        )
        for _ in range(300)
    ]
    assert 0.02 < np.mean([row.exceeds_noise for row in rows]) < 0.09
    assert 0.02 < np.mean([row.p_value < 0.05 for row in rows]) < 0.09


def test_category_that_the_census_does_not_have_is_infinitely_far():
    row = compare("x", {"a": 9, "Retired": 1}, {"a": 100}, seed=1)
    assert row.largest.name == "Retired"
    assert np.isinf(row.largest.z)


def test_rare_cells_are_pooled_and_one_cell_is_undefined():
    statistic, degrees, _ = pooled_chi_square(np.array([50.0, 46, 2, 2]), np.array([0.5, 0.46, 0.02, 0.02]))
    assert (statistic, degrees) == (0.0, 1)
    assert np.isnan(pooled_chi_square(np.array([10.0]), np.array([1.0]))[2])


def test_holm_adjustment_over_all_rows_leaves_undefined_ones():
    census = {"a": 50, "b": 50}
    rows = [compare(str(a), {"a": a, "b": 100 - a}, census, seed=1) for a in (50, 60, 70)]
    rows.append(compare("one", {"a": 100}, {"a": 1}, seed=1))
    adjusted = [row.adjusted_p for row in with_adjusted_p(rows)]
    assert adjusted[:3] == pytest.approx([1.0, 2 * rows[1].p_value, 3 * rows[2].p_value])
    assert np.isnan(adjusted[3])


def test_nothing_to_compare_is_an_error():
    with pytest.raises(ValueError, match="nothing to compare"):
        compare("x", {}, {"a": 1}, seed=1)


def test_marginals_of_a_real_draw_are_within_chance(real_folder):
    census = read_census(find_files(real_folder("persons_sample.csv.gz", "households_sample.csv.gz")))
    records = take_records(census, draw_positions(census, 1586, seed=1))
    group = grouping({key: variable for key, (variable, _) in comparisons(census).items()}, census.dictionary)
    groups = [group(record.codes) for record in records]
    rows = []
    for key, counts in census.counts.items():
        drawn = dict(zip(*np.unique([one[key] for one in groups], return_counts=True), strict=True))
        rows.append(compare(key, drawn, counts, seed=1))
    assert not [row.name for row in with_adjusted_p(rows) if row.deviates]
    assert sum(row.exceeds_noise for row in rows) <= 4
    assert len(census.counts["age"]) == len([start for start in AGE_BANDS if start >= 18])
