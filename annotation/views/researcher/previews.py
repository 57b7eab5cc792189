"""The links that lead into a study: a participant's, and a preview that takes no seat."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from annotation.models import Study, StudyState
from annotation.preview_links import preview_token, valid_until
from annotation.services.previews import times_revoked

PROLIFIC_PLACEHOLDERS = "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"


def participant_link(request: HttpRequest, study: Study) -> str:
    """As Prolific wants it, with its placeholders."""
    return f"{request.build_absolute_uri(reverse('entry', args=[study.slug]))}?{PROLIFIC_PLACEHOLDERS}"


def preview_links(request: HttpRequest, study: Study) -> dict:
    """A draft's preview link is signed and expires; every visit to the console makes a fresh one."""
    entry = request.build_absolute_uri(reverse("entry", args=[study.slug]))
    if study.state != StudyState.DRAFT:
        return {"preview_link": entry}
    query = urlencode({"preview": preview_token(study.slug, times_revoked(study))})
    return {"preview_link": f"{entry}?{query}", "preview_until": valid_until(timezone.now())}
