"""Two questions a machine asks: does the process answer, and can it do its work?"""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LEAST_FREE_BYTES = 50 * 1024 * 1024


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; no database, so that a slow database does not get the process killed."""
    return plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration, and there is room for what is written next."""
    full = full_folders()
    if full:
        return plain(f"not ready: the disk is full under {', '.join(full)}", status=503)
    try:
        missing = unapplied_migrations()
    except (DatabaseError, InterfaceError):
        # The driver's own words may name hosts and accounts; the log has them.
        return plain("not ready: the database does not answer", status=503)
    if missing:
        return plain(f"not ready: run manage.py migrate, missing {', '.join(missing)}", status=503)
    return plain("ready")


def full_folders() -> list[str]:
    """The settings whose folders have no room left. A PostgreSQL elsewhere has a disk that is not seen from here."""
    folders = {"DATA_DIR": settings.DATA_DIR}
    if connection.vendor == "sqlite":
        folders["DATABASE_URL"] = Path(settings.DATABASES["default"]["NAME"]).parent
    return [name for name, folder in folders.items() if free_bytes(folder) < LEAST_FREE_BYTES]


def free_bytes(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def unapplied_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def plain(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
