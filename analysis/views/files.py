"""/results/files/: the figures for a paper and the bundle, made by a run and fetched when ready."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from analysis.forms import ShareForm
from analysis.options import InvalidOption, ReportOptions
from analysis.services.made_files import KINDS, made_file, read_report, start_making
from analysis.views.pages import agreement_page, options_of
from analysis.views.results_page import ResultsPage
from annotation.models import ResultsShare, Study
from annotation.permissions import for_study_readers
from annotation.services.results_sharing import share_token


class FilesPage(ResultsPage):
    section = "files"
    waits = False

    def context(self) -> dict[str, Any]:
        files = {kind: made_file(self.study, kind, self.options) for kind in KINDS}
        return files | {"shares": self.shares(), "share_form": ShareForm(label_suffix="")}

    def shares(self) -> list[tuple[ResultsShare, str]]:
        """The links that still work, for whoever may hand them out."""
        if not self.study.may_be_changed_by(self.request.user):
            return []
        absolute = self.request.build_absolute_uri
        return [
            (share, absolute(reverse("shared-results", args=[share_token(share)])))
            for share in self.study.shares.open()
        ]


@agreement_page
def file_progress(request: HttpRequest, study: Study, options: ReportOptions, kind: str) -> HttpResponseBase:
    """The part of the page that renews itself while the file is made."""
    require_known(kind)
    context = {"study": study, "query": options.as_query(), "file": made_file(study, kind, options)}
    return render(request, "analysis/_made_file.html", context)


@agreement_page
def file_download(request: HttpRequest, study: Study, options: ReportOptions, kind: str) -> HttpResponseBase:
    require_known(kind)
    file = made_file(study, kind, options)
    if not file.is_ready:
        return HttpResponseRedirect(address_of_page(study, options))
    if kind.startswith("report"):
        return HttpResponse(
            read_report(file),
            content_type="text/html; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{study.slug}-{kind}.html"'},
        )
    return FileResponse(file.archive.open("rb"), as_attachment=True, filename=file.filename)


@require_POST
@never_cache
@for_study_readers
def file_start(request: HttpRequest, study: Study, kind: str) -> HttpResponse:
    require_known(kind)
    try:
        options = options_of(request)
    except InvalidOption as error:
        context = {"study": study, "tab": "agreement", "problem": str(error)}
        return render(request, "analysis/invalid_option.html", context, status=400)
    start_making(study=study, kind=kind, options=options, by=request.user)
    return HttpResponseRedirect(f"{address_of_page(study, options)}#{kind}")


def require_known(kind: str) -> None:
    if kind not in KINDS:
        raise Http404


def address_of_page(study: Study, options: ReportOptions) -> str:
    query = options.as_query()
    return reverse("agreement-files", args=[study.slug]) + (f"?{query}" if query else "")
