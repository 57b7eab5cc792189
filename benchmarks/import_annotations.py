"""Seconds and memory for 300,000 annotations and for the baseline raters of as many questions.

    .venv/bin/python tests/postgres.py --durable -- .venv/bin/python benchmarks/import_annotations.py   on PostgreSQL
    .venv/bin/python benchmarks/import_annotations.py                                                   on SQLite

The rows are made here: 1,500 personas x 200 questions with answers of some 500 characters, and one JSONL row per
question with a choice, the order, a probability and a justification of 100 characters. The file goes through
manage.py import_annotations in a process of its own; so do the baseline raters. Then the same file is imported again,
which must change nothing. While each command runs, this process writes a row every 20 ms as a rater's save would, and
prints how long these writes waited.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

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

from annotation.models import Annotation, Question, Response, Study, StudyEvent  # noqa: E402
from annotation.rehearsal.report import percentile  # noqa: E402
from annotation.services import assembly  # noqa: E402
from personas.models import Persona, PersonaSet  # noqa: E402

SLUG = "benchmark"
WORDS = [f"word{number}" for number in range(4_000)]
ANSWER_WORDS, REASON_WORDS, PERSONA_WORDS = 65, 13, 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", type=int, default=1_500)
    parser.add_argument("--questions", type=int, default=200, help="per persona")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    study = make_study(options.personas, options.questions, random.Random(1))
    file = Path(SCRATCH.name) / "annotations.jsonl"
    rows = write_annotations(study, file, random.Random(2))
    print(f"{connection.vendor}: {rows:,} rows, {file.stat().st_size / 1e6:.0f} MB", flush=True)
    measure("import_annotations", SLUG, str(file))
    assert Annotation.objects.for_study(study).count() == rows
    measure("import_annotations", SLUG, str(file))
    measure("baseline_raters", SLUG)
    assert Annotation.objects.for_study(study).count() == 7 * rows


def measure(*command: str) -> None:
    """Run a command in a process of its own and print its time and its largest memory."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), *command], stderr=subprocess.DEVNULL)
    over = Event()
    writer = Thread(target=write_until, args=(over, waits := []))
    writer.start()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    over.set()
    writer.join()
    if status:
        sys.exit(f"{command[0]} failed")
    print(
        f"  {command[0]}: {seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of CPU in Python, "
        f"at most {used.ru_maxrss / 1024:.0f} MB (load of the machine {os.getloadavg()[0]:.1f})\n"
        f"  writes meanwhile: {len(waits)}, p50 {1000 * percentile(waits, 50):.0f} ms, "
        f"p95 {1000 * percentile(waits, 95):.0f}, p99 {1000 * percentile(waits, 99):.0f}, "
        f"longest {1000 * max(waits):.0f}\n",
        flush=True,
    )


def write_until(over: Event, waits: list[float]) -> None:
    """Write a row every 20 ms, each in a transaction of its own, and note how long it took."""
    study = Study.objects.get(slug=SLUG)
    while not over.wait(0.02):
        start = time.perf_counter()
        StudyEvent.objects.create(study=study, what="a write of the benchmark")
        waits.append(time.perf_counter() - start)
    connection.close()


def text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def make_study(personas: int, questions: int, rng: random.Random) -> Study:
    people = PersonaSet.objects.create(name=SLUG, version=1, content_hash="0" * 64)
    Persona.objects.bulk_create(
        Persona(persona_set=people, key=f"p{n}", position=n, attributes=[["life", text(rng, PERSONA_WORDS)]])
        for n in range(personas)
    )
    study = assembly.create_study(slug=SLUG, name=SLUG, persona_set=people, questions_per_rater=questions)
    study.personas.set(people.personas.all())
    for persona in people.personas.all():
        Question.objects.bulk_create(made_question(study, persona, n, rng) for n in range(questions))
    return study


def made_question(study: Study, persona: Persona, number: int, rng: random.Random) -> Question:
    return Question(
        study=study,
        persona=persona,
        prompt_key=f"q{number}",
        prompt=f"What about matter {number}?",
        revised=text(rng, ANSWER_WORDS),
        alternative=text(rng, ANSWER_WORDS),
        alternative_kind=study.design,
        position=number,
        reference_first=Response.REVISED,
    )


def write_annotations(study: Study, path: Path, rng: random.Random) -> int:
    with path.open("w", encoding="utf-8") as file:
        count = 0
        for row in annotation_rows(study, rng):
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def annotation_rows(study: Study, rng: random.Random) -> Iterator[dict]:
    places = Question.objects.filter(study=study).order_by("pk").values_list("persona__key", "prompt_key")
    for persona, prompt in places.iterator():
        yield {
            "annotator": "a made-up model",
            "persona_id": persona,
            "prompt_id": prompt,
            "choice": rng.choice("AB"),
            "shown_first": rng.choice(["revised", "baseline"]),
            "probability": round(rng.random(), 3),
            "justification": text(rng, REASON_WORDS),
        }


if __name__ == "__main__":
    main()
