"""What an import would do, as JSON and back: a worker finds it out, a page shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from annotation.conditions import RunSetting
from annotation.services.annotation_plan import AnnotationPlan, AnnotatorName, AnnotatorSummary
from files.reading import FileProblem


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
        notes=tuple(stored.get("notes", ())),
    )


def summary_from_json(stored: dict[str, Any]) -> AnnotatorSummary:
    changed = {
        "annotator": AnnotatorName(*stored["annotator"]),
        "setting": RunSetting(*stored["setting"]),
        "first_missing": tuple(stored["first_missing"]),
    }
    return AnnotatorSummary(**{**stored, **changed})
