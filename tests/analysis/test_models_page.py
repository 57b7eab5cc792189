"""/results/league/: pairs, ranks, and a margin that is asked for before a verdict shows."""

import numpy as np
import pytest

from analysis.reports.comparisons import comparisons_of
from analysis.reports.overview import overview_of
from analysis.reports.probabilities import probabilities_of
from analysis.results import results_of
from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model, make_study

pytestmark = pytest.mark.django_db

SHAPE = (20, 10)


@pytest.fixture
def study():
    """Four people, two models that are as good as they are, and one that tosses a coin."""
    rng, study = np.random.default_rng(6), make_made_study(personas=SHAPE[0], questions=SHAPE[1])
    truth = rng.random(SHAPE) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random(SHAPE) > 0.85))
    for name, accuracy in (("alpha", 0.86), ("beta", 0.85), ("coin", 0.5)):
        rater = make_model(study, name)
        Annotation.objects.filter(rater=rater).delete()
        choices_of(study, rater, truth ^ (rng.random(SHAPE) > accuracy))
    return study


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/league/{query}")
    return response, "" if response.streaming else response.content.decode()


def test_models_page_says_which_models_can_be_told_apart(researcher, study):
    _, text = page(researcher, study)
    assert "“alpha” and “beta” cannot be told apart; “coin” is below at least one of them." in text.replace(
        "“beta” and “alpha”", "“alpha” and “beta”"
    )
    report = comparisons_of(results_of(study))
    assert [row.ranks for row in report.models] == [(1, 2), (1, 2), (3, 3)]
    assert [pair.is_told_apart for pair in report.pairs] == [False, True, True]
    assert all(pair.difference.interval.method == "max-t" for pair in report.pairs)


def test_verdict_shows_only_after_a_margin_was_named(researcher, study):
    _, text = page(researcher, study)
    assert "Verdict" not in text
    _, text = page(researcher, study, "?margin=0.3")
    assert text.count("Equivalent to a held-out human") == 2
    assert "Agrees less than a held-out human, by more than the margin" in text


def test_margin_of_the_study_is_in_force_and_is_not_asked_for(researcher, study):
    study.equivalence_margin = 0.3
    study.save()
    _, text = page(researcher, study, "?margin=0.01")
    assert text.count("Equivalent to a held-out human") == 2
    assert 'id="id_margin"' not in text
    assert "would not matter: 0.30 of kappa" in text


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        (None, "does not settle who agrees with them more"),
        (0.5, "says that the model is equivalent to a human under the study's margin of 0.50"),
        (0.01, "does not settle whether the model is equivalent to a human under the study's margin of 0.01"),
    ],
)
def test_first_sentence_gives_the_verdict_under_the_margin_of_the_study(study, margin, words):
    study.equivalence_margin = margin
    assert words in overview_of(results_of(study)).sentence


@pytest.mark.parametrize("margin", ["0", "-0.1", "2", "x", "nan", "inf"])
def test_margin_that_is_none_is_refused(researcher, study, margin):
    response, text = page(researcher, study, f"?margin={margin}")
    assert response.status_code == 400
    assert "is not a number above 0 and up to 1" in text


def test_models_file_has_every_pair(researcher, study):
    lines = b"".join(page(researcher, study, "?format=csv")[0].streaming_content).decode().splitlines()
    assert lines[0].startswith("first,second,difference,difference_low,difference_high,difference_undefined,p_adjusted")
    assert len(lines) == 4


def test_probabilities_of_a_model_are_scored_against_people(researcher, study):
    assert "probabilities right" not in page(researcher, study)[1]
    Annotation.objects.filter(rater__name="alpha").update(probability=0.85)
    Annotation.objects.filter(rater__name="coin").update(probability=0.99)
    assert "Are the models&#x27; probabilities right?" in page(researcher, study)[1].replace(
        "models' p", "models&#x27; p"
    )
    alpha, coin = probabilities_of(results_of(study))
    assert alpha.votes.n == 200
    assert alpha.references.error < 0.1 < 0.4 < coin.references.error
    assert alpha.votes.brier < alpha.constant.brier < coin.votes.brier


def test_probabilities_have_a_figure_intervals_and_files(researcher, study):
    Annotation.objects.filter(rater__name="alpha").update(probability=0.85)
    response, text = page(researcher, study)
    found = response.context["probabilities"]
    assert found["plot"].figure["data"][0]["x"] == [0.15, 0.85]
    assert "What models said and what people chose: “alpha” is off by" in text
    lines = found["table"].rows
    assert all(line.scores.brier.interval.low <= line.found.brier <= line.scores.brier.interval.high for line in lines)
    for table, count in (("probabilities", 4), ("bins", 3)):
        content = b"".join(page(researcher, study, f"?format=csv&table={table}")[0].streaming_content).decode()
        assert len(content.splitlines()) == count, table


def test_models_page_of_nobody_says_what_it_takes(researcher):
    study = make_study(personas=2, questions=2)
    assert "No model can be compared yet." in page(researcher, study)[1]
    make_model(study, "alone")
    assert page(researcher, study)[0].status_code == 200
