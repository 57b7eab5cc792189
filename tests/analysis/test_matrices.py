"""Agreement matrices through real rows: annotators, personas for two sources, raters of one persona."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analysis.figures.colours import colour_of, contrast, diverging_scale, ink_on, lab_at
from analysis.figures.heatmap import heatmap
from analysis.options import Coding, ReportOptions
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.reports.metrics import Metric
from analysis.reports.persona_matrix import (
    Panel,
    default_panels,
    panels_of,
    persona_matrix,
    prompts_of,
    sources_by_prompt,
    split_halves,
)
from analysis.reports.persona_order import order_of
from analysis.reports.rater_matrix import rater_matrix
from analysis.results import results_of
from analysis.stats.ceiling import human_ceiling
from analysis.stats.undefined import Undefined
from annotation.models import Annotation, Question
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db
RNG = np.random.default_rng


@pytest.fixture
def study():
    """Four people and two models that share a truth; every persona has the same ten prompts."""
    rng = RNG(4)
    study = make_made_study(personas=6, questions=10)
    truth = rng.random((6, 10)) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.85))
    for name, accuracy in (("good", 0.9), ("poor", 0.55)):
        rater = make_model(study, name)
        Annotation.objects.filter(rater=rater).delete()
        choices_of(study, rater, truth ^ (rng.random(truth.shape) > accuracy))
    return study


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/matrices/{query}")
    return response, response.content.decode()


def test_annotators_are_compared_pair_by_pair(study):
    results = results_of(study)
    matrix = annotator_matrix(results)
    assert matrix.rows == ("consensus of the other humans", "held-out human", "good", "poor")
    expected = cohen_kappa_score(results.named[0], results.named[1])
    assert matrix.kappa[2, 3] == pytest.approx(expected)
    assert matrix.low[2, 3] < matrix.kappa[2, 3] < matrix.high[2, 3]
    assert matrix.n[2, 3] == 60
    assert np.array_equal(matrix.kappa, matrix.kappa.T, equal_nan=True)


def test_held_out_human_meets_the_others_not_himself(study):
    results = results_of(study, ReportOptions(coding=Coding.CONTENT))
    matrix = annotator_matrix(results)
    ceiling = human_ceiling(results.panels[Coding.CONTENT], results.sampling)
    assert matrix.kappa[1, 0] == pytest.approx(ceiling.value)
    pooled = cohen_kappa_score(results.humans.ravel(), np.tile(results.named[0], 4))
    assert matrix.kappa[1, 2] == pytest.approx(pooled)
    assert matrix.n[1, 2] == 60


def test_persona_cell_compares_the_prompts_both_answered(study):
    Question.objects.filter(study=study, persona__position=2, position__lte=4).update(is_drawn=False)
    results = results_of(study, ReportOptions(coding=Coding.CONTENT))
    panel = next(panel for panel in panels_of(results) if panel.words == "humans, the other half against good")
    matrix = persona_matrix(results, prompts_of(results), panel)
    mine = split_halves(results)[1][results.clusters == 0][4:]
    other = results.named[0][results.clusters == 1]
    known = mine >= 0
    assert matrix.n[0, 1] == known.sum() <= 6
    assert matrix.kappa[0, 1] == pytest.approx(cohen_kappa_score(mine[known], other[known]))


def test_personas_stay_by_content_under_the_other_coding(study):
    by_content, by_reference = (
        results_of(study, ReportOptions(coding=coding)) for coding in (Coding.CONTENT, Coding.REFERENCE)
    )
    first, second = (
        persona_matrix(results, prompts_of(results), Panel("h-0", "humans, the other half against good"))
        for results in (by_content, by_reference)
    )
    assert np.array_equal(first.kappa, second.kappa, equal_nan=True)


def test_skill_shows_on_the_diagonal(study):
    results = results_of(study)
    good, poor = (persona_matrix(results, prompts_of(results), Panel(f"h-{n}", "humans against x")) for n in (0, 1))
    assert np.nanmean(np.diag(good.kappa)) > np.nanmean(np.diag(poor.kappa)) + 0.3
    assert "on the same persona" in good.title


def test_halves_split_every_personas_raters_by_the_seed(study):
    results = results_of(study)
    first, second = split_halves(results)
    again, _ = split_halves(results)
    other, _ = split_halves(results_of(study, ReportOptions(seed=99)))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert ((first >= 0) & (second >= 0)).any()
    # Two raters on each side: a half decides where its two agree, so what both halves decide never holds one rater.
    assert set(np.unique(first)) <= {-1, 0, 1}


def test_raters_of_a_persona_stand_beside_the_models(study):
    results = results_of(study)
    matrix = rater_matrix(results, results.matrix.personas[2])
    people = study.raters.filter(kind="external").order_by("pk").values_list("pseudonym", flat=True)
    assert matrix.rows == (*people, "good", "poor")
    items = results.clusters == 2
    expected = cohen_kappa_score(results.humans[0, items], results.humans[1, items])
    assert matrix.kappa[0, 1] == pytest.approx(expected)


def test_undefined_cell_has_a_reason_and_is_hatched():
    study = make_study(personas=2, questions=2, raters=1)
    finished(study, 1)
    finished(study, 2)
    make_model(study, "a model")
    matrix = annotator_matrix(results_of(study, ReportOptions(coding=Coding.CONTENT)))
    assert matrix.cell(0, 2).undefined is Undefined.ONE_CATEGORY
    figure = heatmap(matrix)
    hatched = figure["data"][1]
    assert hatched["marker"]["pattern"]["shape"] == "/"
    assert any("All labels are one and the same category" in text for text in hatched["hovertext"])
    assert figure["data"][0]["z"][0][2] is None


def test_upper_triangle_hides_the_lower_in_the_figure_only(study):
    matrix = annotator_matrix(results_of(study))
    z = heatmap(matrix, upper_only=True)["data"][0]["z"]
    assert z[3][2] is None
    assert z[2][3] == pytest.approx(matrix.kappa[2, 3], abs=1e-6)


def test_matrix_that_is_not_symmetric_keeps_both_triangles(study):
    results = results_of(study)
    matrix = persona_matrix(results, prompts_of(results), Panel("h-0", "humans, the other half against good"))
    assert not matrix.is_symmetric
    z = heatmap(matrix, upper_only=True)["data"][0]["z"]
    assert z[0][1] is not None
    assert z[0][0] is not None


def test_scale_is_even_in_lightness_and_centred_at_zero():
    assert lab_at(-0.7)[0] == pytest.approx(lab_at(0.7)[0])
    steps = np.diff([lab_at(kappa)[0] for kappa in np.linspace(0, 1, 11)])
    assert np.allclose(steps, steps[0])
    assert diverging_scale()[10] == [0.5, colour_of(0)]


def test_pages_show_every_number_without_javascript(researcher, study):
    _, text = page(researcher, study)
    matrix = annotator_matrix(results_of(study))
    assert matrix.title in text
    assert f"{matrix.kappa[2, 3]:.2f}".replace("-", "−") in text
    assert "itself" in text


def test_persona_page_has_a_panel_for_each_model_and_the_halves(researcher, study):
    response, text = page(researcher, study, "?kind=personas")
    assert default_panels(results_of(study)) == ["halves", "h-0", "h-1"]
    assert len(response.context["shown"]) == 3
    assert "also where the page shows the other coding" in text


def test_chosen_panels_are_shown_and_no_more_than_six(researcher, study):
    response, _ = page(researcher, study, "?kind=personas&panel=0-1&panel=0-0&panel=9-9")
    assert [one.matrix.key for one in response.context["shown"]] == ["panel-0-1", "panel-0-0"]
    everything = "&".join(f"panel={panel.key}" for panel in panels_of(results_of(study)))
    for name in ("third", "fourth"):
        make_model(study, name)
    everything += "&panel=0-2&panel=0-3"
    response, _ = page(researcher, study, f"?kind=personas&{everything}")
    assert len(response.context["shown"]) == 6


def test_tables_of_many_cells_stand_on_the_page_of_their_panel_alone(researcher, study, monkeypatch):
    monkeypatch.setattr("analysis.views.matrices.MOST_CELLS", 100)  # three panels have 108
    response, text = page(researcher, study, "?kind=personas&coding=reference")
    assert 'class="league matrix"' not in text
    for one in response.context["shown"]:
        alone, text = page(researcher, study, one.table_address)
        (only,) = alone.context["shown"]
        assert (only.matrix.key, only.table_address) == (one.matrix.key, "")
        assert alone.context["options"].coding == Coding.REFERENCE
        assert text.count('class="league matrix"') == 1


def test_table_of_one_panel_stays_below_it_however_large(researcher, study, monkeypatch):
    monkeypatch.setattr("analysis.views.matrices.MOST_CELLS", 1)
    assert 'class="league matrix"' in page(researcher, study, "?kind=personas&panel=h-0")[1]


def test_several_panels_show_half_as_many_personas_where_not_all_fit(researcher, study, monkeypatch):
    monkeypatch.setattr("analysis.views.matrices.PERSONAS_AT_ONCE", 4)
    several, _ = page(researcher, study, "?kind=personas&from=3")
    assert [one.matrix.kappa.shape for one in several.context["shown"]] == [(2, 2)] * 3
    assert (several.context["first"], several.context["last"]) == (3, 4)
    assert ("from=1" in several.context["before"], "from=5" in several.context["after"]) == (True, True)
    alone, _ = page(researcher, study, "?kind=personas&panel=h-0")
    assert alone.context["shown"][0].matrix.kappa.shape == (4, 4)
    monkeypatch.setattr("analysis.views.matrices.PERSONAS_AT_ONCE", 6)
    assert page(researcher, study, "?kind=personas")[0].context["last"] == 6


def test_rater_page_shows_the_persona_of_the_address(researcher, study):
    key = study.personas.get(position=3).key
    response, text = page(researcher, study, f"?kind=raters&persona={key}")
    assert response.context["persona"].key == key
    assert f"The raters of {key} agree with each other" in text


@pytest.mark.parametrize("query", ["?kind=cats", "?kind=raters&persona=nobody", "?kind=personas&from=x"])
def test_what_does_not_exist_is_refused_in_words(researcher, study, query):
    assert page(researcher, study, query)[0].status_code == 400


@pytest.mark.parametrize("query", ["", "?kind=personas", "?kind=raters"])
def test_empty_study_is_no_error(researcher, query):
    response, text = page(researcher, make_study(personas=2, questions=2), query)
    assert response.status_code == 200
    assert "nan" not in text


@pytest.mark.parametrize("kind", ["annotators", "personas", "raters"])
def test_file_holds_the_numbers(researcher, study, kind):
    response = researcher.get(f"/studies/{study.slug}/results/matrices/?kind={kind}&format=csv")
    lines = b"".join(response.streaming_content).decode().strip().split("\r\n")
    more = ",ac1,agreement" if kind == "personas" else ""
    assert lines[0].endswith(f"row,column,kappa,low,high,n,undefined{more}")
    assert len(lines) == {"annotators": 1 + 6, "personas": 1 + 3 * 36, "raters": 1 + 15}[kind]


@pytest.mark.parametrize("kind", ["annotators", "personas", "raters"])
def test_names_cannot_write_html(researcher, study, kind):
    make_model(study, "<img src=x onerror=alert(1)>")
    study.personas.filter(position=1).update(key="<script>alert(2)</script>")
    _, text = page(researcher, study, f"?kind={kind}")
    assert "<img src=x" not in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("kind", ["annotators", "personas", "raters"])
def test_queries_do_not_grow(researcher, kind, django_assert_max_num_queries):
    for number, size in enumerate((2, 8)):
        study = make_made_study(personas=size, questions=3, slug=f"made-{size}")
        for rater in range(1 + number):
            make_external(study, f"p{rater}", RNG(rater).random((size, 3)) < 0.5)
        with django_assert_max_num_queries(15):
            page(researcher, study, f"?kind={kind}")


def test_policy_is_loosened_for_style_attributes_only(researcher, study):
    response, _ = page(researcher, study)
    policy = response.headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "style-src 'self'" in policy
    assert "script-src 'self'" in policy
    plain = researcher.get(f"/studies/{study.slug}/results/vote-rules/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in plain


def test_model_without_people_says_why_cells_are_empty(researcher):
    study = make_study(personas=2, questions=2)
    make_model(study, "a model")
    _, text = page(researcher, study)
    assert "undefined: nothing in common" in text
    assert "nan" not in text


def test_persona_that_nobody_played_says_how_to_fill_the_matrix(researcher):
    _, text = page(researcher, make_study(personas=1, questions=2), "?kind=raters")
    assert "There is nothing to compare yet." in text
    assert "data-figure" not in text


def test_persona_matrix_opens_on_agreement_where_kappa_has_no_value(researcher, study):
    Annotation.objects.filter(question__study=study).update(choice="revised")
    response, text = page(researcher, study, "?kind=personas")
    assert response.context["metric"] == "agreement"
    assert "opens on agreement" in text
    response, text = page(researcher, study, "?kind=personas&metric=kappa")
    assert response.context["metric"] == "kappa"
    assert "opens on agreement" not in text


def test_metric_of_a_cell_is_that_of_its_prompts(study):
    results = results_of(study)
    panel = Panel("0-1", "good against poor")
    shown = {metric: persona_matrix(results, prompts_of(results), panel, metric=metric) for metric in Metric}
    first, second = results.matrix.named[0][results.clusters == 2], results.matrix.named[1][results.clusters == 4]
    alike = (first == second).mean()
    lean = (first.mean() + second.mean()) / 2
    chance = 2 * lean * (1 - lean)
    assert shown[Metric.AGREEMENT].kappa[2, 4] == pytest.approx(alike)
    assert shown[Metric.AC1].kappa[2, 4] == pytest.approx((alike - chance) / (1 - chance))
    cell = shown[Metric.AGREEMENT].cell(2, 4)
    assert (cell.n, cell.low < cell.kappa < cell.high) == (10, True)


def test_alike_personas_become_neighbours_in_every_panel():
    """Planted: two camps, odd and even personas, that choose the other way round."""
    study = make_made_study(personas=8, questions=10)
    camp = np.arange(8) % 2
    truth = (RNG(3).random(10) < 0.5)[None, :] ^ camp[:, None].astype(bool)
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (RNG(number).random(truth.shape) > 0.95))
    results = results_of(study)
    prompts, panel = prompts_of(results), panels_of(results)[0]
    order = order_of(results, "alike", sources_by_prompt(results, prompts, panel))
    assert set(order.positions[:4] % 2) in ({0}, {1})
    matrix = persona_matrix(results, prompts, panel, metric=Metric.AGREEMENT, order=order)
    assert matrix.kappa[:4, :4].mean() > 0.8 > 0.2 > matrix.kappa[:4, 4:].mean()


def test_personas_in_the_order_of_an_attribute_have_its_groups_along_the_edge(researcher, study):
    for persona in study.personas.all():
        persona.attributes = [["side", "left" if persona.position % 2 else "right"]]
        persona.save()
    response, _ = page(researcher, study, "?kind=personas&order=attribute:side")
    matrix = response.context["shown"][0].matrix
    assert matrix.groups == (("left", 3), ("right", 3))
    assert [int(name[-1]) % 2 for name in matrix.rows] == [1, 1, 1, 0, 0, 0]
    layout = heatmap(matrix)["layout"]
    assert [note["text"] for note in layout["annotations"]] == ["left", "right"]
    assert page(researcher, study, "?kind=personas&order=attribute:nobody")[0].status_code == 400
    assert page(researcher, study, "?kind=personas&metric=pi")[0].status_code == 400


def test_raters_and_panels_come_by_condition(study):
    for name in ("a, no persona", "z, role-play"):
        make_model(study, name)
    results = results_of(study)
    matrix = rater_matrix(results, results.matrix.personas[0])
    assert matrix.groups[0] == ("Raters", 4)
    assert [name for name, _ in matrix.groups[1:]][:2] == ["Given the persona", "Given no persona"]
    assert matrix.rows.index("z, role-play") < matrix.rows.index("a, no persona")
    words = [panel.words for panel in panels_of(results) if panel.key.startswith("h-")]
    assert "z, role-play" in words[0]


def test_numbers_in_cells_can_be_read_on_every_colour():
    for value in np.linspace(-1, 1, 201):
        colour = colour_of(value)
        assert contrast(ink_on(colour), colour) >= 4.5


def test_cells_are_square_and_one_bar_serves_all_panels(study):
    results = results_of(study)
    figure = heatmap(persona_matrix(results, prompts_of(results), panels_of(results)[0]))
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert figure["data"][0]["showscale"] is False
    middle = figure["data"][0]["colorscale"][10]
    assert middle[1] == colour_of(0)
