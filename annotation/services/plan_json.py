"""What an import would do, as JSON and back: a worker finds it out, a page shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from annotation.conditions import RunSetting
from annotation.services.annotation_plan import AnnotationPlan, AnnotatorName, AnnotatorSummary
from files.reading import FileProblem, UnreadableFile


def plan_as_json(plan: AnnotationPlan) -> dict[str, Any]:
    """Everything but the annotators' metadata, which no page shows."""
    return {**asdict(plan), "metadata": {}}


def plan_from_json(stored: dict[str, Any]) -> AnnotationPlan:
    return AnnotationPlan(
        annotators=tuple(map(summary_from_json, stored["annotators"])),
        metadata={},
        surplus=stored["surplus"],
        first_surplus=tuple(FileProblem(**problem) for problem in stored["first_surplus"]),
        unparsable_words=tuple((words, count) for words, count in stored["unparsable_words"]),
        unused_columns=tuple(stored["unused_columns"]),
    )


def summary_from_json(stored: dict[str, Any]) -> AnnotatorSummary:
    changed = {
        "annotator": AnnotatorName(*stored["annotator"]),
        "setting": RunSetting(*stored["setting"]),
        "first_missing": tuple(stored["first_missing"]),
    }
    return AnnotatorSummary(**{**stored, **changed})


def problems_as_json(error: UnreadableFile) -> dict[str, Any]:
    """The problems that are listed, how many there are, and whether reading stopped before the end."""
    return {
        "problems": [asdict(problem) for problem in error.problems],
        "problem_count": error.total,
        "left_out": error.left_out,
        "stopped": error.stopped,
    }


def problems_from_json(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "problems": [FileProblem(**problem) for problem in stored["problems"]]}
