"""How many raters and questions does it take? A design and its neighbours, simulated whole, with their cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import isnan

from analysis.options import Coding, VoteRule
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.wording import count, number, percent
from analysis.stats.planning import (
    Assumptions,
    Design,
    Plan,
    Prices,
    Simulated,
    plan_precision,
    study_cost,
)

PLANNED_RULES = tuple((rule, rule.plan_words) for rule in VoteRule if rule.plan_words)
RATERS_BESIDE = (2, 3, 4, 6)
NEIGHBOUR_LABELS = 400_000
"""A neighbour of more labels is not simulated: the page is to take seconds."""
NEIGHBOUR_BUDGET = 4_000_000
STUDIES = 400
ENOUGH = 0.8
Z = 1.959964
SIMULATED = (
    "kappa",
    "second_kappa",
    "interval_width",
    "tie_rate",
    "undecided_rate",
    "power",
    "alt_test_power",
)

ASSUMED = (
    *("human_accuracy", "persona_spread", "prompt_spread", "question_spread", "rater_spread"),
    *("first_model", "second_model", "model_correlation", "first_share", "epsilon"),
)
COLUMNS = (
    *("design", "personas", "questions", "raters", "people", "vote_rule", "coding", "cost"),
    *(name for simulated in SIMULATED for name in (simulated, f"{simulated}_error")),
    *("alt_test_under_powered", "n_studies", "n_alt_tests"),
    *ASSUMED,
    *("reward", "seed"),
)


@dataclass(frozen=True)
class Settings:
    """What to plan. ``other_share`` is the share of the first category under the coding that is not ``coding``."""

    design: Design
    rule: VoteRule
    coding: str
    assumed: Assumptions
    other_share: float
    prices: Prices
    minutes: float
    seed: int


@dataclass(frozen=True)
class Row:
    """One design; ``plan`` is None where it is too large to be simulated in seconds."""

    words: str
    settings: Settings
    plan: Plan | None
    is_own: bool = False

    @property
    def design(self) -> Design:
        return self.settings.design

    @property
    def labels(self) -> int:
        return self.design.items * self.design.raters

    @property
    def cost(self) -> float:
        return study_cost(self.design, self.settings.prices)

    @property
    def cost_words(self) -> str:
        return f"{self.cost:,.2f}"

    @property
    def has_kappa(self) -> bool:
        return self.plan is not None and not isnan(self.plan.kappa.value)

    @property
    def power(self) -> float:
        """Of telling the models apart; -1 where it cannot be told, so that it never is the best."""
        return self.plan.power.value if self.plan and self.has_kappa else -1.0

    @property
    def power_points(self) -> str:
        return points(self.plan.power) if self.plan else ""

    @property
    def alt_test_points(self) -> str:
        return points(self.plan.alt_test_power) if self.plan else ""

    def plain(self) -> dict[str, Value]:
        settings, design = self.settings, self.design
        sizes = (design.personas, design.questions, design.raters, design.participants)
        assumed = [getattr(settings.assumed, name) for name in ASSUMED]
        asked = (self.words, *sizes, settings.rule.value, settings.coding, round(self.cost, 2))
        values = (*asked, *_plain_plan(self.plan), *assumed, settings.prices.reward, settings.seed)
        return dict(zip(COLUMNS, values, strict=True))


@dataclass(frozen=True)
class Expectation:
    """One line of what to expect: ``sure`` is how sure the simulation is of ``value``."""

    words: str
    value: str
    sure: str
    note: str


@dataclass(frozen=True)
class PlanReport:
    """The design asked about first, its neighbours after it."""

    rows: tuple[Row, ...]

    @property
    def own(self) -> Row:
        return self.rows[0]

    @property
    def neighbours(self) -> tuple[Row, ...]:
        return self.rows[1:]

    @property
    def settings(self) -> Settings:
        return self.own.settings

    @property
    def hourly(self) -> str:
        return f"{60 * self.settings.prices.reward / self.settings.minutes:,.2f}"

    @cached_property
    def finding(self) -> str:
        """What the design buys, in a sentence."""
        design = self.own.design
        people = (
            f"{count(design.participants, 'person', 'people')} ({count(design.personas, 'persona')}, "
            f"{count(design.raters, 'rater')} each, {count(design.questions, 'question')}) would cost "
            f"{self.own.cost_words}"
        )
        if not self.own.has_kappa:
            return f"{people}, and kappa would be undefined: {_why_undefined(self.own)}."
        plan, assumed = self.own.plan, self.settings.assumed
        assert plan is not None
        width = number(plan.interval_width.value)
        return (
            f"{people}. A model's kappa would come with a 95 % interval {width} wide, and a model that is right "
            f"{percent(assumed.first_model)} of the time would be told from one that is right "
            f"{percent(assumed.second_model)} of the time in {percent(plan.power.value)} of such studies (the "
            f"simulation is sure of that to ± {points(plan.power)} points)."
        )

    @cached_property
    def advice(self) -> str:
        """Whether the power reaches the usual mark, and which design does."""
        if self.own.power >= ENOUGH:
            return f"The usual mark for telling two models apart is {percent(ENOUGH)}: this design reaches it."
        reaching = [row for row in self.same_coding if row.power >= ENOUGH]
        mark = f"The usual mark for telling two models apart is {percent(ENOUGH)}"
        if not reaching:
            return f"{mark}; neither this design nor one of those below reaches it."
        best = min(reaching, key=lambda row: row.cost)
        return f"{mark}; the cheapest design below that reaches it has {best.words}, for {best.cost_words}."

    @cached_property
    def same_coding(self) -> tuple[Row, ...]:
        return tuple(row for row in self.neighbours if row.settings.coding == self.settings.coding)

    @property
    def figure_title(self) -> str:
        known = [row for row in (self.own, *self.same_coding) if row.has_kappa]
        if len(known) < 2:
            return "Interval and power of the design"
        best = max(known, key=lambda row: (row.power, -row.cost))
        return f"Most likely to tell the models apart: {best.words}, in {percent(best.power)} of studies"

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        return tuple(_expectations(self.own))

    def table(self) -> Table:
        return table_of((row.plain() for row in self.rows), names=COLUMNS)


def plan_of(settings: Settings) -> PlanReport:
    """Simulate the design and its neighbours; the same settings give the same report."""
    own = Row("this design", settings, _simulated(settings, STUDIES), is_own=True)
    return PlanReport((own, *(_neighbour(words, beside) for words, beside in neighbours_of(settings))))


def neighbours_of(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Designs to compare with; a rater is paid by the question, so twice the questions cost twice the reward."""
    design = settings.design
    for raters in RATERS_BESIDE:
        if raters != design.raters:
            yield f"{raters} raters", replace(settings, design=replace(design, raters=raters))
    if design.questions > 1:
        yield "half the questions", _with_questions(settings, design.questions // 2)
    yield "twice the questions", _with_questions(settings, design.questions * 2)
    if design.personas >= 4:
        yield "half the personas", replace(settings, design=replace(design, personas=design.personas // 2))
    yield "twice the personas", replace(settings, design=replace(design, personas=design.personas * 2))
    other = Coding.REFERENCE if settings.coding == Coding.CONTENT else Coding.CONTENT
    assumed = replace(settings.assumed, first_share=settings.other_share)
    other_share = settings.assumed.first_share
    yield f"kappa by {other.value}", replace(settings, coding=other.value, assumed=assumed, other_share=other_share)


def _with_questions(settings: Settings, questions: int) -> Settings:
    times = questions / settings.design.questions
    return replace(
        settings,
        design=replace(settings.design, questions=questions),
        prices=replace(settings.prices, reward=settings.prices.reward * times),
        minutes=settings.minutes * times,
    )


def _neighbour(words: str, settings: Settings) -> Row:
    labels = settings.design.items * settings.design.raters
    if labels > NEIGHBOUR_LABELS:
        return Row(words, settings, None)
    return Row(words, settings, _simulated(settings, min(STUDIES, NEIGHBOUR_BUDGET // labels)))


def _simulated(settings: Settings, studies: int) -> Plan:
    design = replace(settings.design, vote_rule=settings.rule)
    return _remembered(design, settings.assumed, settings.seed, studies)


@lru_cache(maxsize=256)
def _remembered(design: Design, assumed: Assumptions, seed: int, studies: int) -> Plan:
    """A plan is the same each time, so the file after the page costs nothing."""
    return plan_precision(design, assumed, seed=seed, n_studies=studies)


def _expectations(row: Row) -> Iterator[Expectation]:
    plan = row.plan
    if plan is None:
        return
    yield _mean("Kappa of the first model with the consensus", plan.kappa)
    yield _mean("Kappa of the second model", plan.second_kappa)
    yield _mean("Width of the first one's 95 % interval", plan.interval_width, "for new personas and prompts")
    yield _share("Questions on which the votes tie", plan.tie_rate)
    yield _share("Questions without a consensus for any reason", plan.undecided_rate)
    apart = "the paired 95 % interval of the difference leaves out 0, on the right side"
    if row.has_kappa:
        yield _share("Studies that tell the two models apart", plan.power, apart)
    else:
        yield Expectation("Studies that tell the two models apart", "undefined", "", "there is no kappa to compare")
    yield _share("Studies in which the first model passes the alt-test", plan.alt_test_power, _alt_test_note(plan))
    yield Expectation("Cost", row.cost_words, "exact", "people × (reward + expected bonus) × (1 + fee with its tax)")


def _mean(words: str, simulated: Simulated, note: str = "") -> Expectation:
    if isnan(simulated.value):
        return Expectation(words, "undefined", "", "in every simulated study")
    return Expectation(words, number(simulated.value), f"± {Z * simulated.error:.3f}", note)


def _share(words: str, simulated: Simulated, note: str = "") -> Expectation:
    return Expectation(words, percent(simulated.value), f"± {points(simulated)} points", note)


def points(simulated: Simulated) -> str:
    """The 95 % simulation error of a share, in percent points."""
    return f"{100 * Z * simulated.error:.1f}"


def _alt_test_note(plan: Plan) -> str:
    tests = f"{count(plan.n_alt_tests, 'study', 'studies')} tested"
    return f"{tests}. Under-powered: {plan.alt_test_under_powered.sentence}" if plan.alt_test_under_powered else tests


def _why_undefined(row: Row) -> str:
    if row.plan is not None and row.plan.undecided_rate.value == 1:
        return "under this vote rule no question gets a consensus"
    return "nearly all labels of a study are one and the same category, or a study has too few questions"


def _plain_plan(plan: Plan | None) -> Iterator[Value]:
    """What was simulated, in the order of the columns."""
    for name in SIMULATED:
        simulated: Simulated | None = getattr(plan, name, None)
        yield from (simulated.value, simulated.error) if simulated else (None, None)
    under = plan.alt_test_under_powered if plan else None
    yield under.value if under else ""
    yield from (getattr(plan, name, None) for name in ("n_studies", "n_alt_tests"))
