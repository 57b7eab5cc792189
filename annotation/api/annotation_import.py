"""Annotations in by the API: a JSON list, JSON lines, a table or a file upload; the same again changes nothing."""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NamedTuple

from django import forms
from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.response import Response

from annotation.annotation_rows import EXTERNAL, MODEL
from annotation.api.parameters import read_parameters
from annotation.api.runs import RunSerializer
from annotation.api.views import NOT_FOUND, REFUSED, Annotations
from annotation.models import Study
from annotation.permissions import study_to_change
from annotation.services.annotation_import import StudyChanged, import_annotations, report_of
from annotation.services.annotation_plan import ANNOTATIONS
from annotation.services.file_importers import ANNOTATION_FILES
from files import upload_runs
from files.reading import FileProblem, Problems, UnreadableFile
from files.reading.content import size_of_file
from files.services import keep_upload

PIECE = 65_536


class Upload(NamedTuple):
    """A file as it came: the ending of its name tells its form."""

    data: BinaryIO
    filename: str


class BodyParser(BaseParser):
    """Takes the body as a file, for the strict reader; it is read up to the limit, whatever its length says."""

    filename = ""

    def parse(self, stream, media_type=None, parser_context=None) -> Upload:
        body = SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 (closed when dropped)
        left = ANNOTATIONS.limits.file_bytes + 1
        while left > 0 and (piece := stream.read(min(left, PIECE))):
            body.write(piece)
            left -= len(piece)
        return Upload(body, self.filename)


class JsonBody(BodyParser):
    media_type = "application/json"
    filename = "body.json"


class JsonLinesBody(BodyParser):
    media_type = "application/jsonl"
    filename = "body.jsonl"


class NewlineJsonBody(JsonLinesBody):
    media_type = "application/x-ndjson"


class CsvBody(BodyParser):
    media_type = "text/csv"
    filename = "body.csv"


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


PROBLEM = inline_serializer(
    "FileProblem",
    {
        "line": serializers.IntegerField(allow_null=True),
        "column": serializers.CharField(allow_null=True, help_text="A column's name, or a character's number."),
        "value": serializers.CharField(allow_blank=True),
        "message": serializers.CharField(),
    },
)
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
UNREADABLE = inline_serializer(
    "UnreadableFile", {"problems": serializers.ListField(child=PROBLEM), "total": serializers.IntegerField()}
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

    parser_classes = [JsonBody, JsonLinesBody, NewlineJsonBody, CsvBody, MultiPartParser]

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
            refuse_too_big(upload)
            if size_of_file(upload.data) > upload_runs.IN_REQUEST:
                return start_import(request, study, upload, options)
            done = import_annotations(
                study=study, data=upload.data, filename=upload.filename, by=request.user, **options
            )
        except UnreadableFile as error:
            return Response({"problems": [as_json(p) for p in error.problems], "total": error.total}, status=400)
        except StudyChanged as error:
            raise TryAgain(str(error)) from error
        finally:
            upload.data.close()
        report = {"changed": not done.was_already_there, **report_of(done.plan)}
        return Response(report, status=200 if done.was_already_there else 201)


def start_import(request, study: Study, upload: Upload, options: dict) -> Response:
    """Keep the file and leave it to a worker."""
    kept = keep_upload(
        kind=ANNOTATIONS,
        name=study.slug,
        filename=upload.filename,
        data=upload.data,
        by=request.user,
        options=options,
    )
    run = upload_runs.import_run(ANNOTATION_FILES, kept, study=study, by=request.user)
    address = request.build_absolute_uri(reverse("api-run", args=[study.slug, run.pk]))
    return Response(RunSerializer(run).data, status=202, headers={"Location": address})


def read_options(request) -> dict:
    given = read_parameters(ImportParameters, request.query_params)
    return {
        "kind": given.get("kind", ""),
        "ignore_surplus": "ignore_surplus" in given,
        "replace": "replace" in given,
    }


def uploaded(request) -> Upload:
    """The body, or the one file of a form; raises ``ValidationError``."""
    upload = request.data
    if isinstance(upload, Upload):
        return upload
    # A body of no bytes reaches no parser.
    is_form = request.content_type.startswith("multipart/")
    return file_of_form(request) if is_form else Upload(BytesIO(), "body.json")


def refuse_too_big(upload: Upload) -> None:
    limits = ANNOTATIONS.limits
    if size_of_file(upload.data) > limits.file_bytes:
        problems = Problems()
        problems.note(f"More than {limits.file_bytes:,} bytes ({limits.file_bytes_from}). Send it in parts.")
        problems.raise_if_any()


def file_of_form(request) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise ValidationError({"file": ["Send the file in a field of this name."]})
    return Upload(file, file.name)


def as_json(problem: FileProblem) -> dict:
    column = None if problem.column is None else str(problem.column)
    return {"line": problem.line, "column": column, "value": problem.value, "message": problem.message}
