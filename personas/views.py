"""Persona sets; admins import them in two steps: upload and preview, then confirm."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from files.importers import Done
from files.models import Upload
from files.views import ImportPages
from personas.forms import PersonaFilterForm, PersonaImportForm
from personas.importing import COLUMNS
from personas.models import Persona, PersonaSet
from personas.permissions import for_admins
from personas.persona_files import PERSONA_FILES
from personas.previews import attribute_rows
from personas.text import short_summary

PER_PAGE = 50


@require_safe
@login_required
def persona_set_list(request: HttpRequest) -> HttpResponse:
    sets = Paginator(PersonaSet.objects.with_counts(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "researcher/persona_set_list.html", {"sets": sets})


@require_safe
@login_required
def persona_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set = get_object_or_404(PersonaSet.objects.with_counts(), pk=pk)
    form = PersonaFilterForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    personas = Paginator(persona_set.personas.mentioning(text), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(persona, short_summary(persona.attributes)) for persona in personas]
    query = urlencode({"q": text}) if text else ""
    context = {"persona_set": persona_set, "form": form, "text": text, "page": personas, "rows": rows, "query": query}
    # Made by an app above this one; a set from a file has none.
    context["generation"] = persona_set.generations.exclude(fidelity={}).only("pk").first()
    return render(request, "researcher/persona_set_detail.html", context)


@require_safe
@login_required
def persona_detail(request: HttpRequest, pk: int) -> HttpResponse:
    persona = get_object_or_404(Persona.objects.select_related("persona_set"), pk=pk)
    context = {
        "persona": persona,
        "persona_set": persona.persona_set,
        "card": persona.card(),
        "attributes": attribute_rows(persona),
        "neighbours": persona.neighbours(),
    }
    return render(request, "researcher/persona_detail.html", context)


class PersonaImport(ImportPages):
    """Upload a persona file, see what it would do, confirm."""

    importer = PERSONA_FILES
    form_class = PersonaImportForm
    form_template = "researcher/persona_import.html"
    preview_template = "researcher/persona_import_preview.html"

    def name_for(self, form: Form) -> str:
        return form.cleaned_data["name"]

    def options_of(self, form: Form) -> dict:
        return {"shown_attributes": form.cleaned_data["show"], "made_by": form.cleaned_data["made_by"]}

    def form_context(self) -> dict:
        return {"columns": COLUMNS}

    def preview_url(self, upload: Upload) -> str:
        return reverse("persona-import-preview", kwargs={"pk": upload.pk})

    def list_url(self) -> str:
        return reverse("persona-set-list")

    def done_url(self, done: Done) -> str:
        return reverse("persona-set-detail", kwargs={"pk": done.made.pk})


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def persona_import(request: HttpRequest) -> HttpResponse:
    return PersonaImport(request).choose()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_admins
def persona_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    return PersonaImport(request).confirm(pk)
