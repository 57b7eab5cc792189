import numpy as np
import pytest

from analysis.stats.alt_test import UnderPowered
from analysis.stats.planning import Assumptions, Design, Prices, plan_precision, study_cost
from analysis.stats.vote_rules import VoteRule

PAPER = Design(personas=20, questions=10, raters=4)


def test_plan_of_the_paper_design():
    plan = plan_precision(PAPER, seed=1, prices=Prices(reward=3.0))
    assert plan.tie_rate.value == pytest.approx(0.15, abs=0.01)
    assert plan.undecided_rate.value == plan.tie_rate.value
    assert 0.2 < plan.interval_width.value < 0.3
    assert plan.cost == pytest.approx(320.0)
    assert (plan.n_studies, plan.n_alt_tests, plan.seed) == (400, 100, 1)


@pytest.mark.parametrize(("personas", "power"), [(20, 0.20), (40, 0.38), (80, 0.66)])
def test_power_to_tell_kappa_seven_from_six_pays_for_new_prompts(personas, power):
    """Intervals over independent questions would tell them apart in 26, 49 and 77 % of studies."""
    assumed = Assumptions(human_accuracy=1.0, persona_spread=0.0, first_model=0.85, second_model=0.80)
    plan = plan_precision(Design(personas, 10, 4), assumed, seed=2)
    assert plan.kappa.value == pytest.approx(0.7, abs=0.01)
    assert plan.second_kappa.value == pytest.approx(0.6, abs=0.01)
    assert plan.power.value == pytest.approx(power, abs=0.08)


def test_power_between_equal_models_is_half_the_error_rate():
    assumed = Assumptions(first_model=0.8, second_model=0.8)
    plan = plan_precision(PAPER, assumed, seed=3)
    assert plan.power.value < 0.08


def test_power_counts_only_the_right_side():
    better_second = Assumptions(first_model=0.75, second_model=0.85)
    plan = plan_precision(PAPER, better_second, seed=1)
    assert plan.power.value == pytest.approx(plan_precision(PAPER, seed=1).power.value, abs=0.1)


def test_plan_with_the_same_seed_is_the_same():
    assert plan_precision(PAPER, seed=4, n_studies=50) == plan_precision(PAPER, seed=4, n_studies=50)


def test_plan_of_more_studies_is_surer():
    few, many = (plan_precision(PAPER, seed=5, n_studies=n) for n in (50, 400))
    assert many.interval_width.error < few.interval_width.error
    assert many.power.error < few.power.error


def test_larger_design_has_narrower_intervals():
    widths = [plan_precision(Design(n, 10, 4), seed=6, n_studies=100).interval_width.value for n in (10, 40, 160)]
    assert widths[0] > widths[1] > widths[2]
    assert widths[1] / widths[2] == pytest.approx(2, rel=0.15)


def test_spread_over_personas_keeps_the_mean_accuracy_and_widens_the_interval():
    even, uneven = (
        plan_precision(PAPER, Assumptions(human_accuracy=1.0, persona_spread=s), seed=7) for s in (0.0, 1.5)
    )
    assert even.kappa.value == pytest.approx(0.70, abs=0.01)
    assert uneven.kappa.value == pytest.approx(0.70, abs=0.02)
    assert uneven.interval_width.value > 1.1 * even.interval_width.value


def test_rule_decides_the_tie_rate():
    plan = plan_precision(Design(20, 10, 4, vote_rule=VoteRule.DROP_ONE), seed=8, n_studies=50)
    assert plan.tie_rate.value == 0


def test_rule_asks_for_more_than_half_of_however_many_raters():
    three, six = (plan_precision(Design(20, 10, n), seed=9, n_studies=50) for n in (3, 6))
    assert three.undecided_rate.value == 0
    assert six.undecided_rate.value == six.tie_rate.value == pytest.approx(20 * 0.8**3 * 0.2**3, abs=0.03)


def test_skewed_truth_lowers_kappa_at_the_same_accuracy():
    even, skewed = (plan_precision(PAPER, Assumptions(first_share=s), seed=10, n_studies=50) for s in (0.5, 0.95))
    assert skewed.kappa.value < even.kappa.value - 0.2


def test_alt_test_of_a_small_design_is_under_powered():
    plan = plan_precision(Design(2, 10, 4), seed=11, n_studies=50)
    assert plan.alt_test_under_powered is UnderPowered.FEW_ITEMS
    assert plan.alt_test_power.value == 0


def test_large_design_gets_fewer_studies_and_says_so():
    plan = plan_precision(Design(400, 200, 4), seed=12)
    assert (plan.n_studies, plan.n_alt_tests) == (62, 62)


def test_plan_in_batches_of_studies_is_as_sure_of_the_same(monkeypatch):
    whole = plan_precision(PAPER, seed=13, n_studies=200)
    monkeypatch.setattr("analysis.stats.planning.LABELS_AT_ONCE", 800 * 7)
    parts = plan_precision(PAPER, seed=13, n_studies=200)
    assert (parts.n_studies, parts.n_alt_tests) == (200, 100)
    assert parts.kappa.value == pytest.approx(whole.kappa.value, abs=4 * whole.kappa.error)
    assert parts.power.value == pytest.approx(whole.power.value, abs=5 * whole.power.error)


def test_cost_adds_reward_bonus_fee_and_tax():
    prices = Prices(reward=2.0, bonus=1.0, bonus_share=0.5, fee=0.4, tax_on_fee=0.2)
    assert study_cost(PAPER, prices) == pytest.approx(80 * 2.5 * 1.48)
    assert plan_precision(PAPER, seed=1, n_studies=40).cost is None


@pytest.mark.parametrize(
    ("design", "assumed", "message"),
    [
        (Design(1, 10, 4), Assumptions(), "at least two personas"),
        (Design(5, 10, 4, vote_rule=VoteRule.ONE_COIN), Assumptions(), "vote_rule must be"),
        (PAPER, Assumptions(human_accuracy=1.2), "human_accuracy must be a probability"),
    ],
)
def test_plan_of_an_impossible_design_is_refused(design, assumed, message):
    with pytest.raises(ValueError, match=message):
        plan_precision(design, assumed, seed=1)


def test_monte_carlo_error_tells_how_far_two_plans_lie_apart():
    plans = [plan_precision(PAPER, seed=seed, n_studies=100) for seed in range(20)]
    apart = np.std([plan.tie_rate.value for plan in plans], ddof=1)
    assert apart == pytest.approx(np.mean([plan.tie_rate.error for plan in plans]), rel=0.5)
