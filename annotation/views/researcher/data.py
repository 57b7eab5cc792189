"""Files out: streamed, pseudonymous. The payment list, which is not, is for admins and leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotation.exporting.rows import EXPORTS, FORMATS, export_text, write_export
from annotation.models import Study
from annotation.permissions import for_study, for_study_admins
from annotation.services import payments
from files.columns import Column
from files.downloads import Download
from files.writing import write_csv

PAID_PER_PAGE = 100
PARQUET = "application/vnd.apache.parquet"
MEANINGS = {
    "annotations": "Every current answer of participants and models.",
    "assignments": "Every participant's progress through the study.",
    "revisions": "Earlier versions of answers that were changed.",
}


@dataclass(frozen=True)
class Table:
    """One kind of file, as the page offers it."""

    name: str
    meaning: str
    rows: int
    columns: list[Column]


@require_safe
@for_study
def study_data(request: HttpRequest, study: Study) -> HttpResponse:
    tables = [
        Table(name, MEANINGS[name], export.queryset(only(study)).count(), export.columns)
        for name, export in EXPORTS.items()
    ]
    context = {"study": study, "tab": "data", "tables": tables, "formats": FORMATS}
    context["holds_rehearsal"] = study.raters.filter(is_rehearsal=True).exists()
    return render(request, "researcher/study_data.html", context)


def only(study: Study):
    return Study.objects.filter(pk=study.pk)


@require_safe
@for_study
def export_download(request: HttpRequest, study: Study, what: str, form: str) -> HttpResponseBase:
    if what not in EXPORTS or form not in FORMATS:
        raise Http404
    if form == "parquet":
        return parquet_download(study, what)
    return Download(export_text(study, what, form), filename=f"{study.slug}-{what}.{form}", form=form)


def parquet_download(study: Study, what: str) -> FileResponse:
    """Made whole before it is sent; closed, and so removed, by the response."""
    file = TemporaryFile()  # noqa: SIM115
    write_export(study, what, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{study.slug}-{what}.parquet", content_type=PARQUET)


@require_safe
@for_study_admins
def payment_list(request: HttpRequest, study: Study) -> HttpResponse:
    page = Paginator(payments.to_pay(study), PAID_PER_PAGE).get_page(request.GET.get("page"))
    if request.method == "GET":
        payments.note_look(study=study, by=request.user, what="payment list seen")
    context = {"study": study, "tab": "data", "page": page, "rows": list(payments.payment_rows(study, page))}
    return render(request, "researcher/payment_list.html", context)


@require_safe
@for_study_admins
def payment_download(request: HttpRequest, study: Study) -> HttpResponse:
    if request.method == "GET":
        payments.note_look(study=study, by=request.user, what="payment list downloaded")
    rows = payments.payment_rows(study, payments.to_pay(study).iterator(chunk_size=2000))
    return Download(write_csv(rows, payments.COLUMNS), filename=f"{study.slug}-payments.csv", form="csv")
