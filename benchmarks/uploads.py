"""Memory and seconds of a web process while large files are uploaded and previewed in the console.

    .venv/bin/python benchmarks/uploads.py                                                           on SQLite
    .venv/bin/python tests/postgres.py --durable -- .venv/bin/python benchmarks/uploads.py           on PostgreSQL

The site runs under gunicorn with one process, started anew for each file. Resident memory of that process is read from
/proc: when it is ready, its peak during upload and preview, and afterwards. The files are made here, for a study of
``--personas`` x 200 questions: one made-up model's answers with reasons long enough to reach ``--megabytes``, questions
of as many megabytes, and 18 MB of ``[{},{},...``.
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
MEBIBYTE = 1024 * 1024


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
        measure(name, path, f"/studies/{slug}/{page}/import/", cookie)
        path.unlink()


def read_options() -> argparse.Namespace:
    names = ["annotations.jsonl", "annotations.csv", "annotations.json", "questions.jsonl", "empty-objects.json"]
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


# --- One upload -------------------------------------------------------------------------------------
def measure(name: str, path: Path, address: str, cookie: str) -> None:
    connection.close()
    size = path.stat().st_size
    with SiteServer(workers=1) as server:
        site = Site(server, cookie)
        form = site.ask("GET", address)
        worker = worker_of(server.pid)
        ready = memory_of(worker)
        uploaded, preview = timed(lambda: site.upload(address, path, TOKEN.search(form.text)[1]))
        looked, page = timed(lambda: site.ask("GET", preview.location))
        if page.status != 200:
            raise RuntimeError("There is no preview.")
        peak, after = memory_of(worker, "VmHWM"), memory_of(worker)
    print(
        f"{name:20} {size / 1e6:4.0f} MB: ready {ready:4.0f} MiB, peak {peak:4.0f}, after {after:4.0f} "
        f"(peak {(peak - ready) * MEBIBYTE / size:.2f} x the file above ready); "
        f"upload {uploaded:.1f} s, preview {looked:.1f} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def timed(call):
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def worker_of(master: int) -> int:
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return max(map(int, children), key=lambda pid: memory_of(pid, "VmHWM"))


def memory_of(pid: int, what: str = "VmRSS") -> float:
    """Mebibytes: VmRSS now, VmHWM at most since the process started."""
    line = re.search(rf"^{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(line[1]) / 1024


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

    def ask(self, method: str, path: str, body=None, headers: dict | None = None) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        link.request(method, path, body, self.headers | (headers or {}))
        answer = Answer(link.getresponse())
        link.close()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{method} {path} gave {answer.status}: {answer.text[-500:]}")
        return answer

    def upload(self, path: str, file: Path, token: str) -> Answer:
        """Send the form as a browser does, the file from the disk."""
        start = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
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
