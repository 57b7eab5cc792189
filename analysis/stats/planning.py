"""How precise would this study be, and what would it cost? Answered by simulating it, with the assumptions stated."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.stats.alt_test import SlotAltTest, UnderPowered, slot_alt_test
from analysis.stats.counting import entries_of
from analysis.stats.difficulty import level_of
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.inference import at_boundary, fisher_limits, plain_limits
from analysis.stats.jackknife import Spread, crossed_spreads
from analysis.stats.labels import BoolArray, FloatArray, IntArray
from analysis.stats.vote_rules import VoteRule
from analysis.stats.votes import Consensus, VoteState

CATEGORIES = ("first", "second")
LABELS_AT_MOST = 20_000_000  # simulated human labels over all studies; larger designs get fewer studies
LABELS_AT_ONCE = 2_000_000  # of one batch of studies, so that memory stays near 100 MB
CONFIDENCE = 0.95
FEWEST_STUDIES = 20
ALT_TESTS_AT_MOST = 100


@dataclass(frozen=True)
class Design:
    """What a researcher decides.

    Attributes
    ----------
    personas, questions, raters : int
        Questions per persona, and raters per persona; every rater answers all of the persona's questions.
    vote_rule : VoteRule
        One that counts votes; its words for this number of raters say what it asks for.
    """

    personas: int
    questions: int
    raters: int
    vote_rule: VoteRule = VoteRule.THREE_OF_FOUR

    @property
    def prompts(self) -> int:
        """Prompts of the study: twice a persona's questions, dealt round, so that neighbours share them."""
        return 2 * self.questions

    @property
    def participants(self) -> int:
        """People to pay."""
        return self.personas * self.raters

    @property
    def items(self) -> int:
        """Questions that get a consensus, at best."""
        return self.personas * self.questions


@dataclass(frozen=True)
class Assumptions:
    """What is assumed about people and models; stated beside every answer.

    Attributes
    ----------
    human_accuracy : float
        Mean probability that a rater chooses what the persona would choose. .8 gives 15 % of 2:2 ties.
    persona_spread, prompt_spread, question_spread : float
        Standard deviations of the log-odds of being right over personas, prompts and questions: some are easier.
    rater_spread : float
        The same over people.
    model_correlation : float
        Between what is hard for people and what is hard for a model: 1 the same, 0 independent. Also between models.
    first_model, second_model : float
        Mean accuracy of the two models to be told apart.
    first_share : float
        Share of questions on which the truth is the first category: .5 for the reference coding, near 1 for content
        with baselines.
    epsilon : float
        Of the alt-test, which is run for the first model.
    """

    human_accuracy: float = 0.8
    persona_spread: float = 0.4
    prompt_spread: float = 0.0
    question_spread: float = 0.0
    rater_spread: float = 0.0
    model_correlation: float = 1.0
    first_model: float = 0.85
    second_model: float = 0.75
    first_share: float = 0.5
    epsilon: float = 0.1


@dataclass(frozen=True)
class Prices:
    """What a participant costs, in one currency.

    Attributes
    ----------
    reward : float
        Paid to everyone who finishes.
    bonus, bonus_share : float
        Amount, and the share of people who earn it.
    fee : float
        The recruiter's share on top of reward and bonus, e.g. 1/3.
    tax_on_fee : float
        Value-added tax on the fee.
    """

    reward: float
    bonus: float = 0.0
    bonus_share: float = 0.0
    fee: float = 1 / 3
    tax_on_fee: float = 0.0


@dataclass(frozen=True)
class Simulated:
    """A simulated mean with its Monte Carlo standard error: how sure the planner is, not the study."""

    value: float
    error: float


@dataclass(frozen=True)
class Plan:
    """What to expect of a design.

    Attributes
    ----------
    kappa, second_kappa : Simulated
        Of each model with the human consensus.
    interval_width : Simulated
        Of the first model's 95 % interval, for new personas and prompts.
    tie_rate, undecided_rate : Simulated
        Share of items whose votes tie, and that have no consensus for any reason.
    power : Simulated
        Probability that the paired 95 % interval of the two models' difference leaves out 0 on the right side.
    alt_test_power : Simulated
        Probability that the first model passes the alt-test with joined seats.
    alt_test_under_powered : UnderPowered or None
    cost : float or None
    n_studies, n_alt_tests, seed : int
        How it was simulated.
    """

    kappa: Simulated
    second_kappa: Simulated
    interval_width: Simulated
    tie_rate: Simulated
    undecided_rate: Simulated
    power: Simulated
    alt_test_power: Simulated
    alt_test_under_powered: UnderPowered | None
    cost: float | None
    n_studies: int
    n_alt_tests: int
    seed: int


def plan_precision(
    design: Design,
    assumptions: Assumptions | None = None,
    *,
    seed: int,
    prices: Prices | None = None,
    n_studies: int = 400,
) -> Plan:
    """Simulate whole studies of one design and report what their analysis would show.

    Each study draws personas (their difficulty), true choices, every rater's and both models' labels; votes them by
    the design's rule and analyses them as a real study: two-way jackknife, paired difference, alt-test with joined
    seats.

    Parameters
    ----------
    design : Design
    assumptions : Assumptions, optional
    seed : int
        The same seed gives the same plan, and compares two designs fairly.
    prices : Prices, optional
    n_studies : int
        At most; a design of many labels gets fewer, and larger Monte Carlo errors say so.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        For a design without at least two personas, one question and one rater, an unknown rule, or a probability
        that is none.

    Examples
    --------
    >>> plan = plan_precision(Design(personas=20, questions=10, raters=4), seed=1, n_studies=100)
    >>> 0.1 < plan.tie_rate.value < 0.2, plan.interval_width.error < 0.01
    (True, True)
    """
    assumed = assumptions or Assumptions()
    _check(design, assumed)
    studies = max(FEWEST_STUDIES, min(n_studies, LABELS_AT_MOST // (design.items * design.raters)))
    outcome = _outcome(design, assumed, studies, seed)
    return Plan(
        kappa=_mean(outcome.kappa),
        second_kappa=_mean(outcome.second_kappa),
        interval_width=_mean(outcome.width),
        tie_rate=_mean(outcome.tie_rate),
        undecided_rate=_mean(outcome.undecided_rate),
        power=_share(outcome.told_apart),
        alt_test_power=_share(outcome.passed),
        alt_test_under_powered=outcome.under_powered,
        cost=None if prices is None else study_cost(design, prices),
        n_studies=studies,
        n_alt_tests=len(outcome.passed),
        seed=seed,
    )


def study_cost(design: Design, prices: Prices) -> float:
    """Return the money a design needs: ``people (reward + expected bonus) (1 + fee (1 + tax on fee))``.

    Examples
    --------
    >>> study_cost(Design(personas=20, questions=10, raters=4), Prices(reward=3.0, bonus=1.0, bonus_share=0.25))
    346.66666666666663
    """
    each = prices.reward + prices.bonus * prices.bonus_share
    return design.participants * each * (1 + prices.fee * (1 + prices.tax_on_fee))


@dataclass(frozen=True, eq=False)
class _Simulation:
    """Labels of all studies side by side: humans (raters, studies x items), models each (studies x items,)."""

    humans: IntArray
    models: tuple[IntArray, IntArray]
    consensus: Consensus
    personas: IntArray
    prompts: IntArray
    studies: int


@dataclass(frozen=True, eq=False)
class _Outcome:
    """What the analysis of each study came to, arrays of shape (n_studies,)."""

    kappa: FloatArray
    second_kappa: FloatArray
    width: FloatArray
    told_apart: BoolArray
    tie_rate: FloatArray
    undecided_rate: FloatArray
    passed: BoolArray
    under_powered: UnderPowered | None


def _check(design: Design, assumed: Assumptions) -> None:
    if design.personas < 2 or design.questions < 1 or design.raters < 1:
        raise ValueError("a design needs at least two personas, one question and one rater")
    if not design.vote_rule.counts_votes:
        raise ValueError(f"vote_rule must be one that counts votes, not {design.vote_rule}")
    for name in ("human_accuracy", "first_model", "second_model", "first_share", "model_correlation"):
        if not 0 <= getattr(assumed, name) <= 1:
            raise ValueError(f"{name} must be a probability, not {getattr(assumed, name)}")


def _outcome(design: Design, assumed: Assumptions, studies: int, seed: int) -> _Outcome:
    """Simulate and analyse the studies in batches."""
    rng = np.random.default_rng(seed)
    size = max(1, LABELS_AT_ONCE // (design.items * design.raters))
    sizes = [min(size, studies - start) for start in range(0, studies, size)]
    parts: list[tuple[FloatArray, ...]] = []
    passed: list[bool] = []
    under_powered: UnderPowered | None = None
    for number in sizes:
        simulation = _simulate(design, assumed, number, rng)
        parts.append(_analysed(simulation, design, assumed))
        tests = _alt_tests(simulation, design, assumed, seed, at_most=ALT_TESTS_AT_MOST - len(passed))
        passed += [test.passed for test in tests]
        under_powered = tests[0].under_powered if tests else under_powered
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    kappa, second_kappa, width, told_apart, tie_rate, undecided_rate = columns
    known = told_apart.astype(bool)
    return _Outcome(kappa, second_kappa, width, known, tie_rate, undecided_rate, np.array(passed), under_powered)


def _simulate(design: Design, assumed: Assumptions, studies: int, rng: np.random.Generator) -> _Simulation:
    n = studies * design.items
    personas = np.repeat(np.arange(studies * design.personas), design.questions)
    prompts = np.arange(n) % design.items % design.prompts
    study_prompts = np.repeat(np.arange(studies), design.items) * design.prompts + prompts
    spread = _spread_of_questions(assumed)

    def difficulty() -> FloatArray:
        parts = rng.normal(0, assumed.persona_spread, studies * design.personas)[personas]
        if assumed.prompt_spread:
            parts = parts + rng.normal(0, assumed.prompt_spread, studies * design.prompts)[study_prompts]
        return parts + rng.normal(0, assumed.question_spread, n) if assumed.question_spread else parts

    def labels(mean_accuracy: float, ease: FloatArray, spread: float) -> IntArray:
        wrong = rng.random(ease.shape, dtype=np.float32) >= _accuracy(mean_accuracy, ease, spread)
        flipped: IntArray = truth ^ wrong.astype(np.int8)
        return flipped

    def of_model(mean_accuracy: float) -> IntArray:
        shared = assumed.model_correlation
        ease = people if shared == 1 else shared * people + sqrt(1 - shared**2) * difficulty()
        return labels(mean_accuracy, ease, spread)

    people = difficulty()
    truth = (rng.random(n) >= assumed.first_share).astype(np.int8)
    skill = rng.normal(0, assumed.rater_spread, (design.raters, studies * design.personas))[:, personas]
    humans = labels(assumed.human_accuracy, people + skill, sqrt(spread**2 + assumed.rater_spread**2))
    models = of_model(assumed.first_model), of_model(assumed.second_model)
    return _Simulation(humans, models, _vote(design, humans, personas), personas, prompts, studies)


def _spread_of_questions(assumed: Assumptions) -> float:
    """Of everything that raters of a question share."""
    return sqrt(assumed.persona_spread**2 + assumed.prompt_spread**2 + assumed.question_spread**2)


def _vote(design: Design, humans: IntArray, personas: IntArray) -> Consensus:
    return design.vote_rule.consensus(humans, categories=CATEGORIES, clusters=personas, seats=design.raters)


def _accuracy(mean: float, ease: FloatArray, spread: float) -> FloatArray:
    """Return accuracies: log-odds shifted by ease, centred so that their mean over draws of ease is ``mean``."""
    if mean in (0.0, 1.0):
        return np.full(ease.shape, mean)
    return np.asarray(1 / (1 + np.exp(-level_of(mean, spread) - ease)))


def _analysed(simulation: _Simulation, design: Design, assumed: Assumptions) -> tuple[FloatArray, ...]:
    """Return of each study both kappas, the interval's width, whether it tells the models apart, and vote rates."""
    first_model, second_model = simulation.models
    entries = entries_of(first_model, second_model, simulation.consensus.labels, n_categories=len(CATEGORIES))
    study = np.repeat(np.arange(simulation.studies), design.items)
    personas = entries.by_group(simulation.personas, simulation.studies * design.personas)
    prompts = entries.by_group(study * design.prompts + simulation.prompts, simulation.studies * design.prompts)
    personas, prompts = (one.reshape(simulation.studies, -1, 2, 2, 2) for one in (personas, prompts))
    items = entries.by_item_in(study, simulation.studies)

    def first(tables: FloatArray) -> FloatArray:
        return kappa_of_tables(tables.sum(axis=-2))

    def second(tables: FloatArray) -> FloatArray:
        return kappa_of_tables(tables.sum(axis=-3))

    def gap(tables: FloatArray) -> FloatArray:
        return first(tables) - second(tables)

    total = personas.sum(axis=1)
    low, high = _kappa_limits(total.sum(axis=-2), *crossed_spreads(personas, prompts, items, first))
    gap_low, gap_high = plain_limits(gap(total), *crossed_spreads(personas, prompts, items, gap), confidence=CONFIDENCE)
    right_side = gap_low > 0 if assumed.first_model >= assumed.second_model else gap_high < 0
    states = simulation.consensus.states.reshape(simulation.studies, -1)
    return (
        first(total),
        second(total),
        high - low,
        np.asarray(right_side, dtype=np.float64),
        (states == VoteState.TIE).mean(axis=1),
        (states != VoteState.MAJORITY).mean(axis=1),
    )


def _kappa_limits(tables: FloatArray, variance: FloatArray, degrees: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fisher's limits, and at perfect agreement the one of raw agreement, as a real study has them."""
    kappa = kappa_of_tables(tables)
    low, high = fisher_limits(kappa, np.where(variance > 0, variance, np.nan), degrees, confidence=CONFIDENCE)
    for study in np.flatnonzero(kappa == 1):
        spread = Spread(0.0, float(degrees[study]), 0.0)
        interval = at_boundary(spread, int(tables[study].sum()), tables[study], CONFIDENCE)
        low[study], high[study] = interval.low, interval.high
    return low, high


def _alt_tests(
    simulation: _Simulation, design: Design, assumed: Assumptions, seed: int, *, at_most: int
) -> list[SlotAltTest]:
    """Run the alt-test of the first model in some of the studies; one joining each, as seats are alike here."""
    parts = [
        slice(study * design.items, (study + 1) * design.items) for study in range(min(simulation.studies, at_most))
    ]
    return [
        slot_alt_test(
            simulation.humans[:, part],
            simulation.models[0][part],
            categories=CATEGORIES,
            clusters=simulation.personas[part],
            seed=seed,
            n_joinings=1,
            epsilon=assumed.epsilon,
        )
        for part in parts
    ]


def _mean(values: FloatArray) -> Simulated:
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return Simulated(float("nan"), float("nan"))
    return Simulated(float(known.mean()), float(known.std(ddof=1)) / sqrt(len(known)))


def _share(outcomes: BoolArray) -> Simulated:
    """A share with the error of a proportion, kept above 0 at 0 and 1 (Agresti and Coull's two added of each)."""
    n, share = len(outcomes), float(outcomes.mean())
    softened = (outcomes.sum() + 2) / (n + 4)
    return Simulated(share, sqrt(float(softened * (1 - softened)) / (n + 4)))
