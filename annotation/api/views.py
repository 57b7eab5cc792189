"""Read access for programs: the same studies and the same pseudonyms as the pages show."""

from __future__ import annotations

from django import forms
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from annotation.api.column_rows import serializer_of
from annotation.api.parameters import (
    AnnotationParameters,
    AssignmentParameters,
    NoParameters,
    QuestionParameters,
    old_names_in,
    read_parameters,
)
from annotation.api.serializers import (
    AnnotationSerializer,
    PersonaSerializer,
    QuestionSerializer,
    SeatCountsSerializer,
)
from annotation.exporting.rows import assignments_to_export, export_columns
from annotation.models import Annotation, RaterKind, Scope, Study
from annotation.permissions import study_for
from annotation.progress.counts import SeatCounts
from personas.models import Persona

DETAIL = inline_serializer("Problem", {"detail": serializers.CharField()})
REFUSED = {
    401: OpenApiResponse(DETAIL, "No token, or an invalid one."),
    403: OpenApiResponse(DETAIL, "Not allowed."),
}
NOT_FOUND = {404: OpenApiResponse(DETAIL, "No such study, or you do not have access to it; or no such cursor.")}
BAD = {400: OpenApiResponse(inline_serializer("BadParameters", {}), "An unknown parameter or an invalid value.")}


# Databases store no null characters, so no filter can hold one.
NO_NULL = "^[^\\u0000]*$"


def parameters_of(form_class) -> list[OpenApiParameter]:
    return [_parameter(name, field) for name, field in form_class.base_fields.items()]


def _parameter(name: str, field) -> OpenApiParameter:
    choices = [value for value, _ in getattr(field, "choices", [])] or None
    text = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": NO_NULL}
    shape = {"type": "string", "enum": choices} if choices else text
    return OpenApiParameter(name, type=shape, enum=None, description=str(field.help_text or field.label or ""))


class ByKey(CursorPagination):
    """Pages by primary key: new rows never shift what has been read."""

    ordering = "pk"
    page_size = 200

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not is_key(cursor.position):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_schema_operation_parameters(self, view):
        (cursor,) = super().get_schema_operation_parameters(view)
        cursor["schema"]["pattern"] = NO_NULL
        return [cursor]


def is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:30]) < 2**63


ROOT = {"studies": "api-studies", "persona_sets": "api-persona-sets", "schema": "api-schema"}


class Root(APIView):
    """Where everything is."""

    scopes = {"GET": Scope.STUDIES}

    @extend_schema(responses={200: inline_serializer("Root", dict.fromkeys(ROOT, serializers.URLField())), **REFUSED})
    def get(self, request):
        return Response({key: reverse(name, request=request) for key, name in ROOT.items()})


class StrictList(generics.ListAPIView):
    """A paged list whose parameters are checked before anything is read."""

    pagination_class = ByKey
    parameters: type[forms.Form] = NoParameters
    scopes = {"GET": Scope.STUDIES}

    def get_queryset(self):
        return self.rows(**read_parameters(self.parameters, self.request.query_params))

    def rows(self, **parameters):
        raise NotImplementedError

    def finalize_response(self, request, response, *args, **kwargs):
        """Say which parameters came under an old name."""
        for old, new in old_names_in(self.parameters, request.GET).items():
            response["Deprecation"] = "true"
            response["Warning"] = f'299 - "{old} is now called {new}"'
        return super().finalize_response(request, response, *args, **kwargs)

    def get_study(self) -> Study:
        return study_for(self.request.user, self.kwargs["slug"])


class Progress(APIView):
    """Seats of a study by what is in them, and raters who finished without one."""

    scopes = {"GET": Scope.STUDIES}

    @extend_schema(operation_id="study_progress", responses={200: SeatCountsSerializer, **REFUSED, **NOT_FOUND})
    def get(self, request, slug: str):
        study = Study.objects.visible_to(request.user).with_progress().filter(slug=slug).first()
        if study is None:
            raise Http404
        return Response(SeatCountsSerializer(SeatCounts.of(study)).data)


@extend_schema(responses={200: PersonaSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD})
class Personas(StrictList):
    """The personas that take part in a study."""

    serializer_class = PersonaSerializer

    def rows(self):
        return Persona.objects.shown_in(self.get_study())


@extend_schema(
    parameters=parameters_of(QuestionParameters),
    responses={200: QuestionSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD},
)
class Questions(StrictList):
    """The questions of a study, attention checks included."""

    serializer_class = QuestionSerializer
    parameters = QuestionParameters

    def rows(self, **parameters):
        questions = self.get_study().questions.select_related("persona", "foil_persona")
        paths = {"persona_id": "persona__key", "prompt_id": "prompt_key", "topic": "topic"}
        return questions.filter(**{paths[name]: value for name, value in parameters.items()})


@extend_schema(
    parameters=parameters_of(AnnotationParameters),
    responses={200: AnnotationSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD},
)
class Annotations(StrictList):
    """The current answers of a study, of participants and models; previews are nobody's data."""

    serializer_class = AnnotationSerializer
    parameters = AnnotationParameters
    scopes = {"GET": Scope.ANSWERS}

    def rows(self, *, rater: str = "", countable: str = "", **parameters):
        rows = Annotation.objects.for_study(self.get_study()).exclude(rater__kind=RaterKind.PREVIEW).with_countable()
        paths = {"persona_id": "question__persona__key", "prompt_id": "question__prompt_key"}
        rows = rows.filter(**{paths.get(name, "rater__kind"): value for name, value in parameters.items()})
        if rater:
            rows = rows.filter(rater__pseudonym=rater) | rows.filter(rater__name=rater)
        if countable:
            rows = rows.countable()
        return rows.select_related("question__persona", "rater__assignment")


AssignmentSerializer = serializer_of("Assignment", export_columns("assignments"))


@extend_schema(
    parameters=parameters_of(AssignmentParameters),
    responses={200: AssignmentSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD},
)
class Assignments(StrictList):
    """Every participant's way through the study: the rows of the assignments' export."""

    serializer_class = AssignmentSerializer
    parameters = AssignmentParameters
    scopes = {"GET": Scope.ANSWERS}

    def rows(self, *, persona_id: str = "", state: str = ""):
        rows = assignments_to_export(Study.objects.filter(pk=self.get_study().pk))
        rows = rows.filter(persona__key=persona_id) if persona_id else rows
        return rows.filter(state=state) if state else rows
