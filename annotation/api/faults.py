"""What a program is told when the site fails: in JSON, and to try again where that may help."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

RETRY_SECONDS = 5
log = logging.getLogger(__name__)


def explain_fault(error: Exception, context: dict) -> Response | None:
    """A fault of the database is a 503: nothing was sent yet, and the same request may succeed in a moment."""
    if not isinstance(error, DatabaseError):
        return exception_handler(error, context)
    log.error("The database failed during a request to the API.", exc_info=error)
    set_rollback()
    detail = "The database did not answer. Nothing was changed; try again."
    return Response({"detail": detail}, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
