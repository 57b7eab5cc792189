"""The questions behind a mark: every cell, dot and bar leads to exactly those it counts."""

import re
from html import unescape

import numpy as np
import pytest

from analysis.figures.histogram import histogram_figure
from analysis.reports.annotator_choice import annotator_key
from analysis.reports.histograms import histograms_of
from analysis.results import results_of
from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model

pytestmark = pytest.mark.django_db
SHAPE = (4, 6)


@pytest.fixture
def study():
    rng = np.random.default_rng(8)
    study = make_made_study(personas=SHAPE[0], questions=SHAPE[1])
    truth = rng.random(SHAPE) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(SHAPE) > 0.85))
    for name, accuracy in (("good", 0.9), ("poor", 0.5)):
        rater = make_model(study, name)
        Annotation.objects.filter(rater=rater).delete()
        choices_of(study, rater, truth ^ (rng.random(SHAPE) > accuracy))
    return study


def rows_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["report"].rows


def test_cell_of_two_annotators_leads_to_where_they_chose_otherwise(researcher, study):
    results = results_of(study)
    response = researcher.get(f"/studies/{study.slug}/results/matrices/")
    [shown] = response.context["shown"]
    rows = rows_at(researcher, shown.links[2][3])
    differ = results.matrix.question_ids[results.matrix.named[0] != results.matrix.named[1]]
    assert {row.question_id for row in rows} == set(differ.tolist())
    assert f'href="{shown.links[2][3]}"' in unescape(response.content.decode())


def test_cell_of_two_personas_leads_to_as_many_shared_prompts_as_it_counts(researcher, study):
    response = researcher.get(f"/studies/{study.slug}/results/matrices/?kind=personas&panel=0-1")
    [shown] = response.context["shown"]
    rows = rows_at(researcher, shown.links[0][2])
    assert {row.persona for row in rows} == {shown.matrix.rows[0], shown.matrix.rows[2]}
    assert len({row.prompt for row in rows}) == shown.matrix.n[0, 2]


def test_bar_leads_to_the_personas_it_counts(researcher, study):
    response = researcher.get(f"/studies/{study.slug}/results/histograms/")
    plots = response.context["plots"]
    report = histograms_of(results_of(study))
    for plot, spread in zip(plots, report.spreads, strict=True):
        links = plot.figure["data"][1]["customdata"]
        assert [bool(link) for link in links] == [count > 0 for count in spread.counts.tolist()]
    last = max(n for n, link in enumerate(links) if link)
    bin_ = list(report.bins())[last]
    wanted = {f"persona-{n + 1:02d}" for n in report.spreads[-1].personas_between(bin_.low, bin_.high)}
    assert len({row.persona for row in rows_at(researcher, links[last])}) == len(wanted)


def test_dot_and_its_row_in_the_table_lead_to_the_same_questions(researcher, study):
    response = researcher.get(f"/studies/{study.slug}/results/")
    dots = [trace for trace in response.context["plot"].figure["data"] if "customdata" in trace]
    text = unescape(response.content.decode())
    assert dots
    for trace in dots:
        assert re.search(rf'<a href="{re.escape(trace["customdata"][0])}">', text)
    results = results_of(study)
    rows = rows_at(researcher, response.context["links"][0])
    consensus = results.content_consensus.labels
    expected = (consensus >= 0) & (consensus != results.matrix.named[0])
    assert len(rows) == expected.sum()


def test_items_say_how_many_they_compare_and_sort_by_column(researcher, study):
    key = annotator_key(results_of(study).annotators[0])
    response = researcher.get(f"/studies/{study.slug}/results/questions/?model={key}&sort=-revised")
    votes = [row.votes[1] for row in response.context["report"].rows]
    assert votes == sorted(votes, reverse=True)
    assert "“good” and the consensus chose alike on" in response.content.decode()


@pytest.mark.parametrize("query", ["?model=9.9", "?alike=maybe", "?other=x"])
def test_filters_that_do_not_exist_are_refused_in_words(researcher, study, query):
    assert researcher.get(f"/studies/{study.slug}/results/questions/{query}").status_code == 400


def test_questions_take_the_same_number_of_queries_however_many(researcher, django_assert_max_num_queries):
    for size in (2, 8):
        study = make_made_study(personas=size, questions=3, slug=f"made-{size}")
        make_external(study, "p", np.random.default_rng(1).random((size, 3)) < 0.5)
        with django_assert_max_num_queries(15):
            researcher.get(f"/studies/{study.slug}/results/questions/")


def test_kappa_of_exactly_0_is_drawn_at_0(study):
    report = histograms_of(results_of(study))
    figure = histogram_figure(report.spreads[0], report)
    middles = figure["data"][1]["x"]
    assert 0.0 in middles
    assert (min(middles), max(middles)) == (-1.0, 1.0)
