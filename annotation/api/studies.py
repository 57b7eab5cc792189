"""Studies for programs: listed, created as drafts, and filled with personas, questions and settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import generics, serializers
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from annotation.api.annotation_import import start_import
from annotation.api.bodies import PARSERS, UNREADABLE, refuse_too_big, refused, uploaded
from annotation.api.parameters import NoParameters, read_parameters
from annotation.api.runs import RunSerializer
from annotation.api.serializers import StudySerializer
from annotation.api.study_writing import checked_changes, object_of, visible_set
from annotation.api.views import BAD, DETAIL, NOT_FOUND, REFUSED, Personas, Questions, StrictList, parameters_of
from annotation.forms.settings import PersonasForm
from annotation.forms.study import StudyForm
from annotation.models import Scope, Study
from annotation.permissions import study_to_change
from annotation.services import assembly, settings
from annotation.services.assembly import StudyFrozen, StudyNotReady
from annotation.services.file_importers import QUESTION_FILES
from annotation.services.question_plan import QUESTIONS, NoPersonaSet
from annotation.services.questions import PersonaSetInUse, QuestionsInUse, import_questions, use_persona_set
from annotation.services.settings import StudyIsOpen
from files import upload_runs
from files.reading import UnreadableFile
from files.reading.content import size_of_file
from personas.models import PersonaSet
from personas.services import PERSONAS, BadSetName, NameTaken, import_persona_set

SET = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "version": {"type": "integer", "minimum": 1, "nullable": True}},
}
NEW_STUDY = {
    "type": "object",
    "required": ["slug", "name"],
    "properties": {
        "slug": {"type": "string"},
        "name": {"type": "string"},
        "persona_set": SET,
        "settings": {"type": "object", "description": "As for PATCH."},
    },
}
CHOSEN_PERSONAS = {
    "type": "object",
    "required": ["persona_set"],
    "properties": {
        "persona_set": SET,
        "persona_ids": {"type": "array", "items": {"type": "string"}, "nullable": True, "description": "null: all."},
    },
}
CONFLICT = {409: OpenApiResponse(DETAIL, "Nothing was changed: the study no longer allows it. The detail says why.")}
ROWS = {
    "application/json": {"type": "array", "items": {"type": "object"}},
    "application/jsonl": {"type": "string"},
    "text/csv": {"type": "string"},
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
}
UNREAD = {400: OpenApiResponse(UNREADABLE, "Nothing was stored: line, column and value of each problem.")}
REFUSALS = (StudyFrozen, StudyIsOpen, StudyNotReady, PersonaSetInUse, QuestionsInUse, NoPersonaSet)


class Conflict(APIException):
    status_code = 409
    default_code = "conflict"


def shown(study: Study) -> dict[str, Any]:
    found = Study.objects.filter(pk=study.pk).select_related("persona_set").with_rehearsal().get()
    return StudySerializer(found).data


class Studies(StrictList):
    """The studies you may see; and a new draft, by POST."""

    serializer_class = StudySerializer
    parser_classes = [JSONParser]
    scopes = {"GET": Scope.STUDIES, "POST": Scope.SET_UP}

    def rows(self):
        return Study.objects.visible_to(self.request.user).select_related("persona_set").with_rehearsal()

    @extend_schema(responses={200: StudySerializer(many=True), **REFUSED, **NOT_FOUND, **BAD})
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="study_create",
        request={"application/json": NEW_STUDY},
        responses={201: StudySerializer, **REFUSED, **BAD},
    )
    def post(self, request):
        """A draft, with you among its researchers."""
        read_parameters(NoParameters, request.query_params)
        given = object_of(request.data)
        if unknown := sorted(set(given) - set(NEW_STUDY["properties"])):
            raise ValidationError({name: ["No such field."] for name in unknown})
        with transaction.atomic():
            study = assembly.create_study(by=request.user, **checked_draft(request.user, given))
            changes = checked_changes(study, given.get("settings", {}))
            settings.change_settings(study=study, changes=changes, by=request.user)
        return Response(shown(study), status=201)


def checked_draft(user, given: dict[str, Any]) -> dict[str, Any]:
    texts = {name: given.get(name) for name in ("slug", "name")}
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise ValidationError({"detail": "slug and name are texts."})
    wanted = object_of(given.get("persona_set") or {})
    found = visible_set(user, wanted.get("name"), wanted.get("version")) if wanted else None
    form = StudyForm({**texts, "persona_set": found.pk if found else None}, by=user)
    if not form.is_valid():
        raise ValidationError(form.errors)
    return form.cleaned_data


class StudyDetail(generics.RetrieveAPIView):
    """One study; its settings are changed by PATCH."""

    serializer_class = StudySerializer
    lookup_field = "slug"
    parser_classes = [JSONParser]
    scopes = {"GET": Scope.STUDIES, "PATCH": Scope.SET_UP}

    def get_queryset(self):
        return Study.objects.visible_to(self.request.user).select_related("persona_set").with_rehearsal()

    @extend_schema(responses={200: StudySerializer, **REFUSED, **NOT_FOUND})
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="study_settings_change",
        request={"application/json": {"type": "object"}},
        responses={200: StudySerializer, **REFUSED, **NOT_FOUND, **BAD, **CONFLICT},
    )
    def patch(self, request, slug: str):
        """Settings by name (docs/data-formats.md), those of the console's pages; what is not sent stays as it is."""
        study = study_to_change(request.user, slug)
        changes = checked_changes(study, request.data)
        with refusals_as_conflicts():
            settings.change_settings(study=study, changes=changes, by=request.user)
        return Response(shown(study))


class refusals_as_conflicts:
    """A service's refusal as a 409 that gives its reason."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, REFUSALS):
            raise Conflict(str(error)) from error


class PersonasInAndOut(Personas):
    """The personas that take part in a study; chosen by PUT."""

    parser_classes = [JSONParser]
    scopes = {"GET": Scope.STUDIES, "PUT": Scope.SET_UP}

    @extend_schema(
        operation_id="study_personas_choose",
        request={"application/json": CHOSEN_PERSONAS},
        responses={200: StudySerializer, **REFUSED, **NOT_FOUND, **BAD, **CONFLICT},
    )
    def put(self, request, slug: str):
        """The persona set of the study, and its personas by id; without ids, all of the set."""
        study, given = study_to_change(request.user, slug), object_of(request.data)
        wanted, ids = object_of(given.get("persona_set")), given.get("persona_ids")
        if not (ids is None or (isinstance(ids, list) and all(isinstance(one, str) for one in ids))):
            raise ValidationError({"persona_ids": ["Expected a list of texts, or null for all."]})
        found = visible_set(request.user, wanted.get("name"), wanted.get("version"))
        data = {"persona_set": found.pk, "which": "all" if ids is None else "named", "keys": ids or []}
        form = PersonasForm(data, study=study, by=request.user, is_fixed=False)
        form.fields["persona_set"].disabled = False  # The service refuses another set, by name.
        if not form.is_valid():
            raise ValidationError(form.errors)
        with refusals_as_conflicts(), transaction.atomic():
            use_persona_set(study=study, persona_set=found, by=request.user)
            settings.choose_personas(study=study, personas=form.cleaned_data["personas"], by=request.user)
        return Response(shown(study))


class ReplaceParameters(forms.Form):
    replace = forms.ChoiceField(
        required=False, choices=[("true", "true")], help_text="true: put the file in place of all questions."
    )


IMPORTED = inline_serializer(
    "ImportedQuestions",
    {
        "changed": serializers.BooleanField(help_text="false: everything was already stored."),
        "created": serializers.IntegerField(),
        "checks": serializers.IntegerField(help_text="Attention checks among them."),
        "removed": serializers.IntegerField(),
    },
)


class QuestionsInAndOut(Questions):
    """The questions of a study, attention checks included; and new ones, by POST."""

    parser_classes = PARSERS
    scopes = {"GET": Scope.STUDIES, "POST": Scope.SET_UP}

    @extend_schema(
        operation_id="study_questions_import",
        parameters=parameters_of(ReplaceParameters),
        request=ROWS,
        responses={200: IMPORTED, 201: IMPORTED, 202: RunSerializer, **REFUSED, **NOT_FOUND, **UNREAD, **CONFLICT},
    )
    def post(self, request, slug: str):
        """All rows are stored, or none. The columns are those of `manage.py import_questions`."""
        study = study_to_change(request.user, slug)
        replace = "replace" in read_parameters(ReplaceParameters, request.query_params)
        upload = uploaded(request)
        try:
            refuse_too_big(upload, QUESTIONS)
            if size_of_file(upload.data) > upload_runs.IN_REQUEST:
                return start_import(request, study, upload, {"replace": replace}, QUESTION_FILES)
            with refusals_as_conflicts():
                done = import_questions(
                    study=study, data=upload.data, filename=upload.filename, by=request.user, replace=replace
                )
        except UnreadableFile as error:
            return refused(error)
        finally:
            upload.data.close()
        counts = {name: getattr(done, name) for name in ("created", "checks", "removed")}
        changed = not done.was_already_there
        return Response({"changed": changed, **counts}, status=201 if changed else 200)


# --- Persona sets ------------------------------------------------------------------------------------
class PersonaSetSerializer(serializers.ModelSerializer):
    personas = serializers.IntegerField(source="persona_count", help_text="How many it has.")

    class Meta:
        model = PersonaSet
        fields = ["id", "name", "version", "made_by", "personas"]


class SetParameters(forms.Form):
    name = forms.CharField(max_length=100, help_text="The set's name; other personas under it are its next version.")


class PersonaSets(StrictList):
    """The persona sets you may use; and a new set or version, by POST."""

    serializer_class = PersonaSetSerializer
    parser_classes = PARSERS
    scopes = {"GET": Scope.STUDIES, "POST": Scope.SET_UP}

    def rows(self):
        return PersonaSet.objects.visible_to(self.request.user).with_counts()

    @extend_schema(responses={200: PersonaSetSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD})
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="persona_set_import",
        parameters=parameters_of(SetParameters),
        request=ROWS,
        responses={200: PersonaSetSerializer, 201: PersonaSetSerializer, **REFUSED, **UNREAD},
    )
    def post(self, request):
        """All personas are stored, or none. The columns are those of `manage.py import_personas`."""
        name = read_parameters(SetParameters, request.query_params)["name"]
        upload = uploaded(request)
        try:
            refuse_too_big(upload, PERSONAS)
            done = import_persona_set(name=name, data=upload.data, filename=upload.filename, by=request.user)
        except UnreadableFile as error:
            return refused(error)
        except BadSetName as error:
            raise ValidationError({"name": [str(error)]}) from error
        except NameTaken as error:
            raise PermissionDenied(str(error)) from error
        finally:
            upload.data.close()
        found = PersonaSet.objects.with_counts().get(pk=done.persona_set.pk)
        return Response(PersonaSetSerializer(found).data, status=201 if done.created else 200)
