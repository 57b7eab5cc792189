"""Keys for programs: made, told once, found by their hash, and ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotation.models import ApiToken, Scope


class TokenNameTaken(ValueError):
    """Two keys of one name could not be told apart when one has to end."""


@transaction.atomic
def make_token(*, user, name: str, scopes: Sequence[str] = tuple(Scope.values), days: int | None = None) -> str:
    """A new key, which is never shown again; without ``days`` it ends only when revoked."""
    if ApiToken.objects.filter(user=user, name=name).exists():
        raise TokenNameTaken(f"You already have a token called “{name}”. Revoke it, or choose another name.")
    key = secrets.token_hex(20)
    wanted = [scope for scope in Scope.values if scope in scopes]
    expires_at = timezone.now() + timedelta(days=days) if days else None
    ApiToken.objects.create(user=user, name=name, key_hash=hash_of(key), scopes=wanted, expires_at=expires_at)
    return key


def find_token(key: str) -> ApiToken | None:
    """The token of a key that is still valid, with its person."""
    return ApiToken.objects.valid().select_related("user").filter(key_hash=hash_of(key)).first()


def revoke_token(*, user, pk: int) -> None:
    ApiToken.objects.filter(user=user, pk=pk).delete()


def revoke_all_tokens(*, user) -> None:
    ApiToken.objects.filter(user=user).delete()


def hash_of(key: str) -> str:
    """A key is 160 random bits, so one fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
