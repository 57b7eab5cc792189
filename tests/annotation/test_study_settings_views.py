"""Putting a study together from the pages, and what stays fixed once somebody has a seat."""

import pytest
from django.urls import reverse

from annotation.models import Study, StudyEvent
from annotation.services import assembly
from tests.factories import arrive, make_persona_set, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def console(client, grace):
    client.force_login(grace)
    return client


@pytest.fixture
def draft(grace):
    return make_study(personas=3, questions=4, by=grace, open=False)


def fields_of(page):
    """What the page's own form would send if nobody touched it."""
    values = {field.html_name: field.value() for field in page.context["form"]}
    return {name: as_sent(value) for name, value in values.items() if value not in (None, [])}


def as_sent(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else getattr(value, "pk", value)


def change(console, name, study, **changes):
    address = reverse(name, args=[study.slug])
    return console.post(address, {**fields_of(console.get(address)), **changes}, follow=True)


def last_event(study):
    return StudyEvent.objects.filter(study=study).latest("pk")


def test_create_study_makes_a_draft_of_its_maker(console, grace):
    persona_set = make_persona_set(2)
    page = console.post(
        reverse("study-create"), {"name": "Pilot", "slug": "pilot", "persona_set": persona_set.pk}, follow=True
    )
    study = Study.objects.get()
    assert page.redirect_chain[-1][0] == reverse("study-setup", args=["pilot"])
    assert (study.state, study.persona_set, list(study.researchers.all())) == ("draft", persona_set, [grace])


@pytest.mark.parametrize("slug", ["new", "taken", "two words", ""])
def test_create_study_refuses_a_short_name_that_cannot_be(console, slug):
    make_study(slug="taken", questions=1)
    page = console.post(reverse("study-create"), {"name": "Pilot", "slug": slug})
    assert "Nothing has been saved yet" in page.content.decode()
    assert Study.objects.count() == 1


def test_design_changes_and_leaves_a_trace(console, draft, grace):
    page = change(console, "study-settings", draft, raters_per_persona=6, attention_after="3, 1 1")
    draft.refresh_from_db()
    assert (draft.raters_per_persona, draft.attention_after) == (6, [1, 3])
    event = last_event(draft)
    assert (event.what, event.by) == ("settings changed", grace)
    assert event.detail["raters_per_persona"] == {"from": 4, "to": 6}
    assert "Saved." in page.content.decode()


def test_saving_without_a_change_leaves_no_trace(console, draft):
    before = draft.events.count()
    change(console, "study-settings", draft)
    change(console, "study-texts", draft)
    change(console, "study-times", draft)
    assert draft.events.count() == before


def test_fewer_questions_per_rater_are_drawn_from_the_seed(console, draft):
    change(console, "study-settings", draft, questions_per_rater=2)
    assert draft.questions.drawn().count() == 6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("raters_per_persona", "0"),
        ("raters_per_persona", "four"),
        ("questions_per_rater", "-1"),
        ("seed", "9" * 30),
        ("attention_after", "3; 4"),
        ("attention_after", "99"),
        ("minimum_justification", ""),
        ("equivalence_margin", "0"),
        ("equivalence_margin", "1.5"),
    ],
)
def test_design_refuses_what_makes_no_sense(console, draft, field, value):
    page = change(console, "study-settings", draft, **{field: value})
    assert "Nothing has been saved yet" in page.content.decode()
    assert Study.objects.get(pk=draft.pk).raters_per_persona == 4


def test_design_of_an_open_study_waits_for_a_pause(console, grace):
    study = make_study(personas=1, questions=2, by=grace)
    page = change(console, "study-settings", study, raters_per_persona=6)
    assert "Pause it to change this" in page.content.decode()
    console.post(reverse("study-pause", args=[study.slug]))
    change(console, "study-settings", study, raters_per_persona=6)
    console.post(reverse("study-open", args=[study.slug]))
    assert study.seats.count() == 6


@pytest.mark.parametrize("name", ["study-settings", "study-personas", "study-texts"])
def test_frozen_study_says_why_its_design_is_fixed(console, grace, name):
    study = make_study(personas=2, questions=2, by=grace)
    arrive(study)
    console.post(reverse("study-pause", args=[study.slug]))
    before = Study.objects.filter(pk=study.pk).values().get()
    changes = {
        "raters_per_persona": 9,
        "equivalence_margin": 0.2,
        "which": "named",
        "keys": ["persona-01"],
        "consent": "Other",
    }
    page = change(console, name, study, **changes)
    assert "A seat in this study has been taken" in page.content.decode()
    assert Study.objects.filter(pk=study.pk).values().get() == before
    assert study.personas.count() == 2


def test_frozen_study_keeps_its_comprehension_check(console, grace):
    study = make_study(personas=1, questions=1, by=grace)
    arrive(study)
    address = reverse("study-check", args=[study.slug])
    console.post(address, check_fields([("Other?", "Yes\nNo", 1)]))
    assert Study.objects.get().comprehension == study.comprehension


def test_frozen_study_still_changes_what_changes_no_answer(console, grace):
    study = make_study(personas=1, questions=1, by=grace)
    arrive(study)
    change(console, "study-times", study, contact="ask@example.org", time_limit_minutes=45, code_full="FULL2026")
    study.refresh_from_db()
    assert (study.contact, study.time_limit_minutes, study.code_for("full")) == ("ask@example.org", 45, "FULL2026")


def test_completion_code_may_be_taken_away_except_for_the_finished(console, draft):
    change(console, "study-times", draft, code_full="")
    assert draft.code_for("full") == ""
    assert last_event(draft).what == "completion codes changed"
    code = draft.code_for("completed")
    page = change(console, "study-times", draft, code_completed="")
    assert "Nothing has been saved yet" in page.content.decode()
    assert draft.code_for("completed") == code


def test_personas_are_chosen_by_their_ids(console, draft):
    page = change(console, "study-personas", draft, which="named", keys=["persona-03", "persona-01"])
    assert set(draft.personas.values_list("key", flat=True)) == {"persona-01", "persona-03"}
    assert last_event(draft).detail["removed"] == ["persona-02"]
    assert "2 personas take part" in page.content.decode()
    change(console, "study-personas", draft, which="all", keys=["persona-01"])
    assert draft.personas.count() == 3


def test_unknown_persona_is_named(console, draft):
    page = change(console, "study-personas", draft, which="named", keys=["persona-01", "nobody"])
    assert "Not in this set: nobody" in page.content.decode()
    assert draft.personas.count() == 3


def test_texts_can_be_looked_at_before_they_are_saved(console, draft):
    page = change(console, "study-texts", draft, consent="**Bold** <script>alert(1)</script>", look="1")
    shown = page.content.decode()
    assert "<strong>Bold</strong>" in shown
    assert "<script>alert" not in shown
    assert "not saved yet" in shown
    assert "Bold" not in Study.objects.get().consent


def test_line_ends_of_a_browser_are_no_change(console, draft):
    page = console.get(reverse("study-texts", args=[draft.slug]))
    fields = fields_of(page)
    console.post(reverse("study-texts", args=[draft.slug]), {**fields, "consent": draft.consent.replace("\n", "\r\n")})
    assert Study.objects.get().consent == draft.consent


def check_fields(items):
    fields = {"form-TOTAL_FORMS": len(items), "form-INITIAL_FORMS": 0}
    for number, (question, options, right) in enumerate(items):
        fields |= {f"form-{number}-question": question, f"form-{number}-options": options}
        fields |= {f"form-{number}-right": right}
    return fields


def test_comprehension_check_is_written_one_option_per_line(console, draft):
    items = [("May you use a chatbot?", "No\r\nYes", 1), ("", "", "")]
    console.post(reverse("study-check", args=[draft.slug]), check_fields(items))
    draft.refresh_from_db()
    assert draft.comprehension == [{"question": "May you use a chatbot?", "options": ["No", "Yes"], "right": 0}]


@pytest.mark.parametrize(
    "item", [("A?", "only one", 1), ("A?", "Yes\nYes", 1), ("A?", "Yes\nNo", 3), ("A?", "Yes\nNo", "")]
)
def test_comprehension_check_refuses_what_nobody_could_answer(console, draft, item):
    page = console.post(reverse("study-check", args=[draft.slug]), check_fields([item]))
    assert "Nothing has been saved yet" in page.content.decode()
    assert len(Study.objects.get().comprehension) == 2


def test_researchers_of_a_study_are_set_by_admins(client, draft, grace):
    olga = make_researcher("olga")
    client.force_login(make_researcher("root", staff=True))
    client.post(reverse("study-researchers", args=[draft.slug]), {"researchers": [olga.pk]})
    assert list(draft.researchers.all()) == [olga]
    assert last_event(draft).detail == {"added": ["olga"], "removed": ["grace"]}


def test_opening_what_is_not_ready_says_why(console, grace):
    study = make_study(personas=1, questions=1, questions_per_rater=10, by=grace, open=False)
    page = console.post(reverse("study-open", args=[study.slug]), follow=True)
    assert "fewer than 10 questions" in page.content.decode()
    assert Study.objects.get().state == "draft"


def test_study_opens_pauses_and_closes(console, draft):
    states = []
    for name in ("study-open", "study-pause", "study-open", "study-close"):
        console.post(reverse(name, args=[draft.slug]))
        states.append(Study.objects.get().state)
    assert states == ["open", "paused", "open", "closed"]
    assert list(draft.events.order_by("pk").values_list("what", flat=True))[-4:] == [
        "opened",
        "paused",
        "opened",
        "closed",
    ]


def test_preview_code_is_refused_as_a_completion_code(console, draft):
    """A preview shows it where a participant gets the code."""
    response = change(console, "study-times", draft, code_full="Preview")
    assert "Previews show PREVIEW" in response.content.decode()
    assert draft.code_for("full") != "Preview"


def test_bonus_has_its_amount_and_its_rule(console, draft):
    response = change(console, "study-texts", draft, bonus_amount="£1", bonus_rule="")
    assert "Give both the amount of the bonus and what earns it" in response.content.decode()


@pytest.mark.parametrize("name", ["run_by", "contact", "payment", "minutes", "retention", "leaving"])
def test_study_does_not_open_before_the_consent_page_is_complete(name):
    study = make_study(open=False)
    Study.objects.filter(pk=study.pk).update(**{name: None if name == "minutes" else ""})
    with pytest.raises(assembly.StudyNotReady, match="The consent page does not say"):
        assembly.open_study(study=study)


def test_study_that_was_open_before_may_open_again_without_the_new_facts():
    study = make_study()
    arrive(study)
    assembly.pause_study(study=study)
    Study.objects.filter(pk=study.pk).update(payment="", run_by="")
    assembly.open_study(study=study)
