"""Skill beyond shared taste: the same model with the persona and without, beside baselines and beside foils."""

import numpy as np
import pytest

from analysis.labels import Annotator
from analysis.reports.skill import designs_of, guessed_pair, sentence, skill_of, twin_of
from analysis.results import results_of
from annotation.models import Annotation, Question, Study
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model, make_researcher, make_study

pytestmark = pytest.mark.django_db
WITH, WITHOUT = "m, role-play", "m, no persona"


@pytest.fixture
def researcher(client):
    person = make_researcher("rhea")
    client.force_login(person)
    client.person = person
    return client


def make_pair(study, with_, without):
    for name, choices in ((WITH, with_), (WITHOUT, without)):
        rater = make_model(study, name)
        Annotation.objects.filter(rater=rater).delete()
        choices_of(study, rater, choices)


@pytest.fixture
def studies():
    """Beside baselines everybody likes the revised text; beside foils only the persona tells."""
    rng = np.random.default_rng(3)
    baseline = make_made_study(personas=10, questions=10, slug="baselines")
    foil = make_made_study(personas=10, questions=10, slug="foils", design="foil")
    share_personas(baseline, foil)
    for study in (baseline, foil):
        for number in range(1, 5):
            make_external(study, f"p{number}", rng.random((10, 10)) < 0.9)
    make_pair(baseline, rng.random((10, 10)) < 0.97, rng.random((10, 10)) < 0.95)
    make_pair(foil, rng.random((10, 10)) < 0.97, rng.random((10, 10)) < 0.5)
    return baseline, foil


def share_personas(baseline, foil):
    """The foil study plays the personas of the baseline study."""
    theirs = {persona.position: persona for persona in baseline.personas.all()}
    for question in Question.objects.filter(study=foil).select_related("persona", "foil_persona"):
        question.foil_persona = theirs[question.foil_persona.position]
        question.persona = theirs[question.persona.position]
        question.save()
    foil.persona_set = baseline.persona_set
    foil.save()
    foil.personas.set(theirs.values())


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/skill/{query}")
    return response, response.content.decode()


def annotator(name, kind="model"):
    return Annotator(1, name, kind, 1, 0)


def test_pair_is_guessed_from_the_names():
    names = ["m, demographics only", "m, No Persona", "m, role-play, sample 1", "m, role-play, sample 2"]
    pair = guessed_pair(tuple(map(annotator, names)))
    assert (pair.with_persona, pair.without_persona) == (2, 1)


def test_pair_is_any_two_models_where_names_say_nothing():
    pair = guessed_pair((annotator("a"), annotator("b"), annotator("longest", "computed")))
    assert (pair.with_persona, pair.without_persona) == (0, 1)


def test_one_model_makes_no_pair():
    assert guessed_pair((annotator("a"), annotator("longest", "computed"))) is None


def test_persona_adds_little_beside_baselines_and_much_beside_foils(studies):
    baseline, foil = studies
    beside_baselines, beside_foils = (
        skill_of(results, guessed_pair(results.annotators)).measure("revised").compared.difference
        for results in map(results_of, (baseline, foil))
    )
    assert beside_baselines.interval.low < 0.05
    assert beside_foils.interval.low > 0.3


def test_both_designs_stand_side_by_side_on_shared_questions(studies):
    baseline, foil = studies
    Question.objects.filter(study=foil, position=1).update(revised="Another text.")
    results = results_of(baseline)
    designs = designs_of(results, guessed_pair(results.annotators), Study.objects.exclude(pk=baseline.pk))
    assert designs.shared == 90
    assert [skill.study.design for skill in designs.skills] == ["baseline", "foil"]
    assert {skill.measure("revised").n for skill in designs.skills} == {90}


def test_twin_shares_texts_not_only_personas(studies):
    baseline, foil = studies
    others = Study.objects.exclude(pk=baseline.pk)
    assert twin_of(baseline, others) == foil
    Question.objects.filter(study=foil).update(revised="Another text.")
    assert twin_of(baseline, others) is None


def test_page_says_what_the_persona_adds(researcher, studies):
    _, foil = studies
    for study in studies:
        study.researchers.add(researcher.person)
    _, text = page(researcher, foil)
    assert "With the persona, kappa with the humans is" in text
    assert "Both studies have 100 of the same questions" in text


def test_persona_is_weighed_by_reference_where_content_is_zero_by_algebra(researcher):
    """A model that always chooses the revised response has no content kappa to gain or lose."""
    study = make_made_study(personas=10, questions=10, design="foil")
    rng = np.random.default_rng(5)
    for number in range(1, 5):
        make_external(study, f"p{number}", rng.random((10, 10)) < 0.95)
    make_pair(study, np.ones((10, 10), dtype=bool), rng.random((10, 10)) < 0.5)
    results = results_of(study)
    words = sentence(skill_of(results, guessed_pair(results.annotators)))
    assert " by reference, without it" in words


def test_study_of_another_researcher_is_no_twin(researcher, studies):
    baseline, _ = studies
    baseline.researchers.add(researcher.person)
    _, text = page(researcher, baseline)
    assert "No other study of yours has the same personas" in text
    assert "foils" not in text.casefold().replace("beside foils", "")


def test_study_without_people_compares_with_the_text_for_the_persona(researcher):
    study = make_made_study(personas=4, questions=5)
    study.researchers.add(researcher.person)
    rng = np.random.default_rng(1)
    make_pair(study, np.ones((4, 5), dtype=bool), rng.random((4, 5)) < 0.5)
    _, text = page(researcher, study)
    assert f"“{WITH}” chooses the response written for the persona on 100\N{NO-BREAK SPACE}%" in text
    assert "the persona adds" in text
    assert "nan" not in text


def test_chosen_annotators_are_compared(researcher, studies):
    baseline, _ = studies
    baseline.researchers.add(researcher.person)
    response, _ = page(researcher, baseline, f"?with={WITHOUT}&without={WITH}")
    assert response.context["skill"].with_persona == WITHOUT
    assert page(researcher, baseline, "?with=nobody")[0].status_code == 400


def test_study_with_one_model_says_what_is_needed(researcher):
    study = make_study(personas=1, questions=2)
    study.researchers.add(researcher.person)
    make_model(study, "a model")
    response, text = page(researcher, study)
    assert response.status_code == 200
    assert "No pair of models yet" in text


def test_file_holds_both_scopes(researcher, studies):
    for study in studies:
        study.researchers.add(researcher.person)
    response = researcher.get("/studies/baselines/results/skill/?format=csv")
    lines = b"".join(response.streaming_content).decode().strip().split("\r\n")
    assert lines[0].startswith("scope,study,design,measure,with_persona,without_persona,n,with,with_low")
    assert [line.split(",")[0] for line in lines[1:]] == ["all questions"] * 4 + ["shared questions"] * 8


def test_queries_do_not_grow(researcher, studies, django_assert_max_num_queries):
    for study in studies:
        study.researchers.add(researcher.person)
    with django_assert_max_num_queries(24):
        page(researcher, studies[0])
