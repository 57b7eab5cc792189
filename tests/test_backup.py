"""The backup drill: the very commands of docs/operations.md, on databases with the example studies in them."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import throwaway_cluster

# A first start collects the static files into this clone: one at a time.
ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```sh (?P<name>[\w-]+)\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)


class Drill:
    """A site's database, and the commands that are run on it."""

    def __init__(self, folder, **environment):
        settings = {
            "ENV_FILE": "",
            "SECRET_KEY": "for this test " * 3,
            "HTTPS": "false",
            "DATA_DIR": str(folder),
        }
        self.environment = {"PATH": os.environ["PATH"]} | settings | environment
        self.environment["BACKUP"] = str(folder / "the backup")

    def run(self, *command):
        result = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def manage(self, *arguments):
        return self.run(sys.executable, "manage.py", *arguments)

    def follow_the_documentation(self, name):
        text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
        blocks = {block["name"]: block["commands"] for block in BLOCK.finditer(text)}
        return self.run("bash", "-euo", "pipefail", "-c", blocks[name])

    def fill(self):
        self.run(sys.executable, "-m", "config.first_start")

    def content(self):
        """Every row of every table, as text."""
        return self.manage("dumpdata", "--all", "--indent=0")


def test_sqlite_backup_comes_back_row_by_row(tmp_path):
    drill = Drill(tmp_path)
    database, log = tmp_path / "understudy.sqlite3", tmp_path / "understudy.sqlite3-wal"
    # The site is running: with a connection open, the last rows are in the log and not yet in the file.
    drill.manage("migrate")
    running = sqlite3.connect(database)
    running.execute("SELECT count(*) FROM auth_user").fetchone()
    drill.fill()
    assert log.stat().st_size > 0
    drill.follow_the_documentation("sqlite-backup")
    before = drill.content()
    shutil.copy(log, tmp_path / "old log")
    running.close()
    database.write_bytes(b"destroyed")
    shutil.copy(tmp_path / "old log", log)

    drill.follow_the_documentation("sqlite-restore")

    assert drill.content() == before
    assert '"model": "annotation.question"' in before


def test_sqlite_backup_overwrites_nothing(tmp_path):
    drill = Drill(tmp_path)
    drill.manage("migrate")
    drill.follow_the_documentation("sqlite-backup")
    kept = (tmp_path / "the backup").read_bytes()
    drill.manage("create_first_admin")
    with pytest.raises(AssertionError, match="output file already exists"):
        drill.follow_the_documentation("sqlite-backup")
    assert (tmp_path / "the backup").read_bytes() == kept


def test_postgres_backup_overwrites_nothing(tmp_path):
    with throwaway_cluster() as cluster:
        drill = Drill(tmp_path, DATABASE_URL=cluster.url, PATH=f"{cluster.binaries}:{os.environ['PATH']}")
        (tmp_path / "the backup").write_text("an earlier one")
        with pytest.raises(AssertionError, match="cannot overwrite existing file"):
            drill.follow_the_documentation("postgres-backup")
        assert (tmp_path / "the backup").read_text() == "an earlier one"


def test_postgres_backup_comes_back_row_by_row(tmp_path):
    with throwaway_cluster() as cluster:
        path = f"{cluster.binaries}:{os.environ['PATH']}"
        drill = Drill(tmp_path, DATABASE_URL=cluster.url, PATH=path)
        drill.fill()
        drill.follow_the_documentation("postgres-backup")
        before = drill.content()
        drill.environment["DATABASE_URL"] = cluster.create_database("restored")

        drill.follow_the_documentation("postgres-restore")

        assert drill.content() == before
        assert '"model": "annotation.question"' in before
