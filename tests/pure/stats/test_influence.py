import numpy as np
import pytest

from analysis.stats import formulas
from analysis.stats.agreement import cohen_kappa
from analysis.stats.dawid_skene import dawid_skene_one_coin
from analysis.stats.influence import leave_one_out, leave_one_rater_out
from analysis.stats.labels import MISSING
from analysis.stats.rater_resampling import _draws, two_stage_bootstrap
from analysis.stats.sensitivity import vote_sensitivity
from analysis.stats.undefined import Undefined
from analysis.stats.votes import VOTE_RULES, plurality, three_of_four
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
    result = leave_one_out(a, b, categories="ABC", groups=CLUSTERS)
    for position, group in enumerate(result.groups):
        rest = cohen_kappa(a[group != CLUSTERS], b[group != CLUSTERS], categories="ABC")
        assert result.without[position] == pytest.approx(rest.kappa, abs=1e-12)
        assert result.n_without[position] == rest.n
    assert result.overall == cohen_kappa(a, b, categories="ABC").kappa


def test_leave_one_out_points_at_the_odd_persona():
    a = np.tile([0, 1], 100)
    b = np.where(CLUSTERS == 7, 1 - a, a)
    result = leave_one_out(a, b, categories="AB", groups=[f"persona-{c:02}" for c in CLUSTERS])
    assert result.groups[result.strongest()[0]] == "persona-07"
    assert result.without[result.strongest()[0]] == 1


def test_leave_one_out_that_leaves_one_category_is_undefined():
    result = leave_one_out([0, 0, 1, 1], [0, 0, 1, 1], categories="AB", groups=[0, 0, 1, 1])
    assert np.isnan(result.without).all()


@pytest.mark.parametrize("rule", list(VOTE_RULES.values()), ids=list(VOTE_RULES))
def test_leave_one_rater_out_equals_voting_again(rule):
    humans, model = study(2)
    humans[3, CLUSTERS == 4] = MISSING
    result = leave_one_rater_out(model, humans, categories="AB", clusters=CLUSTERS, rule=rule)
    assert len(result.rows) == 79
    for position in (0, 17, 18, 40, 78):
        changed = humans.copy()
        changed[result.rows[position], result.clusters[position] == CLUSTERS] = MISSING
        consensus = rule(changed, categories="AB", clusters=CLUSTERS).labels
        again = cohen_kappa(model, consensus, categories="AB")
        assert result.influence.without[position] == pytest.approx(again.kappa, abs=1e-12)
        assert result.influence.n_without[position] == again.n


def test_two_stage_bootstrap_is_wider_than_over_personas_alone():
    humans, model = study(3)
    rows = vote_sensitivity(model, humans, categories="AB", clusters=CLUSTERS, seed=1)
    both = two_stage_bootstrap(model, humans, categories="AB", clusters=CLUSTERS, rule=three_of_four, seed=1)
    assert both.value == rows[0].estimate.value
    assert both.error > rows[0].estimate.error
    assert both.shift < 0


def test_two_stage_bootstrap_with_the_same_seed_is_the_same():
    humans, model = study(4)
    how = {"categories": "AB", "clusters": CLUSTERS, "rule": plurality}
    assert two_stage_bootstrap(model, humans, seed=2, **how) == two_stage_bootstrap(model, humans, seed=2, **how)
    assert two_stage_bootstrap(model, humans, seed=2, **how) != two_stage_bootstrap(model, humans, seed=3, **how)


def test_two_stage_bootstrap_has_the_mean_and_spread_of_drawing_one_by_one():
    humans, model = study(5, items=60)
    clusters, rng, values = np.arange(60) // 10, np.random.default_rng(6), []
    humans[2, clusters == 1] = MISSING
    humans[:, clusters == 5] = MISSING
    for _ in range(1500):
        labels, choices, groups = drawn_one_by_one(humans, model, clusters, rng)
        consensus = plurality(labels, categories="AB", clusters=groups).labels
        values.append(cohen_kappa(choices, consensus, categories="AB").kappa)
    how = {"categories": "AB", "clusters": clusters, "rule": plurality, "seed": 1, "n_resamples": 4000}
    result = two_stage_bootstrap(model, humans, **how)
    assert result.value + result.shift == pytest.approx(np.mean(values), abs=0.02)
    assert result.error == pytest.approx(np.std(values), rel=0.1)


def drawn_one_by_one(humans, model, clusters, rng):
    labels, choices, groups = [], [], []
    for copy, persona in enumerate(rng.integers(0, 6, 6)):
        items = np.flatnonzero(clusters == persona)
        seats = np.flatnonzero((humans[:, items] != MISSING).any(axis=1))
        block = np.full((4, 10), MISSING)
        if len(seats):
            block[: len(seats)] = humans[np.ix_(rng.choice(seats, len(seats)), items)]
        labels.append(block)
        choices.append(model[items])
        groups.append(np.full(10, copy))
    return np.hstack(labels), np.concatenate(choices), np.concatenate(groups)


def test_draws_of_four_seats_are_thirty_five_and_exhaust_probability():
    draws = _draws(np.zeros((4, 6), dtype=int), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert len(draws.rows) == 35
    assert draws.weights.sum(axis=0) == pytest.approx([1, 1])


def test_two_stage_bootstrap_says_why_it_has_no_value_or_interval():
    humans, model = study(7, items=10)
    how = {"categories": "AB", "rule": three_of_four, "seed": 1}
    alone = two_stage_bootstrap(model, humans, clusters=np.zeros(10), **how)
    nobody = two_stage_bootstrap(model, np.full_like(humans, MISSING), clusters=np.arange(10), **how)
    assert (alone.undefined, alone.interval.undefined) == (None, Undefined.TOO_FEW_CLUSTERS)
    assert nobody.undefined is Undefined.NO_OVERLAP


def test_two_stage_bootstrap_of_many_seats_is_refused():
    with pytest.raises(ValueError, match="at most 7 seats"):
        two_stage_bootstrap([0, 1], np.tile([0, 1], (8, 1)), categories="AB", clusters=[0, 1], rule=plurality, seed=1)


def test_vote_sensitivity_has_every_rule_with_and_without_exclusions():
    humans, model = study(8)
    excluded = np.zeros(humans.shape, dtype=bool)
    excluded[1, CLUSTERS < 3] = True
    rows = vote_sensitivity(model, humans, categories="AB", clusters=CLUSTERS, seed=1, excluded=excluded)
    names = ["three_of_four", "drop_one", "plurality", "dawid_skene"]
    assert [(row.rule, row.exclusions_applied) for row in rows] == [(n, x) for x in (True, False) for n in names]
    for row in rows:
        assert row.n_majority + row.n_tie + row.n_too_few + row.n_missing == 200
    assert rows[0].n_too_few > 0
    assert rows[4].n_too_few == 0


def test_vote_sensitivity_values_are_those_of_the_rules():
    humans, model = study(9)
    rows = vote_sensitivity(
        model, humans, categories="AB", clusters=CLUSTERS, seed=1, statistic=formulas.agreement_of_tables
    )
    for row, rule in zip(rows[:3], VOTE_RULES.values(), strict=True):
        consensus = rule(humans, categories="AB", clusters=CLUSTERS).labels
        assert row.estimate.value == cohen_kappa(model, consensus, categories="AB").observed
    seats = CLUSTERS * 4 + np.arange(4)[:, None]
    fitted = dawid_skene_one_coin(humans, categories="AB", raters=seats).labels
    assert rows[3].estimate.value == cohen_kappa(model, fitted, categories="AB").observed
