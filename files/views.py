"""The two pages of every import: choose a file, then see what it would do and confirm it."""

from __future__ import annotations

import csv
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from files import upload_runs
from files.importers import Done, Importer, no_progress
from files.models import Upload
from files.reading import UnreadableFile
from files.reading.dialect import Dialect, converted, first_rows, foreign_dialect
from files.services import forget_upload, keep_upload
from files.upload_runs import problems_as_json, shown_problems
from jobs.progress import run_page

GONE = "This upload is no longer available: it was imported, or it is more than a day old."


class ImportPages:
    """The pages of one kind of import; an app says what its own files do.

    A subclass sets the class attributes and defines ``name_for``, ``options_of`` and the
    addresses. Small files are previewed and imported within the request, large ones by a
    worker. Permissions are the business of the view that makes it.
    """

    importer: ClassVar[Importer]
    form_class: ClassVar[type[forms.Form]]
    form_template: ClassVar[str]
    preview_template: ClassVar[str]
    # The study that the file is for; None where it is for none.
    study: Any = None

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    # --- What an app says --------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """What both templates need beside the form or the upload."""
        return {}

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def form_context(self) -> dict[str, Any]:
        return {}

    def name_for(self, form: forms.Form) -> str:
        """Where the file goes: the name of a persona set or the slug of a study."""
        raise NotImplementedError

    def options_of(self, form: forms.Form) -> dict[str, Any]:
        return {}

    def waiting(self):
        """The uploads that this page may show."""
        return Upload.objects.waiting(self.importer.kind)

    def preview_url(self, upload: Upload) -> str:
        raise NotImplementedError

    def list_url(self) -> str:
        """Where a researcher goes whose upload is no longer waiting."""
        raise NotImplementedError

    def done_url(self, done: Done) -> str:
        """Where a researcher sees what was imported."""
        return self.list_url()

    # --- The pages ---------------------------------------------------------------------------------
    def choose(self) -> HttpResponse:
        form = self.form_class(self.request.POST or None, self.request.FILES or None, **self.form_arguments())
        if self.request.method == "POST" and form.is_valid():
            return redirect(self.preview_url(self.keep(form)))
        return render(self.request, self.form_template, {**self.context(), "form": form, **self.form_context()})

    def keep(self, form: forms.Form) -> Upload:
        file = form.cleaned_data["file"]
        return keep_upload(
            kind=self.importer.kind,
            name=self.name_for(form),
            filename=file.name,
            data=file,
            by=self.request.user,
            options=self.options_of(form),
        )

    def confirm(self, pk: int) -> HttpResponse:
        """Show what the import would do; on POST, do it. While a worker imports it, its page is that of the run."""
        if run := upload_runs.unfinished_import(self.importer, pk, study=self.study):
            return redirect("run-detail", pk=run.pk)
        upload = self.waiting().filter(pk=pk, uploaded_by=self.request.user).first()
        if upload is None:
            # A second click on the button, or a page left open for a day.
            messages.info(self.request, GONE)
            return redirect(self.list_url())
        if dialect := foreign_dialect(upload.open(), upload.filename):
            return self.question(upload, dialect)
        if self.request.method == "POST":
            return self.imported(upload)
        return render(
            self.request, self.preview_template, {**self.context(), "upload": upload, **self.previewed(upload)}
        )

    def question(self, upload: Upload, dialect: Dialect) -> HttpResponse:
        """Ask whether a table is written as it seems to be; on yes, keep it as this site reads it instead."""
        if self.request.method == "POST" and self.request.POST.get("read_as") == dialect.words:
            try:
                return redirect(self.preview_url(self.kept_converted(upload, dialect)))
            except (csv.Error, UnicodeDecodeError):
                messages.error(self.request, f"The file does not have {dialect.words} to its end. Save it as UTF-8.")
        rows = first_rows(upload.open(), dialect)
        context = {**self.context(), "upload": upload, "words": dialect.words, "rows": rows, "back": self.list_url()}
        return render(self.request, "researcher/dialect_question.html", context)

    def kept_converted(self, upload: Upload, dialect: Dialect) -> Upload:
        with converted(upload.open(), upload.filename, dialect) as data:
            kept = keep_upload(
                kind=self.importer.kind,
                name=upload.name,
                filename=upload.filename,
                data=data,
                by=self.request.user,
                options=upload.options,
            )
        forget_upload(upload)
        return kept

    def previewed(self, upload: Upload) -> dict[str, Any]:
        if upload_runs.is_large(upload):
            return self.preview_by_a_worker(upload)
        try:
            found = self.importer.preview(upload, self.study, no_progress)
        except UnreadableFile as error:
            return shown_problems(problems_as_json(error))
        return self.importer.context(upload, self.study, found)

    def preview_by_a_worker(self, upload: Upload) -> dict[str, Any]:
        """What the check of a large file found; until then, its progress."""
        found = upload_runs.stored_preview(self.importer, upload, self.study)
        if found is None:
            run = upload_runs.check_run(self.importer, upload, study=self.study, by=self.request.user)
            upload.refresh_from_db()
            found = upload_runs.stored_preview(self.importer, upload, self.study)
        return {"run": run, "shown": run_page(run)} if found is None else found

    def imported(self, upload: Upload) -> HttpResponse:
        if upload_runs.is_large(upload) or self.importer.is_always_a_run:
            run = upload_runs.import_run(self.importer, upload, study=self.study, by=self.request.user)
            return redirect("run-detail", pk=run.pk)
        return self.imported_within_the_request(upload)

    def imported_within_the_request(self, upload: Upload) -> HttpResponse:
        steps = {"progress": no_progress, "writing": transaction.atomic}
        try:
            done = self.importer.store(upload, self.study, by=self.request.user, **steps)
        except UnreadableFile:
            # The preview shows what is wrong; a button was pressed that it does not have.
            return redirect(self.preview_url(upload))
        except self.importer.refusals as error:
            messages.error(self.request, f"Nothing has changed. {error}")
            return redirect(self.preview_url(upload))
        forget_upload(upload)
        messages.add_message(self.request, messages.SUCCESS if done.changed else messages.INFO, done.words)
        return redirect(self.done_url(done))
