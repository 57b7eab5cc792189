"""A planted truth, through the real pages and the real import, comes back inside its interval."""

from __future__ import annotations

import json
from random import Random

import pytest
from django.db import connection

from analysis.options import Coding, ReportOptions
from analysis.reports.league import RowKind, league_of
from analysis.results import results_of
from annotation.models import Assignment, Question, Response
from annotation.rehearsal.behaviour import Behaviour
from annotation.rehearsal.crowd import first_visit, make_walker, together
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.page import as_read
from annotation.services.annotation_import import import_annotations
from tests.load.integrity import assert_intact

# One fixed draw. That 95 % intervals miss the truth in 5 of 100 draws is shown in tests/pure/stats/test_coverage.py;
# this shows that nothing between the page and the league table bends it.
HUMAN, MODEL, SEED = 0.85, 0.80, 1
RATERS, AT_ONCE = 80, 10


def walk_a_crowd(study, site: str) -> None:
    """80 raters who choose the revised answer 85 times in 100."""
    oracle = Oracle(study)
    crowd = [
        make_walker(study, oracle, site=site, seed=SEED, number=n, behaviour=Behaviour(accuracy=HUMAN))
        for n in range(1, RATERS + 1)
    ]
    for walker in crowd:
        walker.choose = by_seat(oracle)
    for start in range(0, RATERS, AT_ONCE):
        together(crowd[start : start + AT_ONCE], lambda walker: first_visit(walker, oracle))
    assert [walker.walk.end for walker in crowd] == ["done"] * RATERS


def by_seat(oracle: Oracle):
    """Choices drawn for the seat and the texts, so that it does not matter who arrived first."""

    def choose(code, labels, rng, accuracy):
        seat = Assignment.objects.values_list("seat__number", flat=True).get(code=code)
        connection.close()
        drawn = Random(f"{SEED}:{seat}:{sorted(as_read(label)[-60:] for label in labels.values())}")
        return oracle.choose(code, labels, drawn, accuracy)

    return choose


def model_file(study) -> bytes:
    """A model that chooses the revised answer 80 times in 100."""
    rows = []
    for question in Question.objects.filter(study=study).select_related("persona"):
        is_right = Random(f"{SEED}:model:{question.persona.key}:{question.prompt_key}").random() < MODEL
        rows.append(
            {
                "annotator": "planted",
                "persona_id": question.persona.key,
                "prompt_id": question.prompt_key,
                "choice": Response.REVISED if is_right else study.design,
            }
        )
    return "\n".join(json.dumps(row) for row in rows).encode()


def true_kappa() -> float:
    """By reference order, in which the truth is balanced: (2 s - 1)(2 q - 1), q = how often a majority is right."""
    right = HUMAN**4 + 4 * HUMAN**3 * (1 - HUMAN)
    wrong = (1 - HUMAN) ** 4 + 4 * (1 - HUMAN) ** 3 * HUMAN
    return (2 * MODEL - 1) * (2 * right / (right + wrong) - 1)


@pytest.fixture
def walked(study, serve):
    walk_a_crowd(study, serve(workers=2).url)
    import_annotations(study=study, data=model_file(study), filename="planted.jsonl")
    assert_intact(study)
    return study


def test_planted_accuracy_and_kappa_come_back_inside_their_intervals(walked):
    results = results_of(walked, ReportOptions(coding=Coding.REFERENCE))
    assert results.matrix.simulated_raters == RATERS
    rows = {row.kind: row for row in league_of(results).rows}
    people, model = rows[RowKind.CEILING], rows[RowKind.MODEL]
    assert holds(people.revised.interval, HUMAN)
    assert holds(model.revised.interval, MODEL)
    assert holds(model.reference.interval, true_kappa())


def holds(interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high
