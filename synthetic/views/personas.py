"""Persona sets from census records: ask for one, and see how it compares with the census."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from files.reading import UnreadableFile
from personas.attributes import values_by_key
from personas.models import PersonaSet
from personas.permissions import for_admins
from personas.text.big_five import LEVELS
from synthetic.forms import GenerationForm, SurveyForm
from synthetic.models import Generation
from synthetic.reading.survey import TEMPLATE, compare_with_survey, read_survey
from synthetic.services import generation as services
from synthetic.services.fidelity import COLUMNS, comparison_page, table, written_attributes, written_counts


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def generate(request: HttpRequest) -> HttpResponse:
    form = GenerationForm(request.POST or None)
    if form.is_valid():
        run = services.start_generation(**form.cleaned_data, by=request.user)
        messages.success(request, "The personas are being generated. This page shows how far they are.")
        return redirect("run-detail", pk=run.pk)
    has_folders = bool(form.fields["folder"].choices)
    return render(request, "synthetic/generate.html", {"form": form, "has_folders": has_folders})


@require_safe
@login_required
def fidelity(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set, made = set_and_generation(request.user, pk)
    if made is None:
        return render(request, "synthetic/fidelity_of_a_file.html", {"persona_set": persona_set})
    stages = services.stage_counts(made)
    context = {
        "persona_set": persona_set,
        "generation": made,
        "stages": stages,
        "rejected": [(name, value) for name, value in stages.items() if name.startswith("rejected")],
        "reasons": [(stage, *row) for stage, rows in stages["reasons"].items() for row in rows],
        "page": comparison_page(made),
        "levels": LEVELS,
    }
    return render(request, "synthetic/fidelity.html", context)


@require_safe
@login_required
def fidelity_csv(request: HttpRequest, pk: int) -> HttpResponse:
    _, made = set_and_generation(request.user, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="fidelity-{pk}.csv"'
    writer = csv.DictWriter(response, COLUMNS)
    writer.writeheader()
    writer.writerows(table(made) if made else [])
    return response


def set_and_generation(user, pk: int) -> tuple[PersonaSet, Generation | None]:
    """The set, and the generation it came from where it did not come from a file."""
    persona_set = get_object_or_404(PersonaSet.objects.visible_to(user), pk=pk)
    return persona_set, persona_set.generations.exclude(fidelity={}).first()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def model_written(request: HttpRequest, pk: int) -> HttpResponse:
    """What a model wrote, beside a survey that is read and not stored."""
    persona_set = get_object_or_404(PersonaSet.objects.visible_to(request.user), pk=pk)
    form = SurveyForm(request.POST or None, request.FILES or None)
    compared = []
    if form.is_valid():
        try:
            answers = read_survey(form.cleaned_data["file"], form.cleaned_data["file"].name)
            compared = compare_with_survey(answers, map(values_by_key, written_attributes(persona_set)))
        except UnreadableFile as error:
            form.add_error("file", str(error))
    context = {"persona_set": persona_set, "form": form, "compared": compared, "counts": written_counts(persona_set)}
    return render(request, "synthetic/model_written.html", context | {"template": TEMPLATE})
