"""CPU-seconds, queries and memory of the pages of results on a large study that is made here, and says so.

    .venv/bin/python tests/postgres.py -- .venv/bin/python benchmarks/big_study.py     1,586 personas x 200 questions
    .venv/bin/python benchmarks/big_study.py --personas 100                            a smaller one, on SQLite

Five models and four raters for each persona, none of them real: a truth is drawn for each question, and everybody
follows it with an accuracy of their own. The rows are written with COPY; each page is then asked for through Django,
once in a fresh process state and twice more: the whole page, and before all the first screen of the overview.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SCRATCH = tempfile.TemporaryDirectory(prefix="understudy-benchmark-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH.name}/benchmark.sqlite3")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in a worker of the site
os.environ.update(ENV_FILE="", SECRET_KEY=secrets.token_urlsafe(48), HTTPS="false", DATA_DIR=SCRATCH.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django  # noqa: E402 - the settings come first

django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from annotation.models import Question, Rater, RaterKind, Response, Study  # noqa: E402
from annotation.services.bulk import NewAnnotation, insert_annotations, new_pseudonyms  # noqa: E402
from personas.models import Persona, PersonaSet  # noqa: E402

SLUG, LABEL = "big", "made by benchmarks/big_study.py"
RELIGIONS = ["Catholic", "Protestant", "None", "Jewish", "Muslim"]
MODELS = {"m, role-play": 0.85, "m, no persona": 0.6, "n, role-play": 0.8, "n, no persona": 0.55, "o": 0.7}
HUMAN_ACCURACY, RATERS = 0.8, 4
PAGES = [
    "",
    "skill/",
    "matrices/",
    "matrices/?kind=personas",
    "matrices/?kind=raters",
    "histograms/",
    "personas/",
    "personas/{persona}/",
    "groups/",
    "groups/?by=attribute:religion",
    "disagreements/",
    "questions/{question}/",
    "raters/",
    "influence/",
    "vote-rules/",
    "files/",
]
FIRST_SCREEN = "first screen"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", type=int, default=1_586)
    parser.add_argument("--questions", type=int, default=200, help="per persona")
    parser.add_argument("--profile", metavar="PAGE", help="print where the time of one page goes, such as '' or skill/")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    with transaction.atomic():
        study, rows = make_study(options.personas, options.questions)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{connection.vendor}: {rows:,} annotations, {LABEL}, in {time.perf_counter() - start:.0f} s", flush=True)
    client = Client()
    client.force_login(get_user_model().objects.create_user("bench", is_staff=True))
    if options.profile is not None:
        profile(client, study, options.profile)
        return
    for page in [FIRST_SCREEN, *PAGES]:
        measure(client, study, page)


def address_of(study: Study, page: str) -> str:
    """The whole page, without the first of the two steps in which a large study's pages come."""
    if page == FIRST_SCREEN:
        return f"/studies/{study.slug}/results/"
    question = study.questions.select_related("persona").order_by("persona__position", "position").first()
    address = f"/studies/{study.slug}/results/" + page.format(persona=question.persona_id, question=question.pk)
    return f"{address}{'&' if '?' in page else '?'}whole=1"


def measure(client: Client, study: Study, page: str) -> None:
    address = address_of(study, page)
    for attempt in range(3):
        before, start = cpu(), time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, response.status_code
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spent, waited = cpu() - before, time.perf_counter() - start
        print(
            f"  {page or 'overview':32} {attempt + 1}: {spent:5.2f} CPU-s, {waited:5.2f} s, "
            f"{len(queries)} queries, {len(response.content) / 1024:.0f} KB, at most {peak:.0f} MB, "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def profile(client: Client, study: Study, page: str) -> None:
    address = address_of(study, page)
    client.get(address)
    with cProfile.Profile() as profiler:
        client.get(address)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


def make_study(personas: int, questions: int) -> tuple[Study, int]:
    people = PersonaSet.objects.create(name=SLUG, version=1, content_hash="0" * 64, made_by=LABEL)
    Persona.objects.bulk_create(
        Persona(
            persona_set=people,
            key=f"p{n:04}",
            position=n,
            attributes=[["age", str(18 + n % 70)], ["religion", RELIGIONS[n % 5]], ["life", f"life {n}"]],
        )
        for n in range(personas)
    )
    study = Study.objects.create(
        slug=SLUG, name=f"Big study, {LABEL}", persona_set=people, questions_per_rater=questions, made_by=LABEL
    )
    study.personas.set(people.personas.all())
    made = (question(study, persona, n) for persona in people.personas.order_by("position") for n in range(questions))
    Question.objects.bulk_create(made, batch_size=2_000)
    ids = np.array(study.questions.order_by("persona__position", "position").values_list("pk", flat=True))
    rng = np.random.default_rng(1)
    truth = rng.random((personas, questions)) < 0.6
    annotations = made_annotations(study, ids.reshape(personas, questions), truth, rng)
    return study, insert_annotations(annotations, now=timezone.now())


def question(study: Study, persona: Persona, number: int) -> Question:
    return Question(
        study=study,
        persona=persona,
        prompt_key=f"q{number:03}",
        prompt=f"What about matter {number}?",
        revised=f"What fits {persona.key} in matter {number}.",
        alternative=f"Many views on matter {number}.",
        alternative_kind=study.design,
        position=number,
        topic=f"topic {number % 8}",
        reference_first=Response.REVISED if (number + persona.position) % 2 else Response.ALTERNATIVE,
        is_drawn=True,
    )


def made_annotations(study: Study, ids: np.ndarray, truth: np.ndarray, rng) -> Iterator[NewAnnotation]:
    """The raters are stored at once, the rows made one by one: the connection is busy with COPY by then."""
    models = made_raters(study, RaterKind.MODEL, list(MODELS))
    names = [f"p{persona:04}-{seat}" for persona in range(len(ids)) for seat in range(RATERS)]
    return rows_of(models, made_raters(study, RaterKind.EXTERNAL, names), ids, truth, rng)


def rows_of(
    models: list[Rater], people: list[Rater], ids: np.ndarray, truth: np.ndarray, rng
) -> Iterator[NewAnnotation]:
    for rater, accuracy in zip(models, MODELS.values(), strict=True):
        yield from choices(rater.pk, ids.ravel(), truth.ravel(), accuracy, rng)
    for n, rater in enumerate(people):
        yield from choices(rater.pk, ids[n // RATERS], truth[n // RATERS], HUMAN_ACCURACY, rng)


def made_raters(study: Study, kind: str, names: list[str]) -> list[Rater]:
    pseudonyms = new_pseudonyms(study, len(names))
    return Rater.objects.bulk_create(
        Rater(study=study, kind=kind, name=name, pseudonym=pseudonym, is_rehearsal=kind == RaterKind.EXTERNAL)
        for name, pseudonym in zip(names, pseudonyms, strict=True)
    )


def choices(rater: int, ids: np.ndarray, truth: np.ndarray, accuracy: float, rng) -> Iterator[NewAnnotation]:
    revised = (truth == (rng.random(truth.size) < accuracy)).tolist()
    first = (rng.random(truth.size) < 0.5).tolist()
    words = {True: Response.REVISED, False: Response.ALTERNATIVE}
    for pk, is_revised, is_first in zip(ids.tolist(), revised, first, strict=True):
        yield NewAnnotation(rater, pk, 1, words[is_revised], words[is_first])


if __name__ == "__main__":
    main()
