"""Planted variances come back: accuracy, ties and the parts of difficulty are not biased where questions differ."""

import numpy as np
import pytest

from analysis.stats.difficulty import Difficulty, accuracy_at, correlation_of, difficulty_of
from analysis.stats.planning import Assumptions, Design, plan_precision
from analysis.stats.planning_estimates import model_accuracy, rater_accuracy
from analysis.stats.sampling import Sampling

QUESTIONS, PROMPTS, RATERS, LEVEL = 10, 20, 4, 1.8
PARTS = {"personas": 0.7, "prompts": 0.8, "questions": 1.0, "raters": 0.5}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def drawn(personas, rng, *, correlation=0.5):
    """Choices of raters and of a model, their clusters, and both true mean accuracies."""
    asked = rng.random((personas, PROMPTS)).argsort(axis=1)[:, :QUESTIONS]

    def difficulty():
        of_prompts = PARTS["prompts"] * rng.normal(size=PROMPTS)[asked]
        own = PARTS["questions"] * rng.normal(size=asked.shape)
        return PARTS["personas"] * rng.normal(size=(personas, 1)) + of_prompts + own

    people, other = difficulty(), difficulty()
    skill = PARTS["raters"] * rng.normal(size=(RATERS, personas, 1))
    right = (
        logistic(LEVEL + people + skill),
        logistic(LEVEL + correlation * people + (1 - correlation**2) ** 0.5 * other),
    )
    truth = rng.random(asked.shape) < 0.5
    humans, model = (truth ^ (rng.random(one.shape) > one) for one in right)
    sampling = Sampling(np.repeat(np.arange(personas), QUESTIONS), asked.ravel())
    return humans.reshape(RATERS, -1), model.ravel(), sampling, right[0].mean(), right[1].mean()


def estimated(humans, model, sampling):
    found = difficulty_of(humans, sampling)
    raters = rater_accuracy(humans, sampling, found)
    correlation = correlation_of(model, humans, raters=raters.value, spread=found.spread)
    how = {"raters": raters.value, "sampling": sampling, "difficulty": found, "correlation": correlation}
    return found, raters, model_accuracy(model, humans, **how)


def test_accuracy_is_not_biased_upward_where_questions_differ():
    """Agreement alone takes 78 % for 84 %, in studies as small as the paper's."""
    rng, errors, naive = np.random.default_rng(11), [], []
    for _ in range(60):
        humans, model, sampling, people, of_model = drawn(20, rng)
        _, raters, found = estimated(humans, model, sampling)
        errors.append((raters.value - people, found.value - of_model))
        naive.append(rater_accuracy(humans, sampling).value - people)
    assert np.mean(naive) > 0.05
    assert np.abs(np.mean(errors, axis=0)).max() < 0.025


def test_parts_of_difficulty_come_back_from_many_personas():
    rng, found = np.random.default_rng(12), []
    for _ in range(8):
        humans, _, sampling, _, _ = drawn(300, rng)
        found.append(difficulty_of(humans, sampling))
    for name, planted in PARTS.items():
        assert np.mean([getattr(one, name) for one in found]) == pytest.approx(planted, abs=0.2), name


def test_ties_of_the_plan_are_those_of_the_study():
    rng = np.random.default_rng(13)
    ties, planned = [], []
    for _ in range(12):
        humans, model, sampling, _, _ = drawn(40, rng)
        ties.append((humans.sum(axis=0) == 2).mean())
        found, raters, _ = estimated(humans, model, sampling)
        assumed = Assumptions(
            human_accuracy=raters.value,
            persona_spread=found.personas,
            prompt_spread=found.prompts,
            question_spread=found.questions,
            rater_spread=found.raters,
        )
        planned.append(plan_precision(Design(40, QUESTIONS, RATERS), assumed, seed=1, n_studies=20).tie_rate.value)
    assert np.mean(planned) == pytest.approx(np.mean(ties), abs=0.012)


def test_model_that_errs_where_people_err_correlates():
    """Weakly: votes tell little of which questions are hard, so both are drawn towards the prior's .5."""
    rng, found = np.random.default_rng(14), []
    for planted in (0.0, 1.0):
        humans, model, sampling, _, _ = drawn(400, rng, correlation=planted)
        difficulty, raters, _ = estimated(humans, model, sampling)
        found.append(correlation_of(model, humans, raters=raters.value, spread=difficulty.spread))
    assert found[1] > found[0] + 0.25


def test_models_that_err_together_are_told_apart_more_easily():
    """Shared difficulty cancels in the paired difference."""
    hard = {"human_accuracy": 0.9, "question_spread": 2.0, "first_model": 0.85, "second_model": 0.75}
    together, apart = (
        plan_precision(Design(20, 10, 4), Assumptions(**hard, model_correlation=one), seed=3, n_studies=200).power.value
        for one in (1.0, 0.0)
    )
    assert together > apart + 0.1


@pytest.mark.parametrize("humans", [np.full((4, 6), -1), np.array([[0, 1, 0, 1, 1, 0]])])
def test_without_two_raters_on_a_question_the_prior_decides(humans):
    found = difficulty_of(humans, Sampling(np.arange(6) // 2, np.arange(6) % 2))
    assert found.n == 0
    assert found.spread == pytest.approx(0.85 * (2 / np.pi) ** 0.5, abs=0.03)
    assert found.personas == pytest.approx(found.questions)


def test_doubt_about_the_spread_widens_the_interval():
    humans, _, sampling, _, _ = drawn(30, np.random.default_rng(15))
    found = difficulty_of(humans, sampling)
    sure = Difficulty(found.spread, found.spread, found.spread, 0, 0, found.spread, 0, found.n)
    doubtful, certain = (rater_accuracy(humans, sampling, one).interval for one in (found, sure))
    assert doubtful.low < certain.low
    assert doubtful.high > certain.high


def test_more_agreement_is_more_accuracy_and_more_spread_less():
    shares = np.array([0.55, 0.7, 0.9])
    assert (np.diff(accuracy_at(shares, 1.0)) > 0).all()
    assert (accuracy_at(shares, 1.0) <= accuracy_at(shares, 0.0)).all()
