"""One rater as the console shows them, and the three ways to change an assignment."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotation.models import Assignment, Response, Screen
from tests.factories import (
    answer,
    answer_all,
    arrive,
    finish,
    finished,
    make_cast,
    make_researcher,
    make_study,
    prolific_id,
    run_out_of_time,
    walk_to_questions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def study(grace):
    return make_study(personas=1, questions=3, checks=1, raters=2, by=grace)


@pytest.fixture
def console(client, grace):
    client.force_login(grace)
    return client


def page_of(console, assignment):
    address = reverse("assignment-detail", args=[assignment.study.slug, assignment.rater.pseudonym])
    return console.get(address).content.decode()


def address_of(assignment, action):
    return reverse("assignment-change", args=[assignment.study.slug, assignment.rater.pseudonym, action])


def decide(console, assignment, action, reason, *, seen=None):
    """Send the action's page; ``seen`` is the state that it showed, else the present one."""
    seen = seen or Assignment.objects.get(pk=assignment.pk).state
    return console.post(address_of(assignment, action), {"reason": reason, "seen": seen}, follow=True)


def test_assignment_shows_answers_in_the_order_and_on_the_sides_the_rater_saw(console, study):
    ada = finished(study)
    records = console.get(reverse("assignment-detail", args=[study.slug, ada.rater.pseudonym])).context["records"]
    screens = list(ada.screens.order_by("position"))
    assert [record.screen for record in records] == screens
    for record, screen in zip(records, screens, strict=True):
        first_is_revised = screen.shown_first == Response.REVISED
        assert record.sides[0].text == (record.question.revised if first_is_revised else record.question.alternative)
        assert [side.letter for side in record.sides] == ["A", "B"]
        assert [side.content for side in record.sides if side.is_chosen] == ["revised"]


def test_assignment_folds_earlier_versions_with_their_time(console, study):
    ben = walk_to_questions(arrive(study))
    answer(ben, 1, Response.ALTERNATIVE, "First I thought that she would rather hear all sides before she decides.")
    answer(ben, 1, Response.REVISED)
    page = page_of(console, ben)
    assert "1 earlier version" in page
    assert "First I thought that she would rather hear all sides" in page


def test_assignment_shows_the_draft_of_an_unfinished_answer(console, study):
    ben = walk_to_questions(arrive(study))
    Screen.objects.filter(assignment=ben, position=2).update(
        draft_choice=Response.REVISED, draft_justification="Half a thou", draft_at=timezone.now()
    )
    page = page_of(console, ben)
    assert "Draft, not sent" in page
    assert "Half a thou" in page


def test_attention_check_missed_is_marked(console, study):
    page = page_of(console, finished(study, choice=Response.ALTERNATIVE))
    assert "attention check: missed" in page


def test_typed_markup_stays_text(console, study):
    ben = walk_to_questions(arrive(study))
    answer(ben, 1, text="<script>alert(1)</script> & <b>bold</b> because she would like to see it all written out.")
    assert "<script>alert" not in page_of(console, ben)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page_of(console, ben)


def test_no_page_of_a_researcher_shows_a_prolific_id_or_the_secret_code(console, study):
    ada, ben = finished(study), arrive(study, 2)
    names = ["study-detail", "assignment-list", "study-data"]
    pages = [console.get(reverse(name, args=[study.slug])).content.decode() for name in names]
    pages += [page_of(console, ada), page_of(console, ben), console.get(address_of(ben, "release")).content.decode()]
    assert ada.rater.pseudonym in pages[0]
    assert ben.rater.pseudonym in pages[-1]
    for page in pages:
        for secret in (prolific_id(1), prolific_id(2), ada.submission_id, ada.code, ben.code):
            assert secret not in page


def test_release_asks_then_frees_the_seat_and_keeps_the_answers(console, study, grace):
    ben = answer_all(walk_to_questions(arrive(study)), up_to=2)
    asked = console.get(address_of(ben, "release"))
    assert "The seat becomes free" in asked.content.decode()
    assert Assignment.objects.get(pk=ben.pk).state == "live"
    decide(console, ben, "release", "Asked to leave by mail.")
    ben.refresh_from_db()
    event = ben.events.latest("pk")
    assert (ben.state, event.by, event.note) == ("released", grace, "Asked to leave by mail.")
    assert ben.rater.annotations.count() == 2


def test_exclude_needs_a_reason(console, study):
    ada = finished(study)
    page = decide(console, ada, "exclude", "   ")
    assert "Say why" in page.content.decode()
    assert Assignment.objects.get(pk=ada.pk).state == "complete"


def test_exclude_takes_out_of_the_data_with_the_reason(console, study):
    ada = finished(study)
    page = decide(console, ada, "exclude", "Wrote by chatbot.")
    assert "Wrote by chatbot." in page.content.decode()
    assert Assignment.objects.get(pk=ada.pk).state == "excluded"


def test_reopen_puts_an_excluded_rater_back(console, study, grace):
    cleo = make_cast(study, by=grace).cleo if study.seats.count() > 2 else finished(study)
    decide(console, cleo, "exclude", "By mistake.")
    decide(console, cleo, "reopen", "")
    assert Assignment.objects.get(pk=cleo.pk).state == "complete"


def test_reopen_where_the_seat_is_taken_says_so_and_changes_nothing(console, study):
    ben = run_out_of_time(arrive(study, 1))
    arrive(study, 2), arrive(study, 3)
    page = decide(console, ben, "reopen", "")
    assert "Its seat has gone to another rater" in page.content.decode()
    assert Assignment.objects.get(pk=ben.pk).state == "released"


def test_action_that_is_no_longer_possible_is_said_calmly(console, study):
    ben = finish(answer_all(walk_to_questions(arrive(study))))
    assert "no longer possible" in console.get(address_of(ben, "release")).content.decode()
    decide(console, ben, "release", "")
    assert Assignment.objects.get(pk=ben.pk).state == "complete"


@pytest.mark.parametrize("action", ["release", "exclude"])
def test_action_of_a_page_that_showed_another_state_is_refused_with_what_it_is_now(console, study, action):
    ben = walk_to_questions(arrive(study))
    page = console.get(address_of(ben, action)).content.decode()
    assert '<input type="hidden" name="seen" value="live"' in page
    finish(answer_all(ben))
    page = decide(console, ben, action, "He asked to leave.", seen="live").content.decode()
    assert "Nothing has changed." in page
    assert "It is complete now" in page
    assert Assignment.objects.get(pk=ben.pk).state == "complete"


def test_stale_release_page_does_not_take_an_exclusion_back(console, study):
    ben = walk_to_questions(arrive(study))
    decide(console, ben, "exclude", "Wrote by chatbot.")
    decide(console, ben, "release", "", seen="live")
    assert Assignment.objects.get(pk=ben.pk).state == "excluded"


def test_release_of_an_excluded_finisher_is_refused(console, study):
    ada = finished(study)
    decide(console, ada, "exclude", "Wrote by chatbot.")
    page = decide(console, ada, "release", "")
    assert "cannot become released" in page.content.decode()
    assert Assignment.objects.get(pk=ada.pk).state == "excluded"


def test_action_that_does_not_say_what_was_seen_is_refused(console, study):
    ben = arrive(study)
    page = console.post(address_of(ben, "release"), {"reason": ""})
    assert "Reload this page" in page.content.decode()
    assert Assignment.objects.get(pk=ben.pk).state == "live"


def test_unknown_action_and_previews_are_not_found(console, study):
    ben = arrive(study)
    assert console.get(address_of(ben, "delete")).status_code == 404
    Assignment.objects.filter(pk=ben.pk).update(state="preview", seat=None)
    assert console.get(reverse("assignment-detail", args=[study.slug, ben.rater.pseudonym])).status_code == 404


@pytest.mark.parametrize(("query", "shown"), [("state=live", 1), ("state=complete", 1), ("search=nobody", 0), ("", 2)])
def test_raters_are_found_by_state_and_name(console, study, query, shown):
    finished(study, 1), arrive(study, 2)
    page = console.get(f"{reverse('assignment-list', args=[study.slug])}?{query}")
    assert len(page.context["page"].object_list) == shown


@pytest.mark.parametrize(("sort", "numbers"), [("arrived", [1, 2]), ("-arrived", [2, 1]), ("answers", [2, 1])])
def test_raters_are_sorted_as_the_heading_says(console, study, sort, numbers):
    finished(study, 1), arrive(study, 2)
    page = console.get(reverse("assignment-list", args=[study.slug]), {"sort": sort, "search": "R-"})
    assert [row.rater.prolific_id for row in page.context["page"]] == [prolific_id(number) for number in numbers]
    assert f"sort={'-' + sort if not sort.startswith('-') else sort[1:]}" in page.content.decode()


def test_raters_of_a_strange_query_are_a_page_not_an_error(console, study):
    for query in (
        "state=nonsense",
        "page=-1",
        "page=x",
        "search=%00",
        "sort=password",
        "sort=%00",
        "search=" + "x" * 300,
    ):
        assert console.get(f"{reverse('assignment-list', args=[study.slug])}?{query}").status_code == 200


def test_wipe_rehearsal_asks_and_spares_real_people(console, study):
    real = finished(study, 1)
    finished(study, 2, is_rehearsal=True)
    address = reverse("rehearsal-wipe", args=[study.slug])
    assert "1 simulated rater " in console.get(address).content.decode()
    assert study.raters.count() == 2
    console.post(address)
    assert list(study.raters.all()) == [real.rater]
    assert study.events.latest("pk").what == "rehearsal wiped"
