"""Annotations in by the API: a JSON list, JSON lines, a table or a file upload; the same again changes nothing."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from annotation.annotation_rows import EXTERNAL, MODEL
from annotation.api.bodies import PARSERS, UNREADABLE, Upload, refuse_too_big, refused, uploaded
from annotation.api.parameters import read_parameters
from annotation.api.runs import RunSerializer
from annotation.api.views import NOT_FOUND, REFUSED, Annotations
from annotation.models import Scope, Study
from annotation.permissions import study_to_change
from annotation.services.annotation_import import StudyChanged, import_annotations, report_of
from annotation.services.annotation_plan import ANNOTATIONS
from annotation.services.file_importers import ANNOTATION_FILES
from files import upload_runs
from files.importers import Importer
from files.reading import UnreadableFile
from files.reading.content import size_of_file
from files.services import keep_upload


class ImportParameters(forms.Form):
    kind = forms.ChoiceField(
        required=False,
        choices=[(MODEL, MODEL), (EXTERNAL, EXTERNAL)],
        help_text="Whose rows these are, if the file does not say.",
    )
    ignore_surplus = forms.ChoiceField(
        required=False, choices=[("true", "true")], help_text="true: leave out rows on questions the study lacks."
    )
    replace = forms.ChoiceField(
        required=False,
        choices=[("true", "true")],
        help_text="true: replace all answers of the annotators and runs in the file.",
    )


class TryAgain(APIException):
    status_code = 409
    default_code = "study_changed"


REPORT = inline_serializer(
    "ImportReport",
    {
        "changed": serializers.BooleanField(help_text="false: everything was already stored."),
        "rows": serializers.IntegerField(),
        "created": serializers.IntegerField(),
        "already_there": serializers.IntegerField(),
        "removed": serializers.IntegerField(),
        "unparsable": serializers.IntegerField(help_text="Kept, and left out of the statistics."),
        "unparsable_words": serializers.DictField(child=serializers.IntegerField()),
        "missing": serializers.IntegerField(help_text="Questions without a row, over all annotators."),
        "surplus": serializers.IntegerField(help_text="Rows left out."),
        "unused_columns": serializers.ListField(child=serializers.CharField()),
        "notes": serializers.ListField(child=serializers.CharField(), help_text="Such as columns under old names."),
        "annotators": serializers.ListField(child=serializers.DictField(), help_text="The first hundred."),
    },
)
ROW = {
    "type": "object",
    "required": ["annotator", "persona_id", "prompt_id", "choice"],
    "properties": {
        name: {"type": "string"} for name in ("annotator", "persona_id", "prompt_id", "choice", "shown_first")
    },
}
BODIES = {
    "application/json": {"type": "array", "items": ROW},
    "application/jsonl": {"type": "string"},
    "application/x-ndjson": {"type": "string"},
    "text/csv": {"type": "string"},
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
}
DETAIL = inline_serializer("ProblemOfImport", {"detail": serializers.CharField()})


def query_parameters() -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, enum=[value for value, _ in field.choices], description=str(field.help_text))
        for name, field in ImportParameters.base_fields.items()
    ]


class AnnotationsInAndOut(Annotations):
    """The current answers of a study; and new ones, of models or of people asked elsewhere, by POST."""

    parser_classes = PARSERS
    scopes = {"GET": Scope.ANSWERS, "POST": Scope.IMPORT}

    @extend_schema(
        operation_id="study_annotations_import",
        parameters=query_parameters(),
        request=BODIES,
        responses={
            201: OpenApiResponse(REPORT, "Everything was stored."),
            200: OpenApiResponse(REPORT, "Everything was already stored; nothing changed."),
            202: OpenApiResponse(RunSerializer, "A large file: a worker imports it. Poll Location for its progress."),
            400: OpenApiResponse(UNREADABLE, "Nothing was stored: line, column and value of each problem."),
            409: OpenApiResponse(DETAIL, "The study changed during the import. Try again."),
            415: OpenApiResponse(DETAIL, "Unsupported content type."),
            **REFUSED,
            **NOT_FOUND,
        },
    )
    def post(self, request, slug: str):
        """All rows are stored, or none. The columns are those of `manage.py import_annotations`."""
        study = study_to_change(request.user, self.kwargs["slug"])
        options = read_options(request)
        upload = uploaded(request)
        try:
            refuse_too_big(upload, ANNOTATIONS)
            if size_of_file(upload.data) > upload_runs.IN_REQUEST:
                return start_import(request, study, upload, options, ANNOTATION_FILES)
            done = import_annotations(
                study=study, data=upload.data, filename=upload.filename, by=request.user, **options
            )
        except UnreadableFile as error:
            return refused(error)
        except StudyChanged as error:
            raise TryAgain(str(error)) from error
        finally:
            upload.data.close()
        report = {"changed": not done.was_already_there, **report_of(done.plan)}
        return Response(report, status=200 if done.was_already_there else 201)


def start_import(request, study: Study, upload: Upload, options: dict, importer: Importer) -> Response:
    """Keep the file and leave it to a worker."""
    kept = keep_upload(
        kind=importer.kind,
        name=study.slug,
        filename=upload.filename,
        data=upload.data,
        by=request.user,
        options=options,
    )
    run = upload_runs.import_run(importer, kept, study=study, by=request.user)
    address = request.build_absolute_uri(reverse("api-run", args=[study.slug, run.pk]))
    return Response(RunSerializer(run).data, status=202, headers={"Location": address})


def read_options(request) -> dict:
    given = read_parameters(ImportParameters, request.query_params)
    return {
        "kind": given.get("kind", ""),
        "ignore_surplus": "ignore_surplus" in given,
        "replace": "replace" in given,
    }
