"""Where a plan starts from: the study's design, what its answers say, and what can only be assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isnan
from statistics import median

import numpy as np

from analysis.labels import REVISED
from analysis.options import Coding
from analysis.reports.people import people_of
from analysis.reports.wording import count, number, percent
from analysis.results import Results
from analysis.stats.difficulty import Difficulty, correlation_of, difficulty_of
from analysis.stats.labels import MISSING
from analysis.stats.planning_estimates import TELLING, EstimatedShare
from analysis.stats.planning_estimates import model_accuracy as accuracy_of_model
from analysis.stats.planning_estimates import rater_accuracy as accuracy_of_raters
from annotation.flow import AssignmentState
from annotation.models import Assignment

PAPER = {"personas": 20, "questions": 10, "raters": 4}
ALIKE = 2
"""Estimates nearer than so many points are no two models to tell apart, as two samples of one model are not."""
FEWEST_TIMES = 5
"""With fewer finished people than this their median time is no basis for a price."""


class Source(StrEnum):
    """Where a number comes from, as its badge says."""

    STUDY = "this study's design"
    ANSWERS = "estimated from its answers"
    ASSUMED = "assumed"
    YOURS = "yours"


@dataclass(frozen=True)
class Default:
    """A number to start from; shares are in percent, as the form asks for them. ``words`` say why this number."""

    value: float
    source: Source
    words: str

    @property
    def text(self) -> str:
        """As the form writes it: 10 for 10.0, 79.6 for 79.6."""
        return f"{self.value:.10g}"


@dataclass(frozen=True)
class Defaults:
    """``fields`` by the names of the form, under the reader's coding; ``other_share`` is that of the other coding."""

    fields: dict[str, Default]
    other_share: Default


def defaults_of(results: Results) -> Defaults:
    """Everything a plan of this study starts from; it needs no answer, and uses those there are."""
    difficulty = difficulty_of(results.matrix.humans, results.sampling)
    people = accuracy_of_raters(results.matrix.humans, results.sampling, difficulty)
    coding = results.options.coding
    other = Coding.REFERENCE if coding is Coding.CONTENT else Coding.CONTENT
    fields = _design(results) | _accuracies(results, people, difficulty)
    fields |= {"share": _share(results, coding)} | _spreads(difficulty) | _money(results)
    return Defaults(fields, _share(results, other))


def _design(results: Results) -> dict[str, Default]:
    study = results.study
    chosen = len(results.matrix.personas)
    personas = Default(chosen, Source.STUDY, "chosen for this study")
    if chosen < 2:
        personas = Default(PAPER["personas"], Source.ASSUMED, "as in the PERSONA paper; this study has fewer than two")
    return {
        "personas": personas,
        "questions": Default(study.questions_per_rater, Source.STUDY, "per rater, and so per persona"),
        "raters": Default(study.raters_per_persona, Source.STUDY, "seats of a persona"),
    }


def _accuracies(results: Results, people: EstimatedShare, difficulty: Difficulty) -> dict[str, Default]:
    first, second, correlation = _models(results, people, difficulty)
    return {
        "accuracy": _accuracy_of_people(results, people),
        "model_a": first,
        "model_b": second,
        "correlation": correlation,
        "epsilon": Default(0.1, Source.ASSUMED, "what a human may be better by, for raters paid by Prolific"),
    }


def _spreads(difficulty: Difficulty) -> dict[str, Default]:
    """Standard deviations of the log-odds of being right."""
    log_odds = "standard deviation of the log-odds of being right, over"
    if not difficulty.n:
        assumed = {"spread": (0.4, "personas"), "prompt_spread": (0.4, "prompts")}
        assumed |= {"question_spread": (0.4, "questions"), "rater_spread": (0.3, "raters")}
        return {name: Default(value, Source.ASSUMED, f"{log_odds} {of}") for name, (value, of) in assumed.items()}
    whole = f"personas, prompts and questions together {number(difficulty.spread)} [{number(difficulty.low)}, "
    whole += f"{number(difficulty.high)}], from how votes split on {count(difficulty.n, 'question')}"
    found = {
        "spread": (difficulty.personas, f"{log_odds} personas; {whole}"),
        "prompt_spread": (difficulty.prompts, f"{log_odds} prompts"),
        "question_spread": (difficulty.questions, f"{log_odds} questions"),
        "rater_spread": (difficulty.raters, f"{log_odds} raters"),
    }
    return {name: Default(round(value, 2), Source.ANSWERS, words) for name, (value, words) in found.items()}


def _accuracy_of_people(results: Results, people: EstimatedShare) -> Default:
    if isnan(people.value):
        words = "no two raters of a persona have answered yet"
        return Default(80, Source.ASSUMED, words)
    alike, noun = percent(people.alike), people_of(results).noun
    words = f"two {noun}s of a persona chose the same in {alike} of {count(people.n, 'pair')}{_interval(people)}"
    return Default(_in_percent(people.value), Source.ANSWERS, words)


def _models(results: Results, people: EstimatedShare, difficulty: Difficulty) -> tuple[Default, Default, Default]:
    """The model that agrees best with people, the next that differs, and how their difficulty goes with people's.

    Without a second one it is assumed ten points below the first.
    """
    found = sorted(_estimated_models(results, people, difficulty), key=lambda one: -one.accuracy.value)
    assumed = "between what is hard for people and what is hard for models: 1 the same, 0 independent"
    if not found:
        why = "no model has answered questions that people answered"
        first, second = Default(85, Source.ASSUMED, why), Default(75, Source.ASSUMED, "ten points below the first")
        return first, second, Default(0.5, Source.ASSUMED, assumed)
    best = found[0]
    other = next((one for one in found if one.default.value <= best.default.value - ALIKE), None)
    both = [one.correlation for one in (best, other) if one is not None]
    words = f"{assumed}; by whether models err where people's votes split"
    correlation = Default(round(sum(both) / len(both), 2), Source.ANSWERS, words)
    second = other.default if other else _below(best.default, is_only=len(found) == 1)
    return best.default, second, correlation


def _below(best: Default, *, is_only: bool) -> Default:
    """Models as good as each other are told apart by no study."""
    why = "" if is_only else f"; no other model is {ALIKE} points or more below it"
    return Default(max(best.value - 10, 0), Source.ASSUMED, f"ten points below the first{why}")


@dataclass(frozen=True)
class _Model:
    accuracy: EstimatedShare
    correlation: float
    label: str

    @property
    def default(self) -> Default:
        words = f"{self.label}, beside {count(self.accuracy.n, 'answer')} of people{_interval(self.accuracy)}"
        return Default(_in_percent(self.accuracy.value), Source.ANSWERS, words)


def _estimated_models(results: Results, people: EstimatedShare, difficulty: Difficulty) -> Iterator[_Model]:
    if isnan(people.value) or people.value < TELLING:
        return
    humans = results.matrix.humans
    for labels, annotator in zip(results.matrix.named, results.annotators, strict=True):
        if annotator.is_baseline:
            continue
        correlation = correlation_of(labels, humans, raters=people.value, spread=difficulty.spread)
        how = {"raters": people.value, "sampling": results.sampling, "difficulty": difficulty}
        accuracy = accuracy_of_model(labels, humans, correlation=correlation, **how)
        if accuracy.n:
            yield _Model(accuracy, correlation, annotator.label)


def _share(results: Results, coding: Coding) -> Default:
    """How often the first category is right: by content that is the revised response."""
    if coding is Coding.REFERENCE:
        return Default(50, Source.STUDY, "the first of an order drawn for each question is right in half of them")
    consensus = results.content_consensus.labels
    decided = consensus[consensus != MISSING]
    if not decided.size:
        return Default(90, Source.ASSUMED, "the revised response was written for this persona, so it is mostly right")
    words = f"the consensus is the revised response so often, of {count(decided.size, 'question')} that have one"
    return Default(_in_percent(float(np.mean(decided == REVISED))), Source.ANSWERS, words)


def _money(results: Results) -> dict[str, Default]:
    return {
        "reward": Default(3, Source.ASSUMED, "per person who finishes, in the currency of your account"),
        "minutes": _minutes(results),
        "bonus": Default(1, Source.ASSUMED, "for those who earn it"),
        "bonus_share": Default(25, Source.ASSUMED, "of people earn the bonus"),
        "fee": Default(33.3, Source.ASSUMED, "of reward and bonus; see your account, as it depends on who you are"),
        "vat": Default(0, Source.ASSUMED, "on the fee, where it applies"),
    }


def _minutes(results: Results) -> Default:
    """The median of real people, from arrival to code."""
    finished = Assignment.objects.of_participants().filter(
        study=results.study, state=AssignmentState.COMPLETE, rater__is_rehearsal=False
    )
    times = [(end - start).total_seconds() / 60 for start, end in finished.values_list("arrived_at", "completed_at")]
    if len(times) < FEWEST_TIMES:
        return Default(15, Source.ASSUMED, "for all of a rater's questions")
    words = f"median of {count(len(times), 'person', 'people')} from arrival to code"
    return Default(max(round(median(times), 1), 0.1), Source.ANSWERS, words)


def _in_percent(share: float) -> float:
    return round(100 * share, 1)


def _interval(estimate: EstimatedShare) -> str:
    low, high = estimate.interval.low, estimate.interval.high
    return "" if isnan(low) else f"; so right {percent(low)} to {percent(high)} of the time (95 % interval)"
