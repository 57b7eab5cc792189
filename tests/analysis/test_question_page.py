"""A question as it was answered: each choice on its side, each reason under the answer it argues for."""

import pytest

from analysis.options import ReportOptions
from analysis.reports.neighbours import neighbours_of
from analysis.reports.questions import readings_of
from annotation.models import Annotation, Choice, Response
from tests.factories import finished, make_cast, make_model, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study(personas=1, questions=2, raters=3)


@pytest.fixture
def researcher(study, client):
    person = make_researcher("rhea")
    study.researchers.add(person)
    client.force_login(person)
    return client


def first_question(study):
    return study.questions.drawn().order_by("persona__position", "position").select_related("study", "persona")[0]


def reading_of(study, **options):
    return readings_of(study, ReportOptions(**options), [first_question(study)])[0]


def address(study, question, query=""):
    return f"/studies/{study.slug}/results/questions/{question.pk}/{query}"


def test_question_page_puts_each_reason_under_the_answer_it_argues_for(researcher, study):
    ada, ben = finished(study, 1), finished(study, 2, Response.ALTERNATIVE)
    Annotation.objects.filter(rater=ada.rater).update(justification="She would rather be told plainly.")
    Annotation.objects.filter(rater=ben.rater).update(justification="She likes to hear all sides.")
    response = researcher.get(address(study, first_question(study)))
    revised, alternative = response.context["reading"].sides
    assert [voice.justification for voice in revised.people] == ["She would rather be told plainly."]
    assert [voice.justification for voice in alternative.people] == ["She likes to hear all sides."]
    html = response.content.decode()
    assert (
        html.index(revised.text) < html.index("told plainly") < html.index(alternative.text) < html.index("all sides")
    )
    assert "1 of 2 people" in html


def test_question_page_says_which_answer_is_which(researcher, study):
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "Revised for persona-01" in html
    assert "Baseline: written without a persona" in html


def test_question_page_of_a_foil_names_its_persona():
    study = make_study(personas=2, questions=1, design="foil")
    assert "Foil: the revision written for persona-02" in reading_of(study).sides[1].heading


def test_voice_says_what_the_rater_saw_first(study):
    rater = finished(study, 1)
    question = first_question(study)
    shown_first = rater.screens.get(question=question).shown_first
    voice = reading_of(study).sides[0].people[0]
    assert voice.seen == f"saw this answer {'first' if shown_first == 'revised' else 'second'}"


def test_models_stand_beside_people_with_their_reasons(researcher, study):
    model = make_model(study, "echo", Response.ALTERNATIVE)
    Annotation.objects.filter(rater=model).update(justification="It is the safer text.", probability=0.75)
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "It is the safer text." in html
    assert "order not known, probability 0.75" in html


def test_unreadable_verdict_is_shown_in_its_own_words(researcher, study):
    model = make_model(study, "echo", Choice.UNPARSABLE)
    Annotation.objects.filter(rater=model).update(raw_verdict="Both, really")
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "Could not be read as a choice" in html
    assert "Both, really" in html


def test_excluded_raters_speak_only_on_request():
    study = make_study(personas=1, questions=1)
    cast = make_cast(study)
    assert [voice.name for voice in reading_of(study).voices] == [cast.ada.rater.pseudonym]
    everybody = {voice.name: voice.state for voice in reading_of(study, excluded=True).voices}
    assert everybody == {cast.ada.rater.pseudonym: "", cast.cleo.rater.pseudonym: "excluded"}


def test_question_page_says_what_the_vote_came_to(researcher, study):
    for number in (1, 2, 3):
        finished(study, number)
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "Consensus: the revised answer (at least 2 of 3 equal)." in html


def test_question_page_of_nobody_says_so(researcher, study):
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "Nobody has voted on this question." in html
    assert "No person and no model chose this answer." in html


def test_question_page_says_that_raters_are_simulated(researcher, study):
    finished(study, 1, is_rehearsal=True)
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "1 of the people here is simulated." in html


def test_neighbours_keep_to_the_filters():
    study = make_study(personas=2, questions=2)
    questions = list(study.questions.drawn().order_by("persona__position", "position").select_related("persona"))
    assert neighbours_of(questions[0], ReportOptions()) == {"before": None, "after": questions[1]}
    assert neighbours_of(questions[1], ReportOptions()) == {"before": questions[0], "after": questions[2]}
    assert neighbours_of(questions[2], ReportOptions()) == {"before": questions[1], "after": questions[3]}
    assert neighbours_of(questions[0], ReportOptions(topic=questions[0].topic))["after"] == questions[2]
    women = ReportOptions(attributes=(("sex", "Female"),))
    assert neighbours_of(questions[1], women) == {"before": questions[0], "after": None}


def test_links_to_neighbours_keep_the_options(researcher, study):
    html = researcher.get(address(study, first_question(study), "?coding=content")).content.decode()
    assert '?coding=content">Next question</a>' in html


def test_question_file_holds_every_answer(researcher, study):
    finished(study, 1)
    make_model(study, "echo")
    response = researcher.get(address(study, first_question(study), "?format=csv"))
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("persona_id,prompt_id,rater,kind")
    assert len(lines) == 3


def test_attention_checks_and_questions_of_other_studies_have_no_page(researcher, study):
    other = make_study(personas=1, questions=1, checks=1)
    assert researcher.get(address(study, first_question(other))).status_code == 404
    study_with_check = make_study(personas=1, questions=1, checks=1)
    study_with_check.researchers.add(*study.researchers.all())
    check = study_with_check.questions.attention_checks().get()
    assert researcher.get(address(study_with_check, check)).status_code == 404


@pytest.mark.parametrize("personas", [2, 8])
def test_question_page_takes_the_same_queries_whatever_the_size(personas, client, django_assert_num_queries):
    study = make_study(personas=personas, questions=2, raters=2)
    person = make_researcher("rhea")
    study.researchers.add(person)
    client.force_login(person)
    for number in range(1, personas + 1):
        finished(study, number)
    make_model(study)
    question = first_question(study)
    with django_assert_num_queries(15):
        client.get(address(study, question))


def test_hostile_justification_stays_text(researcher, study):
    rater = finished(study, 1)
    Annotation.objects.filter(rater=rater.rater).update(justification="<img src=x onerror=alert(1)>")
    html = researcher.get(address(study, first_question(study))).content.decode()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
