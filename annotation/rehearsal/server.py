"""The site on a free port, with its own worker processes and the same database, for as long as somebody needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

START_SECONDS = 60
STOP_SECONDS = 40


class ServerDidNotStart(Exception):
    """gunicorn ended or stayed silent; the text holds the end of its log."""


class SiteServer:
    """gunicorn with config/gunicorn.py. A context manager; ``url`` is where the site answers."""

    def __init__(
        self,
        *,
        application: str = "config.wsgi",
        workers: int = 2,
        threads: int = 4,
        environment: dict[str, str] | None = None,
    ):
        self.application = application
        self.port = _free_port()
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            "THREADS": str(threads),
            # Simulated raters come over plain HTTP on loopback.
            "HTTPS": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
            "KEEP_WORKER": "false",
            "STOP_WITH_PARENT": str(os.getpid()),
            **(environment or {}),
        }
        self._process: subprocess.Popen | None = None
        self._log = Path(tempfile.mkstemp(prefix="understudy-rehearsal-", suffix=".log")[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> SiteServer:
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", self.application]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own arguments
                command, cwd=settings.BASE_DIR, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.unlink(missing_ok=True)

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            if self._process.poll() is not None or self._answers():
                break
            time.sleep(0.1)
        if self._process.poll() is not None or not self._answers():
            raise ServerDidNotStart(self.log()[-2000:])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as reply:  # noqa: S310 - http, loopback
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False


def database_url() -> str:
    """The database this process is connected to, as DATABASE_URL would name it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    account = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        account += f":{quote(database['PASSWORD'], safe='')}"
    host = f"{database['HOST'] or ''}:{database['PORT'] or 5432}"
    return f"postgres://{account}@{host}/{quote(str(database['NAME']), safe='')}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
