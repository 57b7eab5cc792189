from annotation.models.annotation import CONTENT_FIELDS, Annotation, AnnotationRevision
from annotation.models.annotator_run import AnnotatorRun
from annotation.models.api_token import READING, ApiToken, Scope
from annotation.models.arrival import ArrivalCount
from annotation.models.assignment import HOLDS_SEAT, Assignment, AssignmentEvent, Screen, Seat
from annotation.models.attention import AttentionKind, Seen
from annotation.models.model_answer import ModelAnswer
from annotation.models.question import Choice, Question, QuestionKind, Response
from annotation.models.rater import HUMAN_KINDS, KINDS_WITHOUT_A_SEAT, NAMED_KINDS, Rater, RaterKind, who_counts
from annotation.models.results_share import ResultsShare
from annotation.models.staging import StagedAnnotation, StagedAnnotator, StagedImport, StagedQuestion
from annotation.models.study import (
    LARGEST_MARGIN,
    AnnotationImport,
    CompletionCode,
    Design,
    Outcome,
    PersonaStyle,
    Study,
    StudyEvent,
    StudyState,
    TurnedAway,
)

__all__ = [
    "CONTENT_FIELDS",
    "HOLDS_SEAT",
    "HUMAN_KINDS",
    "KINDS_WITHOUT_A_SEAT",
    "LARGEST_MARGIN",
    "NAMED_KINDS",
    "READING",
    "Annotation",
    "AnnotationImport",
    "AnnotationRevision",
    "AnnotatorRun",
    "ApiToken",
    "ArrivalCount",
    "Assignment",
    "AssignmentEvent",
    "AttentionKind",
    "Choice",
    "CompletionCode",
    "Design",
    "ModelAnswer",
    "Outcome",
    "PersonaStyle",
    "Question",
    "QuestionKind",
    "Rater",
    "RaterKind",
    "Response",
    "ResultsShare",
    "Scope",
    "Screen",
    "Seat",
    "Seen",
    "StagedAnnotation",
    "StagedAnnotator",
    "StagedImport",
    "StagedQuestion",
    "Study",
    "StudyEvent",
    "StudyState",
    "TurnedAway",
    "who_counts",
]
