"""Annotations as arrays: who stands in which row, what a label means, how many queries it takes."""

import numpy as np
import pytest

from analysis.labels import label_matrix
from analysis.options import Coding, ReportOptions
from annotation.models import Choice, Question, Response
from annotation.services import ledger
from tests.analysis.made import make_external
from tests.factories import answer_all, arrive, finish, finished, make_cast, make_model, make_study, walk_to_questions

pytestmark = pytest.mark.django_db


def test_label_matrix_joins_the_raters_of_all_personas_into_slots():
    study = make_study(personas=3, questions=4, raters=2)
    for number in range(1, 7):
        finished(study, number)
    matrix = label_matrix(study)
    assert matrix.humans.shape == (2, 12)
    assert (matrix.humans == 1).all()
    assert matrix.slot_raters.shape == (2, 3)
    assert matrix.n_human_raters == 6
    assert matrix.persona_index.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_label_matrix_leaves_out_who_is_not_complete():
    study = make_study(personas=1, questions=2, raters=4)
    cast = make_cast(study)
    matrix = label_matrix(study)
    assert matrix.slot_raters.tolist() == [[cast.ada.rater_id]]


def test_label_matrix_takes_the_excluded_back_in_on_request():
    study = make_study(personas=1, questions=2, raters=4)
    cast = make_cast(study)
    matrix = label_matrix(study, ReportOptions(excluded=True))
    assert set(matrix.slot_raters.ravel().tolist()) == {cast.ada.rater_id, cast.cleo.rater_id}


def test_label_matrix_leaves_out_surplus_unless_asked():
    study = make_study(personas=1, questions=2, raters=1)
    late = answer_all(walk_to_questions(arrive(study, 1)))
    ledger.release(late, cause="by hand")
    finished(study, 2)
    finish(late)
    assert label_matrix(study).humans.shape == (1, 2)
    assert label_matrix(study, ReportOptions(surplus=True)).humans.shape == (2, 2)


def test_label_matrix_leaves_out_simulated_people_as_soon_as_a_real_one_counts():
    study = make_study(personas=1, questions=2, raters=3)
    simulated = [finished(study, number, is_rehearsal=True).rater_id for number in (1, 2)]
    assert set(label_matrix(study).slot_raters.ravel().tolist()) == set(simulated)
    real = answer_all(walk_to_questions(arrive(study, 3)))
    assert label_matrix(study).simulated_raters == 2  # not finished, so not data yet
    finish(real)
    assert label_matrix(study).slot_raters.ravel().tolist() == [real.rater_id]
    everyone = label_matrix(study, ReportOptions(simulated=True))
    assert (everyone.n_human_raters, everyone.simulated_raters) == (3, 2)


def test_label_matrix_leaves_out_simulated_people_beside_external_ones_but_no_other_study():
    study, other = (make_study(personas=1, questions=2, raters=2, slug=slug) for slug in ("one", "other"))
    for one in (study, other):
        finished(one, 1, is_rehearsal=True)
    real = make_external(study, "p1", [[1, 0]])
    assert label_matrix(study).slot_raters.ravel().tolist() == [real.pk]
    assert label_matrix(other).simulated_raters == 1


def test_label_matrix_has_a_row_for_each_run_of_a_model():
    study = make_study(personas=1, questions=2)
    make_model(study, "beta", Response.REVISED)
    make_model(study, "alpha", Response.ALTERNATIVE)
    make_model(study, "alpha", Response.REVISED, run=2)
    matrix = label_matrix(study)
    assert [annotator.label for annotator in matrix.annotators] == ["alpha", "alpha, run 2", "beta"]
    assert matrix.named.tolist() == [[0, 0], [1, 1], [1, 1]]


def test_label_matrix_counts_what_cannot_be_read_and_takes_it_for_missing():
    study = make_study(personas=1, questions=2)
    make_model(study, "alpha", Choice.UNPARSABLE)
    matrix = label_matrix(study)
    assert matrix.named.tolist() == [[-1, -1]]
    assert matrix.annotators[0].unparsable == 2


def test_label_matrix_does_not_see_attention_checks_or_other_studies():
    study, other = make_study(personas=1, questions=2, checks=1), make_study(personas=1, questions=2)
    finished(study, 1)
    finished(other, 2)
    assert label_matrix(study).humans.tolist() == [[1, 1]]


def test_coded_by_reference_differs_by_question_but_not_by_rater():
    study = make_study(personas=1, questions=4, raters=2)
    finished(study, 1)
    finished(study, 2)
    matrix = label_matrix(study)
    reference = matrix.coded(matrix.humans, Coding.REFERENCE)
    assert reference[0].tolist() == reference[1].tolist() == np.where(matrix.revised_is_first, 0, 1).tolist()
    assert sorted(reference[0].tolist()) == [0, 0, 1, 1]


def test_sides_say_where_the_choice_stood_on_the_raters_own_screen():
    study = make_study(personas=1, questions=4, raters=2)
    finished(study, 1)
    finished(study, 2)
    sides = label_matrix(study).human_sides
    assert sides[0].tolist() == [1 - side for side in sides[1].tolist()]


def test_label_matrix_filters_by_topic_and_attribute():
    study = make_study(personas=2, questions=4, raters=1)
    finished(study, 1)
    finished(study, 2)
    assert label_matrix(study, ReportOptions(topic="work")).n_items == 4
    women = label_matrix(study, ReportOptions(attributes=(("Sex", "Female"),)))
    assert ([persona.key for persona in women.personas], women.n_items) == (["persona-01"], 4)


def test_label_matrix_of_an_empty_study_is_empty():
    matrix = label_matrix(make_study(personas=1, questions=2))
    assert (matrix.humans.shape, matrix.named.shape) == ((0, 2), (0, 2))


@pytest.mark.parametrize("personas", [1, 4])
def test_label_matrix_takes_six_queries_whatever_the_size(personas, django_assert_num_queries):
    study = make_study(personas=personas, questions=2, raters=1)
    for number in range(1, personas + 1):
        finished(study, number)
    make_model(study)
    with django_assert_num_queries(6):
        label_matrix(study)


def test_label_matrix_reads_large_ids_and_runs_back_unchanged():
    """PostgreSQL sends question, run, choice and side packed into one number."""
    study = make_study(personas=2, questions=3)
    Question.objects.filter(pk=study.questions.drawn().last().pk).update(id=2**41)
    make_model(study, "alpha", Choice.UNPARSABLE, run=32_767)
    make_model(study, "beta", Response.REVISED, run=2)
    matrix = label_matrix(study)
    assert [(annotator.label, annotator.unparsable) for annotator in matrix.annotators] == [
        ("alpha, run 32767", 6),
        ("beta, run 2", 0),
    ]
    order = Question.objects.filter(study=study).order_by("persona__position", "position")
    assert matrix.question_ids.tolist() == list(order.values_list("pk", flat=True))
    firsts = [first == Response.REVISED for first in order.values_list("reference_first", flat=True)]
    assert matrix.revised_is_first.tolist() == firsts
