"""Persona sets: whoever may see one reads it; an import takes two steps, upload and preview, then confirm."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.downloads import Download
from files.importers import Done
from files.models import Upload
from files.views import ImportPages
from personas.forms import NameForm, PersonaFilterForm, PersonaImportForm, SharingForm
from personas.importing import COLUMNS
from personas.models import Persona, PersonaSet
from personas.persona_files import PERSONA_FILES
from personas.previews import attribute_rows
from personas.services import (
    BadSetName,
    NameTaken,
    NotYours,
    SetInUse,
    archive_persona_set,
    delete_persona_set,
    duplicate_persona_set,
    share_persona_set,
    uses_of,
)
from personas.text import short_summary

PER_PAGE = 50


@require_safe
@login_required
def persona_set_list(request: HttpRequest) -> HttpResponse:
    is_archive = "archived" in request.GET
    visible = visible_sets(request).with_counts().select_related("owner")
    shown = visible.filter(archived_at__isnull=not is_archive)
    sets = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {"sets": sets, "is_archive": is_archive, "query": "archived=1" if is_archive else ""}
    context["archived"] = visible.exclude(archived_at=None).count()
    return render(request, "researcher/persona_set_list.html", context)


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
    context["is_managed"] = persona_set.is_managed_by(request.user)
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


@require_safe
@login_required
def persona_set_download(request: HttpRequest, pk: int) -> Download:
    """The set as a file that an import reads."""
    persona_set = get_object_or_404(visible_sets(request), pk=pk)
    personas = persona_set.personas.order_by("position").iterator(chunk_size=500)
    lines = (f"{json.dumps(as_row(persona), ensure_ascii=False)}\n" for persona in personas)
    filename = f"{slugify(persona_set.name) or 'personas'}-v{persona_set.version}.jsonl"
    return Download(lines, filename=filename, form="jsonl")


def as_row(persona: Persona) -> dict:
    row = {"id": persona.key, "attributes": dict(persona.attributes)}
    return row | ({"origin": persona.origins} if persona.origins else {})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def persona_set_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set = get_object_or_404(visible_sets(request).with_counts(), pk=pk)
    form = NameForm(request.POST or None, initial={"name": f"{persona_set.name} copy"[:100]})
    if form.is_valid():
        try:
            copy = duplicate_persona_set(persona_set=persona_set, name=form.cleaned_data["name"], by=request.user)
        except (BadSetName, NameTaken) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "This is the copy. It is private until you share it.")
            return redirect("persona-set-detail", pk=copy.pk)
    return render(request, "researcher/persona_set_duplicate.html", {"persona_set": persona_set, "form": form})


@require_POST
@login_required
def persona_set_archive(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set = managed_set(request, pk)
    is_archived = persona_set.archived_at is None
    archive_persona_set(persona_set=persona_set, by=request.user, is_archived=is_archived)
    words = "The set is archived: it is no longer offered for new studies." if is_archived else "The set is back."
    messages.success(request, words)
    return redirect("persona-set-detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def persona_set_delete(request: HttpRequest, pk: int) -> HttpResponse:
    persona_set = managed_set(request, pk)
    form = NameForm(request.POST or None)
    form.fields["name"].label = f"Type {persona_set.name} to confirm"
    if form.is_valid() and form.cleaned_data["name"] != persona_set.name:
        form.add_error("name", f"Type {persona_set.name} to confirm. Nothing has been deleted.")
    if form.is_valid():
        try:
            delete_persona_set(persona_set=persona_set, by=request.user)
        except SetInUse as error:
            form.add_error(None, f"Nothing has been deleted. {error}")
        else:
            messages.success(request, f"{persona_set} has been deleted.")
            return redirect("persona-set-list")
    context = {"persona_set": persona_set, "form": form, "uses": uses_of(persona_set)}
    return render(request, "researcher/persona_set_delete.html", context)


def managed_set(request: HttpRequest, pk: int) -> PersonaSet:
    """The set, if this person owns it or is an admin."""
    persona_set = get_object_or_404(visible_sets(request), pk=pk)
    if not persona_set.is_managed_by(request.user):
        raise PermissionDenied("Only the owner of a persona set and admins archive or delete it.")
    return persona_set


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
