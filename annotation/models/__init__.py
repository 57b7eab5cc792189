from annotation.models.annotation import CONTENT_FIELDS, Annotation, AnnotationRevision
from annotation.models.assignment import HOLDS_SEAT, Assignment, AssignmentEvent, Screen, Seat
from annotation.models.question import Question, Response
from annotation.models.rater import Rater, RaterKind
from annotation.models.study import (
    CompletionCode,
    Design,
    Outcome,
    Study,
    StudyEvent,
    StudyState,
    TurnedAway,
)

__all__ = [
    "CONTENT_FIELDS",
    "HOLDS_SEAT",
    "Annotation",
    "AnnotationRevision",
    "Assignment",
    "AssignmentEvent",
    "CompletionCode",
    "Design",
    "Outcome",
    "Question",
    "Rater",
    "RaterKind",
    "Response",
    "Screen",
    "Seat",
    "Study",
    "StudyEvent",
    "StudyState",
    "TurnedAway",
]
