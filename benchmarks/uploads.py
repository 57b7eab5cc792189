"""Memory and seconds of the web process and of the worker while large files are imported in the console.

    .venv/bin/python benchmarks/uploads.py                                                           on SQLite
    .venv/bin/python tests/postgres.py --durable -- .venv/bin/python benchmarks/uploads.py           on PostgreSQL

The site runs under gunicorn with one web process and one worker, started anew for each file, which is uploaded,
previewed and imported as a researcher would. The peaks of resident memory since the start are read from /proc. The
files are made here, for a study of ``--personas`` x 200 questions: one made-up model's answers with reasons long
enough to reach ``--megabytes``, questions and personas of as many megabytes, and 18 MB of ``[{},{},...``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.import_annotations import SCRATCH, SLUG, make_study, text

# isort: split
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

from annotation.models import Question, Study
from annotation.rehearsal.server import SiteServer
from annotation.services.assembly import create_study

EMPTY = "empty"
BOUNDARY = "benchmark-boundary"
CSRF = secrets.token_hex(16)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def main() -> None:
    options = read_options()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    study = make_study(options.personas, 200, random.Random(1))
    empty = create_study(slug=EMPTY, name=EMPTY, persona_set=study.persona_set)
    user = get_user_model().objects.create_user("bench", is_staff=True, is_superuser=True)
    cookie = session_of(user)
    print(f"{connection.vendor}; {study.questions.count():,} questions", flush=True)
    for name in options.files:
        path, slug, page = made_file(name, study, empty, options.megabytes)
        measure(name, path, f"/studies/{slug}/{page}/import/" if slug else "/personas/import/", cookie)
        path.unlink()


def read_options() -> argparse.Namespace:
    names = ["annotations.jsonl", "annotations.csv", "annotations.json"]
    names += ["questions.jsonl", "personas.jsonl", "empty-objects.json"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--personas", type=int, default=1_500)
    parser.add_argument("--files", nargs="+", choices=names, default=names)
    return parser.parse_args()


# --- The files --------------------------------------------------------------------------------------
def made_file(name: str, study: Study, empty: Study, megabytes: int) -> tuple[Path, str, str]:
    """The file, the study it is for and the page that takes it."""
    path = Path(SCRATCH.name) / name
    if name == "empty-objects.json":
        path.write_text("[" + "{}," * 6_000_000 + "{}]")
        return path, SLUG, "annotations"
    if name == "questions.jsonl":
        write(path, question_rows(study, megabytes))
        return path, EMPTY, "questions"
    if name == "personas.jsonl":
        write(path, persona_rows(megabytes))
        return path, "", ""
    write(path, annotation_rows(study, megabytes))
    return path, SLUG, "annotations"


def write(path: Path, rows: Iterator[dict]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(rows):
            if path.suffix == ".jsonl":
                file.write(json.dumps(row) + "\n")
            elif path.suffix == ".json":
                file.write(("," if number else "[") + json.dumps(row))
            else:
                file.write("" if number else ",".join(row) + "\n")
                file.write(",".join(row.values()) + "\n")
        file.write("]" if path.suffix == ".json" else "")


def annotation_rows(study: Study, megabytes: int) -> Iterator[dict]:
    rng = random.Random(2)
    count = study.questions.count()
    words = max(1, round((megabytes * 1_000_000 / count - 130) / 8))
    places = Question.objects.filter(study=study).order_by("pk").values_list("persona__key", "prompt_key")
    for persona, prompt in places.iterator():
        place = {"annotator": "a made-up model", "persona_id": persona, "prompt_id": prompt}
        yield {**place, "choice": rng.choice(["revised", "baseline"]), "justification": text(rng, words)}


def question_rows(study: Study, megabytes: int) -> Iterator[dict]:
    rng = random.Random(3)
    keys = list(study.persona_set.personas.values_list("key", flat=True))
    left, number = megabytes * 1_000_000, 0
    while left > 0:
        row = {
            "persona_id": keys[number % len(keys)],
            "prompt_id": f"q{number // len(keys)}",
            "prompt": f"What about matter {number // len(keys)}?",
            "revised": text(rng, 130),
            "baseline": text(rng, 130),
        }
        left -= sum(map(len, row.values())) + 80
        number += 1
        yield row


def persona_rows(megabytes: int) -> Iterator[dict]:
    rng = random.Random(4)
    left, number = megabytes * 1_000_000, 0
    while left > 0:
        row = {"id": f"person-{number:06}", **{f"attribute {n}": text(rng, 10) for n in range(35)}}
        left -= sum(map(len, row.values())) + 35 * 20
        number += 1
        yield row


# --- One upload -------------------------------------------------------------------------------------
def measure(name: str, path: Path, address: str, cookie: str) -> None:
    connection.close()
    size = path.stat().st_size
    with SiteServer(workers=1, environment={"KEEP_WORKER": "true"}) as server:
        site = Site(server, cookie)
        form = site.ask("GET", address)
        ready = peaks(server.pid)
        times = {}
        times["upload"], preview = timed(lambda: site.upload(address, path, TOKEN.search(form.text)[1]))
        times["preview"], page = timed(lambda: site.ask_until_done(preview.location))
        if page.status != 200:
            raise RuntimeError("There is no preview.")
        if "<button>Import" in page.text:
            times["import"], _ = timed(lambda: site.confirm(preview.location, TOKEN.search(page.text)[1]))
        after = peaks(server.pid)
    memory = ", ".join(f"{process} {ready[process]:.0f} -> {after[process]:.0f} MiB" for process in ready)
    seconds = ", ".join(f"{step} {taken:.1f} s" for step, taken in times.items())
    load = os.getloadavg()[0]
    print(f"{name:20} {size / 1e6:4.0f} MB: {memory}; {seconds}; longest answer {site.longest:.1f} s; load {load:.1f}")
    sys.stdout.flush()


def timed(call):
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def peaks(master: int) -> dict[str, float]:
    """The most memory of the web process and of the kept worker since they started, in mebibytes."""
    time.sleep(3)  # the worker starts beside the site
    found = {"web": 0.0, "worker": 0.0}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            words, command = status.read_text(), status.with_name("cmdline").read_text()
        except OSError:
            continue
        if f"\nPPid:\t{master}\n" in words and (line := re.search(r"^VmHWM:\s+(\d+) kB", words, re.MULTILINE)):
            process = "worker" if "--with-parent" in command else "web"
            found[process] = max(found[process], int(line[1]) / 1024)
    return found


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.location = response.headers.get("Location", "")
        self.text = response.read().decode()


class Site:
    """One logged-in researcher."""

    def __init__(self, server: SiteServer, cookie: str) -> None:
        self.port = server.port
        self.headers = {"Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"}
        self.longest = 0.0

    def ask(self, method: str, path: str, body=None, headers: dict | None = None) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        link.request(method, path, body, self.headers | (headers or {}))
        started = time.perf_counter()
        answer = Answer(link.getresponse())
        self.longest = max(self.longest, time.perf_counter() - started)
        link.close()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{method} {path} gave {answer.status}: {answer.text[-500:]}")
        return answer

    def ask_until_done(self, path: str) -> Answer:
        """The page once it no longer renews itself."""
        while "every 2s" in (answer := self.ask("GET", path)).text:
            time.sleep(0.5)
        return answer

    def confirm(self, path: str, token: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", path, f"csrfmiddlewaretoken={token}", form)
        page = self.ask_until_done(answer.location)
        if re.search(r"imported", page.text) is None:
            raise RuntimeError(f"Nothing was imported: {re.sub(r'<[^>]+>', ' ', page.text)[:2000]}")
        return page

    def upload(self, path: str, file: Path, token: str) -> Answer:
        """Send the form as a browser does, the file from the disk."""
        start = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\nbenchmark\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            "Content-Type: text/plain\r\n\r\n"
        ).encode()
        end = f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(start) + file.stat().st_size + len(end)),
        }
        answer = self.ask("POST", path, pieces(start, file, end), headers)
        if answer.status != 302:
            raise RuntimeError(f"The upload was refused: {re.sub(r'<[^>]+>', ' ', answer.text)[:2000]}")
        return answer


def pieces(start: bytes, file: Path, end: bytes) -> Iterator[bytes]:
    yield start
    with file.open("rb") as source:
        while piece := source.read(1_000_000):
            yield piece
    yield end


def session_of(user) -> str:
    """A logged-in session, as the value of a Cookie header."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    main()
