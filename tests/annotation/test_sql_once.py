"""Kept SQL asks as the query itself would, each time with its own values."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Value

from annotation.models import Annotation, Assignment, Screen, Study
from annotation.sql_once import SqlOnce, columns_of, insert, instances, update
from tests.factories import answer_all, arrive, make_study, walk_to_questions

pytestmark = pytest.mark.django_db


def assignments(code):
    return Assignment.objects.filter(code=code).values_list(*columns_of(Assignment), *columns_of(Study, "study__"))


@pytest.fixture
def two():
    study = make_study(personas=2, questions=2)
    return answer_all(walk_to_questions(arrive(study, 1))), walk_to_questions(arrive(study, 2))


def test_rows_are_those_of_the_query(two):
    known = SqlOnce(assignments)
    for assignment in two:
        assert known.rows(assignment.code) == list(assignments(assignment.code))
    assert known.rows("nobody") == []


def test_rows_see_what_has_changed(two):
    known = SqlOnce(lambda code: Assignment.objects.filter(code=code).values_list("comment"))
    assert known.rows(two[0].code) == [("",)]
    Assignment.objects.update(comment="Later")
    assert known.rows(two[0].code) == [("Later",)]


def test_rows_with_several_values_and_constants(two):
    def screens(rater, position, assignment):
        answers = Annotation.objects.filter(rater=rater, question=OuterRef("question"))
        mine = Screen.objects.filter(assignment=assignment, position=position)
        return mine.annotate(is_answered=Exists(answers), constant=Value("Once")).values_list(
            "position", "is_answered", "constant", "telemetry"
        )

    known = SqlOnce(screens)
    for assignment in two:
        for position in (1, 2):
            values = (assignment.rater_id, position, assignment.pk)
            assert known.rows(*values) == list(screens(*values)) != []


def test_rows_can_lock(two):
    known = SqlOnce(lambda pk: Assignment.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))
    with transaction.atomic():
        assert known.rows(two[0].pk) == [(two[0].pk,)]


def test_instances_are_whole(two):
    (row,) = SqlOnce(assignments).rows(two[0].code)
    found, study = instances(row, Assignment, Study)
    stored = Assignment.objects.select_related("study").get(pk=two[0].pk)
    for ours, theirs in [(found, stored), (study, stored.study)]:
        assert ours == theirs
        assert columns(ours) == columns(theirs)
        assert not ours.get_deferred_fields()


def columns(instance) -> dict:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


@pytest.mark.parametrize(
    "make",
    [
        lambda number: Screen.objects.order_by("pk").values_list("pk"),
        lambda number: Screen.objects.order_by("pk").values_list("pk")[:number],
        lambda number: Screen.objects.filter(position=F("position") + 2 * number).values_list("pk"),
    ],
    ids=["unused", "limit", "computed"],
)
def test_query_that_depends_on_its_value_otherwise_is_refused(make):
    with pytest.raises(ValueError, match="cannot be kept"):
        SqlOnce(make).rows(1)


# --- Rows written -----------------------------------------------------------------------------------------
def test_insert_stores_the_whole_row(two):
    kept = Annotation.objects.first()
    kept.delete()
    annotation = Annotation(**{**columns(kept), "id": None, "justification": "'; DROP TABLE \u2028 %s 🙂"})
    insert(annotation)
    assert not annotation._state.adding
    assert columns(Annotation.objects.get(pk=annotation.pk)) == columns(annotation)
    annotation.refresh_from_db()
    annotation.save(update_fields=["version"])


def test_insert_is_held_to_the_constraints(two):
    twin = Annotation(**{**columns(Annotation.objects.first()), "id": None})
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(twin)
    assert Annotation.objects.count() == 2


def test_update_changes_the_named_columns_of_one_row(two):
    screen, other = Screen.objects.order_by("pk")[:2]
    before = columns(other)
    screen.telemetry, screen.draft_at, screen.draft_justification = {"a": [1, "é"]}, None, "not stored"
    update(screen, "telemetry", "draft_at")
    stored = Screen.objects.get(pk=screen.pk)
    assert (stored.telemetry, stored.draft_at, stored.draft_justification) == ({"a": [1, "é"]}, None, "")
    other.refresh_from_db()
    assert columns(other) == before


def test_update_of_a_row_that_has_gone_is_an_error(two):
    annotation = Annotation.objects.first()
    Annotation.objects.all().delete()
    with pytest.raises(DatabaseError, match="no annotation"):
        update(annotation, "version")
