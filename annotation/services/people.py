"""Accounts of the console."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from annotation.services.tokens import revoke_all_tokens

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


class CannotChangeYourself(Exception):
    """Admins may not lock themselves out; another admin can."""


@transaction.atomic
def add_researcher(*, username: str, full_name: str = "", is_admin: bool = False):
    """An account nobody can log in to until its owner has chosen a password by the one-time link."""
    return get_user_model().objects.create_user(
        username=username, first_name=full_name, is_staff=is_admin, is_superuser=is_admin
    )


def one_time_path(user) -> str:
    """Where this person chooses a password: works once, for three days (PASSWORD_RESET_TIMEOUT)."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("choose-password", args=[uid, default_token_generator.make_token(user)])


@transaction.atomic
def reset_password(*, user, by) -> None:
    """The old password and every session and token end now; a one-time link leads to a new password."""
    refuse_yourself(user, by)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    revoke_all_tokens(user=user)


@transaction.atomic
def disable(*, user, by) -> None:
    """Sessions and token end at once; what they did stays in the logs under their name."""
    refuse_yourself(user, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    revoke_all_tokens(user=user)


@transaction.atomic
def enable(*, user, by) -> None:
    refuse_yourself(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])


def refuse_yourself(user, by) -> None:
    if user.pk == by.pk:
        raise CannotChangeYourself("Ask another admin to change your own account.")
