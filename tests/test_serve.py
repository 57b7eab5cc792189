"""script/serve as a newcomer runs it: two starts, with a database of its own."""

import contextlib
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.postgres import throwaway_cluster

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120  # seconds; only a hanging start gets there


class Site:
    """One run of script/serve."""

    def __init__(self, folder, port, **settings):
        self.url, self.log = f"http://127.0.0.1:{port}", folder / "log"
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = inherited | settings | {"PORT": str(port), "DATA_DIR": str(folder)}
        with self.log.open("w") as log:
            self.process = subprocess.Popen([ROOT / "script/serve"], env=environment, stdout=log, stderr=log)

    def wait_until_ready(self):
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                return self.get("/readyz")
            except urllib.error.URLError:
                time.sleep(0.1)
        raise AssertionError(f"script/serve did not come up:\n{self.log.read_text()}")

    def get(self, address):
        with urllib.request.urlopen(address if "://" in address else self.url + address, timeout=20) as response:
            return response.read().decode()

    def printed(self, label):
        return re.search(rf"^{label} +(\S+)", self.log.read_text(), re.MULTILINE)

    def worker(self):
        """The process that works on long runs, if it is there."""
        children = psutil.Process(self.process.pid).children()
        return next((child for child in children if not has_ended(child) and "work" in child.cmdline()), None)

    def wait_for(self, look):
        """What it finds, as soon as it finds something."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with contextlib.suppress(psutil.NoSuchProcess):
                if found := look():
                    return found
            time.sleep(0.1)
        raise AssertionError(f"Not seen:\n{self.log.read_text()}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def database(request):
    """What DATABASE_URL says: nothing, as on a first start, or a PostgreSQL."""
    if request.param == "SQLite":
        yield {}
    else:
        with throwaway_cluster() as cluster:
            yield {"DATABASE_URL": cluster.url}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, database):
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def site(folder, database, unused_tcp_port):
    # With a key in the environment no .env is written into this clone, and its own one is not read.
    site = Site(
        folder,
        unused_tcp_port,
        ENV_FILE="",
        SECRET_KEY="for this test " * 3,
        HTTPS="false",
        **database,
    )
    yield site
    if site.process.poll() is None:
        site.stop()


def test_serve_on_a_first_start_prints_links_that_work_and_a_password(site):
    assert site.wait_until_ready() == "ready\n"
    for label in ("Participant", "Preview"):
        assert "<form" in site.get(site.printed(label)[1])
    assert "<form" in site.get(site.printed("Console")[1])
    assert site.printed("First admin")
    assert site.stop() == 0


def test_serve_on_a_second_start_makes_no_second_admin(site):
    site.wait_until_ready()
    assert site.printed("Participant")
    assert not site.printed("First admin")
    assert site.stop() == 0


def test_serve_keeps_a_worker_that_goes_with_it(site):
    site.wait_until_ready()
    worker = site.wait_for(site.worker)
    worker.kill()
    again = site.wait_for(lambda: (found := site.worker()) and found.pid != worker.pid and found)
    site.process.kill()
    site.process.wait()
    site.wait_for(lambda: has_ended(again))


def has_ended(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
