"""The question before and after one, among those that the reader's filters leave."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from analysis.labels import has_attributes
from analysis.options import ReportOptions
from annotation.models import Question, Study
from personas.models import Persona


def questions_under(study: Study, options: ReportOptions) -> QuerySet[Question]:
    """The study's drawn questions of the reader's topic and personas, in the order of every table."""
    questions = Question.objects.filter(study=study).drawn()
    if options.topic:
        questions = questions.filter(topic=options.topic)
    if options.attributes:
        personas = Persona.objects.filter(studies=study)
        questions = questions.filter(persona__in=[p.pk for p in personas if has_attributes(p, options.attributes)])
    return questions.order_by("persona__position", "position")


def neighbours_of(question: Question, options: ReportOptions) -> dict[str, Question | None]:
    """The questions ``before`` and ``after`` this one; None at the ends."""
    questions = questions_under(question.study, options)
    place = question.persona.position
    same = Q(persona__position=place)
    before = questions.filter(Q(persona__position__lt=place) | same & Q(position__lt=question.position))
    after = questions.filter(Q(persona__position__gt=place) | same & Q(position__gt=question.position))
    return {"before": before.reverse().first(), "after": after.first()}
