"""CPU-seconds per finished rater and latency, beside a bare Django view, interleaved in one run.

    .venv/bin/python benchmarks/participant.py                                                      on SQLite
    .venv/bin/python tests/postgres.py --durable -- .venv/bin/python benchmarks/participant.py      on PostgreSQL

The floor (benchmarks/floor) has as many pages and posts, renders one template for each page and inserts one row for
each post; no seats, no order of pages, no middleware; a post is redirected to the next page. The site is walked
twice: as browsers do, where htmx gets the next page in the answer to a form, and without JavaScript, with the floor's
redirects. All are served by config/gunicorn.py on the same database to the same simulated raters, who ask for
compressed pages. CPU is user + system of gunicorn's processes and, on PostgreSQL, of the database's.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import secrets
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SCRATCH = tempfile.TemporaryDirectory(prefix="understudy-benchmark-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH.name}/benchmark.sqlite3")
os.environ.update(ENV_FILE="", SECRET_KEY=secrets.token_urlsafe(48), HTTPS="false")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

import django  # noqa: E402 - the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from annotation.models import Outcome, Study  # noqa: E402
from annotation.rehearsal.behaviour import Behaviour  # noqa: E402
from annotation.rehearsal.crowd import first_visit, make_walker, together  # noqa: E402
from annotation.rehearsal.oracle import Oracle  # noqa: E402
from annotation.rehearsal.report import percentile  # noqa: E402
from annotation.rehearsal.server import SiteServer  # noqa: E402
from annotation.services.assembly import wipe_rehearsal  # noqa: E402
from benchmarks.floor.models import FloorAnswer  # noqa: E402

CONCURRENCY = 8
# Each process has made every connection and most personas' cards by then.
WARM_UP = 24


@dataclass(frozen=True)
class Round:
    """One measured crowd: CPU and requests per rater, and the seconds of page views and of submits."""

    cpu_ms: float
    requests: float
    views: list[float]
    submits: list[float]


def main() -> None:
    options = read_options()
    study = prepare()
    floor = SiteServer(application="benchmarks.floor.wsgi", environment={"FLOOR_CONTENT": floor_content(study)})
    site = SiteServer()
    walks = {
        "floor": (floor, Behaviour()),
        "site": (site, Behaviour()),
        "site, no JavaScript": (site, Behaviour(has_javascript=False)),
    }
    rounds = {name: [] for name in walks}
    for _ in range(options.repeats):
        for name, (server, behaviour) in walks.items():
            rounds[name].append(measure(study, server, behaviour, options.raters))
            wipe_rehearsal(study=study)
    report(rounds, options)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raters", type=int, default=48, help="measured raters in each round (48)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of each server (3)")
    return parser.parse_args()


def prepare() -> Study:
    """The bundled example study in a fresh database, and the floor's table beside it."""
    for command in ("migrate", "load_examples"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(FloorAnswer)
    return Study.objects.get(slug="example")


def floor_content(study: Study) -> str:
    """One persona with its texts as a file, for the floor to hold in memory."""
    persona = study.personas.first()
    questions = study.questions.drawn().filter(persona=persona)
    content = {
        "consent": study.consent,
        "instructions": study.instructions,
        "comprehension": study.comprehension,
        "attributes": persona.attributes,
        "questions": list(questions.values("prompt", "revised", "alternative")),
        "completion_code": study.code_for(Outcome.COMPLETED),
    }
    path = Path(SCRATCH.name) / "content.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


# --- One round --------------------------------------------------------------------------------------
def measure(study: Study, server: SiteServer, behaviour: Behaviour, raters: int) -> Round:
    connection.close()
    with server:
        walk(study, server, behaviour, range(WARM_UP))
        before = cpu_seconds(server)
        walkers = walk(study, server, behaviour, range(WARM_UP, WARM_UP + raters))
        cpu = cpu_seconds(server) - before
    requests = [request for walker in walkers for request in walker.walk.requests]
    return Round(
        cpu_ms=1000 * cpu / raters,
        requests=len(requests) / raters,
        views=[seconds for kind, seconds in requests if kind.startswith("GET")],
        submits=[seconds for kind, seconds in requests if kind.startswith("POST")],
    )


def walk(study: Study, server: SiteServer, behaviour: Behaviour, numbers) -> list:
    oracle = Oracle(study)
    oracle.choose = lambda code, labels, rng, accuracy: rng.choice(sorted(labels))  # spends no database time
    walkers = [
        make_walker(study, oracle, site=server.url, seed=1, number=number, behaviour=behaviour) for number in numbers
    ]
    for start in range(0, len(walkers), CONCURRENCY):
        together(walkers[start : start + CONCURRENCY], lambda walker: first_visit(walker, oracle))
    stuck = [walker.walk for walker in walkers if walker.walk.end != "done"]
    if stuck:
        sys.exit(f"{len(stuck)} raters did not finish; the first: {stuck[0]}")
    return walkers


def cpu_seconds(server: SiteServer) -> float:
    roots = [psutil.Process(server.pid), *postmaster()]
    return sum(own_and_waited_for(process) for root in roots for process in [root, *root.children(recursive=True)])


def own_and_waited_for(process: psutil.Process) -> float:
    """User + system of a process and of its children that have ended."""
    times = process.cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def postmaster() -> list[psutil.Process]:
    """PostgreSQL's first process, where there is one on this machine."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [psutil.Process(cursor.fetchone()[0]).parent()]


# --- The figures ------------------------------------------------------------------------------------
def report(rounds: dict[str, list[Round]], options: argparse.Namespace) -> None:
    print(f"{connection.vendor}, {options.repeats} rounds of {options.raters} raters, {CONCURRENCY} at a time")
    print(
        f"{'':<20}{'CPU ms per rater':>20}{'requests':>10}{'view p50/p95 ms':>18}{'submit p50/p95 ms':>20}{'ratio':>22}"
    )
    for name, measured in rounds.items():
        print(row(name, measured, rounds["floor"]))


def row(name: str, measured: list[Round], floor: list[Round]) -> str:
    cpu = [each.cpu_ms for each in measured]
    views = [seconds for each in measured for seconds in each.views]
    submits = [seconds for each in measured for seconds in each.submits]
    spread = f"{statistics.median(cpu):.0f} ({min(cpu):.0f}-{max(cpu):.0f})"
    return (
        f"{name:<20}{spread:>20}{statistics.mean(each.requests for each in measured):>10.0f}"
        f"{latency(views):>18}{latency(submits):>20}{ratio(measured, floor):>22}"
    )


def ratio(measured: list[Round], floor: list[Round]) -> str:
    """How many times the floor's CPU: the median, and each round by itself."""
    ratios = [ours.cpu_ms / theirs.cpu_ms for ours, theirs in zip(measured, floor, strict=True)]
    return f"{statistics.median(ratios):.2f} ({', '.join(f'{each:.1f}' for each in ratios)})"


def latency(seconds: list[float]) -> str:
    return f"{1000 * percentile(seconds, 50):.0f}/{1000 * percentile(seconds, 95):.0f}"


if __name__ == "__main__":
    main()
