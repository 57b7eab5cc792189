"""What script/serve does before it serves: whatever a fresh clone lacks, each step only where it is needed."""

import os
import secrets
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from config.env import refuse_short_key

ENV_FILE = Path(__file__).resolve().parents[1] / ".env"
ENV_TEXT = """\
# Written by script/serve for a first start on this machine. Every setting is in the README's table.
# Signs cookies and links: keep it secret, and keep it the same.
SECRET_KEY={secret_key}
# A laptop has no TLS certificate. On a server, behind a proxy with TLS, take this line out.
HTTPS=false
"""


def main() -> None:
    write_env_file(ENV_FILE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    try:
        django.setup()
        refuse_short_key(settings.SECRET_KEY)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    from django.db import OperationalError

    try:
        migrate_if_needed()
    except OperationalError as error:
        sys.exit(f"Cannot start: the database in DATABASE_URL does not answer.\n{error}")
    collect_static_files_if_needed()
    load_examples_if_empty()
    call_command("create_first_admin")
    print(addresses(), flush=True)


def write_env_file(path: Path) -> None:
    """Write .env unless there is one, or the environment itself carries the settings."""
    if path.exists() or os.environ.get("SECRET_KEY"):
        return
    path.touch(mode=0o600)
    path.write_text(ENV_TEXT.format(secret_key=secrets.token_urlsafe(48)), encoding="utf-8")


def migrate_if_needed() -> None:
    from config.health_views import unapplied_migrations

    if unapplied_migrations():
        call_command("migrate", verbosity=0)


def collect_static_files_if_needed() -> None:
    if not static_files_are_collected():
        call_command("collectstatic", interactive=False, verbosity=0)


def static_files_are_collected() -> bool:
    """Nothing that goes into the collection is younger than its manifest, the installed packages included."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.is_file():
        return False
    sources = [file for folder in settings.STATICFILES_DIRS for file in Path(folder).rglob("*")]
    sources += Path(sys.prefix).glob("installed-*")
    return all(source.stat().st_mtime <= manifest.stat().st_mtime for source in sources)


def load_examples_if_empty() -> None:
    from annotation.models import Study

    if not Study.objects.exists():
        call_command("load_examples")


def addresses() -> str:
    """Where to go now; the example's lines only where there is an example."""
    from annotation.models import Study

    lines = [f"Console       {settings.SITE_URL}/"]
    if Study.objects.filter(slug="example").exists():
        lines = [
            f"Participant   {example_link()}",
            f"Preview       {settings.SITE_URL}/s/example/   (takes no seat)",
            *lines,
        ]
    return "\n".join(["", *lines, ""])


def example_link() -> str:
    """A new participant's link, as Prolific would build it: three ids of 24 hexadecimal digits."""
    names = ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID")
    return f"{settings.SITE_URL}/s/example/?" + "&".join(f"{name}={secrets.token_hex(12)}" for name in names)


if __name__ == "__main__":
    main()
