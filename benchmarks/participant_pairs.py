"""CPU of a whole participant in two checkouts of this repository, by turns, without a server between.

    .venv/bin/python benchmarks/participant_pairs.py ../before .

Each checkout has its own environment (``script/bootstrap``) and walks raters of the example study through its own WSGI
application, two at a time in turn with the other, so that whatever else the machine does slows both alike. Only the
CPU of the application's calls counts: no HTTP, no process of gunicorn, no client. On SQLite, in memory-backed files.
"""

from __future__ import annotations

import io
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RATERS_A_TURN = 2
TURNS = 50
# The example study has 80 seats.
TURNS_BETWEEN_WIPES = 20


def main(checkouts: list[str]) -> None:
    if len(checkouts) != 2:
        sys.exit("Name two checkouts: the one before and the one after.")
    sides = [walking(Path(checkout).resolve()) for checkout in checkouts]
    spent: list[list[float]] = [[], []]
    for turn in range(TURNS):
        for side in (0, 1) if turn % 2 else (1, 0):
            spent[side].append(cpu_of_a_turn(sides[side]))
    for checkout, side in zip(checkouts, spent, strict=True):
        print(f"{checkout}: {statistics.median(side):.1f} ms of CPU a rater, the median of {TURNS} turns")
    ratios = [after / before for before, after in zip(*spent, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    print(f"after / before: {statistics.median(ratios):.2f} (half of the turns between {low:.2f} and {high:.2f})")
    print(f"mean / mean: {statistics.mean(spent[1]) / statistics.mean(spent[0]):.2f}")
    for side in sides:
        side.kill()


def walking(checkout: Path) -> subprocess.Popen:
    command = [str(checkout / ".venv/bin/python"), str(Path(__file__).resolve()), "--walk"]
    pipe = subprocess.PIPE
    side = subprocess.Popen(command, cwd=checkout, stdin=pipe, stdout=pipe, text=True)
    if side.stdout.readline().strip() != "ready":
        sys.exit(f"{checkout} did not start; it needs script/bootstrap and the example study.")
    return side


def cpu_of_a_turn(side: subprocess.Popen) -> float:
    side.stdin.write("\n")
    side.stdin.flush()
    return float(side.stdout.readline())


# --- In the process of one checkout -------------------------------------------------------------------
def walk_when_told() -> None:
    sys.path.insert(0, os.getcwd())
    scratch = tempfile.TemporaryDirectory(prefix="understudy-benchmark-", dir="/dev/shm")
    os.environ.update(
        ENV_FILE="",
        HTTPS="false",
        SECRET_KEY=secrets.token_urlsafe(48),
        DATABASE_URL=f"sqlite:///{scratch.name}/benchmark.sqlite3",
        DJANGO_SETTINGS_MODULE="config.settings.base",
    )
    import django

    django.setup()
    from django.core.management import call_command

    for command in ("migrate", "load_examples"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    walk = make_walk(spent := [])
    for _ in range(10):
        walk(wipe=False)
    walk(wipe=True)
    print("ready", flush=True)
    for turn, _ in enumerate(sys.stdin):
        spent.clear()
        walk(wipe=turn % TURNS_BETWEEN_WIPES == TURNS_BETWEEN_WIPES - 1)
        print(1000 * sum(spent) / RATERS_A_TURN, flush=True)


def make_walk(spent: list[float]):
    """A function that walks the next raters to the end; the CPU of each call goes into ``spent``."""
    from annotation.models import Study
    from annotation.rehearsal.behaviour import Behaviour
    from annotation.rehearsal.client import Client
    from annotation.rehearsal.crowd import first_visit, make_walker
    from annotation.rehearsal.oracle import Oracle
    from annotation.services.assembly import wipe_rehearsal

    Client._ask = in_process(spent)
    study = Study.objects.get(slug="example")
    oracle = Oracle(study)
    oracle.choose = lambda code, labels, rng, accuracy: rng.choice(sorted(labels))
    numbers = iter(range(1_000_000))

    def walk(*, wipe: bool) -> None:
        for number in (next(numbers) for _ in range(RATERS_A_TURN)):
            site = "http://127.0.0.1"
            walker = make_walker(study, oracle, site=site, seed=1, number=number, behaviour=Behaviour())
            first_visit(walker, oracle)
            if walker.walk.end != "done":
                sys.exit(f"A rater did not finish: {walker.walk}")
        if wipe:
            wipe_rehearsal(study=study)

    return walk


def in_process(spent: list[float]):
    """``Client._ask`` that calls the WSGI application itself."""
    import gzip

    from annotation.rehearsal.client import Reply
    from config.wsgi import application

    def ask(client, method, path, body, headers):
        answer: dict = {}

        def start_response(status, given, exc_info=None):
            answer.update(status=int(status[:3]), headers={name.lower(): value for name, value in given})

        environment = request_of(method, path, (body or "").encode(), headers)
        before = time.process_time()
        pieces = application(environment, start_response)
        content = b"".join(pieces)
        pieces.close()
        spent.append(time.process_time() - before)
        found = answer["headers"]
        if found.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        leads_to = client._local(path, found.get("location") or found.get("hx-push-url") or "")
        text = content.decode("utf-8", "replace")
        return Reply(method=method, path=path, status=answer["status"], text=text, location=leads_to, seconds=spent[-1])

    return ask


def request_of(method: str, path: str, body: bytes, headers: dict[str, str]) -> dict:
    from django.test import RequestFactory

    path, _, query = path.partition("?")
    names = {name: "HTTP_" + name.upper().replace("-", "_") for name in headers}
    names["Content-Type"] = "CONTENT_TYPE"
    return {
        **RequestFactory()._base_environ(),
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{names[name]: value for name, value in headers.items()},
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["--walk"]:
        walk_when_told()
    else:
        main(sys.argv[1:])
