import json
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats.dawid_skene import dawid_skene_one_coin
from analysis.stats.labels import MISSING
from analysis.stats.vote_rules import VoteRule
from analysis.stats.votes import VoteState, at_least, drop_one, plurality, three_of_four
from tests.pure.stats.strategies import label_matrices

TOY = json.loads((Path(__file__).parents[2] / "golden" / "crowdkit_toy.json").read_text())


def column(*labels):
    """One item, labelled by as many seats."""
    return [[label] for label in labels]


def outcome(rule, *labels, categories="AB"):
    result = rule(column(*labels), categories=categories)
    return int(result.labels[0]), VoteState(result.states[0])


def test_three_of_four_of_a_clear_item():
    assert outcome(three_of_four, 1, 1, 0, 1) == (1, VoteState.MAJORITY)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((0, 0, 0, 0), (0, VoteState.MAJORITY)),
        ((0, 0, 0, -1), (0, VoteState.MAJORITY)),
        ((0, 0, 1, 1), (-1, VoteState.TIE)),
        ((0, 0, 1, -1), (-1, VoteState.TOO_FEW)),
        ((0, -1, -1, -1), (-1, VoteState.TOO_FEW)),
        ((-1, -1, -1, -1), (-1, VoteState.MISSING)),
        ((0, 0, 0, 1, 1), (0, VoteState.MAJORITY)),
        ((0, 0, 0, 1, 1, 1), (-1, VoteState.TIE)),
    ],
)
def test_three_of_four_names_the_state_of_every_item(labels, expected):
    assert outcome(three_of_four, *labels) == expected


def test_three_of_four_with_a_third_category():
    assert outcome(three_of_four, 0, 0, 1, 2, categories="ABC") == (-1, VoteState.TIE)
    assert outcome(three_of_four, 2, 2, 1, 2, categories="ABC") == (2, VoteState.MAJORITY)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((0, 1, 1, 0), (1, VoteState.MAJORITY)),
        ((0, 1, 0, 1), (0, VoteState.MAJORITY)),
        ((0, -1, 1, 0), (0, VoteState.MAJORITY)),
        ((0, -1, 1, -1), (-1, VoteState.TIE)),
        ((0, -1, -1, -1), (-1, VoteState.TOO_FEW)),
        ((-1, -1, -1, -1), (-1, VoteState.MISSING)),
    ],
)
def test_drop_one_keeps_the_first_three(labels, expected):
    assert outcome(drop_one, *labels) == expected


def test_drop_one_never_ties_on_two_categories_and_four_labels():
    labels = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1)
    assert (drop_one(labels, categories="AB").states == VoteState.MAJORITY).all()


def test_drop_one_leaves_the_same_rater_out_for_a_whole_persona():
    labels = [[0, -1], [0, 0], [1, 0], [1, 1]]
    by_item, by_persona = drop_one(labels, categories="AB"), drop_one(labels, categories="AB", clusters=[7, 7])
    assert by_item.votes.tolist() == [[2, 1], [2, 1]]
    assert by_persona.votes.tolist() == [[2, 1], [2, 0]]


def test_drop_one_for_a_recorded_reason_goes_before_the_rule():
    assert drop_one(column(0, 1, 1, 0), categories="AB", dropped=[1]).labels[0] == 0


@pytest.mark.parametrize("dropped", [[4], [-2], [0, 1]])
def test_drop_one_of_a_row_that_is_not_there_is_refused(dropped):
    with pytest.raises(ValueError, match="dropped must hold"):
        drop_one(column(0, 1, 1, 0), categories="AB", dropped=dropped)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((0, 0, 1, -1), (0, VoteState.MAJORITY)),
        ((0, 0, 1, 1), (-1, VoteState.TIE)),
        ((0, -1, -1, -1), (-1, VoteState.TOO_FEW)),
        ((-1, -1, -1, -1), (-1, VoteState.MISSING)),
    ],
)
def test_plurality_names_the_state_of_every_item(labels, expected):
    assert outcome(plurality, *labels) == expected


def test_rule_that_asks_for_more_than_there_are_is_refused():
    with pytest.raises(ValueError, match="5 of 4"):
        at_least(column(0, 0, 0, 0), categories="AB", needed=5, of=4)


@given(label_matrices(n_raters=4, n_categories=2), st.permutations(range(4)))
def test_votes_do_not_depend_on_the_order_of_raters(labels, order):
    for rule in (three_of_four, plurality):
        before, after = rule(labels, categories="AB"), rule(labels[list(order)], categories="AB")
        assert (before.labels == after.labels).all()
        assert (before.states == after.states).all()


@given(label_matrices(n_raters=4))
def test_consensus_has_a_label_exactly_where_it_has_a_majority(labels):
    clusters = np.arange(labels.shape[1])
    for rule in VoteRule:
        result = rule.consensus(labels, categories="ABC", clusters=clusters, seats=4)
        assert ((result.labels != MISSING) == (result.states == VoteState.MAJORITY)).all()
        assert sum(result.count(state) for state in VoteState) == labels.shape[1]


@pytest.mark.parametrize(("accuracy", "share"), [(0.7, 0.26), (0.8, 0.15), (0.9, 0.05)])
def test_share_of_two_two_ties_is_the_binomial_one(accuracy, share):
    rng = np.random.default_rng(2)
    labels = (rng.random((4, 40_000)) > accuracy).astype(int)
    ties = three_of_four(labels, categories="AB").count(VoteState.TIE) / 40_000
    assert ties == pytest.approx(comb(4, 2) * accuracy**2 * (1 - accuracy) ** 2, abs=0.01)
    assert ties == pytest.approx(share, abs=0.01)


def toy_labels():
    workers, tasks = [sorted({answer[i] for answer in TOY["answers"]}) for i in (0, 1)]
    labels = np.full((len(workers), len(tasks)), MISSING)
    for worker, task, answer in TOY["answers"]:
        labels[workers.index(worker), tasks.index(task)] = ["no", "yes"].index(answer)
    return labels


def test_plurality_of_the_crowd_kit_example_calls_its_tie_a_tie():
    result = plurality(toy_labels(), categories=["no", "yes"])
    assert result.states.tolist() == [VoteState.TIE, *[VoteState.MAJORITY] * 4]
    assert [["no", "yes"][label] for label in result.labels[1:]] == list(TOY["majority_crowdkit"].values())[1:]


def test_dawid_skene_of_the_crowd_kit_example():
    result = dawid_skene_one_coin(toy_labels(), categories=["no", "yes"])
    assert [["no", "yes"][label] for label in result.labels] == list(TOY["dawid_skene_labels"].values())
    assert result.converged


def test_dawid_skene_finds_the_planted_accuracies():
    rng = np.random.default_rng(3)
    truth, planted = rng.integers(0, 3, 3000), np.array([0.95, 0.8, 0.6, 0.4])
    wrong = (truth + rng.integers(1, 3, (4, 3000))) % 3
    labels = np.where(rng.random((4, 3000)) < planted[:, None], truth, wrong)
    result = dawid_skene_one_coin(labels, categories="ABC")
    assert result.accuracy == pytest.approx(planted, abs=0.03)
    assert (result.labels == truth).mean() > (plurality(labels, categories="ABC").labels == truth).mean()


def test_dawid_skene_knows_the_person_behind_each_seat():
    labels = np.tile([[0, 1, 0, 1], [0, 1, 0, 1], [1, 0, 0, 1]], 2)
    raters = np.array([[0] * 4 + [3] * 4, [1] * 4 + [4] * 4, [2] * 4 + [5] * 4])
    result = dawid_skene_one_coin(labels, categories="AB", raters=raters)
    assert len(result.accuracy) == 6
    assert result.accuracy[:3] == pytest.approx(result.accuracy[3:])


def test_dawid_skene_leaves_an_item_without_labels_and_an_even_one_open():
    result = dawid_skene_one_coin([[0, 1, -1, 0], [1, 0, -1, 1]], categories="AB")
    assert result.labels.tolist() == [-1, -1, -1, -1]
    assert np.isnan(result.probabilities[2]).all()


def test_dawid_skene_without_any_label_has_no_estimate():
    result = dawid_skene_one_coin([[-1, -1]], categories="AB")
    assert np.isnan(result.accuracy).all()
    assert (result.labels == MISSING).all()


@pytest.mark.parametrize(("n_rows", "n_raters"), [(4, 12), (30, 900)])
def test_dawid_skene_counts_equal_items_as_one_by_one(n_rows, n_raters):
    """With 30 rows of 900 raters a column no longer fits into one whole number."""
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 2, 300)
    labels = np.where(rng.random((n_rows, 300)) < 0.7, truth, 1 - truth)
    labels[rng.random(labels.shape) < 0.1] = MISSING
    raters = np.repeat(rng.integers(0, n_raters, (n_rows, 10)), 30, axis=1)
    result = dawid_skene_one_coin(labels, categories="AB", raters=raters)
    assert result.probabilities[:, 1] == pytest.approx(one_by_one(labels, raters, n_raters), abs=1e-7)


def one_by_one(labels, raters, n_raters):
    """How likely each of the items is the second of two categories, by EM in plain loops."""
    items = [
        [(r, k) for r, k in zip(*pair, strict=True) if k != MISSING] for pair in zip(raters.T, labels.T, strict=True)
    ]
    likely = [sum(k for _, k in item) / len(item) for item in items]
    for _ in range(2000):
        right, given = np.ones(n_raters), np.full(n_raters, 2.0)
        for item, second in zip(items, likely, strict=True):
            for rater, label in item:
                right[rater] += second if label else 1 - second
                given[rater] += 1
        accuracy, prior = right / given, np.mean(likely)
        before, likely = likely, [posterior(item, accuracy, prior) for item in items]
        if np.abs(np.subtract(before, likely)).max() < 1e-10:
            break
    return likely


def posterior(item, accuracy, prior):
    first, second = 1 - prior, prior
    for rater, label in item:
        second *= accuracy[rater] if label else 1 - accuracy[rater]
        first *= 1 - accuracy[rater] if label else accuracy[rater]
    return second / (first + second)
