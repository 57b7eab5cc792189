"""Personas one by one: people among themselves, and the models beside them."""

import numpy as np
import pytest

from analysis.options import Coding, ReportOptions
from analysis.reports.persona import persona_report
from analysis.reports.personas import persona_kappas_of
from analysis.results import results_of, results_of_persona
from analysis.stats.agreement import cohen_kappa
from annotation.models import Annotation, Response
from annotation.services import assembly
from tests.analysis.made import choices_of, make_external, make_made_study, words_of
from tests.factories import finished, make_model, make_question, make_study

pytestmark = pytest.mark.django_db

REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE


@pytest.fixture
def study():
    """Two personas; their raters and one model choose by the number of the question, the model once otherwise."""
    study = make_study(personas=2, questions=4, raters=3)
    for number in range(1, 7):
        finished(study, number)
    model = make_model(study, "echo")
    Annotation.objects.filter(question__position__in=[2, 4]).update(choice=ALTERNATIVE)
    Annotation.objects.filter(rater=model, question__persona__key="persona-01", question__position=4).update(
        choice=REVISED
    )
    return study


def persona_of(study, key="persona-01"):
    return study.personas.get(key=key)


def page(client, study, query="", persona=None):
    tail = f"{persona.pk}/" if persona else ""
    return client.get(f"/studies/{study.slug}/results/personas/{tail}{query}")


def report_of(study, **options):
    persona, options = persona_of(study), ReportOptions(**options)
    return persona_report(results_of_persona(study, persona, options), study, persona)


def lines(response):
    return b"".join(response.streaming_content).decode().splitlines()


def test_each_persona_has_the_kappa_of_its_own_questions(study):
    results = results_of(study)
    report = persona_kappas_of(results)
    assert [row.persona.key for row in report.rows] == ["persona-01", "persona-02"]
    first, second = (row.cells[1] for row in report.rows)
    assert (first.value, first.n, first.entries) == (pytest.approx(0.5), 4, 12)  # met by three held-out raters
    assert (second.value, second.n) == (1, 4)
    by_hand = cohen_kappa(results.named[0, :4], results.consensus[:4], categories=results.categories)
    assert by_hand.kappa == pytest.approx(first.value)
    assert [row.cells[0].value for row in report.rows] == [1, 1]
    assert [row.humans.value for row in report.rows] == [1, 1]


def test_persona_kappas_follow_the_coding(study):
    report = persona_kappas_of(results_of(study, ReportOptions(coding=Coding.REFERENCE)))
    assert report.rows[1].cells[1].value != report.rows[0].cells[1].value
    assert report.rows[1].cells[1].n == 4


def test_personas_are_sorted_with_the_undefined_last(researcher, study):
    Annotation.objects.filter(question__persona__key="persona-02").update(choice=REVISED)
    for query in ("?coding=content&sort=annotator0", "?coding=content&sort=-annotator0"):
        rows = page(researcher, study, query).context["report"].rows
        assert [row.persona.key for row in rows] == ["persona-01", "persona-02"]
    text = page(researcher, study, "?coding=content").content.decode()
    assert "undefined: all one category n\N{NO-BREAK SPACE}4" in words_of(text)


def test_personas_file_has_a_line_for_each_persona_and_annotator(researcher, study):
    found = lines(page(researcher, study, "?format=csv"))
    assert len(found) == 1 + 2 * 3
    assert found[2].startswith("persona-01,4,3,held-out human,human ceiling,4,1.0,1.0,")
    assert found[3].startswith("persona-01,4,3,echo,model,4,0.75,0.5,")


def test_model_that_is_a_fifth_human_is_level_with_people_on_the_page_of_personas():
    """Against the consensus of all four it would be above them."""
    rng, study = np.random.default_rng(9), make_made_study(personas=60, questions=10)
    truth = rng.random((60, 10)) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random((60, 10)) > 0.8))
    model = make_model(study, "a fifth")
    Annotation.objects.filter(rater=model).delete()
    choices_of(study, model, truth ^ (rng.random((60, 10)) > 0.8))
    rows = persona_kappas_of(results_of(study)).rows
    gaps = np.array([row.cells[1].value - row.cells[0].value for row in rows])
    assert abs(gaps.mean()) < 3 * gaps.std() / np.sqrt(len(gaps))


def test_personas_keep_to_the_attribute_in_the_address(researcher, study):
    rows = page(researcher, study, "?attribute:sex=Male").context["report"].rows
    assert [row.persona.key for row in rows] == ["persona-02"]
    assert "No persona fits these filters." in page(researcher, study, "?attribute:sex=Other").content.decode()


@pytest.mark.parametrize("has_people", [True, False])
def test_personas_page_without_models_or_people_says_what_is_missing(researcher, has_people):
    study = make_study(personas=1, questions=2)
    if has_people:
        finished(study, 1)
    html = page(researcher, study).content.decode()
    assert "Import a model" in html
    assert ("No human rater has finished yet" in html) is not has_people


def test_persona_report_compares_raters_with_each_other_and_the_models(study):
    report = report_of(study)
    assert [member.kind for member in report.members] == ["person"] * 3 + ["consensus", "model"]
    assert [cell.nothing for cell in report.cells[0]] == ["itself", "", "", ""]
    assert [cell.nothing for cell in report.cells[3]] == ["part of it"] * 3 + ["itself"]
    assert (report.cells[0][1].kappa.kappa, report.cells[0][1].kappa.n) == (1, 4)
    assert [cell.kappa.kappa for cell in report.cells[4][:3]] == [pytest.approx(0.5)] * 3
    assert (report.cells[0][3].estimate.value, report.cells[4][3].estimate.value) == (1, pytest.approx(0.5))
    assert (report.fleiss.value, report.alpha.alpha) == (1, 1)


def test_persona_report_lists_the_questions_by_content_under_every_coding(study):
    for coding in Coding:
        rows = report_of(study, coding=coding).questions
        assert [row.choices[0] for row in rows] == ["revised", "alternative", "revised", "alternative"]
        assert [row.choices[4] for row in rows] == ["revised", "alternative", "revised", "revised"]


def test_persona_page_says_who_they_are_and_links_to_their_questions(researcher, study):
    persona = persona_of(study)
    html = page(researcher, study, persona=persona).content.decode()
    assert "A 21-year-old woman" in html
    assert "Fleiss' kappa 1.00" in words_of(html)
    for question in study.questions.filter(persona=persona):
        assert f"/results/questions/{question.pk}/" in html


def test_persona_page_hands_out_both_tables(researcher, study):
    persona = persona_of(study)
    matrix = lines(page(researcher, study, "?format=csv&table=matrix", persona=persona))
    assert len(matrix) == 1 + 3 * 3 + 4
    questions = lines(page(researcher, study, "?format=csv&table=questions", persona=persona))
    assert questions[0].endswith("consensus,model: echo")
    assert questions[1] == "prompt-01,family,revised,revised,revised,revised,revised"


def test_persona_page_under_every_vote_rule(researcher, study):
    for rule in ("drop_one", "plurality", "one_coin"):
        response = page(researcher, study, f"?rule={rule}", persona=persona_of(study))
        assert response.context["report"].questions[0].choices[3] == "revised"


def test_persona_page_of_nobody_says_so(researcher):
    study = make_study(personas=1, questions=2)
    html = page(researcher, study, persona=persona_of(study)).content.decode()
    assert "No human rater of this persona has finished yet." in html
    html = page(researcher, study, "?topic=none", persona=persona_of(study)).content.decode()
    assert "No question of this persona fits these filters." in html


def test_persona_of_another_study_has_no_page(researcher, study):
    other = make_study(personas=1, questions=1)
    assert page(researcher, study, persona=persona_of(other)).status_code == 404


def test_simulated_raters_are_marked(researcher):
    study = make_study(personas=1, questions=2)
    finished(study, 1, is_rehearsal=True)
    assert (
        '<span class="badge simulated">simulated</span>'
        in page(researcher, study, persona=persona_of(study)).content.decode()
    )


def test_hostile_prompts_and_names_stay_text(researcher):
    study = make_study(personas=1, questions=1, questions_per_rater=2, open=False)
    make_question(study, persona_of(study), 2, prompt="<script>alert(1)</script>")
    assembly.settle_questions(study=study)
    make_model(study, "<script>alert(2)</script>")
    for persona in (None, persona_of(study)):
        assert "<script>alert" not in page(researcher, study, persona=persona).content.decode()


@pytest.mark.parametrize("personas", [2, 8])
@pytest.mark.parametrize(("one", "queries"), [(False, 12), (True, 16)])
def test_persona_pages_take_the_same_queries_whatever_the_size(
    personas, one, queries, researcher, django_assert_num_queries
):
    study = make_study(personas=personas, questions=2, raters=1)
    for number in range(1, personas + 1):
        finished(study, number)
    make_model(study)
    persona = persona_of(study) if one else None
    with django_assert_num_queries(queries):
        page(researcher, study, persona=persona)
