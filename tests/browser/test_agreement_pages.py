"""The pages of results in a browser: figures right under the site's policy, pages whole without scripts."""

import base64
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from analysis.figures.colours import colour_of
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.results import results_of
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.browser.helpers import DESKTOP, PHONE, assert_accessible, assert_sound_in_every_look
from tests.factories import PASSWORD, make_model, make_researcher, make_study

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "",
    "league/?margin=0.1",
    "vote-rules/",
    "matrices/",
    "matrices/?kind=personas",
    "matrices/?kind=raters",
    "histograms/",
    "skill/",
    "questions/?alike=no",
    "variance/",
]
PAGES += [
    "plan/",
    "plan/?personas=1&fee=x",
    "influence/",
    "influence/?of=rater&coding=reference",
    "influence/?of=question",
]


@pytest.fixture
def study():
    rng = np.random.default_rng(4)
    study = make_made_study(personas=4, questions=10)
    truth = rng.random((4, 10)) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.85))
    make_model(study, "always revised, called <b>so</b>")
    skilled = make_model(study, "skilled", run=2)
    skilled.annotations.all().delete()
    choices_of(study, skilled, truth ^ (rng.random(truth.shape) > 0.9))
    skilled.annotations.update(probability=0.8)
    make_researcher("rhea", staff=True)
    return study


@pytest.fixture
def log_in(live_server):
    def enter(page):
        page.goto(f"{live_server.url}/login/")
        page.get_by_label("User name").fill("rhea")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/studies/")
        return page

    return enter


def show(page, live_server, study, where):
    page.goto(f"{live_server.url}/studies/{study.slug}/results/{where}")
    figures = page.locator("[data-figure]").count()
    page.wait_for_function(
        "count => document.querySelectorAll('[data-figure] .main-svg').length >= count", arg=figures, timeout=60_000
    )
    return figures


def test_every_page_is_accessible(live_server, open_page, log_in, study, faults):
    faults.expect(r"status of 422 .*plan/\?personas=1")
    page = log_in(open_page())
    for where in PAGES:
        show(page, live_server, study, where)
        name = where.replace("/", "-").replace("?", "-") or "overview"
        assert_sound_in_every_look(page, f"agreement-{name}")
    page.goto(f"{live_server.url}/results/formulas/")
    assert_sound_in_every_look(page, "formulas")


def test_first_screen_has_sentence_numbers_and_figure_before_the_options(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=PHONE))
    for size in (PHONE, {"width": 1280, "height": 800}):
        page.set_viewport_size(size)
        show(page, live_server, study, "")
        assert len(page.locator("#answer").inner_text().split()) <= 25
        bottoms = {}
        for part in (".answer .finding", ".answer .numbers", ".answer-figure svg >> nth=0"):
            box = page.locator(part).bounding_box()
            bottoms[part] = box["y"] + box["height"]
        assert max(bottoms.values()) <= size["height"], bottoms
        assert page.locator("form.options").bounding_box()["y"] > max(bottoms.values())


@pytest.mark.parametrize("scale", [1, 2])
def test_heatmap_cells_have_the_colour_of_their_kappa(live_server, open_page, log_in, study, scale):
    """Browsers smooth heatmaps unless told not to: then a cell's corner takes its neighbours' colours.

    A screen of two pixels to the point makes the same small picture larger still.
    """
    page = log_in(open_page(viewport=DESKTOP, device_scale_factor=scale))
    show(page, live_server, study, "matrices/")
    matrix = annotator_matrix(results_of(study))
    image = page.locator(".heatmaplayer image").first
    frame, box = page.locator("#annotators-plot").bounding_box(), image.bounding_box()
    size = len(matrix.rows)
    width, height = box["width"] / size, box["height"] / size
    places, wanted = [], []
    for row in range(size):
        for column in range(size):
            if row == column or np.isnan(matrix.kappa[row, column]):
                continue
            for across, down in ((0.05, 0.1), (0.95, 0.1), (0.05, 0.9), (0.95, 0.9)):
                x = box["x"] - frame["x"] + (column + across) * width
                y = box["y"] - frame["y"] + (row + down) * height
                places.append([round(scale * x), round(scale * y)])
                wanted.append([int(colour_of(matrix.kappa[row, column])[n : n + 2], 16) for n in (1, 3, 5)])
    picture = page.locator("#annotators-plot").screenshot()
    seen = colours_at(page, picture, places)
    assert len(seen) > 10
    assert np.abs(np.array(seen) - np.array(wanted)).max() <= 6
    assert not blurred(page, picture, (box["x"] - frame["x"], box["y"] - frame["y"], box["width"], height), scale)


def blurred(page, picture, first_row, scale):
    """Pixels in a line through the cells of the first row that have neither a cell's colour nor that of the gaps."""
    left, top, width, height = first_row
    y = round(scale * (top + 0.1 * height))
    line = [[x, y] for x in range(round(scale * left) + 2, round(scale * (left + width)) - 2)]
    colours = [tuple(colour) for colour in colours_at(page, picture, line)]
    flat = {colour for colour, n in Counter(colours).items() if n > 8 * scale} | {(255, 255, 255)}
    return [colour for colour in colours if colour not in flat]


def colours_at(page, picture, places):
    """The colours of a picture at some places, read by the browser itself."""
    return page.evaluate(
        """async ([data, places]) => {
            const image = new Image();
            image.src = "data:image/png;base64," + data;
            await image.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [image.width, image.height];
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3));
        }""",
        [base64.b64encode(picture).decode(), places],
    )


def test_names_are_shown_letter_by_letter_in_figures(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=DESKTOP))
    show(page, live_server, study, "matrices/")
    expect(page.locator("#annotators-plot .xtick", has_text="<b>so</b>")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_saved_figure_has_dark_ink_for_paper(live_server, open_page, log_in, study, scheme):
    page = log_in(open_page(viewport=DESKTOP, color_scheme=scheme))
    show(page, live_server, study, "histograms/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as SVG").first.click()
    picture = Path(download.value.path()).read_text(encoding="utf-8")
    assert "fill: rgb(29, 28, 26)" in picture
    assert "rgb(235, 233, 229)" not in picture


def test_numbers_are_there_without_javascript(live_server, open_page, study):
    page = open_page(viewport=DESKTOP, java_script_enabled=False)
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("User name").fill("rhea")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{live_server.url}/studies/{study.slug}/results/matrices/")
    expect(page.locator(".plot-area")).to_be_hidden()
    expect(page.get_by_role("row", name="held-out human").first).to_be_visible()
    page.get_by_text("Change what to show").click()
    page.get_by_label("Coding:").select_option("reference")
    page.get_by_role("button", name="Show").first.click()
    assert page.url.endswith("coding=reference&rule=three_of_four&target=personas_and_prompts&seed=20240717")


def test_figure_and_its_table_are_reached_by_keyboard(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=DESKTOP))
    show(page, live_server, study, "matrices/")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label')"))
    assert any(str(name).endswith("The table below has the same numbers.") for name in reached)
    assert any(str(name).endswith(": table") for name in reached)


def test_cell_of_a_heatmap_leads_to_its_questions_and_back(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=DESKTOP))
    show(page, live_server, study, "matrices/")
    page.locator("#annotators-plot .nsewdrag").scroll_into_view_if_needed()
    box = page.locator("#annotators-plot .heatmaplayer image").first.bounding_box()
    size = len(annotator_matrix(results_of(study)).rows)
    page.mouse.click(box["x"] + box["width"] * (size - 0.5) / size, box["y"] + box["height"] * 2.5 / size)
    page.wait_for_url("**/results/questions/?*alike=no*")
    expect(page.locator(".finding")).to_contain_text("chose alike on 0 of the")
    page.go_back()
    page.wait_for_url("**/results/matrices/")


def test_plan_follows_its_form_and_says_that_it_runs(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=PHONE))
    show(page, live_server, study, "plan/")
    busy = page.get_by_text("Simulating whole studies of this design")
    expect(busy).to_be_hidden()
    page.get_by_label("Raters per persona").fill("3")
    page.get_by_text("What is assumed about people and models").click()
    page.get_by_label("Raters are right, %").fill("70")
    page.evaluate("document.querySelector('.plan-form').addEventListener('submit', event => event.preventDefault())")
    page.get_by_role("button", name="Simulate this design").click()
    expect(busy).to_be_visible()
    page.evaluate("document.querySelector('.plan-form').submit()")
    expect(page.get_by_text("12 people (4 personas, 3 raters each, 10 questions)")).to_be_visible()
    expect(page.get_by_role("row", name="Raters are right, %").get_by_text("yours")).to_be_visible()
    assert "raters=3" in page.url


def test_plan_of_a_draft_without_answers_is_accessible(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=DESKTOP))
    draft = make_study(personas=2, questions=2, open=False)
    show(page, live_server, draft, "plan/")
    assert_accessible(page)


def test_names_of_what_is_left_out_and_of_annotators_are_shown_letter_by_letter(live_server, open_page, log_in, study):
    page = log_in(open_page(viewport=DESKTOP))
    model = study.raters.get(name="skilled")
    study.questions.filter(persona__position=1, position=1).update(prompt_key="<b>q</b><img src=x onerror=alert(1)>")
    show(page, live_server, study, f"influence/?of=question&model={model.pk}.1")
    assert page.locator("main img").count() == 0
    expect(page.locator("#content").get_by_role("link", name="<b>q</b><img src=x onerror=alert(1)> for")).to_have_count(
        1
    )
    show(page, live_server, study, "")
    expect(page.locator("#forest-plot .ytick", has_text="<b>so</b>")).to_have_count(1)
