"""The first screen: the sentence's length and verdict, the numbers it rests on, and addresses that moved."""

from itertools import product

import numpy as np
import pytest
from django.urls import reverse

from analysis.figures.answer import answer_figure
from analysis.reports.answer import MOST_WORDS, Role, Side, answer_words, short_name
from analysis.reports.overview import overview_of
from analysis.results import results_of
from analysis.sections import GROUPS
from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model, make_researcher

SHAPE = (20, 10)


def test_sentence_has_at_most_25_words_whatever_is_found():
    for human, floor, noun in product(Side, Side, ("human", "simulated rater")):
        words = answer_words(short_name("a b c d e f g h"), noun, beside_human=human, beside_floor=floor)
        assert len(words.split()) <= MOST_WORDS, words


def made(accuracies, *, people=0.8, seed=5):
    """Four people and some models who see one truth, each right with its own probability."""
    rng = np.random.default_rng(seed)
    study = make_made_study(personas=SHAPE[0], questions=SHAPE[1])
    truth = rng.random(SHAPE) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(SHAPE) > people))
    for name, accuracy in accuracies.items():
        model = make_model(study, name)
        Annotation.objects.filter(rater=model).delete()
        choices_of(study, model, truth ^ (rng.random(SHAPE) > accuracy))
    return study


@pytest.mark.django_db
def test_answer_shows_floor_model_and_human_with_their_difference():
    answer = overview_of(results_of(made({"skilled": 1.0, "guesses, no persona": 0.5}))).answer
    assert [mark.role for mark in answer.marks] == [Role.FLOOR, Role.MODEL, Role.HUMAN]
    assert [mark.name for mark in answer.marks] == ["guesses, no persona", "skilled", "A held-out human"]
    assert answer.sentence == (
        "“skilled” agrees with humans more than a held-out human does, and more than the persona-blind floor."
    )
    assert answer.marks[1].note == "best of 2"
    model, human = answer.marks[1].estimate, answer.marks[2].estimate
    assert answer.difference.value == pytest.approx(model.value - human.value)
    assert [tile.role for tile in answer.tiles][-1] == "Model minus human"


@pytest.mark.django_db
def test_answer_ranks_no_model_above_one_it_cannot_be_told_from():
    answer = overview_of(results_of(made({"one": 0.8, "two": 0.8}))).answer
    assert "not told apart from 1 other" in answer.marks[0].note
    assert "cannot be told apart" in answer.sentence


@pytest.mark.django_db
def test_answer_of_a_constant_model_claims_nothing():
    study = made({"skilled": 1.0})
    Annotation.objects.filter(rater__name="skilled").update(choice="revised")
    answer = overview_of(results_of(study)).answer
    assert len(answer.sentence.split()) <= MOST_WORDS
    assert answer.difference is None or "more than a held-out" not in answer.sentence


@pytest.mark.django_db
@pytest.mark.parametrize("with_people", [True, False])
def test_answer_says_what_is_missing(with_people):
    study = make_made_study(personas=2, questions=2)
    if with_people:
        make_external(study, "p1", np.ones((2, 2)))
    answer = overview_of(results_of(study)).answer
    assert "no model" in answer.sentence or "neither" in answer.sentence
    assert answer.tiles == ()


@pytest.mark.django_db
def test_figure_places_marks_on_one_scale_from_zero_to_one():
    answer = overview_of(results_of(made({"skilled": 0.9}))).answer
    figure = answer_figure(answer.marks)
    places = [float(one.x.rstrip("%")) for one in figure.marks]
    values = [one.mark.estimate.value for one in figure.marks]
    assert places == pytest.approx([2 + 96 * value for value in values], abs=0.01)
    assert figure.ticks[0] == ("2.00%", "0.00")
    assert figure.ticks[-1] == ("98.00%", "1.00")


@pytest.mark.django_db
def test_model_has_one_colour_under_every_filter_and_in_all_its_runs():
    study = made({"beta": 0.9, "alpha": 0.7})
    second = study.raters.get(name="beta")
    Annotation.objects.filter(rater=second, question__position=1).update(run=2)
    hues = {one.label: one.hue for one in results_of(study).annotators}
    assert hues["beta"] == hues["beta, run 2"] != hues["alpha"]
    Annotation.objects.filter(rater__name="alpha").delete()
    assert {one.hue for one in results_of(study).annotators} == {hues["beta"]}


@pytest.mark.django_db
def test_old_addresses_lead_to_the_pages_of_today_with_their_query(client):
    study = make_made_study(personas=1, questions=1)
    client.force_login(make_researcher("rhea", staff=True))
    for old, new in (("", ""), ("models/", "league/"), ("breakdown/", "groups/"), ("personas/7/", "personas/7/")):
        response = client.get(f"/studies/{study.slug}/agreement/{old}?coding=content&sort=name")
        assert response.status_code == 301
        assert response.url == f"/studies/{study.slug}/results/{new}?coding=content&sort=name"
    assert client.post(f"/studies/{study.slug}/agreement/").status_code == 405


@pytest.mark.django_db
def test_every_page_of_a_group_shows_its_group_and_its_own_tab(client):
    study = make_made_study(personas=1, questions=1)
    client.force_login(make_researcher("rhea", staff=True))
    assert [group.words for group in GROUPS] == ["Answer", "Models", "People", "Items", "Robustness"]
    for group in GROUPS:
        for section in group.sections:
            response = client.get(reverse(section.address, args=[study.slug]))
            assert response.context["group"] == group
            assert response.context["section"] == section.key


@pytest.mark.django_db
def test_runs_of_one_model_are_one_model_with_a_spread():
    study = made({"beta": 0.9, "guesses, no persona": 0.5})
    rater = study.raters.get(name="beta")
    second = [
        Annotation(
            rater=rater,
            question=one.question,
            run=2,
            choice=one.choice,
            saved_at=one.saved_at,
            created_at=one.created_at,
        )
        for one in Annotation.objects.filter(rater=rater)
    ]
    Annotation.objects.bulk_create(second)
    report = overview_of(results_of(study))
    assert report.league.n_models == 2
    [model] = [mark for mark in report.answer.marks if mark.role is Role.MODEL]
    assert model.note.startswith("best of 2; 2 runs, ")
    assert "Of 2 model annotators" in report.sentence
