import numpy as np
import pytest

from analysis.stats.agreement import cohen_kappa
from analysis.stats.counting import entries_of
from analysis.stats.influence import without_groups, without_raters
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import MISSING
from analysis.stats.sampling import Sampling
from analysis.stats.vote_rules import VoteRule
from tests.pure.stats.strategies import random_labels

CLUSTERS = np.arange(200) // 10


def study(seed, accuracy=0.8, items=200):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, items)
    humans = np.where(rng.random((4, items)) < accuracy, truth, 1 - truth)
    model = np.where(rng.random(items) < 0.9, truth, 1 - truth)
    return humans, model


def test_leave_one_out_equals_dropping_the_items():
    a, b = random_labels(1, raters=2, items=200, categories=3)
    result = without_groups(Evidence(entries_of(a, b, n_categories=3)), CLUSTERS)
    for position, group in enumerate(result.groups):
        rest = cohen_kappa(a[group != CLUSTERS], b[group != CLUSTERS], categories="ABC")
        assert result.without[position] == pytest.approx(rest.kappa, abs=1e-12)
        assert result.n_without[position] == rest.n
    assert result.overall == cohen_kappa(a, b, categories="ABC").kappa


def test_leave_one_out_points_at_the_odd_persona():
    a = np.tile([0, 1], 100)
    b = np.where(CLUSTERS == 7, 1 - a, a)
    result = without_groups(Evidence(entries_of(a, b, n_categories=2)), [f"persona-{c:02}" for c in CLUSTERS])
    assert result.groups[result.strongest()[0]] == "persona-07"
    assert result.without[result.strongest()[0]] == 1


def test_leave_one_out_that_leaves_one_category_is_undefined():
    labels = np.array([0, 0, 1, 1])
    result = without_groups(Evidence(entries_of(labels, labels, n_categories=2)), labels)
    assert np.isnan(result.without).all()


@pytest.mark.parametrize("rule", [rule for rule in VoteRule if rule.counts_votes])
def test_without_raters_equals_voting_again(rule):
    humans, model = study(2)
    humans[3, CLUSTERS == 4] = MISSING
    seats = np.where(np.arange(80).reshape(4, 20) == 64, MISSING, np.arange(80).reshape(4, 20))

    def votes(labels):
        return rule.consensus(labels, categories="AB", clusters=CLUSTERS, seats=4).labels

    def entries(row=None):
        kept = humans.copy()
        kept[[] if row is None else row] = MISSING
        return entries_of(model, votes(kept), n_categories=2)

    result = without_raters(Evidence(entries(), entries), Sampling(CLUSTERS, CLUSTERS, seats=seats))
    assert len(result.rows) == 79
    for position in (0, 17, 18, 40, 78):
        changed = humans.copy()
        changed[result.rows[position], result.clusters[position] == CLUSTERS] = MISSING
        again = cohen_kappa(model, votes(changed), categories="AB")
        assert result.influence.without[position] == pytest.approx(again.kappa, abs=1e-12)
        assert result.influence.n_without[position] == again.n
