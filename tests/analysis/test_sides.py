"""Position bias and swap consistency of models, from runs in both orders."""

import numpy as np
import pytest

from analysis.reports.sides import sides_of
from analysis.results import results_of
from annotation.models import Annotation, Choice, Question, Response
from annotation.services.baseline_raters import compute_baseline_raters
from tests.factories import make_model, make_study

pytestmark = pytest.mark.django_db
REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE


@pytest.fixture
def study():
    return make_study(personas=2, questions=4)


def run_of(study, name, choices, *, first, run=1):
    """A run with these choices, question by question; ``first`` stood first in each, or each its own."""
    rater = make_model(study, name, run=run)
    questions = study.questions.drawn().order_by("persona__position", "position")
    firsts = first if isinstance(first, list) else [first] * len(choices)
    for question, choice, shown in zip(questions, choices, firsts, strict=True):
        Annotation.objects.filter(rater=rater, run=run, question=question).update(choice=choice, shown_first=shown)
    return rater


def side_row(study, name="m"):
    return next(row for row in sides_of(results_of(study)).rows if row.name == name)


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/{query}")
    return response, response.content.decode()


def test_model_that_reads_is_consistent_and_one_that_follows_a_side_is_not(study):
    run_of(study, "reads", [REVISED] * 8, first=REVISED)
    run_of(study, "reads", [REVISED] * 8, first=ALTERNATIVE, run=2)
    run_of(study, "first", [REVISED] * 8, first=REVISED)
    run_of(study, "first", [ALTERNATIVE] * 8, first=ALTERNATIVE, run=2)
    reads, follows = side_row(study, "reads"), side_row(study, "first")
    assert (reads.swap.consistent.value, reads.swap.consistent.n, reads.bias.first_share.value) == (1, 8, 0.5)
    assert (follows.swap.consistent.value, follows.swap.always_first.value) == (0, 1)
    assert follows.bias.first_share.value == 1


def test_runs_in_a_mixed_order_are_paired_question_by_question(study):
    orders = [REVISED, ALTERNATIVE] * 4
    run_of(study, "m", [REVISED] * 8, first=orders)
    run_of(study, "m", [REVISED] * 4 + [ALTERNATIVE] * 4, first=orders[:2] * 2 + orders[1::-1] * 2, run=2)
    # Only the last four were answered in both orders, and changed.
    row = side_row(study)
    assert (row.swap.consistent.n, row.swap.consistent.value) == (4, 0)
    assert (row.swap.always_first.value, row.swap.always_second.value) == (0.5, 0.5)


def test_earliest_run_of_an_order_counts(study):
    run_of(study, "m", [REVISED] * 8, first=REVISED)
    run_of(study, "m", [ALTERNATIVE] * 8, first=REVISED, run=2)
    run_of(study, "m", [REVISED] * 8, first=ALTERNATIVE, run=3)
    row = side_row(study)
    assert (row.runs, row.swap.consistent.value) == (3, 1)


def test_no_preference_in_one_order_only_is_no_consistency():
    study = make_study(personas=2, questions=4, allows_no_preference=True)
    neither = Choice.NO_PREFERENCE
    run_of(study, "m", [neither] * 4 + [REVISED] * 4, first=REVISED)
    run_of(study, "m", [neither] * 2 + [REVISED] * 2 + [neither] * 2 + [REVISED] * 2, first=ALTERNATIVE, run=2)
    row = side_row(study)
    assert (row.swap.consistent.n, row.swap.consistent.successes) == (8, 4)


def test_unreadable_verdicts_and_unknown_orders_make_no_pair(study):
    run_of(study, "m", [Choice.UNPARSABLE] * 4 + [REVISED] * 4, first=REVISED)
    run_of(study, "m", [REVISED] * 8, first=[ALTERNATIVE] * 6 + ["", ""], run=2)
    assert side_row(study).swap.consistent.n == 2


def test_one_order_is_said_to_be_not_measured(researcher, study):
    run_of(study, "m", [REVISED] * 8, first=REVISED)
    row = side_row(study)
    assert not row.is_swapped
    _, text = page(researcher, study)
    assert "not measured: no question was answered in both orders" in text
    assert "nan" not in text


def test_rules_of_the_site_have_no_sides(study):
    make_model(study, "m")
    compute_baseline_raters(study=study)
    assert [row.name for row in sides_of(results_of(study)).rows] == ["m"]


def test_page_and_file_say_the_same(researcher, study):
    run_of(study, "m", [REVISED] * 8, first=REVISED)
    run_of(study, "m", [REVISED] * 6 + [ALTERNATIVE] * 2, first=ALTERNATIVE, run=2)
    _, text = page(researcher, study)
    assert "75\xa0%" in text
    response = researcher.get(f"/studies/{study.slug}/results/?format=csv&table=sides")
    lines = b"".join(response.streaming_content).decode().strip().split("\r\n")
    row = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    assert (row["model"], row["runs"], row["n_swapped"], row["same_choice"]) == ("m", "2", "8", "0.75")
    assert (row["always_first"], row["swap_undefined"]) == ("0.25", "")


def test_swapping_the_reference_order_changes_nothing(study):
    run_of(study, "m", [REVISED] * 4 + [ALTERNATIVE] * 4, first=REVISED)
    run_of(study, "m", [REVISED] * 8, first=ALTERNATIVE, run=2)
    before = side_row(study)
    Question.objects.filter(study=study, reference_first=REVISED).update(reference_first=ALTERNATIVE)
    assert side_row(study) == before
    assert np.isclose(before.swap.consistent.value, 0.5)
