"""/results/population/: a few personas checked by people, all of them annotated by a model."""

import numpy as np
import pytest

from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model

pytestmark = pytest.mark.django_db

SHAPE, CHECKED = (30, 4), 10


@pytest.fixture
def study():
    """Two people answered about the first ten personas, a model about all thirty."""
    rng, study = np.random.default_rng(5), make_made_study(personas=SHAPE[0], questions=SHAPE[1])
    share = rng.uniform(0.2, 0.9, (SHAPE[0], 1))
    for number in range(2):
        make_external(study, f"p{number}", rng.random(SHAPE) < share)
    Annotation.objects.filter(question__persona__position__gt=CHECKED).delete()
    rater = make_model(study, "model")
    Annotation.objects.filter(rater=rater).delete()
    choices_of(study, rater, rng.random(SHAPE) < share)
    return study


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/population/{query}")
    return response, "" if response.streaming else response.content.decode()


def with_weights(study, name="PWGTP"):
    for persona in study.personas.all():
        persona.attributes = [*persona.attributes, [name, str(persona.position)]]
        persona.save()


def test_page_carries_the_checked_personas_over_to_all(researcher, study):
    response, text = page(researcher, study)
    found = response.context["report"].rows[0].found
    assert (found.n, found.n_all) == (CHECKED, SHAPE[0])
    assert "Over all 30 personas, humans would choose the revised response in" in text
    lines = b"".join(page(researcher, study, "?format=csv")[0].streaming_content).decode().splitlines()
    assert lines[1].startswith("model,30,10,")


def test_people_who_all_choose_alike_are_no_certainty_about_the_others(researcher, study):
    Annotation.objects.filter(rater__kind="external").update(choice="revised")
    _, text = page(researcher, study)
    assert "would choose the revised response in 100 % of answers" in " ".join(text.split())
    assert "Nothing varies between the checked personas, so there is no interval." in text
    assert "nan" not in text


def test_census_weight_is_taken_where_the_personas_have_one(researcher, study):
    plain = page(researcher, study)[0].context["report"].rows[0].found.model
    with_weights(study)
    response, text = page(researcher, study)
    assert "weighted by “PWGTP”" in text
    assert response.context["report"].rows[0].found.model != plain
    assert page(researcher, study, "?weight=none")[0].context["report"].rows[0].found.model == plain
    assert page(researcher, study, "?weight=Age group")[0].status_code == 400


def test_study_whose_personas_were_all_checked_has_nothing_to_carry_over(researcher):
    study = make_made_study(personas=3, questions=2)
    make_external(study, "p", np.ones((3, 2)))
    make_model(study, "model")
    assert "was checked by people, or none was" in page(researcher, study)[1]
