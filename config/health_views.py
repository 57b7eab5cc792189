"""Two questions a machine asks: does the process answer, and can it do its work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; no database, so that a slow database does not get the process killed."""
    return plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    try:
        missing = unapplied_migrations()
    except DatabaseError:
        # The driver's own words may name hosts and accounts; the log has them.
        return plain("not ready: the database does not answer", status=503)
    if missing:
        return plain(f"not ready: run manage.py migrate, missing {', '.join(missing)}", status=503)
    return plain("ready")


def unapplied_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def plain(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
