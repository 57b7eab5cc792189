"""What a run of a model was given: imported as columns, read from the name as a fallback, corrected on a page."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from analysis.labels import label_matrix
from annotation.conditions import RunSetting
from annotation.models import AnnotatorRun
from annotation.services.annotation_import import import_annotations, preview_annotations
from annotation.services.annotator_runs import ContradictorySetting, describe_run, setting_of
from files.reading import UnreadableFile
from tests.factories import make_model, make_researcher, make_study

pytestmark = pytest.mark.django_db
NONE = {"model": "m-1", "prompt_version": "p2", "condition": "none", "answer_order": "drawn", "sampling": "t 0.7"}


@pytest.fixture
def grace(client):
    person = make_researcher("grace")
    client.force_login(person)
    return person


@pytest.fixture
def study(grace):
    return make_study(personas=1, questions=3, by=grace)


def row(number=1, **columns):
    place = {"persona_id": "persona-01", "prompt_id": f"prompt-{number:02}"}
    return {"annotator": "m", **place, "choice": "revised", **columns}


def file_of(*rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


def take(study, *rows, **options):
    return import_annotations(study=study, data=file_of(*rows), filename="a.jsonl", **options)


def test_import_keeps_what_each_run_was_given(study):
    take(study, row(1, **NONE), row(2, **NONE), row(1, run=2, condition="without_attribute", hidden_attribute="age"))
    stored = {run.run: run.setting for run in AnnotatorRun.objects.all()}
    assert stored == {
        1: RunSetting(**NONE),
        2: RunSetting(condition="without_attribute", hidden_attribute="age"),
    }


def test_import_of_an_unknown_condition_is_refused(study):
    with pytest.raises(UnreadableFile) as refused:
        take(study, row(condition="no_persona"))
    assert [(p.column, p.value) for p in refused.value.problems] == [("condition", "no_persona")]
    assert not AnnotatorRun.objects.exists()


def test_import_of_one_run_under_two_conditions_is_refused(study):
    with pytest.raises(UnreadableFile) as refused:
        take(study, row(1, condition="none"), row(2, condition="persona"))
    [problem] = refused.value.problems
    assert (problem.line, problem.column) == (2, "condition")
    assert "Give this row another run number" in problem.message


def test_import_can_add_the_condition_to_answers_already_stored(study):
    take(study, row())
    assert preview_annotations(study, file_of(row(condition="none")), "a.jsonl").described == 1
    done = take(study, row(condition="none"))
    assert (done.created, AnnotatorRun.objects.get().condition) == (0, "none")
    assert take(study, row(condition="none")).was_already_there


def test_import_that_says_nothing_keeps_what_was_said(study):
    take(study, row(1, condition="none"))
    take(study, row(2))
    assert AnnotatorRun.objects.get().condition == "none"


def test_condition_in_the_results_is_the_stated_one_before_the_names(study):
    take(study, row(1, annotator="m, no persona"), row(1, annotator="n, no persona", condition="persona"))
    found = {one.name: (one.condition, one.guessed_condition) for one in label_matrix(study).annotators}
    assert found == {"m, no persona": ("none", "none"), "n, no persona": ("persona", "")}


# --- Corrected by a researcher ---------------------------------------------------------------------
def address(study, rater, run=1):
    return reverse("annotator-run", args=[study.slug, rater.pk, run])


def test_page_asks_about_a_condition_that_was_read_from_the_name(client, study):
    rater = make_model(study, "m, no persona")
    assert "For 1 run the file did not say" in client.get(reverse("annotator-list", args=[study.slug])).content.decode()
    assert "given no persona" in client.get(address(study, rater)).content.decode()
    page = client.post(address(study, rater), {"condition": "none"}, follow=True).content.decode()
    assert "did not say" not in page
    assert "Given no persona" in page
    assert study.events.get(what="annotator run described").detail["condition"] == {"from": "", "to": "none"}


def test_page_refuses_a_hidden_attribute_without_its_condition(client, study):
    rater = make_model(study)
    response = client.post(address(study, rater), {"condition": "persona", "hidden_attribute": "age"})
    assert "hidden_attribute" in response.context["form"].errors
    assert not AnnotatorRun.objects.exists()


def test_page_of_a_run_that_nobody_made_is_not_there(client, study):
    assert client.get(address(study, make_model(study), run=7)).status_code == 404


def test_page_of_another_researchers_study_is_not_there(client, grace):
    other = make_study(personas=1, questions=1)
    assert client.get(address(other, make_model(other))).status_code == 404


def test_describe_run_that_changes_nothing_leaves_no_event(study, grace):
    rater = make_model(study)
    for _ in range(2):
        describe_run(study=study, rater=rater, run=1, setting=RunSetting(condition="none"), by=grace)
    assert setting_of(rater, 1).condition == "none"
    assert study.events.filter(what="annotator run described").count() == 1


def test_describe_run_refuses_a_contradiction(study, grace):
    with pytest.raises(ContradictorySetting):
        describe_run(
            study=study, rater=make_model(study), run=1, setting=RunSetting(condition="without_attribute"), by=grace
        )


# --- The database has the last word ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"run": 0}, "annotator_run_from_one"),
        ({"condition": "magic"}, "annotator_run_condition_is_known"),
        ({"condition": "without_attribute"}, "annotator_run_hides_an_attribute_if_it_says_so"),
        ({"hidden_attribute": "age"}, "annotator_run_hides_an_attribute_if_it_says_so"),
        ({"answer_order": "upside down"}, "annotator_run_order_is_known"),
    ],
)
def test_annotator_run_constraint_refuses(study, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AnnotatorRun.objects.create(rater=make_model(study), **values)


def test_annotator_run_is_there_once(study):
    # annotator_run_once_per_rater_and_run; SQLite names its columns only.
    rater = make_model(study)
    AnnotatorRun.objects.create(rater=rater)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnotatorRun.objects.create(rater=rater)
