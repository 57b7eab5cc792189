"""What a study is set to, one page for each kind of thing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.forms.settings import (
    DesignForm,
    PersonasForm,
    ResearchersForm,
    TextsForm,
    TimesForm,
    comprehension_formset,
    items_of,
)
from annotation.models import Study
from annotation.permissions import for_study, for_study_admins
from annotation.services import settings as service
from annotation.services.assembly import StudyFrozen
from annotation.services.questions import PersonaSetInUse, use_persona_set
from annotation.services.settings import StudyIsOpen

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@for_study
def study_settings(request: HttpRequest, study: Study) -> HttpResponse:
    """The first page: design."""
    form = DesignForm(request.POST or None, instance=study, is_fixed=_is_fixed(study))
    if request.method == "POST" and form.is_valid():
        return _save(request, study, "study-settings", _change_settings, form)
    return _page(request, study, "design", form=form)


@get_or_post
@for_study
def study_personas(request: HttpRequest, study: Study) -> HttpResponse:
    form = PersonasForm(request.POST or None, study=study, by=request.user, is_fixed=_is_fixed(study))
    if request.method == "POST" and form.is_valid():
        return _save(request, study, "study-personas", _choose_personas, form)
    chosen = study.personas.count()
    return _page(request, study, "personas", form=form, chosen=chosen)


@get_or_post
@for_study
def study_texts(request: HttpRequest, study: Study) -> HttpResponse:
    """Consent and instructions; "Show how it reads" renders what is typed and saves nothing."""
    form = TextsForm(request.POST or None, instance=study, is_fixed=_is_fixed(study))
    is_look = "look" in request.POST
    if request.method == "POST" and form.is_valid() and not is_look:
        return _save(request, study, "study-texts", _change_settings, form)
    texts = {name: form[name].value() or "" for name in ("consent", "instructions")}
    return _page(request, study, "texts", form=form, texts=texts, is_look=is_look)


@get_or_post
@for_study
def study_check(request: HttpRequest, study: Study) -> HttpResponse:
    """The comprehension check."""
    formset = comprehension_formset(request.POST or None, study, is_fixed=_is_fixed(study))
    if request.method == "POST" and formset.is_valid():
        return _save(request, study, "study-check", _change_check, formset)
    return _page(request, study, "check", formset=formset)


@get_or_post
@for_study
def study_times(request: HttpRequest, study: Study) -> HttpResponse:
    """Name, contact, times and completion codes: open to change at any time."""
    form = TimesForm(request.POST or None, instance=study, is_fixed=False)
    if request.method == "POST" and form.is_valid():
        return _save(request, study, "study-times", _change_times, form)
    return _page(request, study, "times", form=form)


@get_or_post
@for_study_admins
def study_researchers(request: HttpRequest, study: Study) -> HttpResponse:
    form = ResearchersForm(request.POST or None, initial={"researchers": study.researchers.all()})
    if request.method == "POST" and form.is_valid():
        return _save(request, study, "study-researchers", _change_researchers, form)
    return _page(request, study, "researchers", form=form)


def _is_fixed(study: Study) -> bool:
    return bool(service.why_design_is_fixed(study))


def _change_settings(study: Study, form, by) -> None:
    service.change_settings(study=study, changes=form.changes(), by=by)


def _choose_personas(study: Study, form: PersonasForm, by) -> None:
    use_persona_set(study=study, persona_set=form.cleaned_data["persona_set"], by=by)
    service.choose_personas(study=study, personas=form.cleaned_data["personas"], by=by)


def _change_check(study: Study, formset, by) -> None:
    service.change_settings(study=study, changes={"comprehension": items_of(formset)}, by=by)


def _change_times(study: Study, form: TimesForm, by) -> None:
    service.change_settings(study=study, changes=form.changes(), by=by)
    service.change_codes(study=study, codes=form.codes(), by=by)


def _change_researchers(study: Study, form: ResearchersForm, by) -> None:
    service.change_researchers(study=study, researchers=form.cleaned_data["researchers"], by=by)


def _save(request: HttpRequest, study: Study, back_to: str, change, form) -> HttpResponse:
    try:
        change(study, form, request.user)
    except (StudyFrozen, StudyIsOpen, PersonaSetInUse) as error:
        messages.error(request, f"Nothing has changed. {error}")
    else:
        messages.success(request, "Saved.")
    return redirect(back_to, slug=study.slug)


def _page(request: HttpRequest, study: Study, section: str, **context) -> HttpResponse:
    # A bound form has written on its instance; the page's frame shows the study as it is stored.
    stored = Study.objects.get(pk=study.pk)
    fixed = "" if section in {"times", "researchers"} else service.why_design_is_fixed(stored)
    context |= {"study": stored, "tab": "settings", "section": section, "fixed": fixed}
    return render(request, f"researcher/settings_{section}.html", context)
