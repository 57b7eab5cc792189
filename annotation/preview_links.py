"""Signed links that show a draft to colleagues without an account. Each works for one study and for a week."""

from datetime import datetime, timedelta

from django.core import signing

SALT = "annotation.preview"
VALID_FOR = timedelta(days=7)


def preview_token(slug: str) -> str:
    """The value of the link parameter ``preview`` for one study."""
    return signing.TimestampSigner(salt=SALT).sign(slug)


def is_preview_token(token: str, slug: str) -> bool:
    if not token:
        return False
    try:
        return signing.TimestampSigner(salt=SALT).unsign(token, max_age=VALID_FOR) == slug
    except signing.BadSignature:
        return False


def valid_until(now: datetime) -> datetime:
    return now + VALID_FOR
