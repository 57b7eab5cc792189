"""/shared/…: a study's results for whoever has the link, as one page without scripts; and making such links."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analysis.forms import ShareForm
from analysis.options import InvalidOption, read_options
from analysis.services.made_files import MadeFile, made_file, read_report, start_making
from analysis.views.files import address_of_page
from analysis.views.pages import options_of
from annotation.models import ResultsShare, Study
from annotation.permissions import for_study
from annotation.services.results_sharing import open_share, revoke_share, share_results

FRESH = timedelta(days=1)
NOTHING = ["'none'"]


@require_safe
@never_cache
@csp_replace({"style-src": ["'unsafe-inline'"], "img-src": ["data:"], "script-src": NOTHING, "connect-src": NOTHING})
def shared_results(request: HttpRequest, token: str) -> HttpResponse:
    """The report, at most a day old; while it is being made, a page that asks again by itself."""
    share = open_share(token)
    if share is None:
        raise Http404
    file = report_of(share)
    if not file.is_ready:
        response = render(request, "analysis/shared_waiting.html", {"failed": file.state == "failed"})
        response["Refresh"] = "5"
    else:
        response = HttpResponse(read_report(file))
    response["Referrer-Policy"] = "no-referrer"
    return response


def report_of(share: ResultsShare) -> MadeFile:
    kind = "report-with-texts" if share.with_texts else "report"
    options = read_options(dict(parse_qsl(share.options)))
    file = made_file(share.study, kind, options)
    is_old = file.is_ready and file.at is not None and file.at < timezone.now() - FRESH
    if file.state in ("none", "cancelled") or is_old or (file.state == "ready" and not file.is_ready):
        start_making(study=share.study, kind=kind, options=options)
        file = made_file(share.study, kind, options)
    return file


@require_POST
@never_cache
@for_study
def share_create(request: HttpRequest, study: Study) -> HttpResponse:
    try:
        options = options_of(request)
    except InvalidOption as error:
        context = {"study": study, "tab": "agreement", "problem": str(error)}
        return render(request, "analysis/invalid_option.html", context, status=400)
    form = ShareForm(request.POST)
    if form.is_valid():
        share_results(study=study, options=options.as_query(), by=request.user, **form.cleaned_data)
        messages.success(request, "The link is below. Whoever has it can read these results until it ends.")
    else:
        messages.error(request, "Nothing was shared: say for how long.")
    return HttpResponseRedirect(f"{address_of_page(study, options)}#share")


@require_POST
@never_cache
@for_study
def share_revoke(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    revoke_share(share=get_object_or_404(study.shares, pk=pk), by=request.user)
    messages.success(request, "The link no longer works.")
    return HttpResponseRedirect(f"{reverse('agreement-files', args=[study.slug])}#share")
