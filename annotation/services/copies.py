"""A study of one's own from another: the same settings, personas and questions, and nobody in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from annotation.models import Question, Study, StudyEvent
from annotation.services import assembly

BATCH = 1000


class ShortNameTaken(Exception):
    """Another study has this short name."""


@transaction.atomic
def duplicate_study(*, study: Study, slug: str, name: str, by=None) -> Study:
    """Make a draft with the settings, texts, persona choice and questions of a study; people and answers stay there.

    The draft has the same seed, so the same questions are drawn for the same personas, and completion
    codes of its own. Raises ``ShortNameTaken``.
    """
    if Study.objects.filter(slug=slug).exists():
        raise ShortNameTaken(f"There is a study {slug!r} already. Choose another short name.")
    draft = assembly.create_study_like(study, slug=slug, name=name, by=by, design=study.design)
    count = copy_questions(study, draft)
    if count:
        assembly.settle_questions(study=draft)
    detail = {"from": study.slug, "questions": count}
    StudyEvent.objects.create(study=draft, by=by, what="duplicated from another study", detail=detail)
    return draft


def copy_questions(study: Study, draft: Study) -> int:
    """Store the study's questions, checks and practice ones among them, for the draft; returns how many."""
    questions = copied_questions(study, draft)
    count = 0
    while batch := list(islice(questions, BATCH)):
        count += len(Question.objects.bulk_create(batch))
    return count


def copied_questions(study: Study, draft: Study) -> Iterator[Question]:
    for question in study.questions.order_by("pk").iterator(chunk_size=BATCH):
        question.pk = None
        question.study = draft
        question._state.adding = True
        yield question
