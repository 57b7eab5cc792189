"""Links to a study's results: signed, ended by time or by hand, each step in the study's log."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone

from annotation.models import ResultsShare, Study, StudyEvent

SALT = "annotation.results_share"
DAYS = (7, 30, 90)


@transaction.atomic
def share_results(*, study: Study, days: int, with_texts: bool, options: str = "", by=None) -> ResultsShare:
    """A new link; ``options`` are those of the pages' address."""
    now = timezone.now()
    share = ResultsShare.objects.create(
        study=study,
        options=options,
        with_texts=with_texts,
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    detail = {"share": share.pk, "days": days, "with_texts": with_texts, "options": options}
    StudyEvent.objects.create(study=study, by=by, what="results shared", detail=detail)
    return share


@transaction.atomic
def revoke_share(*, share: ResultsShare, by=None) -> None:
    """The link stops working at once; revoking it again changes nothing."""
    if ResultsShare.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now()):
        StudyEvent.objects.create(study=share.study, by=by, what="share revoked", detail={"share": share.pk})


def share_token(share: ResultsShare) -> str:
    return signing.Signer(salt=SALT).sign(str(share.pk))


def open_share(token: str) -> ResultsShare | None:
    """The share of a link that still works; None for one that is forged, has ended or was revoked."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return ResultsShare.objects.open().select_related("study").filter(pk=pk).first()
