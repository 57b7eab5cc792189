"""Erasing a person's data: an admin's page, with the pseudonym typed to confirm."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.forms.assignment import EraseForm
from annotation.models import RaterKind, Study
from annotation.permissions import for_study_admins
from annotation.services.erasure import AlreadyErased, NobodyToErase, erase, find_person


@require_http_methods(["GET", "HEAD", "POST"])
@for_study_admins
def rater_erase(request: HttpRequest, study: Study, pseudonym: str) -> HttpResponse:
    """Admins only: the request names a Prolific id, which only admins can see, and nothing brings the data back."""
    try:
        rater = find_person(study, pseudonym)
    except NobodyToErase:
        raise Http404 from None
    form = EraseForm(request.POST or None, pseudonym=rater.pseudonym)
    if request.method == "POST" and form.is_valid():
        try:
            erase(rater=rater, by=request.user)
        except AlreadyErased:
            messages.error(request, "This person's data had already been erased. Nothing has changed.")
        else:
            messages.success(request, f"{rater.pseudonym} is erased.")
        if rater.kind == RaterKind.PARTICIPANT:
            return redirect("assignment-detail", slug=study.slug, pseudonym=rater.pseudonym)
        return redirect("annotator-list", slug=study.slug)
    context = {"study": study, "tab": "raters", "rater": rater, "form": form}
    return render(request, "researcher/rater_erase.html", context)
