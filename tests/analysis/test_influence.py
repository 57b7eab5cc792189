"""What the result depends on: each persona, rater and question left out, beside the same study without it."""

import numpy as np
import pytest

from analysis.figures.influence import MOST, influence_figure
from analysis.options import Coding, ReportOptions, VoteRule
from analysis.reports.influence import Kind, influence_of
from analysis.reports.league import league_of
from analysis.results import results_of
from annotation.models import Annotation, Question, Rater
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db
ODD = 2
"""The persona that the model plays the wrong way round."""


def make(personas=6, questions=8, raters=4, slug="made"):
    rng = np.random.default_rng(5)
    study = make_made_study(personas=personas, questions=questions, raters=raters, slug=slug)
    truth = rng.random((personas, questions)) < 0.5
    for number in range(1, raters + 1):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.85))
    model = make_model(study, "m")
    Annotation.objects.filter(rater=model).delete()
    choices_of(study, model, np.where(np.arange(personas)[:, None] == ODD, ~truth, truth))
    return study


@pytest.fixture
def study():
    return make()


def left_of(study, kind, coding=Coding.CONTENT, **options):
    return influence_of(results_of(study, ReportOptions(coding=coding, **options)), 0, kind=kind).chosen


def kappa_of(study, coding, **options):
    row = league_of(results_of(study, ReportOptions(**options)), joinings=1).models[0]
    return row.kappas[coding].value


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/influence/{query}")
    return response, response.content.decode()


def test_persona_that_is_played_wrong_is_what_the_result_hangs_on(study):
    left = left_of(study, "persona")
    assert left.strongest.name.name == "persona-03"
    assert left.strongest.content.change > 0.1
    assert left.finding.startswith("Without persona-03 the kappa would be ")
    assert "outside its interval" in left.finding or "inside its interval" in left.finding


@pytest.mark.parametrize("coding", list(Coding))
def test_left_out_persona_gives_the_kappa_of_the_study_without_it(study, coding):
    wanted = {row.name.name: row.of(coding).value for row in left_of(study, "persona")[:]}
    for persona in study.personas.all():
        Question.objects.filter(persona=persona, study=study).update(is_drawn=False)
        assert kappa_of(study, coding) == pytest.approx(wanted[persona.key])
        Question.objects.filter(persona=persona, study=study).update(is_drawn=True)


@pytest.mark.parametrize("rule", [VoteRule.THREE_OF_FOUR, VoteRule.DROP_ONE, VoteRule.PLURALITY])
@pytest.mark.parametrize("raters", [3, 4])
def test_left_out_rater_gives_the_kappa_of_the_study_without_them(rule, raters):
    study = make(personas=3, questions=6, raters=raters)
    left = left_of(study, "rater", rule=rule)
    assert left.chosen.overall == pytest.approx(kappa_of(study, Coding.CONTENT, rule=rule))
    pseudonym = study.raters.get(name="p1").pseudonym
    of_first = {row.name.persona: row for row in left[:] if row.name.name.startswith(f"{pseudonym} ")}
    assert set(of_first) == {"persona-01", "persona-02", "persona-03"}
    taken = Annotation.objects.filter(rater__name="p1", question__persona__key="persona-01")
    taken.delete()
    for coding in Coding:
        expected = kappa_of(study, coding, rule=rule)
        assert of_first["persona-01"].of(coding).value == pytest.approx(expected, nan_ok=True)


def test_left_out_question_gives_the_kappa_of_the_study_without_it(study):
    row = left_of(study, "question").strongest
    Question.objects.filter(pk=row.name.link).update(is_drawn=False)
    assert kappa_of(study, Coding.CONTENT) == pytest.approx(row.content.value)
    assert row.name.name == f"{row.name.prompt} for {row.name.persona}"


def test_kinds_are_every_persona_rater_and_question_once(study):
    report = influence_of(results_of(study), 0, kind="persona")
    assert {one.kind: len(one) for one in report.left} == {Kind.PERSONA: 6, Kind.RATER: 24, Kind.QUESTION: 48}
    names = [row.name.name for row in report.left[2][:]]
    assert len(set(names)) == 48


def test_one_coin_model_leaves_no_rater_out(researcher):
    study = make(raters=2)
    report = influence_of(results_of(study, ReportOptions(rule=VoteRule.ONE_COIN)), 0, kind="rater")
    assert report.chosen is None
    response, text = page(researcher, study, "?rule=one_coin&of=rater")
    assert response.status_code == 200
    assert "no rater can be left out alone" in text


def test_table_is_sorted_by_the_address_whichever_way_a_change_goes(researcher, study):
    changes = [abs(row.reference.change) for row in page(researcher, study)[0].context["page"]]
    assert changes == sorted(changes, reverse=True)
    response, text = page(researcher, study, "?sort=reference&of=question")
    changes = [abs(row.reference.change) for row in response.context["page"]]
    assert changes == sorted(changes)
    assert 'aria-sort="ascending"' in text


def test_page_says_it_in_plain_words_and_links_to_what_it_names(researcher, study):
    persona = study.personas.get(key="persona-03")
    response, text = page(researcher, study)
    assert all(left.finding in text for left in response.context["report"].left)
    assert f"/results/personas/{persona.pk}/" in text
    finished_study = make_study(personas=1, questions=3, raters=3)
    people = [finished(finished_study, number) for number in (1, 2, 3)]
    make_model(finished_study, "m")
    _, text = page(researcher, finished_study, "?of=rater")
    assert f"/raters/{people[0].rater.pseudonym}/" in text


def test_page_starts_from_the_model_of_the_headline(researcher, study):
    worse = make_model(study, "a worse one")
    response, text = page(researcher, study)
    assert response.context["report"].headline.annotator.name == "m"
    response, text = page(researcher, study, f"?coding=content&model={worse.pk}.1")
    headline = response.context["report"].headline
    assert (headline.annotator.name, headline.coding) == ("a worse one", Coding.REFERENCE)
    assert "(kappa by content cannot show anything here)" in text


def test_content_that_cannot_move_leaves_the_word_to_reference(researcher):
    study = make_study(personas=2, questions=4, raters=3)
    for number in range(1, 7):
        finished(study, number)
    make_model(study, "m")
    _, text = page(researcher, study, "?coding=content")
    assert "(kappa by content cannot show anything here)." in text
    assert "No persona moves kappa, which is 1.00 without each of them too." in text
    assert "nan" not in text


def test_kappa_that_is_undefined_by_both_codings_says_why(researcher):
    study = make_study(personas=1, questions=1, raters=3)
    for number in range(1, 4):
        finished(study, number)
    make_model(study, "m")
    for coding in Coding:
        _, text = page(researcher, study, f"?coding={coding.value}")
        assert "kappa by reference is undefined: all labels are one and the same category" in text
        assert "There is no kappa, so leaving something out cannot change it" in text
        assert "nan" not in text


def test_group_without_which_nothing_varies_is_named_with_the_reason(researcher):
    study = make_made_study(personas=2, questions=4, raters=3)
    revised = np.array([[True, True, False, False], [True] * 4])
    for number in range(3):
        make_external(study, f"p{number}", revised)
    model = make_model(study, "m")
    Annotation.objects.filter(rater=model).delete()
    choices_of(study, model, revised)
    left = left_of(study, "persona")
    assert [row.name.name for row in left[:]] == ["persona-02", "persona-01"]
    assert np.isnan(left[:][1].content.value)
    _, text = page(researcher, study, "?coding=content")
    assert "undefined: all labels are one and the same category" in text
    assert "nan" not in text


def test_figure_shows_the_strongest_over_the_interval(study):
    left = left_of(study, "question")
    figure = influence_figure(left)
    assert len(figure["data"]) == MOST
    assert figure["data"][0]["x"] == [round(left.chosen.overall, 5), round(left.strongest.content.value, 5)]
    band, interval = figure["layout"]["shapes"][0], left.headline.kappa.interval
    assert (band["x0"], band["x1"]) == (round(interval.low, 5), round(interval.high, 5))
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < min(min(stem["x"]) for stem in figure["data"])
    assert low < band["x0"]
    assert high > max(max(stem["x"]) for stem in figure["data"])
    assert high > band["x1"]


def test_file_holds_everything_left_out(researcher, study):
    response = researcher.get(f"/studies/{study.slug}/results/influence/?of=question&format=csv")
    lines = b"".join(response.streaming_content).decode().strip().split("\r\n")
    assert lines[0].startswith("left_out,name,persona_id,prompt_id,kappa_content,kappa_content_without")
    assert len(lines) == 1 + 48
    assert lines[1].split(",")[0] == "question"


def test_unknown_kind_is_refused_with_the_kinds_there_are(researcher, study):
    response, text = page(researcher, study, "?of=topic")
    assert response.status_code == 400
    assert "of=topic is not one of persona, rater, question." in text


@pytest.mark.parametrize("kind", list(Kind))
def test_study_without_answers_says_what_will_be_here(researcher, kind):
    empty = make_study(personas=2, questions=2)
    response, text = page(researcher, empty, f"?of={kind.value}")
    assert (response.status_code, "No models yet" in text) == (200, True)
    make_model(empty, "m")
    response, text = page(researcher, empty, f"?of={kind.value}")
    assert (response.status_code, "No human rater has finished yet." in text) == (200, True)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("size", [2, 12])
def test_queries_do_not_grow(researcher, django_assert_num_queries, kind, size):
    study = make(personas=max(size, ODD + 1), slug=f"made-{size}")
    assert Rater.objects.filter(study=study).count() == 5
    with django_assert_num_queries({Kind.PERSONA: 14, Kind.RATER: 16, Kind.QUESTION: 16}[kind]):
        page(researcher, study, f"?of={kind.value}")
