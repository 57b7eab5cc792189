"""Questions on which people and a model differ: the most one-sided first, filtered, paged, and as a file."""

import pytest

from analysis.options import ReportOptions
from analysis.reports.annotator_choice import annotator_key, chosen_annotator
from analysis.reports.disagreements import disagreements_of
from analysis.results import results_of
from annotation.models import Annotation, Response
from tests.factories import (
    answer,
    answer_all,
    arrive,
    finish,
    finished,
    make_model,
    make_study,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db

REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE


@pytest.fixture
def study():
    return make_study(personas=1, questions=3, raters=3)


def rate(study, number, *choices):
    """Participant ``number`` answers the questions, in the order of their prompts, with these choices."""
    assignment = walk_to_questions(arrive(study, number))
    for screen in assignment.screens.select_related("question").order_by("position"):
        answer(assignment, screen.position, choices[screen.question.position - 1])
    return finish(assignment)


def page(client, study, query=""):
    return client.get(f"/studies/{study.slug}/results/disagreements/{query}")


def test_unanimous_people_against_the_model_come_first(study):
    rate(study, 1, REVISED, ALTERNATIVE, REVISED)
    rate(study, 2, REVISED, ALTERNATIVE, ALTERNATIVE)
    rate(study, 3, REVISED, ALTERNATIVE, ALTERNATIVE)
    make_model(study, "echo", REVISED)
    report = disagreements_of(results_of(study), 0)
    prompts = list(study.questions.order_by("position").values_list("pk", flat=True))
    assert [(row.question_id, row.against, row.people) for row in report.rows] == [
        (prompts[1], 3, 3),
        (prompts[2], 2, 3),
    ]
    assert (report.compared, report.decided, report.against_consensus, report.unanimous) == (3, 3, 2, 1)


def test_questions_the_model_left_out_are_not_compared(study):
    rate(study, 1, ALTERNATIVE, ALTERNATIVE, ALTERNATIVE)
    model = make_model(study, "echo", REVISED)
    Annotation.objects.filter(rater=model, question__position=1).delete()
    report = disagreements_of(results_of(study), 0)
    assert report.compared == len(report.rows) == 2


def test_disagreements_keep_one_persona():
    study = make_study(personas=2, questions=2, raters=1)
    finished(study, 1, ALTERNATIVE)
    finished(study, 2, ALTERNATIVE)
    make_model(study, "echo", REVISED)
    report = disagreements_of(results_of(study), 0, persona="persona-02")
    assert {row.persona.key for row in report.rows} == {"persona-02"}
    assert len(report.rows) == 2


def test_chosen_annotator_is_a_model_unless_the_address_says_otherwise(study):
    make_model(study, "alpha")
    make_model(study, "beta")
    results = results_of(study, ReportOptions())
    assert chosen_annotator(results, "") == 0
    assert chosen_annotator(results, annotator_key(results.annotators[1])) == 1


def test_disagreements_page_says_the_finding_and_lets_one_read(researcher, study):
    rate(study, 1, ALTERNATIVE, REVISED, REVISED)
    make_model(study, "echo", REVISED)
    html = page(researcher, study).content.decode()
    assert "“echo” chose otherwise than the consensus on 0 of 0 questions that have one" in html
    assert "on 1 question of 3 every person who answered chose otherwise" in html
    assert "The only person chose otherwise than “echo”, which chose the revised answer." in html
    first = study.questions.get(position=1)
    assert f"/results/questions/{first.pk}/" in html
    assert first.alternative in html


def test_disagreements_page_follows_the_model_in_the_address(researcher, study):
    finished(study, 1, REVISED)
    make_model(study, "alpha", REVISED)
    beta = make_model(study, "beta", ALTERNATIVE)
    assert "all people chose as “alpha” did" in page(researcher, study).content.decode()
    assert "otherwise than “beta”" in page(researcher, study, f"?model={beta.pk}.1").content.decode()


def test_model_that_does_not_exist_is_refused_in_words(researcher, study):
    make_model(study, "alpha", REVISED)
    response = page(researcher, study, "?model=9999.1")
    assert response.status_code == 400
    assert "model=9999.1 is no annotator of this study, or" in response.content.decode()


def test_disagreements_are_paged(researcher):
    study = make_study(personas=1, questions=20, raters=1)
    finished(study, 1, ALTERNATIVE)
    make_model(study, "echo", REVISED)
    assert len(page(researcher, study).context["entries"]) == 15
    second = page(researcher, study, "?coding=reference&page=2")
    assert len(second.context["entries"]) == 5
    assert "?coding=reference&amp;page=1" in second.content.decode()


def test_disagreements_file_holds_every_row(researcher):
    study = make_study(personas=1, questions=20, raters=1)
    finished(study, 1, ALTERNATIVE)
    make_model(study, "echo", REVISED)
    lines = b"".join(page(researcher, study, "?format=csv").streaming_content).decode().splitlines()
    assert len(lines) == 21
    assert lines[1] == "persona-01,prompt-01,family,echo,the revised answer,1,1,the baseline"


@pytest.mark.parametrize(
    ("has_model", "has_people", "words"),
    [(False, True, "Import a model"), (True, False, "No human rater has finished yet.")],
)
def test_disagreements_page_says_what_is_missing(researcher, study, has_model, has_people, words):
    if has_model:
        make_model(study, "echo")
    if has_people:
        answer_all(walk_to_questions(arrive(study, 1)))
    assert words in page(researcher, study).content.decode()


def test_filters_that_leave_nothing_say_so(researcher, study):
    finished(study, 1, ALTERNATIVE)
    echo = make_model(study, "echo", REVISED)
    assert (
        "No question fits these filters." in page(researcher, study, f"?topic=none&model={echo.pk}.1").content.decode()
    )


def test_model_with_a_hostile_name_does_no_harm(researcher, study):
    finished(study, 1, ALTERNATIVE)
    make_model(study, "<script>alert(1)</script>", REVISED)
    assert "<script>alert" not in page(researcher, study).content.decode()


@pytest.mark.parametrize("personas", [2, 8])
def test_disagreements_page_takes_the_same_queries_whatever_the_size(personas, researcher, django_assert_num_queries):
    study = make_study(personas=personas, questions=2, raters=1)
    for number in range(1, personas + 1):
        finished(study, number, ALTERNATIVE)
    make_model(study, "echo", REVISED)
    with django_assert_num_queries(14):
        page(researcher, study)


def test_page_begins_with_a_model_that_was_given_the_persona(study):
    for name in ("a model, no persona", "a model, role-play"):
        make_model(study, name)
    results = results_of(study)
    assert results.annotators[chosen_annotator(results, "")].name == "a model, role-play"
