"""Figures for a paper: from the pages' own reports, the same bytes each time, whatever a name holds."""

import csv
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analysis.options import Coding, ReportOptions
from analysis.paper import writing
from analysis.paper.dots import ceiling_figure, league_figure
from analysis.paper.methods import methods_of
from analysis.paper.style import DOUBLE, SINGLE, label
from analysis.paper.writing import NAMES, write_figures
from analysis.reports.histograms import histograms_of
from analysis.reports.overview import overview_of
from analysis.results import results_of
from annotation.models import Annotation
from annotation.services import ledger
from annotation.services.baseline_raters import compute_baseline_raters
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db
HOSTILE = "<b>$\\frac$ & ${x}\x07 model"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def study():
    """8 personas x 8 questions; four people, a model of skill, one that is constant, and the baseline raters."""
    study, rng = make_made_study(personas=8, questions=8), np.random.default_rng(6)
    truth = rng.random((8, 8)) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.85))
    model = make_model(study, HOSTILE)
    Annotation.objects.filter(rater=model).delete()
    choices_of(study, model, truth ^ (rng.random(truth.shape) > 0.8))
    make_model(study, "constant")
    compute_baseline_raters(study=study)
    return study


def figures(study, folder, **options):
    write_figures(study, folder, options=ReportOptions(**options))
    return folder


def texts_of(path):
    return ["".join(element.itertext()) for element in ElementTree.parse(path).iter(f"{SVG}text")]


def test_figures_are_one_or_two_columns_wide_however_long_a_name_is(study, tmp_path):
    study.raters.filter(name="constant").update(name="a name that goes on " * 8)
    folder = figures(study, tmp_path)
    for name in NAMES:
        width = ElementTree.parse(folder / f"{name}.svg").getroot().attrib["width"]
        assert round(float(width.removesuffix("pt")) / 72, 2) in {SINGLE, DOUBLE}, name


def test_rows_of_a_figure_come_in_the_order_of_its_axis(study, tmp_path):
    league = overview_of(results_of(study), sort="name").league
    for figure, values in (
        (league_figure(league), {row.name: row.kappas[league.lead] for row in league.rows}),
        (ceiling_figure(league), {row.name: row.difference(league.lead) for row in league.rows}),
    ):
        names = [tick.get_text().replace("\n", " ") for tick in figure.axes[0].get_yticklabels()]
        by_label = {label(name): one for name, one in values.items() if one is not None}
        shown = [by_label[name].value for name in names if name in by_label]
        known = [value for value in shown if value == value]
        assert len(known) > 3
        assert known == sorted(known, reverse=True)


def test_figures_have_their_table_and_caption(study, tmp_path):
    folder = figures(study, tmp_path)
    for name in NAMES:
        assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        assert ElementTree.parse(folder / f"{name}.svg").getroot().tag == f"{SVG}svg"
        assert (folder / f"{name}.csv").read_text(encoding="utf-8").count("\n") > 1
        assert (folder / f"{name}.txt").read_text(encoding="utf-8").endswith(".\n")


def test_figures_say_what_the_overview_says(study, tmp_path):
    folder = figures(study, tmp_path, coding=Coding.REFERENCE)
    overview = overview_of(results_of(study, ReportOptions(coding=Coding.REFERENCE)))
    caption = (folder / "league.txt").read_text(encoding="utf-8")
    assert overview.sentence in caption
    assert overview.caption in caption
    with (folder / "league.csv").open(encoding="utf-8", newline="") as file:
        written = [row["kappa_reference"] for row in csv.DictReader(file)]
    assert written == [str(row.reference.value) for row in overview.league.rows]
    spread = histograms_of(results_of(study, ReportOptions(coding=Coding.REFERENCE))).spreads[-1]
    assert spread.title in (folder / "histograms.txt").read_text(encoding="utf-8")
    assert "Cohen's kappa with people, by reference" in texts_of(folder / "league.svg")


def test_figures_are_the_same_bytes_again(study, tmp_path):
    first, second = figures(study, tmp_path / "one"), figures(study, tmp_path / "two")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_figures_show_any_name_letter_by_letter(study, tmp_path):
    folder = figures(study, tmp_path)
    assert label(HOSTILE) in texts_of(folder / "league.svg")
    assert label(HOSTILE) == "<b>$\\frac$ & ${x}\N{REPLACEMENT CHARACTER} model"


def test_figures_name_a_kappa_that_is_undefined(tmp_path):
    study = make_made_study(personas=3, questions=4)
    for number in range(4):
        make_external(study, f"p{number}", np.ones((3, 4)))
    make_model(study, "agrees")
    folder = figures(study, tmp_path, coding=Coding.CONTENT)
    assert "Cohen's kappa with people, by reference" in texts_of(folder / "league.svg")  # by content: one category
    assert "pattern" in (folder / "annotators.svg").read_text(encoding="utf-8")  # hatched, not 0
    assert "12 raters, 12 undefined" in texts_of(folder / "histograms.svg")


def test_figures_of_a_study_without_answers(tmp_path):
    folder = figures(make_made_study(personas=2, questions=2), tmp_path)
    assert "neither human nor model answers" in (folder / "league.txt").read_text(encoding="utf-8")
    assert "There is nothing to compare yet." in (folder / "personas.txt").read_text(encoding="utf-8")


def test_persona_panels_of_many_personas_say_what_is_left_out(study, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST_PERSONAS", 5)
    folder = figures(study, tmp_path)
    assert "The first 5 of 8 personas are drawn; the table has all." in (folder / "personas.txt").read_text()
    assert "persona-08" in (folder / "personas.csv").read_text()
    monkeypatch.setattr(writing, "MOST_IN_TABLE", 7)
    folder = figures(study, tmp_path)
    assert "the table has these" in (folder / "personas.txt").read_text()
    assert "persona-05" in (folder / "personas.csv").read_text()
    assert "persona-06" not in (folder / "personas.csv").read_text()


def test_methods_state_people_exclusions_and_seeds():
    study = make_study(personas=1, questions=4, raters=4)
    people = [finished(study, number, is_rehearsal=number == 1) for number in (1, 2, 3)]
    ledger.exclude(people[1], reason="Pasted.", by=None)
    make_model(study, "a model")
    results = results_of(study, ReportOptions(seed=77, topic="work", simulated=True))
    text = methods_of(results, overview_of(results))
    assert "2 raters (1 of them simulated) answered" in text
    assert "their answers say nothing about people" in text
    assert "finished in their seat 2, excluded 1" in text
    assert "Finished raters whom the researchers excluded, left out: 1." in text
    assert 'only topic "work"' in text
    assert "a model (2)" in text


def test_methods_say_what_intervals_generalise_to(study):
    results = results_of(study, ReportOptions())
    text = methods_of(results, overview_of(results))
    assert "95 % intervals for new personas and new prompts (jackknife over " in text
    assert "Annotators are compared with " in text


def test_figures_command_takes_the_options_of_a_page(study, tmp_path, capsys):
    call_command("figures", study.slug, str(tmp_path), "--coding", "reference", "--target", "personas", "--seed", "5")
    assert "21 files" in capsys.readouterr().out
    methods = (tmp_path / "methods.md").read_text(encoding="utf-8")
    assert "95 % intervals for new personas and these prompts" in methods


def test_figures_command_refuses_an_unknown_study(tmp_path):
    with pytest.raises(CommandError, match="There is no study"):
        call_command("figures", "nowhere", str(tmp_path))


def test_pages_load_no_matplotlib():
    code = "import django; django.setup(); import config.urls, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
