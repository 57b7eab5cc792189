"""Who a program is, and what its token allows."""

from __future__ import annotations

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from annotation.models import ApiToken
from annotation.services.tokens import find_token


class ScopedTokenAuthentication(TokenAuthentication):
    """``Authorization: Token KEY``; ``request.auth`` is the token."""

    def authenticate_credentials(self, key: str):
        token = find_token(key)
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("Invalid token: unknown, expired or revoked.")
        return token.user, token


class HasScope(BasePermission):
    """A view names the scope that each of its methods needs in ``scopes``; a person in the browser has all."""

    message = ""

    def has_permission(self, request, view) -> bool:
        if not isinstance(request.auth, ApiToken):
            return True
        scope = getattr(view, "scopes", {}).get(request.method)
        if scope is None:
            # A method the view does not have is a 405.
            return not hasattr(view, request.method.lower()) or request.method == "OPTIONS"
        self.message = f"This token lacks the scope {scope}. Create one that has it on your account's page."
        return request.auth.allows(scope)
