"""The crossed random-effects model: planted variances come back, and lme4 finds the same (tests/golden/lme4)."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from analysis.stats.mixed import MOST_ROWS, NONE, Rows, fit_mixed
from analysis.stats.mixed_summary import MixedSummary, components_of

LME4 = Path(__file__).parents[2] / "golden" / "lme4"
PLANTED = {"persona": 0.8, "prompt": 0.5, "rater": 0.4, "cell": 0.4, "question": 0.7}
FIXED = np.array([1.0, 1.6, 0.4])


def drawn(personas, prompts, rng, *, fixed=FIXED, questions=10, raters=4):
    """People in the first place, then models; each persona is asked about some of the prompts."""
    asked = rng.random((personas, prompts)).argsort(axis=1)[:, :questions].ravel()
    persona, question = np.repeat(np.arange(personas), questions), np.arange(personas * questions)
    seats = [(0, seat) for seat in range(raters)] + [(place, None) for place in range(1, len(fixed))]
    columns = [
        (place, np.full(question.size, NONE) if seat is None else persona * raters + seat) for place, seat in seats
    ]
    crossed = {
        "persona": np.tile(persona, len(seats)),
        "prompt": np.tile(asked, len(seats)),
        "rater": np.concatenate([rater for _, rater in columns]),
        "cell": np.concatenate([persona * len(fixed) + place for place, _ in columns]),
    }
    annotator, of_question = np.repeat([place for place, _ in columns], question.size), np.tile(question, len(seats))
    log_odds = fixed[annotator] + PLANTED["question"] * rng.normal(size=question.size)[of_question]
    for name, levels in crossed.items():
        log_odds += np.where(levels == NONE, 0, PLANTED[name] * rng.normal(size=levels.max() + 1)[levels])
    yes = (rng.random(log_odds.size) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return Rows(yes, annotator, of_question, crossed)


def summary_of(rows, personas):
    fit = fit_mixed(rows)
    n = np.bincount(rows.fixed)
    return MixedSummary(fit, ((), *(("rater",) for _ in n[1:])), n, personas - 1)


def test_lme4_finds_the_same():
    with (LME4 / "observed.csv").open() as file:
        found = {name: np.array(values, dtype=int) for name, values in _columns(csv.DictReader(file)).items()}
    names = ("persona", "prompt", "rater", "cell")
    rows = Rows(
        found["yes"].astype(float), found["annotator"], found["question"], {name: found[name] for name in names}
    )
    fit = fit_mixed(rows)
    expected = defaultdict(list)
    with (LME4 / "expected.csv").open() as file:
        for row in csv.DictReader(file):
            expected[row["part"]].append(float(row["value"]))
    assert fit.deviance == pytest.approx(expected["deviance"][0], abs=0.01)
    assert fit.fixed == pytest.approx(expected["fixed"], abs=0.005)
    assert np.sqrt(np.diag(fit.fixed_covariance)) == pytest.approx(expected["error"], rel=0.01)
    for name, spread in fit.spreads.items():
        assert spread == pytest.approx(expected[f"spread {name}"][0], abs=0.01), name
    assert fit.effects["persona"] == pytest.approx(expected["persona"], abs=0.01)
    assert fit.effects["cell"] == pytest.approx(expected["cell"], abs=0.01)


def _columns(rows):
    columns = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            columns[name].append(value)
    return columns


def test_planted_variances_come_back():
    """Laplace's approximation makes the variance of questions, with six choices each, somewhat too small."""
    rows = drawn(120, 60, np.random.default_rng(2))
    fit = fit_mixed(rows)
    assert fit.fixed == pytest.approx(FIXED, abs=0.35)
    for name, planted in PLANTED.items():
        assert fit.spreads[name] == pytest.approx(planted, abs=0.2), name


def test_difference_of_a_model_that_is_one_more_human_is_held_as_often_as_its_interval_says():
    rng, held, higher = np.random.default_rng(5), 0, 0
    for _ in range(15):
        found = summary_of(drawn(10, 10, rng, fixed=np.array([1.0, 1.0]), questions=8), 10).difference(1, 0)
        held += 0 in found.interval
        higher += found.value > 0
    assert held >= 13
    assert 3 <= higher <= 12


def test_persona_is_drawn_towards_the_mean_and_little_data_further():
    rows = drawn(30, 20, np.random.default_rng(7))
    found = summary_of(rows, 30)
    mean = found.mean(0).value
    people = rows.fixed == 0
    raw = np.array([rows.outcomes[people & (rows.crossed["persona"] == one)].mean() for one in range(30)])
    shrunken = np.array([found.of_persona(0, one, one * 3, 40).value for one in range(30)])
    assert np.corrcoef(raw, shrunken)[0, 1] > 0.95
    assert shrunken.std() < raw.std()
    assert abs(shrunken.mean() - mean) < 0.05
    model = np.array([found.of_persona(1, one, one * 3 + 1, 10).interval for one in range(30)])
    assert all(one.high - one.low > 0.05 for one in model)


def test_annotator_who_always_agrees_stays_finite():
    rows = drawn(10, 10, np.random.default_rng(8))
    always = Rows(np.where(rows.fixed == 1, 1.0, rows.outcomes), rows.fixed, rows.questions, rows.crossed)
    found = summary_of(always, 10)
    assert found.mean(1).value > 0.97
    assert np.isfinite(found.fit.fixed_covariance).all()


def test_shares_of_variance_add_up():
    fit = fit_mixed(drawn(10, 10, np.random.default_rng(9)))
    assert sum(one.share for one in components_of(fit)) == pytest.approx(1)


def test_data_too_large_to_wait_for_is_refused():
    levels = np.arange(MOST_ROWS + 1)
    rows = Rows(np.ones(levels.size), np.zeros_like(levels), levels, {"persona": levels})
    with pytest.raises(ValueError, match="too many to fit"):
        fit_mixed(rows)
    with pytest.raises(ValueError, match="nothing to fit"):
        fit_mixed(Rows(np.empty(0), levels[:0], levels[:0], {}))
