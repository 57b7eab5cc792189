"""Kept SQL asks as the query itself would, each time with its own values."""

import pytest
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Value

from annotation.models import Annotation, Assignment, Screen, Study
from annotation.sql_once import SqlOnce, columns_of, instances
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
