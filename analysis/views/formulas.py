"""/results/formulas/: how each number of the results is made, what it assumes and where it fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analysis.views.formulas_page import formulas_html
from annotation.permissions import for_researchers


@require_safe
@for_researchers
def formulas(request: HttpRequest) -> HttpResponse:
    return render(request, "analysis/formulas.html", {"document": formulas_html()})
