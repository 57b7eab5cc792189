"""A study's files as the import pages and the workers see them: annotations and questions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from annotation.models import Study
from annotation.services import questions
from annotation.services.annotation_import import (
    ImportedAnnotations,
    StudyChanged,
    import_annotations,
    preview_annotations,
)
from annotation.services.annotation_plan import ANNOTATIONS
from annotation.services.assembly import StudyFrozen, StudyNotReady
from annotation.services.bulk import last_event_id
from annotation.services.plan_json import plan_as_json, plan_from_json
from annotation.services.question_plan import QUESTIONS, NoPersonaSet, QuestionPlan, state_of_questions
from files.importers import Done, Importer, Progress, Writing
from files.models import Upload


class AnnotationFiles(Importer):
    name = "annotation"
    kind = ANNOTATIONS
    refusals = (StudyChanged,)
    is_always_a_run = True

    def state_of(self, study: Study) -> int:
        return last_event_id(study)

    def preview(self, upload: Upload, study: Study, progress: Progress) -> dict[str, Any]:
        plan = preview_annotations(study, upload.open(), upload.filename, progress=progress, **upload.options)
        return plan_as_json(plan)

    def context(self, upload: Upload, study: Study, found: dict[str, Any]) -> dict[str, Any]:
        return {"plan": plan_from_json(found)}

    def store(self, upload: Upload, study: Study, *, by: Any, progress: Progress, writing: Writing) -> Done:
        done = import_annotations(
            study=study,
            data=upload.open(),
            filename=upload.filename,
            by=by,
            progress=progress,
            writing=writing,
            **upload.options,
        )
        return Done(words_of_annotations(done), changed=not done.was_already_there)


def words_of_annotations(done: ImportedAnnotations) -> str:
    if done.was_already_there:
        return "These annotations are already in the study. Nothing was changed."
    words = f"{done.created:,} annotation{'' if done.created == 1 else 's'} imported"
    return f"{words} in place of {done.removed:,}." if done.removed else f"{words}."


class QuestionFiles(Importer):
    name = "question"
    kind = QUESTIONS
    refusals = (StudyFrozen, StudyNotReady, questions.QuestionsInUse, NoPersonaSet, StudyChanged)

    def state_of(self, study: Study) -> list:
        return state_of_questions(study)

    def preview(self, upload: Upload, study: Study, progress: Progress) -> dict[str, Any]:
        try:
            plan = questions.preview_questions(
                study, upload.open(), upload.filename, progress=progress, **upload.options
            )
        except NoPersonaSet as error:
            return {"refusal": str(error)}
        if study.is_frozen and not plan.changes_nothing:
            return {"refusal": "A seat in this study has been taken, so its questions can no longer change."}
        return asdict(plan)

    def context(self, upload: Upload, study: Study, found: dict[str, Any]) -> dict[str, Any]:
        return found if "refusal" in found else {"plan": QuestionPlan.from_json(found)}

    def store(self, upload: Upload, study: Study, *, by: Any, progress: Progress, writing: Writing) -> Done:
        done = questions.import_questions(
            study=study,
            data=upload.open(),
            filename=upload.filename,
            by=by,
            progress=progress,
            writing=writing,
            **upload.options,
        )
        return Done(words_of_questions(done), changed=not done.was_already_there)


def words_of_questions(done: questions.ImportedQuestions) -> str:
    if done.was_already_there:
        return "These questions are already in the study. Nothing was changed."
    words = f"{done.created:,} question{'' if done.created == 1 else 's'} imported"
    words += f", {done.checks:,} of them attention checks" if done.checks else ""
    return f"{words}, {done.removed:,} removed." if done.removed else f"{words}."


ANNOTATION_FILES = AnnotationFiles()
QUESTION_FILES = QuestionFiles()
