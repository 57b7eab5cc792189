"""Per-persona kappas through real rows, and the noise behind them."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analysis.figures.histogram import histogram_figure
from analysis.options import Coding, ReportOptions
from analysis.reports.histograms import histograms_of
from analysis.results import results_of
from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    rng = np.random.default_rng(4)
    study = make_made_study(personas=30, questions=10)
    truth = rng.random((30, 10)) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.85))
    even, uneven = (make_model(study, name) for name in ("even", "uneven"))
    Annotation.objects.filter(rater__in=[even, uneven]).delete()
    choices_of(study, even, truth ^ (rng.random(truth.shape) > 0.75))
    # Half of the personas are played perfectly, the others the wrong way round.
    choices_of(study, uneven, np.where(np.arange(30)[:, None] < 15, truth, ~truth))
    return study


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/histograms/{query}")
    return response, response.content.decode()


def test_every_persona_has_its_kappa(study):
    results = results_of(study, ReportOptions(coding=Coding.CONTENT))
    people, even, _ = histograms_of(results).spreads
    entries = results.panels[Coding.CONTENT].held_out
    of_first = (entries.rows == 0) & (results.clusters[entries.items] == 3)
    labels, references = results.named[0][entries.items[of_first]], entries.references[of_first]
    assert even.kappas[3] == pytest.approx(cohen_kappa_score(labels, references))
    assert (even.n_units, people.n_units) == (120, 120)
    assert even.counts.sum() == 120 - even.undefined


def test_noise_explains_a_model_that_plays_all_alike_and_not_one_that_does_not(study):
    _, even, uneven = histograms_of(results_of(study)).spreads
    assert even.deviation < 1.4 * even.noise.kappa_deviation
    assert uneven.deviation > 2 * uneven.noise.kappa_deviation
    assert "expected from sampling alone" in uneven.title


def test_noise_adds_up_to_the_personas(study):
    for spread in histograms_of(results_of(study)).spreads:
        assert spread.noise.expected.sum() + spread.noise.expected_undefined == pytest.approx(spread.n_units)


def test_panels_share_their_axes(study):
    report = histograms_of(results_of(study))
    figures = [histogram_figure(one, report) for n, one in enumerate(report.spreads)]
    assert len({tuple(figure["layout"]["yaxis"]["range"]) for figure in figures}) == 1
    assert len({tuple(figure["layout"]["xaxis"]["range"]) for figure in figures}) == 1
    assert max(max(figure["data"][1]["y"]) for figure in figures) <= figures[0]["layout"]["yaxis"]["range"][1]


def test_undefined_kappas_are_counted_not_drawn(researcher):
    study = make_study(personas=2, questions=2, raters=1)
    finished(study, 1)
    finished(study, 2)
    make_model(study, "a model")
    model = histograms_of(results_of(study, ReportOptions(coding=Coding.CONTENT))).spreads[1]
    assert (model.undefined, model.counts.sum()) == (2, 0)
    _, text = page(researcher, study, "?coding=content")
    assert "“a model”: kappa is undefined for every persona." in text
    assert "data-figure" not in text
    assert "nan" not in text


def test_page_and_file_say_the_same(researcher, study):
    _, text = page(researcher, study)
    report = histograms_of(results_of(study))
    assert all(one.title in text for one in report.spreads)
    response = researcher.get(f"/studies/{study.slug}/results/histograms/?format=csv")
    lines = b"".join(response.streaming_content).decode().strip().split("\r\n")
    assert lines[0] == "annotator,unit,from,to,count,expected_from_noise,deviation_of_noise"
    assert len(lines) == 1 + 3 * (11 + 1)


def test_empty_study_is_no_error(researcher):
    response, text = page(researcher, make_study(personas=2, questions=2))
    assert response.status_code == 200
    assert "There is no kappa to show yet." in text


def test_queries_do_not_grow(researcher, django_assert_max_num_queries):
    for size in (2, 8):
        study = make_made_study(personas=size, questions=3, slug=f"made-{size}")
        make_external(study, "p", np.random.default_rng(1).random((size, 3)) < 0.5)
        with django_assert_max_num_queries(14):
            page(researcher, study)
