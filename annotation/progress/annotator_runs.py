"""The runs of annotators with what each was given, for the list of annotators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from annotation.conditions import UNSAID, RunSetting, condition_in
from annotation.models import Annotation, AnnotatorRun, Rater, RaterKind


@dataclass(frozen=True)
class DescribedRun:
    number: int
    setting: RunSetting
    guessed_condition: str = ""

    @property
    def is_guessed(self) -> bool:
        return bool(self.guessed_condition)


def with_runs(raters: Iterable[Rater]) -> list[Rater]:
    """The raters, each with its ``described_runs``; two queries, however many there are."""
    raters = list(raters)
    settings = {(row.rater_id, row.run): row.setting for row in AnnotatorRun.objects.filter(rater__in=raters)}
    numbers: dict[int, list[int]] = defaultdict(list)
    runs = Annotation.objects.filter(rater__in=raters).order_by("rater_id", "run")
    for rater_id, run in runs.values_list("rater_id", "run").distinct():
        numbers[rater_id].append(run)
    for rater in raters:
        rater.described_runs = [
            _described(rater, run, settings.get((rater.pk, run), UNSAID)) for run in numbers[rater.pk]
        ]
    return raters


def _described(rater: Rater, run: int, setting: RunSetting) -> DescribedRun:
    is_open = rater.kind == RaterKind.MODEL and not setting.condition
    return DescribedRun(run, setting, condition_in(rater.name) if is_open else "")
