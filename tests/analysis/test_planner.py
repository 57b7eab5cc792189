"""How many raters and questions: the planner's page, its defaults from the study, its cost, its errors."""

from datetime import timedelta
from html import unescape

import numpy as np
import pytest

from analysis.figures.plan import plan_figure
from analysis.options import Coding, ReportOptions
from analysis.plan_form import MOST_LABELS, PlanForm
from analysis.reports import planner
from analysis.reports.plan_defaults import Source, defaults_of
from analysis.reports.planner import ENOUGH, NEIGHBOUR_LABELS, plan_of
from analysis.results import results_of
from analysis.stats.planning import Prices, plan_precision, study_cost
from annotation.models import Annotation, Assignment
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db
PEOPLE, GOOD, POOR = 0.85, 0.9, 0.75
EVEN = {"prompt_spread": 0, "question_spread": 0, "rater_spread": 0}


@pytest.fixture(autouse=True)
def fewer_studies(monkeypatch):
    """A quarter of the page's studies, so that these tests take seconds."""
    monkeypatch.setattr(planner, "STUDIES", 100)


@pytest.fixture
def study():
    """40 personas x 10 questions; people right 85 % of the time, two models of planted skill."""
    rng = np.random.default_rng(2)
    study = make_made_study(personas=40, questions=10)
    truth = rng.random((40, 10)) < 0.7
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > PEOPLE))
    for name, accuracy in (("poor", POOR), ("good", GOOD)):
        model = make_model(study, name)
        Annotation.objects.filter(rater=model).delete()
        choices_of(study, model, truth ^ (rng.random(truth.shape) > accuracy))
    return study


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/plan/{query}")
    return response, unescape(response.content.decode())


def fields_of(study, **options):
    return defaults_of(results_of(study, ReportOptions(**options))).fields


def report_of(study, options=None, **said):
    options = options or ReportOptions()
    parameters = {name: str(value) for name, value in said.items()}
    form = PlanForm(parameters, defaults=defaults_of(results_of(study, options)), options=options)
    assert form.is_valid(), form.errors
    return plan_of(form.settings())


# --- What a plan starts from -----------------------------------------------------------------------
def test_planted_skill_comes_back_as_the_assumptions(study):
    fields = fields_of(study, coding=Coding.CONTENT)
    assert fields["accuracy"].value == pytest.approx(100 * PEOPLE, abs=3)
    assert fields["model_a"].value == pytest.approx(100 * GOOD, abs=5)
    assert fields["model_b"].value == pytest.approx(100 * POOR, abs=5)
    assert fields["model_a"].words.startswith("good, beside 1,600 answers of people")
    assert {fields[name].source for name in ("accuracy", "model_a", "model_b", "share", "spread")} == {Source.ANSWERS}
    assert {fields[name].source for name in ("epsilon", "reward", "fee")} == {Source.ASSUMED}


def test_share_is_that_of_the_coding(study):
    assert fields_of(study, coding=Coding.CONTENT)["share"].value == pytest.approx(70, abs=6)
    by_reference = fields_of(study, coding=Coding.REFERENCE)["share"]
    assert (by_reference.value, by_reference.source) == (50, Source.STUDY)


def test_draft_without_answers_starts_from_its_design_and_assumptions(researcher):
    study = make_study(personas=3, questions=5, raters=2, open=False)
    response, text = page(researcher, study)
    assert response.status_code == 200
    assert "6 people (3 personas, 2 raters each, 5 questions) would cost" in text
    fields = fields_of(study, coding=Coding.CONTENT)
    assert [fields[name].source for name in ("personas", "accuracy", "model_a", "share")] == [
        Source.STUDY,
        Source.ASSUMED,
        Source.ASSUMED,
        Source.ASSUMED,
    ]


def test_study_without_personas_starts_from_the_paper(researcher):
    study = make_made_study(personas=1, questions=1)
    study.personas.clear()
    _, text = page(researcher, study)
    assert "80 people (20 personas, 4 raters each, 1 question)" in text


def test_one_model_is_planned_beside_one_ten_points_below(study):
    study.raters.filter(name="poor").delete()
    fields = fields_of(study)
    assert fields["model_b"].value == pytest.approx(fields["model_a"].value - 10)
    assert fields["model_b"].source is Source.ASSUMED


def test_two_samples_of_one_model_are_no_two_models_to_tell_apart(study):
    good = study.raters.get(name="good")
    choices = good.annotations.order_by("question__persona__position", "question__position")
    twin = make_model(study, "good, again")
    Annotation.objects.filter(rater=twin).delete()
    choices_of(study, twin, np.array([choice == "revised" for choice in choices.values_list("choice", flat=True)]))
    fields = fields_of(study)
    assert fields["model_a"].words.startswith("good")
    assert fields["model_b"].words.startswith("poor")
    study.raters.filter(name="poor").delete()
    second = fields_of(study)["model_b"]
    assert second.value == pytest.approx(fields["model_a"].value - 10)
    assert "no other model is 2 points or more below it" in second.words


def test_people_who_guess_tell_nothing_of_models():
    rng = np.random.default_rng(1)
    study = make_made_study(personas=20, questions=10)
    for number in range(1, 5):
        make_external(study, f"p{number}", rng.random((20, 10)) < 0.5)
    make_model(study, "m")
    fields = fields_of(study)
    assert fields["accuracy"].value < 60
    assert fields["model_a"].source is Source.ASSUMED


def test_time_of_real_people_is_measured_and_of_simulated_ones_is_not():
    study = make_study(personas=2, questions=2, raters=5)
    for number in range(1, 6):
        finished(study, number)
        finished(study, number + 10, is_rehearsal=True)
    for assignment in Assignment.objects.filter(rater__is_rehearsal=False):
        assignment.completed_at = assignment.arrived_at + timedelta(minutes=20)
        assignment.save()
    minutes = fields_of(study)["minutes"]
    assert (minutes.value, minutes.source) == (20, Source.ANSWERS)
    assert "5 people" in minutes.words


def test_number_of_the_reader_is_named_as_theirs(researcher, study):
    response, _ = page(researcher, study, "?accuracy=70&personas=40")
    stated = {one.label: one for one in response.context["stated"]}
    assert stated["Raters are right, %"].source is Source.YOURS
    assert "estimated from its answers" in stated["Raters are right, %"].words
    assert stated["Personas"].source is Source.STUDY


# --- What a plan says ------------------------------------------------------------------------------
def test_report_is_the_simulation_of_the_settings(study):
    report = report_of(study, accuracy=80, model_a=85, model_b=75, share=50, spread=0.4, seed=3, **EVEN)
    settings = report.settings
    assert report.own.plan == plan_precision(settings.design, settings.assumed, seed=settings.seed, n_studies=100)
    assert report.own.plan.tie_rate.value == pytest.approx(0.15, abs=0.01)
    assert "would be told from one that is right 75" in report.finding


def test_more_of_anything_narrows_the_interval_and_costs_more(study):
    rows = {row.words: row for row in report_of(study).rows}
    width = {words: row.plan.interval_width.value for words, row in rows.items()}
    assert width["twice the personas"] < width["this design"] < width["half the personas"]
    assert width["twice the questions"] < width["this design"] < width["half the questions"]
    assert rows["2 raters"].cost < rows["3 raters"].cost < rows["this design"].cost < rows["6 raters"].cost
    assert rows["twice the questions"].cost > rows["this design"].cost
    assert "4 raters" not in rows


def test_raters_are_paid_by_the_question(study):
    rows = {row.words: row for row in report_of(study, reward=3, bonus=0, fee=0).rows}
    assert rows["this design"].cost == pytest.approx(160 * 3)
    assert rows["twice the questions"].cost == pytest.approx(160 * 6)


def test_cost_is_people_times_reward_bonus_fee_and_tax(study):
    own = report_of(study, reward=2, bonus=1, bonus_share=50, fee=40, vat=20).own
    assert own.cost == pytest.approx(160 * 2.5 * 1.48)
    assert own.cost == study_cost(own.design, Prices(2, 1, 0.5, 0.4, 0.2))
    assert own.cost_words == "592.00"


def test_other_coding_is_the_same_study(study):
    rows = {row.words: row for row in report_of(study, ReportOptions(coding=Coding.CONTENT), share=95).rows}
    assert rows["kappa by reference"].plan.kappa.value > rows["this design"].plan.kappa.value + 0.1
    assert rows["kappa by reference"].cost == rows["this design"].cost
    by_reference = report_of(study, ReportOptions(coding=Coding.REFERENCE))
    assert by_reference.rows[-1].words == "kappa by content"


def test_advice_names_the_cheapest_design_that_reaches_the_mark(study):
    report = report_of(study, personas=6, model_a=95, model_b=75)
    assert report.own.power < ENOUGH
    reaching = [row for row in report.same_coding if row.power >= ENOUGH]
    best = min(reaching, key=lambda row: row.cost)
    assert f"the cheapest design below that reaches it has {best.words}" in report.advice
    assert "this design reaches it" in report_of(study, personas=160).advice
    assert "neither this design nor one of those below" in report_of(study, model_a=80, model_b=80).advice


def test_kappa_that_no_study_would_have_is_undefined_with_its_reason(researcher, study):
    _, text = page(researcher, study, "?share=100&accuracy=100&model_a=100&model_b=100")
    assert "kappa would be undefined: nearly all labels of a study are one and the same category" in text
    assert "nan" not in text
    _, text = page(researcher, study, "?raters=1&rule=plurality")
    assert "under this vote rule no question gets a consensus" in text
    assert "nan" not in text


def test_alt_test_of_two_raters_says_that_it_is_under_powered(researcher, study):
    _, text = page(researcher, study, "?raters=2")
    assert "Under-powered: Fewer than three annotators could be tested." in text


def test_design_too_large_for_its_neighbours_is_planned_alone(study):
    report = report_of(study, personas=NEIGHBOUR_LABELS // 80, questions=20, raters=4)
    rows = {row.words: row for row in report.rows}
    assert rows["twice the personas"].plan is None
    assert rows["half the personas"].plan is not None
    assert report.own.plan is not None


def test_one_coin_model_is_replaced_and_said_so(researcher, study):
    response, text = page(researcher, study, "?rule=one_coin")
    assert "this plan votes by more than half" in text
    assert response.context["report"].settings.rule.value == "three_of_four"


def test_address_holds_the_whole_plan(researcher, study):
    query = "?personas=12&questions=8&raters=3&rule=drop_one&coding=reference&accuracy=75.5&seed=9&reward=2.5"
    settings = page(researcher, study, query)[0].context["report"].settings
    assert (settings.design.personas, settings.design.questions, settings.design.raters) == (12, 8, 3)
    assert (settings.rule, settings.coding, settings.seed) == ("drop_one", "reference", 9)
    assert (settings.assumed.human_accuracy, settings.prices.reward) == (0.755, 2.5)


def test_figure_shows_every_simulated_design(study):
    report = report_of(study)
    width, power = plan_figure(report)["data"]
    assert width["x"] == [round(row.plan.interval_width.value, 5) for row in report.rows]
    assert power["x"] == [round(row.plan.power.value, 5) for row in report.rows]


def test_file_holds_the_designs_with_their_assumptions(researcher, study):
    response = researcher.get(f"/studies/{study.slug}/results/plan/?format=csv&accuracy=70")
    lines = b"".join(response.streaming_content).decode().strip().split("\r\n")
    names = lines[0].split(",")
    assert names[:8] == ["design", "personas", "questions", "raters", "people", "vote_rule", "coding", "cost"]
    assert {"power", "power_error", "alt_test_power", "human_accuracy", "seed"} <= set(names)
    own = dict(zip(names, lines[1].split(","), strict=True))
    assert (own["design"], own["people"], own["human_accuracy"]) == ("this design", "160", "0.7")
    assert len(lines) == 1 + 9


# --- What it refuses -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("personas=1", "Write a whole number from 2 to 5,000."),
        ("questions=ten", "Write a whole number from 1 to 500."),
        ("accuracy=30", "Write a number from 50 to 100, such as 75."),
        ("fee=nan", "Write a number from 0 to 100, such as 50."),
        ("reward=inf", "Write a number from 0 to 1,000, such as 500."),
        ("personas=5000&questions=500", f"more than {MOST_LABELS:,} cannot be simulated in seconds"),
    ],
)
def test_impossible_plan_is_refused_in_words(researcher, study, query, said):
    response, text = page(researcher, study, f"?{query}")
    assert response.status_code == 422
    assert said in text
    assert "Nothing is simulated yet." in text


def test_empty_fields_are_the_studys_own(researcher, study):
    response = researcher.get(f"/studies/{study.slug}/results/plan/?personas=&raters=3", follow=True)
    assert response.context["report"].settings.design.personas == 40
    assert response.context["report"].settings.design.raters == 3


@pytest.mark.parametrize("personas", [3, 12])
def test_queries_do_not_grow(researcher, django_assert_num_queries, personas):
    study = make_made_study(personas=personas, questions=4)
    make_external(study, "p1", np.ones((personas, 4)))
    with django_assert_num_queries(13):
        page(researcher, study)
