"""Files in the body of a request: rows as JSON, lines or a table, or one file of a form."""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NamedTuple

from django.conf import settings
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.response import Response

from files.kinds import ImportKind
from files.reading import FileProblem, Problems, UnreadableFile
from files.reading.content import size_of_file

PIECE = 65_536
ANY_FILE = ImportKind("any")


class Upload(NamedTuple):
    """A file as it came: the ending of its name tells its form."""

    data: BinaryIO
    filename: str


class BodyParser(BaseParser):
    """Takes the body as a file, for the strict reader; it is read up to the limit, whatever its length says."""

    filename = ""

    def parse(self, stream, media_type=None, parser_context=None) -> Upload:
        body = SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 (closed when dropped)
        left = ANY_FILE.limits.file_bytes + 1
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


PARSERS = [JsonBody, JsonLinesBody, NewlineJsonBody, CsvBody, MultiPartParser]

PROBLEM = inline_serializer(
    "FileProblem",
    {
        "line": serializers.IntegerField(allow_null=True),
        "column": serializers.CharField(allow_null=True, help_text="A column's name, or a character's number."),
        "value": serializers.CharField(allow_blank=True),
        "message": serializers.CharField(),
    },
)
UNREADABLE = inline_serializer(
    "UnreadableFile", {"problems": serializers.ListField(child=PROBLEM), "total": serializers.IntegerField()}
)


def uploaded(request) -> Upload:
    """The body, or the one file of a form; raises ``ValidationError``."""
    upload = request.data
    if isinstance(upload, Upload):
        return upload
    # A body of no bytes reaches no parser.
    is_form = request.content_type.startswith("multipart/")
    return file_of_form(request) if is_form else Upload(BytesIO(), "body.json")


def refuse_too_big(upload: Upload, kind: ImportKind) -> None:
    limits = kind.limits
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


def refused(error: UnreadableFile) -> Response:
    return Response({"problems": [as_json(p) for p in error.problems], "total": error.total}, status=400)
