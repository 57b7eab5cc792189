"""How long raters wait while a researcher imports 300,000 annotations and opens the overview of a large study.

    .venv/bin/python tests/postgres.py --durable -- .venv/bin/python benchmarks/rater_latency.py

One gunicorn with config/gunicorn.py (2 processes x 4 threads) on PostgreSQL. Simulated raters walk the example study
through its real pages and think before each click: alone; while a researcher opens the overview of the big study
(benchmarks/big_study.py) again and again; and while another one meanwhile sends a file of made-up annotations of that
study through the console. Everything runs on one machine: the raters' own work, the server and the database.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from random import Random
from threading import Event

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

from benchmarks.big_study import SLUG, make_study

# isort: split
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction

from annotation.models import Question, Study
from annotation.rehearsal.behaviour import Behaviour
from annotation.rehearsal.client import Client, Reply
from annotation.rehearsal.crowd import first_visit, make_walker
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.report import percentile
from annotation.rehearsal.server import SiteServer
from annotation.services.assembly import make_seats, wipe_rehearsal
from jobs.models import RunState

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
SEATS_EACH = 20
BOUNDARY = "benchmark-boundary"
FURTHER = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')


def main() -> None:
    options = read_options()
    study, big = prepare(options)
    file = annotation_file(big)
    researcher = get_user_model().objects.create_user(f"bench-{secrets.token_hex(4)}", is_staff=True, is_superuser=True)
    cookie = session_of(researcher)
    print(f"{connection.vendor}; {options.raters} raters, thinking {options.think} s before each click", flush=True)
    rows = file.count(b"\n") - 1
    print(f"the file: {len(file) / 1e6:.0f} MB, {rows:,} annotations", flush=True)
    connection.close()
    # A worker, as script/serve keeps one: it checks and imports the file.
    with SiteServer(environment={"KEEP_WORKER": "true"}) as server:
        crowd = Crowd(study, server, options)
        crowd.walk(lambda: time.sleep(options.warm_up))
        show("alone", crowd.walk(lambda: time.sleep(options.seconds)))
        reading, both = Visits(server, cookie), Visits(server, cookie)
        show("while the overview is read", crowd.walk(lambda: reading.read(big, options.seconds / 2)))
        reading.show()
        show(
            "while it is read and a file imported", crowd.walk(lambda: both.import_and_read(big, file, options.seconds))
        )
        both.show()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raters", type=int, default=16, help="at the same time (16)")
    parser.add_argument("--think", type=float, default=1.5, help="mean seconds before each click (1.5)")
    parser.add_argument("--seconds", type=float, default=60, help="of each part, at least (60; half for reading)")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds before the first part (5)")
    parser.add_argument("--personas", type=int, default=1_586, help="of the big study, with 200 questions each (1,586)")
    return parser.parse_args()


def prepare(options: argparse.Namespace) -> tuple[Study, Study]:
    """The example study for the raters and the big one for the researcher."""
    for command in ("migrate", "load_examples"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    big = Study.objects.filter(slug=SLUG).first()
    if big is None:
        with transaction.atomic():
            big, _ = make_study(options.personas, 200)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return study_with_seats(), big


def study_with_seats() -> Study:
    """The example study with so many seats that nobody is turned away."""
    study = Study.objects.get(slug="example")
    wipe_rehearsal(study=study)
    study.raters_per_persona = SEATS_EACH
    study.save(update_fields=["raters_per_persona"])
    make_seats(study)
    return study


def annotation_file(big: Study) -> bytes:
    """One more model with a choice on each question, as CSV."""
    rng, name = Random(1), f"model {secrets.token_hex(4)}"
    places = Question.objects.filter(study=big).order_by("pk").values_list("persona__key", "prompt_key")[:300_000]
    rows = [f"{name},{persona},{prompt},{rng.choice(['revised', 'baseline'])}" for persona, prompt in places.iterator()]
    return "\n".join(["annotator,persona_id,prompt_id,choice", *rows, ""]).encode()


def session_of(user) -> str:
    """A logged-in session, as the value of a Cookie header."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


# --- Raters -----------------------------------------------------------------------------------------
class ThinkingClient(Client):
    """Waits before each form that it sends, as a person does; the wait is no part of the seconds."""

    def __init__(self, site: str, rng: Random, think: float, stop: Event):
        super().__init__(site)
        self.rng, self.think, self.stop = rng, think, stop

    def post(self, *args, **kwargs) -> Reply:
        if self.stop.wait(self.rng.expovariate(1 / self.think)):
            raise Stopped
        return super().post(*args, **kwargs)


class Stopped(Exception):
    """The part of the measurement is over."""


class Crowd:
    """So many raters at a time; when one has finished, the next one arrives."""

    def __init__(self, study: Study, server: SiteServer, options: argparse.Namespace):
        self.study, self.server, self.options = study, server, options
        self.oracle = Oracle(study)
        self.oracle.choose = lambda code, labels, rng, accuracy: rng.choice(sorted(labels))  # spends no database time

    def walk(self, meanwhile: Callable[[], None]) -> list[tuple[str, float]]:
        """Let raters walk for as long as something else takes; their requests with the seconds of each."""
        wipe_rehearsal(study=self.study)
        connection.close()
        stop, numbers = Event(), count(1)
        with ThreadPoolExecutor(self.options.raters) as pool:
            found = [pool.submit(self._one_after_another, numbers, stop) for _ in range(self.options.raters)]
            try:
                meanwhile()
            finally:
                stop.set()
        return [request for each in found for request in each.result()]

    def _one_after_another(self, numbers: Iterator[int], stop: Event) -> list[tuple[str, float]]:
        requests: list[tuple[str, float]] = []
        while not stop.is_set():
            walker = make_walker(
                self.study, self.oracle, site=self.server.url, seed=1, number=next(numbers), behaviour=Behaviour()
            )
            walker.client = ThinkingClient(self.server.url, walker.rng, self.options.think, stop)
            try:
                first_visit(walker, self.oracle)
            except Stopped:
                pass
            finally:
                walker.client.close()
            if walker.walk.end == "turned away":
                sys.exit("The study has too few seats for so many raters and seconds.")
            requests += walker.walk.requests
        return requests


def show(words: str, requests: list[tuple[str, float]]) -> None:
    print(f"{words}: {len(requests)} requests, load average {os.getloadavg()[0]:.1f}")
    for kind, name in (("GET", "pages"), ("POST", "submits")):
        seconds = [each for what, each in requests if what.startswith(kind)]
        figures = "  ".join(f"p{percent} {1000 * percentile(seconds, percent):.0f}" for percent in (50, 95, 99))
        print(f"  {name:8} n {len(seconds):5}  {figures}  longest {1000 * max(seconds):.0f} ms", flush=True)


# --- The researcher ---------------------------------------------------------------------------------
@dataclass
class Visits:
    """What the researcher did, with the seconds of each request."""

    server: SiteServer
    cookie: str
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def read(self, big: Study, seconds: float) -> None:
        """Open the overview again and again, with a second to look at it."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._open_overview(big)
            time.sleep(1)

    def import_and_read(self, big: Study, file: bytes, least: float) -> None:
        """Import in one tab and read in another."""
        started, imported = time.monotonic(), Event()
        with ThreadPoolExecutor(1) as pool:
            importing = pool.submit(self._import, big, file, imported)
            while not imported.is_set() or time.monotonic() - started < least:
                self.read(big, 1)
            importing.result()

    def _import(self, big: Study, file: bytes, imported: Event) -> None:
        try:
            path = f"/studies/{big.slug}/annotations/import/"
            form = self._ask("import: form", "GET", path)
            preview = self._ask("import: upload", "POST", path, *as_multipart(token_in(form), file)).headers["Location"]
            self._ask("import: preview, at once", "GET", preview)
            self._wait_for_run("import: check, in a worker", big)
            page = self._ask("import: preview", "GET", preview)
            self._ask("import: confirm", "POST", preview, f"csrfmiddlewaretoken={token_in(page)}".encode(), FORM)
            self._wait_for_run("import: store, in a worker", big)
        finally:
            imported.set()
            connection.close()

    def _wait_for_run(self, what: str, big: Study) -> None:
        started = time.perf_counter()
        run = big.runs.order_by("-pk").first()
        while run.finished_at is None:
            time.sleep(0.2)
            run.refresh_from_db()
        if run.state != RunState.DONE:
            raise RuntimeError(f"{run} ended as {run.state}: {run.reason}")
        self.seconds.append((what, time.perf_counter() - started))

    def _open_overview(self, big: Study) -> None:
        """The first screen, and the whole page to which it sends the browser on."""
        path = f"/studies/{big.slug}/results/"
        screen = self._ask("overview: first screen", "GET", path)
        self._ask("overview: whole page", "GET", path + unescape(FURTHER.search(screen.text)[1]))

    def _ask(self, what: str, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        headers = {"Cookie": f"{self.cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"}
        started = time.perf_counter()
        connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read().decode())
        self.seconds.append((what, time.perf_counter() - started))
        connection.close()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{method} {path} gave {answer.status}: {answer.text[-500:]}")
        return answer

    def show(self) -> None:
        for what in dict.fromkeys(what for what, _ in self.seconds):
            seconds = [each for name, each in self.seconds if name == what]
            print(f"  {what:24} n {len(seconds):3}  p50 {percentile(seconds, 50):.2f} s  longest {max(seconds):.2f} s")


@dataclass(frozen=True)
class Answer:
    """One reply to the researcher."""

    status: int
    headers: dict[str, str]
    text: str


CSRF = secrets.token_hex(16)
FORM = "application/x-www-form-urlencoded"


def token_in(answer: Answer) -> str:
    return TOKEN.search(answer.text)[1]


def as_multipart(token: str, file: bytes) -> tuple[bytes, str]:
    """The upload form as a browser sends it."""
    start = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="made-up.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return start.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


if __name__ == "__main__":
    main()
