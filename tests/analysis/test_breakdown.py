"""Agreement by an attribute of the personas or by topic: the same numbers as on the group's own questions."""

import numpy as np
import pytest

from analysis.options import Coding, ReportOptions
from analysis.reports.breakdown import breakdown_of, ways_to_break_down
from analysis.reports.interaction import interaction_of
from analysis.results import results_of
from analysis.stats.agreement import cohen_kappa
from annotation.models import Annotation, Response
from personas.models import Persona
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db

REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE


@pytest.fixture
def study():
    """Four personas, women and men in turn, whose raters choose by the number of the question; the model fails men."""
    study = make_study(personas=4, questions=4, raters=1)
    for number in range(1, 5):
        finished(study, number)
    model = make_model(study, "echo")
    Annotation.objects.filter(question__position__in=[2, 4]).update(choice=ALTERNATIVE)
    Annotation.objects.filter(rater=model, question__persona__key__in=["persona-02", "persona-04"]).update(
        choice=REVISED
    )
    return study


def page(client, study, query=""):
    return client.get(f"/studies/{study.slug}/results/groups/{query}")


def test_breakdown_by_attribute_has_the_numbers_of_each_group(study):
    report = breakdown_of(results_of(study, ReportOptions(coding=Coding.CONTENT)), 0, "attribute:sex")
    found = {row.name: (row.personas, row.kappa.n, row.agreement.value, row.kappa.value) for row in report.rows}
    assert found == {"Female": (2, 8, 1, 1), "Male": (2, 8, 0.5, 0)}
    assert [row.is_constant for row in report.all_rows] == [False, True, False]
    assert (report.total.personas, report.total.kappa.n, report.total.agreement.value) == (4, 16, 0.75)


def test_total_of_a_breakdown_is_the_kappa_of_all_questions(study):
    results = results_of(study)
    by_hand = cohen_kappa(results.named[0], results.consensus, categories=results.categories)
    for by, _ in ways_to_break_down(results):
        report = breakdown_of(results, 0, by)
        assert report.total.kappa.value == by_hand.kappa
        assert sum(row.kappa.n for row in report.rows) == by_hand.n


def test_breakdown_by_topic_groups_questions(study):
    report = breakdown_of(results_of(study), 0, "topic")
    assert [(row.name, row.questions, row.personas) for row in report.rows] == [("family", 8, 4), ("work", 8, 4)]
    assert [row.agreement.value for row in report.rows] == [1, 0.5]


def test_breakdown_by_age_has_bands(study):
    for persona, age in zip(study.personas.order_by("position"), (19, 33, 61, 90), strict=True):
        Persona.objects.filter(pk=persona.pk).update(attributes=[["Age", str(age)]])
    report = breakdown_of(results_of(study), 0, "attribute:age")
    assert [row.name for row in report.rows] == ["18-29", "30-44", "60-74", "75+"]
    assert all(np.isnan(row.kappa.interval.low) for row in report.rows)
    assert report.rows[0].kappa.interval.undefined.value == "too_few_clusters"


def test_group_that_a_model_plays_worse_is_told_from_the_rest():
    rng, study = np.random.default_rng(7), make_made_study(personas=20, questions=10)
    truth = rng.random((20, 10)) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random((20, 10)) > 0.85))
    model = make_model(study, "m")
    Annotation.objects.filter(rater=model).delete()
    right = np.where(np.arange(20)[:, None] % 2, 0.6, 0.95)  # every other persona, in the order of the set
    choices_of(study, model, truth ^ (rng.random((20, 10)) > right))
    by_sex = breakdown_of(results_of(study), 0, "attribute:sex").rows
    assert [row.minus_rest.value for row in by_sex] == pytest.approx(
        [by_sex[0].kappa.value - by_sex[1].kappa.value, by_sex[1].kappa.value - by_sex[0].kappa.value]
    )
    assert all(row.q_value < 0.01 for row in by_sex)
    assert all(row.q_value > 0.05 for row in breakdown_of(results_of(study), 0, "topic").rows)


def test_group_of_few_personas_is_not_tested(study):
    rows = breakdown_of(results_of(study), 0, "attribute:sex").rows
    assert [row.is_tested for row in rows] == [False, False]


def test_breakdown_keeps_to_the_filters_of_the_bar(study):
    results = results_of(study, ReportOptions(topic="work", attributes=(("sex", "Male"),)))
    report = breakdown_of(results, 0, "topic")
    assert [(row.name, row.questions) for row in report.rows] == [("work", 4)]


def test_breakdown_page_says_which_groups_are_small_and_why_a_kappa_is_missing(researcher, study):
    html = page(researcher, study, "?by=attribute:sex").content.decode()
    assert "2 of 2 groups have fewer than 5 personas." in html
    assert html.count("small group") == 2
    assert "undefined: nothing in common" in html


def test_breakdown_page_offers_what_makes_groups(researcher, study):
    html = page(researcher, study).content.decode()
    assert '<option value="topic" selected>Topic</option>' in html
    assert '<option value="attribute:sex">Sex</option>' in html
    assert "attribute:state" not in html.split('id="id_by"')[1]


@pytest.mark.parametrize("query", ["?by=height", "?by=attribute:height", "?model=1"])
def test_group_or_model_that_does_not_exist_is_refused_in_words(researcher, study, query):
    response = page(researcher, study, query)
    assert response.status_code == 400
    assert "This address asks for something that does not exist." in response.content.decode()


def test_breakdown_file_holds_the_groups_and_the_total(researcher, study):
    response = page(researcher, study, "?by=attribute:sex&format=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert [line.split(",")[0].lstrip("\ufeff") for line in lines] == ["group", "Female", "Male", "all"]
    assert lines[2].startswith("Male,2,8,8,0.5,")


def test_breakdown_page_without_models_or_people_says_what_is_missing(researcher):
    study = make_study(personas=1, questions=1)
    assert "Import a model" in page(researcher, study).content.decode()
    make_model(study)
    assert "No human rater has finished yet." in page(researcher, study).content.decode()
    finished(study, 1)
    assert "No question fits these filters." in page(researcher, study, "?topic=none").content.decode()


def test_hostile_attribute_values_stay_text(researcher, study):
    study.personas.update(attributes=[["sex", "<script>alert(1)</script>"]])
    study.personas.filter(position=1).update(attributes=[["sex", "Female"]])
    assert "<script>alert" not in page(researcher, study, "?by=attribute:sex").content.decode()


@pytest.mark.parametrize("personas", [2, 8])
def test_breakdown_page_takes_the_same_queries_whatever_the_size(personas, researcher, django_assert_num_queries):
    study = make_study(personas=personas, questions=2, raters=1)
    for number in range(1, personas + 1):
        finished(study, number)
    make_model(study)
    with django_assert_num_queries(14):
        page(researcher, study)


def test_breakdown_of_questions_without_topics_begins_with_an_attribute(researcher, study):
    study.questions.update(topic="")
    html = page(researcher, study).content.decode()
    assert '<option value="topic" selected>' not in html
    assert "selected>Sex</option>" in html


@pytest.fixture
def two_models():
    """Both agree alike with people on women; on men the first guesses."""
    rng, shape = np.random.default_rng(3), (20, 10)
    study = make_made_study(personas=20, questions=10)
    truth = rng.random(shape) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random(shape) > 0.9))
    men = np.array(["Male" in str(persona.attributes) for persona in study.personas.order_by("position")])
    for name, right in (("first", np.where(men, 0.5, 0.9)[:, None]), ("second", 0.9)):
        rater = make_model(study, name)
        Annotation.objects.filter(rater=rater).delete()
        choices_of(study, rater, truth ^ (rng.random(shape) > right))
    return study


def test_group_that_suits_one_model_more_than_another_is_found(researcher, two_models):
    interaction = interaction_of(results_of(two_models), 0, 1, "attribute:sex")
    female, male = interaction.rows
    assert female.interaction.interval.low > 0 > male.interaction.interval.high
    assert max(female.q_value, male.q_value) < 0.05
    assert "“first” and “second” differ there by more than elsewhere" in interaction.finding
    assert interaction_of(results_of(two_models), 1, 0, "attribute:sex").rows[1].interaction.value == pytest.approx(
        -male.interaction.value
    )


def test_page_puts_another_model_beside_the_chosen_one(researcher, two_models):
    response = page(researcher, two_models, "?by=attribute:sex")
    assert "Does a group suit one model more than another?" in response.content.decode()
    lines = b"".join(page(researcher, two_models, "?by=attribute:sex&format=csv&table=models").streaming_content)
    assert len(lines.decode().splitlines()) == 3
    assert page(researcher, two_models, "?beside=99.1").status_code == 400
    two_models.raters.filter(name="second").delete()
    assert "Does a group suit" not in page(researcher, two_models).content.decode()
