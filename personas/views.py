"""Persona sets: whoever may see one reads it; an import takes two steps, upload and preview, then confirm."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.importers import Done
from files.models import Upload
from files.views import ImportPages
from personas.forms import PersonaFilterForm, PersonaImportForm, SharingForm
from personas.importing import COLUMNS
from personas.models import Persona, PersonaSet
from personas.persona_files import PERSONA_FILES
from personas.previews import attribute_rows
from personas.services import NotYours, share_persona_set
from personas.text import short_summary

PER_PAGE = 50


@require_safe
@login_required
def persona_set_list(request: HttpRequest) -> HttpResponse:
    visible = PersonaSet.objects.visible_to(request.user).with_counts().select_related("owner")
    sets = Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "researcher/persona_set_list.html", {"sets": sets})


@require_safe
@login_required
def persona_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set = get_object_or_404(visible_sets(request).with_counts().select_related("owner"), pk=pk)
    form = PersonaFilterForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    personas = Paginator(persona_set.personas.mentioning(text), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(persona, short_summary(persona.attributes)) for persona in personas]
    query = urlencode({"q": text}) if text else ""
    context = {"persona_set": persona_set, "form": form, "text": text, "page": personas, "rows": rows, "query": query}
    if persona_set.may_be_shared_by(request.user):
        context["sharing_form"] = SharingForm(initial={"sharing": persona_set.sharing})
    # Made by an app above this one; a set from a file has none.
    context["generation"] = persona_set.generations.exclude(fidelity={}).only("pk").first()
    return render(request, "researcher/persona_set_detail.html", context)


@require_safe
@login_required
def persona_detail(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Persona.objects.filter(persona_set__in=visible_sets(request)).select_related("persona_set")
    persona = get_object_or_404(visible, pk=pk)
    context = {
        "persona": persona,
        "persona_set": persona.persona_set,
        "card": persona.card(),
        "attributes": attribute_rows(persona),
        "neighbours": persona.neighbours(),
    }
    return render(request, "researcher/persona_detail.html", context)


@require_POST
@login_required
def persona_set_share(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set = get_object_or_404(visible_sets(request), pk=pk)
    if not persona_set.may_be_shared_by(request.user):
        raise PermissionDenied(NotYours.WHY)
    form = SharingForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing has changed. Choose who can see this set.")
        return redirect("persona-set-detail", pk=pk)
    share_persona_set(persona_set=persona_set, sharing=form.cleaned_data["sharing"], by=request.user)
    messages.success(request, "Saved who can see this set.")
    return redirect("persona-set-detail", pk=pk)


def visible_sets(request: HttpRequest):
    return PersonaSet.objects.visible_to(request.user)


class PersonaImport(ImportPages):
    """Upload a persona file, see what it would do, confirm."""

    importer = PERSONA_FILES
    form_class = PersonaImportForm
    form_template = "researcher/persona_import.html"
    preview_template = "researcher/persona_import_preview.html"

    def name_for(self, form: Form) -> str:
        return form.cleaned_data["name"]

    def form_arguments(self) -> dict:
        return {"by": self.request.user}

    def options_of(self, form: Form) -> dict:
        names = {"shown_attributes": "show", "made_by": "made_by", "sharing": "sharing"}
        return {option: form.cleaned_data[name] for option, name in names.items()}

    def form_context(self) -> dict:
        return {"columns": COLUMNS}

    def preview_url(self, upload: Upload) -> str:
        return reverse("persona-import-preview", kwargs={"pk": upload.pk})

    def list_url(self) -> str:
        return reverse("persona-set-list")

    def done_url(self, done: Done) -> str:
        return reverse("persona-set-detail", kwargs={"pk": done.made.pk})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def persona_import(request: HttpRequest) -> HttpResponse:
    return PersonaImport(request).choose()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def persona_import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    return PersonaImport(request).confirm(pk)
