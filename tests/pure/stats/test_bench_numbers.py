"""pass@k and distances, against the published numbers in tests/golden."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from analysis.stats.distances import jensen_shannon_distance, total_variation
from analysis.stats.pass_at_k import pass_at_k

GOLDEN = Path(__file__).parents[2] / "golden"
PASS_AT_K = json.loads((GOLDEN / "pass_at_k.json").read_text())["cases"]
DISTANCES = json.loads((GOLDEN / "scipy_distances.json").read_text())["jensenshannon"]


@pytest.mark.parametrize("case", [case for case in PASS_AT_K if "value" in case])
def test_published_pass_at_k_is_met(case):
    assert pass_at_k(case["n"], case["c"], case["k"]) == pytest.approx(case["value"], abs=1e-12)


@pytest.mark.parametrize(("n", "c", "k"), [(3, 1, 5), (3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_pass_at_k_without_an_estimate_is_refused(n, c, k):
    with pytest.raises(ValueError, match="pass@k needs"):
        pass_at_k(n, c, k)


@pytest.mark.parametrize(("n", "c"), [(6, 0), (6, 2), (6, 6)])
def test_pass_at_k_is_the_share_of_subsets_with_a_right_answer_and_rises(n, c):
    right = [i < c for i in range(n)]
    found = [pass_at_k(n, c, k) for k in range(1, n + 1)]
    assert found == pytest.approx([np.mean([any(s) for s in combinations(right, k)]) for k in range(1, n + 1)])
    assert found == sorted(found)


@pytest.mark.parametrize("case", DISTANCES)
def test_published_distance_is_met(case):
    base = np.e if case["base"] == "e" else case["base"]
    assert jensen_shannon_distance(case["p"], case["q"], base=base) == pytest.approx(case["value"], abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_distances_of_random_counts(seed):
    p, q = np.random.default_rng(seed).integers(0, 20, (2, 6)) + np.eye(2, 6, dtype=int)
    assert jensen_shannon_distance(p, q) == pytest.approx(jensenshannon(p, q, base=2), abs=1e-12)
    assert total_variation(p, q) == pytest.approx(total_variation(q * 7, p))
    assert 0 <= total_variation(p, q) <= 1


def test_distance_of_a_distribution_to_itself_and_to_a_disjoint_one():
    assert total_variation([1, 2, 0], [2, 4, 0]) == jensen_shannon_distance([1, 2, 0], [2, 4, 0]) == 0
    assert total_variation([1, 0], [0, 1]) == 1


@pytest.mark.parametrize(("p", "q"), [([1, 2], [1, 2, 3]), ([0, 0], [1, 1]), ([-1, 2], [1, 1])])
def test_distance_of_what_is_no_distribution_is_refused(p, q):
    with pytest.raises(ValueError, match=r"same categories|at least 0"):
        total_variation(p, q)
