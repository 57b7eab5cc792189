"""The signed mark on a rehearsal's links: only this site can make it, so no participant is ever taken for simulated."""

from django.core import signing

SALT = "annotation.rehearsal"


def rehearsal_mark(slug: str) -> str:
    """The value of the link parameter ``rehearsal`` for one study."""
    return signing.Signer(salt=SALT).sign(slug)


def is_rehearsal_link(mark: str, slug: str) -> bool:
    if not mark:
        return False
    try:
        return signing.Signer(salt=SALT).unsign(mark) == slug
    except signing.BadSignature:
        return False
