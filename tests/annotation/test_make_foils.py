"""The foil design from a baseline study."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from annotation.models import Design, Study
from annotation.services import assembly
from annotation.services.foils import NoFoilsPossible, make_foils
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return factories.make_study(personas=4, questions=5, checks=1, slug="plain", minimum_justification=33)


def foils_of(study):
    return dict(study.questions.countable().values_list("pk", "alternative"))


def test_make_foils_uses_each_revision_once(study):
    made = make_foils(study=study)
    assert (made.questions, made.reused, made.left_out) == (20, 0, [])
    assert sorted(foils_of(made.study).values()) == sorted(
        study.questions.countable().values_list("revised", flat=True)
    )


def test_make_foils_takes_the_foil_from_the_named_persona_and_the_same_prompt(study):
    for question in make_foils(study=study).study.questions.countable():
        source = study.questions.get(persona=question.foil_persona, prompt_key=question.prompt_key)
        assert question.alternative == source.revised
        assert question.foil_persona_id != question.persona_id


def test_make_foils_makes_a_draft_with_the_same_settings_and_checks(study):
    new = make_foils(study=study).study
    assert (new.slug, new.state, new.design, new.minimum_justification) == ("plain-foils", "draft", Design.FOIL, 33)
    assert new.questions.attention_checks().count() == 4
    assert set(new.personas.all()) == set(study.personas.all())
    assert assembly.readiness_problems(new) == []


def test_make_foils_draws_the_questions_that_the_baseline_study_draws():
    study = factories.make_study(personas=3, questions=6, questions_per_rater=3)
    new = make_foils(study=study).study
    places = [set(one.questions.drawn().values_list("persona", "prompt_key")) for one in (study, new)]
    assert places[0] == places[1]


def test_make_foils_is_the_same_from_the_same_seed(study):
    texts = [
        list(make_foils(study=study, slug=slug, seed=seed).study.questions.values_list("alternative", flat=True))
        for slug, seed in [("a", 1), ("b", 1), ("c", 2)]
    ]
    assert texts[0] == texts[1] != texts[2]


def test_make_foils_records_its_seed(study):
    event = make_foils(study=study, seed=7).study.events.get(what="foils drawn")
    assert (event.detail["seed"], event.detail["from"]) == (7, "plain")


def test_make_foils_leaves_out_a_prompt_that_one_persona_alone_has(study):
    factories.make_question(study, study.personas.first(), 50)
    made = make_foils(study=study)
    assert made.left_out == [("persona-01", "prompt-50")]
    assert made.questions == 20


def test_make_foils_of_a_foil_study_is_refused(study):
    with pytest.raises(NoFoilsPossible, match="has none"):
        make_foils(study=make_foils(study=study).study)


def test_make_foils_twice_is_refused_and_leaves_one(study):
    make_foils(study=study)
    with pytest.raises(NoFoilsPossible, match="already"):
        make_foils(study=study)
    assert Study.objects.count() == 2


def test_make_foils_command_says_what_it_made(study, capsys):
    factories.make_question(study, study.personas.first(), 50)
    call_command("make_foils", "plain", "--slug", "other", "--seed", "3")
    out = capsys.readouterr().out
    assert "other: 20 questions with foils" in out
    assert "1 questions left out" in out
    with pytest.raises(CommandError, match="already"):
        call_command("make_foils", "plain", "--slug", "other")
