"""Accounts of the console."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

FIRST_ADMIN = "admin"


@dataclass(frozen=True)
class NewAdmin:
    username: str
    password: str


def create_first_admin() -> NewAdmin | None:
    """Make an admin with a random password where nobody has an account yet; None where somebody has."""
    users = get_user_model().objects
    if users.exists():
        return None
    password = secrets.token_urlsafe(15)
    try:
        with transaction.atomic():
            users.create_superuser(username=FIRST_ADMIN, password=password)
    except IntegrityError:
        # Two first starts at once: the other one made the admin and prints its password.
        return None
    return NewAdmin(username=FIRST_ADMIN, password=password)
