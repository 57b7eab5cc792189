"""Dots with whiskers on the overview and on the page of skill: the table's numbers, drawn."""

import numpy as np
import pytest

from analysis.figures.colours import MODELS
from analysis.figures.forest import league_forest, skill_forest
from analysis.options import Coding, ReportOptions
from analysis.reports.headline import figure_title
from analysis.reports.league import league_of
from analysis.reports.skill import guessed_pair, skill_of
from analysis.results import results_of
from annotation.models import Annotation
from annotation.services.baseline_raters import compute_baseline_raters
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    rng = np.random.default_rng(4)
    study = make_made_study(personas=8, questions=8)
    truth = rng.random((8, 8)) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.85))
    for name, accuracy in (("m, role-play", 0.9), ("m, no persona", 0.6)):
        model = make_model(study, name)
        Annotation.objects.filter(rater=model).delete()
        choices_of(study, model, truth ^ (rng.random(truth.shape) > accuracy))
    compute_baseline_raters(study=study)
    return study


def league(study, sort=""):
    return league_of(results_of(study, ReportOptions()), sort=sort, joinings=1)


def test_forest_draws_the_rows_of_the_table_in_their_order(study):
    report = league(study)
    figure = league_forest(report)
    for coding, axis in ((Coding.CONTENT, "x"), (Coding.REFERENCE, "x2")):
        drawn = {trace["y"][0]: trace for trace in figure["data"] if trace["xaxis"] == axis}
        for place, row in enumerate(report.rows):
            estimate = row.kappas[coding]
            assert drawn[place]["x"] == [round(estimate.value, 5)]
            if estimate.interval.undefined:
                assert "error_x" not in drawn[place]
                continue
            whisker = drawn[place]["error_x"]
            assert whisker["array"][0] == pytest.approx(estimate.interval.high - estimate.value, abs=1e-5)
            assert whisker["arrayminus"][0] == pytest.approx(estimate.value - estimate.interval.low, abs=1e-5)
    assert len(figure["layout"]["yaxis"]["ticktext"]) == len(report.rows)


def test_ceiling_is_a_band_and_its_line_in_both_panels(study):
    report = league(study)
    bands = [shape for shape in league_forest(report)["layout"]["shapes"] if shape["type"] == "rect"]
    for band, coding in zip(bands, Coding, strict=True):
        interval = report.human_ceiling.kappas[coding].interval
        assert (band["x0"], band["x1"]) == (round(interval.low, 5), round(interval.high, 5))


def test_model_keeps_its_colour_whatever_the_order(study):
    colours = []
    for sort in ("name", "-name", "content"):
        report = league(study, sort)
        place = [row.name for row in report.rows].index("m, role-play")
        hue = report.rows[place].hue
        colours.append(next(t for t in league_forest(report)["data"] if t["y"] == [place])["marker"]["color"])
    assert set(colours) == {MODELS[hue]}


def test_undefined_kappa_is_a_word_and_no_dot():
    study = make_study(personas=2, questions=3, raters=3)
    for number in range(1, 7):
        finished(study, number)
    make_model(study, "m")
    figure = league_forest(league(study))
    assert {trace["xaxis"] for trace in figure["data"]} == {"x2"}
    assert {note["text"] for note in figure["layout"]["annotations"]} == {"undefined"}


def test_title_names_the_best_model_beside_people(study):
    report = league(study)
    best, people = report.best_model(), report.human_ceiling
    kappas = f"kappa {best.reference.value:.2f}; a held-out human {people.reference.value:.2f}"
    assert figure_title(report) == f"By reference, “m, role-play” reaches {kappas}"
    assert figure_title(league(make_study(personas=2, questions=2))) == "Kappa of every annotator with the consensus"


def test_skill_forest_draws_both_annotators_of_each_measure(study):
    results = results_of(study, ReportOptions())
    skill = skill_of(results, guessed_pair(results.annotators))
    figure = skill_forest(skill)
    drawn = [(trace["x"][0], trace["marker"]["symbol"]) for trace in figure["data"]]
    expected = [
        (round(one.value, 5), symbol)
        for measure in skill.measures
        for one, symbol in ((measure.compared.first, "circle"), (measure.compared.second, "circle-open"))
    ]
    assert drawn == expected


@pytest.mark.parametrize("where", ["", "skill/"])
def test_figure_stands_on_the_page_with_its_table_and_file(researcher, study, where):
    text = researcher.get(f"/studies/made/results/{where}").content.decode()
    assert 'data-figure="' in text
    assert "The table below has the same numbers." in text
    assert "(CSV)" in text


@pytest.mark.parametrize("where", ["", "skill/"])
def test_study_without_answers_has_no_figure(researcher, where):
    study = make_study(personas=2, questions=2)
    text = researcher.get(f"/studies/{study.slug}/results/{where}").content.decode()
    assert 'data-figure="' not in text
