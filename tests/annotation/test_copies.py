"""A study duplicated: everything that decides the data, and nobody in it."""

import pytest

from annotation.models import Annotation, Design, Question, Study
from annotation.services import assembly
from annotation.services.copies import ShortNameTaken, duplicate_study
from annotation.study_fields import COPIED
from tests.factories import answer_all, arrive, make_model, make_researcher, make_study, walk_to_questions

pytestmark = pytest.mark.django_db
TEXTS = ("persona_id", "prompt_key", "prompt", "revised", "alternative", "alternative_kind", "foil_persona_id", "topic")
DRAWN = ("kind", "right_answer", "position", "is_drawn", "reference_first")


def questions_of(study):
    return list(study.questions.order_by("persona", "position").values_list(*TEXTS, *DRAWN))


@pytest.mark.parametrize("design", Design.values)
def test_duplicate_study_takes_settings_personas_and_questions_over_and_no_people(design):
    study = make_study(personas=2, questions=6, questions_per_rater=4, checks=1, design=design, raters=2)
    answer_all(walk_to_questions(arrive(study)))
    make_model(study)
    grace = make_researcher("grace")
    draft = duplicate_study(study=study, slug="again", name="Again", by=grace)
    assert questions_of(draft) == questions_of(study)
    for name in COPIED:
        before, after = getattr(study, name), getattr(draft, name)
        assert name == "researchers" or (before if not hasattr(before, "all") else set(before.all())) == (
            after if not hasattr(after, "all") else set(after.all())
        )
    assert (draft.state, draft.design) == ("draft", design)
    assert list(draft.researchers.all()) == [grace]
    assert not draft.raters.exists()
    assert not Annotation.objects.filter(question__study=draft).exists()
    codes = set(study.completion_codes.values_list("code", flat=True))
    assert not codes & set(draft.completion_codes.values_list("code", flat=True))
    assert assembly.readiness_problems(draft) == []
    assert draft.events.get(what="duplicated from another study").detail == {"from": study.slug, "questions": 14}


def test_duplicate_study_of_a_short_name_that_is_taken_changes_nothing():
    study = make_study(personas=1, questions=1)
    with pytest.raises(ShortNameTaken):
        duplicate_study(study=study, slug=study.slug, name="Again")
    assert (Study.objects.count(), Question.objects.count()) == (1, 1)


def test_duplicate_of_an_example_does_not_promise_what_the_example_says(client):
    study = make_study(personas=1, questions=1, is_example=True)
    client.force_login(make_researcher("grace"))
    page = client.post(f"/studies/{study.slug}/duplicate/", {"slug": "mine", "name": "Mine", "alternative": "same"})
    assert page.url == "/studies/mine/set-up/"
    draft = Study.objects.get(slug="mine")
    assert (draft.is_example, draft.run_by, draft.payment) == (False, "", "")
    assert "who runs the study" in " ".join(assembly.readiness_problems(draft))


def test_duplicate_with_foils_draws_them(client):
    study = make_study(personas=3, questions=2, by=make_researcher("grace"))
    client.login(username="grace", password="correct horse battery staple")
    client.post(f"/studies/{study.slug}/duplicate/", {"slug": "foils", "name": "Foils", "alternative": "foil"})
    draft = Study.objects.get(slug="foils")
    assert (draft.name, draft.design, draft.questions.count()) == ("Foils", "foil", 6)
