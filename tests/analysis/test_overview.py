"""The overview through real rows: the sentence, the league table, and when kappa misleads."""

import csv
import re

import numpy as np
import pytest

from analysis.bundle.headline import numbers_of
from analysis.figures.forest import league_forest
from analysis.options import Coding, ReportOptions
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.reports.league import RowKind, league_of
from analysis.reports.overview import overview_of
from analysis.reports.reliability import reliability_of
from analysis.reports.vote_rules import vote_rules_of
from analysis.reports.wording import is_by_algebra
from analysis.results import results_of
from annotation.models import Annotation, AnnotatorRun, RaterKind, Response
from annotation.services import ledger
from tests.analysis.made import choices_of, make_external, make_made_study, words_of
from tests.factories import finished, make_model, make_researcher, make_study

pytestmark = pytest.mark.django_db

REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE


@pytest.fixture
def researcher(client):
    person = make_researcher("rhea", staff=True)
    client.force_login(person)
    return client


def page(client, study, query=""):
    response = client.get(f"/studies/{study.slug}/results/{query}")
    return response, response.content.decode()


def rows_by_name(study, **options):
    return {row.name: row for row in league_of(results_of(study, ReportOptions(**options))).rows}


def skilled_study():
    """20 personas x 10 questions; four people and a model that see the same truth, each with errors of their own."""
    rng = np.random.default_rng(4)
    study = make_made_study(personas=20, questions=10)
    truth = rng.random((20, 10)) < 0.5
    for number, accuracy in enumerate([0.85, 0.85, 0.85, 0.85], start=1):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > accuracy))
    choices_of(study, make_model_rater(study, "a model"), truth ^ (rng.random(truth.shape) > 0.85))
    return study


def make_model_rater(study, name):
    rater = make_model(study, name)
    Annotation.objects.filter(rater=rater).delete()
    return rater


def test_overview_prints_the_sentence_of_a_paper(researcher):
    _, text = page(researcher, skilled_study())
    assert "“a model” agrees with the other humans, at kappa 0." in text
    assert "A held-out human reaches 0." in text
    assert "does not settle who agrees with them more" in text


def test_captions_of_tables_with_both_codings_name_both(researcher):
    study = skilled_study()
    _, text = page(researcher, study)
    assert text.count("Kappa by content (revised or the alternative) and by reference (first or second") == 2
    _, text = page(researcher, study, "vote-rules/")
    assert "Kappa by reference (first or second in an order fixed for each question); human vote" in text


def test_league_has_models_baselines_and_the_ceiling():
    study = skilled_study()
    league = league_of(results_of(study))
    assert [row.kind for row in league.rows].count(RowKind.CEILING) == 1
    model = league.models[0]
    assert model.n <= 200
    assert 0.4 < model.content.value < 0.9
    assert model.content.interval.low < model.content.value < model.content.interval.high
    assert model.beside_human[Coding.CONTENT].second.value == pytest.approx(league.human_ceiling.content.value)
    assert model.alt_test.n_annotators == 4


def test_same_content_on_random_sides_is_content_kappa_one():
    study = make_made_study(personas=10, questions=10)
    same = np.random.default_rng(1).random((10, 10)) < 0.5
    for number in range(1, 5):
        make_external(study, f"p{number}", same, sides=np.random.default_rng(number))
    choices_of(study, make_model_rater(study, "a model"), same, sides=np.random.default_rng(9))
    row = rows_by_name(study)["a model"]
    assert row.content.value == 1
    assert row.reference.value == 1
    sides = results_of(study).matrix
    assert 0.3 < (sides.human_sides[0] == sides.named_sides[0]).mean() < 0.7


def test_two_independent_raters_at_90_and_96_percent_and_the_page_says_why(researcher):
    """Content kappa near 0, reference kappa near .7: shared taste without any skill."""
    rng = np.random.default_rng(8)
    study = make_made_study(personas=100, questions=40, raters=1)
    make_external(study, "p1", rng.random((100, 40)) < 0.90)
    choices_of(study, make_model_rater(study, "a model"), rng.random((100, 40)) < 0.96)
    row = rows_by_name(study)["a model"]
    assert abs(row.content.value) < 0.08
    assert 0.68 < row.reference.value < 0.80
    assert row.is_skewed
    _, text = page(researcher, study)
    assert "Most answers fall on one side" in text
    assert "“a model” chooses the revised response in 96\N{NO-BREAK SPACE}% and the other humans in" in text
    assert "that may be taste or knowledge of the persona, and only the floor and foils tell which." in text


def test_warning_stays_away_where_kappa_is_not_misleading(researcher):
    _, text = page(researcher, skilled_study())
    assert "Most answers fall on one side" not in text


def test_undefined_kappa_is_said_with_its_reason(researcher):
    study = make_study(personas=2, questions=2, raters=1)
    finished(study, 1)
    finished(study, 2)
    make_model(study, "a model")
    _, text = page(researcher, study, "?coding=content")
    assert "undefined: all one category" in text
    assert "Kappa by content says nothing about this model here, as none has one clearly above 0" in text
    assert "nan" not in text


def test_study_without_anything_says_how_to_get_it(researcher):
    response, text = page(researcher, make_study(personas=1, questions=2))
    assert response.status_code == 200
    assert "There are neither human nor model answers to compare yet." in text
    assert "manage.py import_annotations" in text
    assert f"/studies/{response.context['study'].slug}/rehearse/" in text
    assert "nan" not in text


def test_study_without_models_shows_the_people(researcher):
    study = make_study(personas=1, questions=2, raters=3)
    for number, choice in enumerate([REVISED, REVISED, ALTERNATIVE], start=1):
        finished(study, number, choice)
    _, text = page(researcher, study)
    assert "There are answers of 3 human raters, but no model to compare with them yet." in text
    assert "3 human raters of 1 persona" in text


def test_study_without_people_shows_the_model(researcher):
    study = make_study(personas=2, questions=2)
    make_model(study, "a model")
    _, text = page(researcher, study)
    assert "no finished human rater to compare them with yet" in text
    assert "undefined: nothing in common" in text
    assert "nan" not in text


def test_study_without_questions_is_no_error(researcher):
    study = make_study(personas=1, questions=1, open=False)
    study.questions.all().delete()
    response, text = page(researcher, study)
    assert response.status_code == 200
    assert "nan" not in text


def test_league_sorts_both_ways_with_undefined_last(researcher):
    study = skilled_study()
    make_model(study, "always revised", choice=REVISED)
    make_model_rater(study, "silent")
    choices_of(study, make_model_rater(study, "half"), np.random.default_rng(2).random((20, 10)) < 0.5)
    for sort in ("agreement", "-agreement"):
        response, _ = page(researcher, study, f"?sort={sort}")
        values = [row.pair.observed.value for row in response.context["report"].league.rows]
        known = [value for value in values if value == value]
        assert known == sorted(known, reverse=sort.startswith("-"))
        assert len(known) == len(values) or values[-1] != values[-1]
    response, text = page(researcher, study, "?sort=name")
    assert response.context["report"].league.rows[0].name == "A held-out human"
    assert 'aria-sort="ascending"' in text


def test_league_groups_models_by_condition_and_names_their_model(researcher):
    study = skilled_study()
    told = make_model(study, "gpt")
    AnnotatorRun.objects.create(rater=told, model="gpt-9", prompt_version="v2", condition="demographics")
    make_model(study, "gpt, no persona")
    _, text = page(researcher, study)
    groups = re.findall(r'<th scope="rowgroup"[^>]*>([^<]*)<', text)
    assert groups == ["People", "Given the demographics only", "Given no persona", "Condition not known"]
    words = words_of(text)
    assert "gpt-9 v2 Given the demographics only" in words
    assert "Given no persona inferred from the name" in words
    assert "gpt (demographics only)" in annotator_matrix(results_of(study)).rows


def test_league_grouped_by_stated_conditions_has_no_column_that_repeats_them(researcher):
    study = skilled_study()
    for rater in study.raters.filter(kind="model"):
        AnnotatorRun.objects.create(rater=rater, condition="persona")
    AnnotatorRun.objects.create(rater=make_model(study, "gpt"), condition="none")
    _, text = page(researcher, study)
    assert "Given no persona" in text
    assert "Condition" not in text


def test_league_of_one_condition_has_no_groups(researcher):
    _, text = page(researcher, skilled_study())
    assert "rowgroup" not in text
    assert "Condition" not in text


def test_unknown_sort_falls_back_to_the_coding(researcher):
    response, _ = page(researcher, skilled_study(), "?sort=colour&coding=reference")
    assert response.context["report"].league.sort == "-reference"


def test_file_holds_the_rows_of_the_page(researcher):
    study = skilled_study()
    response = researcher.get(f"/studies/{study.slug}/results/?format=csv&sort=name")
    lines = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))
    assert [line["annotator"] for line in lines] == ["A held-out human", "a model"]
    row = rows_by_name(study)["a model"]
    assert lines[1]["kappa_content"] == str(row.content.value)
    assert lines[1]["kappa_content_low"] == str(row.content.interval.low)


def test_baseline_raters_are_marked(researcher):
    study = skilled_study()
    rater = make_model(study, "always revised")
    rater.kind = RaterKind.COMPUTED
    rater.save()
    assert rows_by_name(study)["always revised"].kind is RowKind.BASELINE
    _, text = page(researcher, study)
    assert '<span class="badge">baseline rater</span>' in text


def test_constant_model_is_zero_by_algebra_not_by_measurement(researcher):
    study = skilled_study()
    make_model(study, "always revised", choice=REVISED)
    assert is_by_algebra(rows_by_name(study)["always revised"].content)
    _, text = page(researcher, study)
    assert "by algebra: one side never varies" in text


def test_of_equal_kappas_the_headline_takes_the_one_that_agrees_more():
    study = make_study(personas=2, questions=2, raters=1)
    finished(study, 1)
    finished(study, 2, ALTERNATIVE)
    Annotation.objects.filter(question__position=2).update(choice=REVISED)
    make_model(study, "a contrarian", choice=ALTERNATIVE)
    make_model(study, "a follower", choice=REVISED)
    assert league_of(results_of(study)).best_model().name == "a follower"


def test_names_cannot_write_html(researcher):
    study = skilled_study()
    make_model(study, "<script>alert(1)</script>")
    _, text = page(researcher, study)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_queries_do_not_grow_with_the_study(researcher, django_assert_num_queries):
    def queries(study):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(researcher, study)
        return len(captured)

    small, large = make_study(personas=2, questions=2), make_study(personas=8, questions=4)
    for study in (small, large):
        finished(study, 1)
        make_model(study, "a model")
    make_model(large, "another model")
    assert queries(small) == queries(large) <= 14


def test_model_that_is_a_fifth_human_is_level_with_the_ceiling_in_table_figure_and_bundle():
    """The mean over many studies is in tests/pure/stats/test_coverage.py; here each place has the same number."""
    rng, study = np.random.default_rng(11), make_made_study(personas=60, questions=10)
    truth = rng.random((60, 10)) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.8))
    choices_of(study, make_model_rater(study, "a fifth"), truth ^ (rng.random(truth.shape) > 0.8))
    results = results_of(study)
    league = league_of(results)
    row, ceiling = league.models[0], league.human_ceiling
    difference = row.difference(Coding.REFERENCE)
    assert abs(difference.value) < 3 * difference.error
    assert difference.value == pytest.approx(row.reference.value - ceiling.reference.value)
    drawn = [dot["x"][0] for dot in league_forest(league)["data"] if dot.get("xaxis") == "x2"]
    assert {round(row.reference.value, 4), round(ceiling.reference.value, 4)} <= {round(x, 4) for x in drawn}
    assert dict(numbers_of(results, league))["model a fifth: difference_to_ceiling_reference"] == difference.value


def test_vote_rules_say_what_a_fifth_rater_would_buy(researcher):
    study = skilled_study()
    _, text = page(researcher, study, "vote-rules/")
    assert "the average choice of 4 humans has a reliability of 0." in text
    reliability = reliability_of(results_of(study))
    assert [one.raters for one in reliability.curve] == [1, 2, 3, 4, 5, 6]
    assert 0.02 < reliability.curve[4].value - reliability.curve[3].value < 0.05


def test_vote_rules_show_every_rule(researcher):
    study = skilled_study()
    report = vote_rules_of(results_of(study))
    assert [row.rule.value for row in report.rows] == ["three_of_four", "drop_one", "plurality", "one_coin"]
    assert [row.in_force for row in report.rows] == [True, False, False, False]
    assert report.rows[0].kappas[0].value == rows_by_name(study)["a model"].everyone[Coding.REFERENCE].value
    text = researcher.get(f"/studies/{study.slug}/results/vote-rules/").content.decode()
    assert "No finished rater is excluded" in text


def test_vote_rules_put_excluded_raters_back():
    study = make_study(personas=1, questions=2, raters=3)
    for number in (1, 2, 3):
        finished(study, number)
    fourth = study.assignments.of_participants().first()
    ledger.exclude(fourth, reason="Pasted.", by=None)
    report = vote_rules_of(results_of(study))
    assert report.excluded_raters == 1
    assert [row.excluded_count for row in report.rows] == [False] * 4 + [True] * 4
    assert [row.majority for row in report.rows if row.rule.value == "three_of_four"] == [2, 2]


def test_codings_share_raw_agreement_and_the_file_names_both():
    rows = rows_by_name(skilled_study(), coding=Coding.REFERENCE)
    assert rows["a model"].beside_human[Coding.REFERENCE].second.value == pytest.approx(
        rows["A held-out human"].reference.value
    )


def test_overview_of_filtered_out_personas_says_so():
    study = skilled_study()
    report = overview_of(results_of(study, ReportOptions(attributes=(("religion", "Jedi"),))))
    assert report.people.questions == 0
    assert 'only personas with religion "Jedi"' in report.caption


def test_foil_design_calls_the_revised_answer_knowledge_not_taste(researcher):
    """97 % revised on both sides: with foils both know the persona; "always revised" is the design's key, no floor."""
    rng = np.random.default_rng(8)
    study = make_made_study(personas=20, questions=10, design="foil")
    for number in range(1, 5):
        make_external(study, f"p{number}", rng.random((20, 10)) < 0.97)
    choices_of(study, make_model_rater(study, "a model"), rng.random((20, 10)) < 0.97)
    rule = make_model(study, "always revised")
    rule.kind = RaterKind.COMPUTED
    rule.save()
    _, text = page(researcher, study)
    assert "shared taste" not in text
    assert "knows nothing of the persona" not in text
    assert "choosing it on both sides means that both know the persona" in text
    assert "The answer written for this persona, beside one written for another (chance 50" in text
    assert not rows_by_name(study)["always revised"].is_blind
