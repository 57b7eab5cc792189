"""The factories make what they say; every other test leans on that."""

import pytest

from annotation.models import Annotation, Design, Seat
from tests import factories

pytestmark = pytest.mark.django_db


def test_make_study_has_its_seats_and_questions():
    study = factories.make_study(personas=3, questions=4, raters=2)
    assert Seat.objects.filter(study=study).count() == 6
    assert study.questions.drawn().count() == 12
    assert study.state == "open"


def test_make_study_with_foils_names_another_persona():
    study = factories.make_study(design=Design.FOIL)
    assert all(question.foil_persona_id not in {None, question.persona_id} for question in study.questions.all())


def test_make_study_with_checks_shows_them():
    assignment = factories.arrive(factories.make_study(questions=4, checks=2))
    assert assignment.screens.count() == 6


def test_make_cast_stands_where_it_says():
    cast = factories.make_cast(factories.make_study())
    assert [member.state for member in cast] == ["complete", "live", "excluded"]
    assert [Annotation.objects.filter(rater=member.rater).count() for member in cast] == [10, 5, 10]


def test_run_out_of_time_releases_the_seat():
    assert factories.run_out_of_time(factories.arrive(factories.make_study())).state == "released"


def test_make_model_answers_every_drawn_question():
    study = factories.make_study()
    assert factories.make_model(study).annotations.count() == 20
