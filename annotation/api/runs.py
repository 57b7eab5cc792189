"""Long work asked for by the API: how far it is, and what came of it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.views import BAD, NOT_FOUND, REFUSED, StrictList
from annotation.models import Scope
from annotation.permissions import study_for
from files.upload_runs import problems_of
from jobs.models import Run


class RunSerializer(serializers.ModelSerializer):
    problems = serializers.SerializerMethodField(help_text="Of a file that was refused: line, column, value, message.")

    class Meta:
        model = Run
        fields = ["id", "kind", "state", "doing", "done", "total", "result", "reason", "problems"]

    def get_problems(self, run: Run) -> list[dict[str, Any]]:
        return problems_of(run)


@extend_schema(responses={200: RunSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD})
class Runs(StrictList):
    """The runs of a study: imports, bundles, model annotators, rehearsals."""

    serializer_class = RunSerializer

    def rows(self):
        return Run.objects.filter(study=self.get_study())


class RunDetail(APIView):
    """One run of a study; ask again until its state is done, failed or cancelled."""

    scopes = {"GET": Scope.STUDIES}

    @extend_schema(operation_id="study_run", responses={200: RunSerializer, **REFUSED, **NOT_FOUND})
    def get(self, request, slug: str, pk: int):
        run = get_object_or_404(Run, study=study_for(request.user, slug), pk=pk)
        return Response(RunSerializer(run).data)
