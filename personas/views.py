"""Persona sets: look, and for admins import in two steps: upload and look, then confirm."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from files.reading import UnreadableFile
from personas import services
from personas.forms import PersonaFilterForm, PersonaImportForm
from personas.models import PendingImport, Persona, PersonaSet
from personas.permissions import for_admins
from personas.previews import attribute_rows, preview_personas
from personas.text import persona_card, short_summary

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
    return render(request, "researcher/persona_set_detail.html", context)


@require_safe
@login_required
def persona_detail(request: HttpRequest, pk: int) -> HttpResponse:
    persona = get_object_or_404(Persona.objects.select_related("persona_set"), pk=pk)
    context = {
        "persona": persona,
        "persona_set": persona.persona_set,
        "card": persona_card(persona.attributes, shown=persona.persona_set.shown_attributes),
        "attributes": attribute_rows(persona),
        "neighbours": persona.neighbours(),
    }
    return render(request, "researcher/persona_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def persona_import(request: HttpRequest) -> HttpResponse:
    form = PersonaImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("persona-import-preview", pk=keep_persona_file(request, form.cleaned_data).pk)
    return render(request, "researcher/persona_import.html", {"form": form})


def keep_persona_file(request: HttpRequest, fields: dict) -> PendingImport:
    return services.keep_upload(
        kind=PendingImport.Kind.PERSONAS,
        name=fields["name"],
        filename=fields["file"].name,
        data=fields["file"].read(),
        by=request.user,
        options={"shown_attributes": fields["show"], "made_by": fields["made_by"]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_admins
def persona_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    uploads = PendingImport.objects.filter(kind=PendingImport.Kind.PERSONAS, uploaded_by=request.user)
    upload = uploads.filter(pk=pk).first()
    if upload is None:
        # A second click on the button, or a page left open for a day.
        messages.info(request, "This upload is no longer waiting: it was imported, or it is older than a day.")
        return redirect("persona-set-list")
    if request.method == "POST":
        return confirm_import(request, upload)
    context = {"upload": upload, "preview": preview_personas(upload)}
    return render(request, "researcher/persona_import_preview.html", context)


def confirm_import(request: HttpRequest, upload: PendingImport) -> HttpResponse:
    try:
        imported = services.commit_persona_upload(upload, by=request.user)
    except UnreadableFile:
        # The preview shows the problems; a button was pressed that it does not have.
        return redirect("persona-import-preview", pk=upload.pk)
    if imported.created:
        messages.success(request, f"{imported.personas:,} personas imported as {imported.persona_set}.")
    else:
        messages.info(request, f"These personas are there already, as {imported.persona_set}. Nothing was changed.")
    return redirect("persona-set-detail", pk=imported.persona_set.pk)
