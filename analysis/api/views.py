"""Votes and agreement for programs: the rows that the pages, files and data frames have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from analysis.api.pages import ByPlace
from analysis.options import SWITCHES, Coding, InvalidOption, ReportOptions, read_options
from analysis.reports import agreement_rows, vote_rows
from analysis.reports.agreement_rows import TABLES
from analysis.results import Results, results_of
from analysis.stats.target import Target
from analysis.stats.vote_rules import VoteRule
from annotation.api.column_rows import serializer_of
from annotation.api.parameters import PAGING, refuse_null_characters
from annotation.api.views import BAD, NOT_FOUND, REFUSED, parameters_of
from annotation.models import Scope
from annotation.permissions import study_for

VoteSerializer = serializer_of("Vote", vote_rows.COLUMNS)
AgreementSerializer = serializer_of("Agreement", agreement_rows.COLUMNS)


def choices_of(kind) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


YES_WORDS = ("true", "1")
YES = [(word, word) for word in YES_WORDS]


class OptionParameters(forms.Form):
    """The options of the pages' addresses. ``attribute:NAME=VALUE`` keeps only personas with that value."""

    coding = forms.ChoiceField(required=False, choices=choices_of(Coding), help_text="Default: reference.")
    rule = forms.ChoiceField(required=False, choices=choices_of(VoteRule), help_text="Default: three_of_four.")
    target = forms.ChoiceField(required=False, choices=choices_of(Target), help_text="What intervals generalise to.")
    topic = forms.CharField(required=False, max_length=200, help_text="Only questions of this topic.")
    seed = forms.CharField(required=False, max_length=11, help_text="Draws whatever is drawn.")
    excluded = forms.ChoiceField(required=False, choices=YES, help_text="true: count excluded raters.")
    surplus = forms.ChoiceField(required=False, choices=YES, help_text="true: count surplus raters.")
    simulated = forms.ChoiceField(required=False, choices=YES, help_text="true: count simulated raters.")


class AgreementParameters(OptionParameters):
    table = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in TABLES],
        help_text="A table of the pages; default: league.",
    )


def options_in(query, known: type[forms.Form]) -> ReportOptions:
    """The options of an address, or a 400 that says which one is wrong."""
    names = set(known.base_fields) | PAGING
    refuse_null_characters(query)
    wrong = {name: ["Unknown parameter."] for name in query if name not in names and not name.startswith("attribute:")}
    wrong |= {name: ["Empty. Omit the parameter."] for name in query if not query[name]}
    switched = {name: query[name] for name in SWITCHES if name in query}
    wrong |= {
        name: ["Write true, or omit the parameter."] for name, value in switched.items() if value not in YES_WORDS
    }
    if wrong:
        raise ValidationError(wrong)
    try:
        return read_options(query.dict() | dict.fromkeys(switched, "1"))
    except InvalidOption as error:
        raise ValidationError({"detail": str(error)}) from error


class ResultsRows(APIView):
    """Rows computed from a study's results, a page at a time."""

    scopes = {"GET": Scope.RESULTS}
    parameters: type[forms.Form] = OptionParameters

    def rows(self, results: Results) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def respond(self, request, slug: str) -> Response:
        study = study_for(request.user, slug)
        options = options_in(request.query_params, self.parameters)
        page = ByPlace(request)
        return Response(page.of(self.rows(results_of(study, options))))


CURSOR = OpenApiParameter("cursor", str, description="From the previous page's next or previous.")


class Votes(ResultsRows):
    """What people's votes on each question that counts came to."""

    @extend_schema(
        operation_id="study_votes",
        parameters=[*parameters_of(OptionParameters), CURSOR],
        responses={200: VoteSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD},
    )
    def get(self, request, slug: str):
        """One row for each question, under the vote rule of the options."""
        return self.respond(request, slug)

    def rows(self, results: Results) -> Iterator[dict[str, Any]]:
        return vote_rows.vote_values(results)


class Agreement(ResultsRows):
    """Every number of the pages of results, with its interval, n, coding and vote rule."""

    parameters = AgreementParameters

    @extend_schema(
        operation_id="study_agreement",
        parameters=[*parameters_of(AgreementParameters), CURSOR],
        responses={200: AgreementSerializer(many=True), **REFUSED, **NOT_FOUND, **BAD},
    )
    def get(self, request, slug: str):
        """One row for each number of one table."""
        return self.respond(request, slug)

    def rows(self, results: Results) -> Iterator[dict[str, Any]]:
        table = self.request.query_params.get("table", "league")
        if table not in TABLES:
            raise ValidationError({"table": [f"{table} is not one of {', '.join(TABLES)}."]})
        return agreement_rows.agreement_values(results, table)
