"""The two pages of every import: choose a file, then see what it would do and confirm it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from files.kinds import ImportKind
from files.models import Upload
from files.reading import UnreadableFile
from files.services import forget_upload, keep_upload

GONE = "This upload is no longer available: it was imported, or it is more than a day old."


class ImportPages:
    """The pages of one kind of import; an app says what its own files do.

    A subclass sets the class attributes and defines ``name_for``, ``options_of``, ``preview``,
    ``store`` and the addresses. Permissions are the business of the view that makes it.
    """

    kind: ClassVar[ImportKind]
    form_class: ClassVar[type[forms.Form]]
    form_template: ClassVar[str]
    preview_template: ClassVar[str]
    # Named errors of ``store`` that are told to the researcher and change nothing.
    refusals: ClassVar[tuple[type[Exception], ...]] = ()

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    # --- What an app says --------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """What both templates need beside the form or the upload."""
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
        return Upload.objects.waiting(self.kind)

    def preview(self, upload: Upload) -> dict[str, Any]:
        """What the import would do, for the template; may raise UnreadableFile."""
        raise NotImplementedError

    def store(self, upload: Upload) -> HttpResponse:
        """Import the file, say so in a message and return the page that shows it."""
        raise NotImplementedError

    def preview_url(self, upload: Upload) -> str:
        raise NotImplementedError

    def list_url(self) -> str:
        """Where a researcher goes whose upload is no longer waiting."""
        raise NotImplementedError

    # --- The pages ---------------------------------------------------------------------------------
    def choose(self) -> HttpResponse:
        form = self.form_class(self.request.POST or None, self.request.FILES or None)
        if self.request.method == "POST" and form.is_valid():
            return redirect(self.preview_url(self.keep(form)))
        return render(self.request, self.form_template, {**self.context(), "form": form, **self.form_context()})

    def keep(self, form: forms.Form) -> Upload:
        file = form.cleaned_data["file"]
        return keep_upload(
            kind=self.kind,
            name=self.name_for(form),
            filename=file.name,
            data=file,
            by=self.request.user,
            options=self.options_of(form),
        )

    def confirm(self, pk: int) -> HttpResponse:
        """Show what the import would do; on POST, do it."""
        upload = self.waiting().filter(pk=pk, uploaded_by=self.request.user).first()
        if upload is None:
            # A second click on the button, or a page left open for a day.
            messages.info(self.request, GONE)
            return redirect(self.list_url())
        if self.request.method == "POST":
            return self.imported(upload)
        return render(
            self.request, self.preview_template, {**self.context(), "upload": upload, **self.previewed(upload)}
        )

    def previewed(self, upload: Upload) -> dict[str, Any]:
        try:
            return self.preview(upload)
        except UnreadableFile as error:
            return problem_context(error)

    def imported(self, upload: Upload) -> HttpResponse:
        try:
            response = self.store(upload)
        except UnreadableFile:
            # The preview shows what is wrong; a button was pressed that it does not have.
            return redirect(self.preview_url(upload))
        except self.refusals as error:
            messages.error(self.request, f"Nothing has changed. {error}")
            return redirect(self.preview_url(upload))
        forget_upload(upload)
        return response


def problem_context(error: UnreadableFile) -> dict[str, Any]:
    """Return what researcher/_problem_list.html shows."""
    return {
        "problems": error.problems,
        "problem_count": error.total,
        "left_out": error.left_out,
        "stopped": error.stopped,
    }
