"""Signed links that show a draft to colleagues without an account.

Each works for one study and for a week, unless the study's links are revoked before.
"""

from datetime import datetime, timedelta

from django.core import signing

SALT = "annotation.preview"
VALID_FOR = timedelta(days=7)


def preview_token(slug: str, revoked: int = 0) -> str:
    """The value of the link parameter ``preview`` for one study, whose links have been revoked so many times."""
    return signing.TimestampSigner(salt=SALT).sign(signed_text(slug, revoked))


def is_preview_token(token: str, slug: str, revoked: int = 0) -> bool:
    if not token:
        return False
    try:
        return signing.TimestampSigner(salt=SALT).unsign(token, max_age=VALID_FOR) == signed_text(slug, revoked)
    except signing.BadSignature:
        return False


def signed_text(slug: str, revoked: int) -> str:
    # No slug has a slash.
    return f"{slug}/{revoked}" if revoked else slug


def valid_until(now: datetime) -> datetime:
    return now + VALID_FOR
