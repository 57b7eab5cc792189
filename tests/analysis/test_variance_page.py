"""/results/variance/: components, people beside models, and shrunken shares of personas, each with its file."""

import numpy as np
import pytest

from analysis.reports.variance import Measure, variance_of
from analysis.results import results_of
from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model, make_study

pytestmark = pytest.mark.django_db

SHAPE = (12, 8)


@pytest.fixture
def study():
    """Four people who do better on some personas, a model as good as they are, and one that tosses a coin."""
    rng, study = np.random.default_rng(4), make_made_study(personas=SHAPE[0], questions=SHAPE[1])
    truth = rng.random(SHAPE) < 0.5
    right = np.where(np.arange(SHAPE[0]) < 6, 0.95, 0.65)[:, None]
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random(SHAPE) > right))
    for name, accuracy in (("alike", right), ("coin", 0.5)):
        rater = make_model(study, name)
        Annotation.objects.filter(rater=rater).delete()
        choices_of(study, rater, truth ^ (rng.random(SHAPE) > accuracy))
    return study


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/variance/{query}")
    return response, "" if response.streaming else response.content.decode()


def test_planted_differences_show(study):
    report = variance_of(results_of(study), Measure.AGREEMENT)
    spreads = {one.name: one.spread for one in report.components}
    assert spreads["persona"] > 0.5
    people, alike, coin = report.annotators
    assert people.minus_people is None
    assert 0 in alike.minus_people.interval
    assert coin.minus_people.interval.high < 0
    shares = [row.lines[0].share.value for row in report.personas]
    assert np.mean(shares[:6]) > np.mean(shares[6:]) + 0.15
    assert min(shares) > min(row.lines[0].observed for row in report.personas)


def test_page_shows_three_tables_and_their_files(researcher, study):
    _, text = page(researcher, study)
    assert "Of the variance of one answer" in text
    assert text.count("<table") == 4
    for table, lines in (("components", 7), ("annotators", 4), ("personas", 1 + 12 * 3), ("uniformity", 3)):
        content = b"".join(page(researcher, study, f"?format=csv&table={table}")[0].streaming_content).decode()
        assert len(content.splitlines()) == lines, table


def test_model_that_chooses_alike_every_time_gets_no_estimate(researcher, study):
    make_model(study, "one-sided")
    _, text = page(researcher, study, "?measure=choice")
    assert "Always the same, so the model cannot estimate it: one-sided (96 of 96)." in text
    names = [row.name for row in variance_of(results_of(study), Measure.CHOICE).annotators]
    assert names == ["Humans", "alike", "coin"]


def test_choice_is_another_measure_and_needs_one_rater_only(researcher, study):
    study.raters.filter(name__in=["p1", "p2", "p3"]).delete()
    assert "It takes three raters on a question." in page(researcher, study)[1]
    report = variance_of(results_of(study), Measure.CHOICE)
    revised = results_of(study).matrix.humans[0].mean()
    assert report.annotators[0].observed == pytest.approx(revised)


@pytest.mark.parametrize("query", ["?measure=taste", "?format=csv&table=raters"])
def test_what_there_is_not_is_refused(researcher, study, query):
    assert page(researcher, study, query)[0].status_code == 400


def test_study_without_answers_says_what_it_takes(researcher):
    assert "Nothing can be fitted yet." in page(researcher, make_study(personas=2, questions=2))[1]
    one_persona = make_made_study(personas=1, questions=3)
    for number in range(3):
        make_external(one_persona, f"p{number}", np.ones((1, 3)))
    assert "at least two personas and two prompts" in page(researcher, one_persona)[1]
