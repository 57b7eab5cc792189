"""People as raters: agreement with the others, time, habits; flags that advise and drop nobody."""

import csv

import pytest

from analysis.options import ReportOptions
from analysis.reports.columns import file_table
from analysis.reports.raters import COLUMNS, raters_of
from analysis.reports.wording import percent
from analysis.results import results_of
from annotation.models import Annotation, Question, Response
from tests.analysis.made import words_of
from tests.factories import (
    answer_all,
    arrive,
    finish,
    finished,
    make_cast,
    make_study,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db

REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE


@pytest.fixture
def study():
    return make_study(personas=1, questions=10, raters=4)


def page(client, study, query=""):
    return client.get(f"/studies/{study.slug}/results/raters/{query}")


def row_of(study, assignment, **options):
    rows = raters_of(results_of(study, ReportOptions(**options))).rows
    return next(row for row in rows if row.rater == assignment.rater)


def change(assignment, **fields):
    Annotation.objects.filter(rater=assignment.rater).update(**fields)


def in_own_words(assignment):
    """Everybody made by the factories gives the same reason; this rater gives a new one each time."""
    for annotation in Annotation.objects.filter(rater=assignment.rater):
        Annotation.objects.filter(pk=annotation.pk).update(justification=f"Reason {annotation.pk}.")
    return assignment


def answer_sides(study, number, sides):
    """Participant ``number`` chooses what stands on these sides of the screen, 0 the first."""
    assignment = walk_to_questions(arrive(study, number))
    answer_all(assignment)
    others = {REVISED: ALTERNATIVE, ALTERNATIVE: REVISED}
    for screen, side in zip(assignment.screens.order_by("position"), sides, strict=True):
        choice = screen.shown_first if side == 0 else others[screen.shown_first]
        Annotation.objects.filter(rater=assignment.rater, question=screen.question_id).update(choice=choice)
    return in_own_words(finish(assignment))


def test_rater_is_held_out_of_the_consensus_they_are_compared_with(study):
    people = [in_own_words(finished(study, n, choice)) for n, choice in enumerate([REVISED] * 3 + [ALTERNATIVE])]
    ada, dan = row_of(study, people[0]), row_of(study, people[3])
    assert (ada.agreement.value, ada.agreement.n) == (1, 10)
    assert (dan.agreement.value, dan.agreement.n) == (0, 10)
    assert dan.flags == ("agrees less than a coin would",)


def test_rater_without_two_others_has_no_agreement(researcher, study):
    row = row_of(study, finished(study, 1))
    assert row.agreement.undefined is not None
    assert "undefined: no other two to compare with" in page(researcher, study).content.decode()


def test_rater_who_is_fast_is_flagged_beside_the_others(study):
    people = [in_own_words(finished(study, number)) for number in (1, 2, 3)]
    for person, seconds in zip(people, (60, 60, 6), strict=True):
        change(person, active_ms=seconds * 1000)
    assert row_of(study, people[2]).relative_time == pytest.approx(0.1)
    assert row_of(study, people[2]).flags == (f"{percent(0.1)} of the usual time",)
    assert row_of(study, people[0]).flags == ()


def test_rater_who_always_chooses_the_first_shown_is_flagged_once(study):
    row = row_of(study, answer_sides(study, 1, [0] * 10))
    assert (row.bias.first_share.value, row.run.longest) == (1, 10)
    assert row.flags == (f"chose the first shown {percent(1)} of the time",)


def test_longest_run_follows_the_order_of_the_screens(study):
    row = row_of(study, answer_sides(study, 1, [0, 0, 0, 0, 1, 1, 1, 1, 1, 0]))
    assert (row.run.longest, row.run.n, row.bias.first_share.value) == (5, 10, 0.5)


def test_pastes_and_repeated_reasons_are_flagged(study):
    rater = finished(study, 1)
    change(rater, justification="The same words.", paste_count=1, paste_characters=50)
    assert row_of(study, rater).flags == (
        "pasted 500 characters",
        "9 justifications repeated word for word",
    )


def test_missed_attention_checks_are_flagged_and_stay_out_of_the_numbers():
    study = make_study(personas=1, questions=3, checks=1, raters=3)
    rater = finished(study, 1)
    check = Question.objects.filter(study=study).attention_checks()
    Annotation.objects.filter(rater=rater.rater, question__in=check).update(choice=ALTERNATIVE)
    row = row_of(study, rater)
    assert (row.signals.checks, row.signals.checks_missed, row.answers) == (1, 1, 3)
    assert "missed 1 of the checks" in row.flags


def test_flags_leave_nobody_out(researcher, study):
    rater = answer_sides(study, 1, [0] * 10)
    response = page(researcher, study)
    assert response.context["people"].raters == 1
    html = response.content.decode()
    assert "1 of 1 raters have something to check" in html
    assert f"/raters/{rater.rater.pseudonym}/" in html


def test_excluded_raters_stand_here_on_request(study):
    cast = make_cast(study)
    assert [row.rater for row in raters_of(results_of(study)).rows] == [cast.ada.rater]
    assert row_of(study, cast.cleo, excluded=True).state == "excluded"


def test_raters_are_sorted_by_the_address(researcher, study):
    people = [finished(study, 1), finished(study, 2), finished(study, 3), finished(study, 4, ALTERNATIVE)]
    assert page(researcher, study, "?sort=agreement").context["report"].rows[0].rater == people[3].rater
    assert page(researcher, study, "?sort=-agreement").context["report"].rows[-1].rater == people[3].rater
    assert 'aria-sort="descending"' in page(researcher, study, "?sort=-agreement").content.decode()


def test_rater_file_holds_what_the_page_shows(researcher, study):
    for number in (1, 2, 3):
        finished(study, number, is_rehearsal=True)
    lines = b"".join(page(researcher, study, "?format=csv").streaming_content).decode().splitlines()
    assert len(lines) == 4
    row = next(csv.DictReader(lines))
    assert (row["simulated"], row["state"], row["persona_id"]) == ("true", "complete", "persona-01")
    assert (row["answers"], row["n"], row["agreement"]) == ("10", "10", "1.0")
    assert "simulated" in page(researcher, study).content.decode()


def test_raters_page_of_nobody_says_what_will_be_here(researcher, study):
    assert "No human rater has finished yet." in page(researcher, study).content.decode()


@pytest.mark.parametrize("personas", [2, 8])
def test_raters_page_takes_the_same_queries_whatever_the_size(personas, researcher, django_assert_num_queries):
    study = make_study(personas=personas, questions=2, raters=2)
    for number in range(1, 2 * personas + 1):
        finished(study, number)
    with django_assert_num_queries(18):
        page(researcher, study)


COPIED = "He keeps his promises to the crew and judges people by whether they turn up when it is hard to do so."


def reasons_of(study, assignment, *texts):
    """This rater's reasons on the first questions; the others stay in words of their own."""
    rows = Annotation.objects.filter(rater=in_own_words(assignment).rater).order_by("question__position")
    for annotation, text in zip(rows, texts, strict=False):
        Annotation.objects.filter(pk=annotation.pk).update(justification=text)


def test_reasons_nearly_in_the_words_of_another_rater_are_flagged_for_both(researcher, study):
    copier, copied, other = (finished(study, number) for number in (1, 2, 3))
    reasons_of(study, copier, COPIED.replace("crew", "men"))
    reasons_of(study, copied, COPIED)
    reasons_of(study, other, "Money is what this person thinks about first, and only the second one names it.")
    flag = "1 justification nearly in another rater's words"
    assert [row_of(study, one).flags for one in (copier, copied, other)] == [(flag,), (flag,), ()]
    text = page(researcher, study).content.decode()
    assert "by pieces of four characters (TF-IDF), is at least 0.85" in words_of(text)


def test_the_same_words_on_another_question_are_no_copy_of_another_rater(study):
    first, second = finished(study, 1), finished(study, 2)
    reasons_of(study, first, COPIED)
    reasons_of(study, second, "Something of this rater's own, said at length.", COPIED)
    assert row_of(study, first).flags == row_of(study, second).flags == ()


def test_short_reasons_coincide_without_a_flag(study):
    first, second = finished(study, 1), finished(study, 2)
    for one in (first, second):
        reasons_of(study, one, "He would like that.")
    assert row_of(study, first).flags == ()


def test_too_many_reasons_are_not_compared_and_the_page_says_so(researcher, study, monkeypatch):
    monkeypatch.setattr("analysis.reports.quality_signals.MOST_TEXTS", 5)
    finished(study, 1)
    second = finished(study, 2)
    row = row_of(study, second)
    table = file_table(COLUMNS, [row])
    assert table.rows[0][table.names.index("justifications_like_others")] is None
    assert "so they were not compared between raters" in page(researcher, study).content.decode()
