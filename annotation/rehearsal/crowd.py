"""Many simulated raters: who they are, and bursts in which they arrive at the same moment."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from urllib.parse import urlencode

from annotation.models import Study
from annotation.rehearsal.behaviour import Behaviour, behaviour_with, draw_behaviour, habits_of
from annotation.rehearsal.mark import rehearsal_mark
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.walker import Broken, Walk, Walker

Say = Callable[[str], None]


def simulated_id(seed: int, number: int, what: str) -> str:
    """A Prolific-like id: the same seed and number are the same simulated person."""
    return hashlib.sha256(f"rehearsal:{seed}:{number}:{what}".encode()).hexdigest()[:24]


def rehearsal_link(study: Study, *, seed: int, number: int) -> str:
    """The link Prolific would show to one simulated participant, with the signed mark."""
    parameters = {
        "PROLIFIC_PID": simulated_id(seed, number, "participant"),
        "STUDY_ID": simulated_id(seed, 0, "study"),
        "SESSION_ID": simulated_id(seed, number, "submission"),
        "rehearsal": rehearsal_mark(study.slug),
    }
    return f"/s/{study.slug}/?{urlencode(parameters)}"


def make_walker(
    study: Study, oracle: Oracle, *, site: str, seed: int, number: int, behaviour: Behaviour, patience: float = 60
) -> Walker:
    return Walker(
        site=site,
        link=rehearsal_link(study, seed=seed, number=number),
        prolific_id=simulated_id(seed, number, "participant"),
        behaviour=behaviour,
        rng=Random(f"rehearsal:{seed}:{number}:walk"),
        choose=oracle.choose,
        right_answers=oracle.right_answers,
        name=f"simulated rater {number}",
        patience=patience,
    )


def make_crowd(
    study: Study,
    oracle: Oracle,
    *,
    site: str,
    raters: int,
    seed: int,
    accuracy: float,
    habits: Mapping[str, int] | None = None,
) -> list[Walker]:
    """The raters of one rehearsal: so many with each habit, or each with habits drawn from the seed."""
    behaviours = make_behaviours(raters, habits, seed=seed, accuracy=accuracy, questions=study.questions_per_rater)
    return [
        make_walker(study, oracle, site=site, seed=seed, number=number, behaviour=behaviour)
        for number, behaviour in enumerate(behaviours, start=1)
    ]


def make_behaviours(
    raters: int, habits: Mapping[str, int] | None, *, seed: int, accuracy: float, questions: int
) -> list[Behaviour]:
    kind = {"accuracy": accuracy, "questions": questions}
    draws = [Random(f"rehearsal:{seed}:{number}:behaviour") for number in range(1, raters + 1)]
    if not habits:
        return [draw_behaviour(rng, **kind) for rng in draws]
    named = habits_of(raters, habits, Random(f"rehearsal:{seed}:habits"))
    return [behaviour_with(habit, rng, **kind) for habit, rng in zip(named, draws, strict=True)]


def walk_in_bursts(walkers: Sequence[Walker], oracle: Oracle, *, burst: int, say: Say) -> list[Walk]:
    """Everybody arrives, burst by burst; then those who broke off come back; then the finished look once more."""
    for number, group in enumerate(_groups(walkers, burst), start=1):
        together(group, lambda walker: first_visit(walker, oracle))
        say(f"Burst {number}: {_ends(group)}")
    returning = [walker for walker in walkers if walker.walk.end == "left" and walker.behaviour.returns]
    for group in _groups(returning, burst):
        together(group, come_back)
        say(f"Came back after a break or too late: {_ends(group)}")
    for group in _groups([walker for walker in walkers if walker.walk.end == "done"], burst):
        together(group, look_again)
    return [walker.walk for walker in walkers]


def together(walkers: Sequence[Walker], visit: Callable[[Walker], None]) -> None:
    """Let each rater make this visit in a thread of their own, all starting at the same moment."""
    if not walkers:
        return
    start = Barrier(len(walkers))

    def make_visit(walker: Walker) -> None:
        start.wait()
        try:
            visit(walker)
        except (Broken, LookupError) as error:
            walker.walk.trouble.append(str(error))
        finally:
            walker.client.close()

    with ThreadPoolExecutor(max_workers=len(walkers)) as pool:
        # list: an error that no rater should meet surfaces here
        list(pool.map(make_visit, walkers))


def first_visit(walker: Walker, oracle: Oracle) -> None:
    page = walker.arrive()
    if page is None:
        return
    walker.walk_on(page)
    if walker.walk.end == "left" and walker.behaviour.time_runs_out:
        oracle.let_time_run_out(walker.code)


def come_back(walker: Walker) -> None:
    """Follow the link again and finish."""
    page = walker.arrive()
    if page is not None:
        walker.walk_on(page, break_off=False)


def look_again(walker: Walker) -> None:
    """Follow the link after the end: the same completion code must be there."""
    page = walker.arrive()
    if page is None:
        raise Broken("was turned away after finishing")
    walker.note_completion_code(page)


def _groups(walkers: Sequence[Walker], size: int) -> Iterator[Sequence[Walker]]:
    for start in range(0, len(walkers), size):
        yield walkers[start : start + size]


def _ends(walkers: Sequence[Walker]) -> str:
    ends = Counter(walker.walk.end or "stuck" for walker in walkers)
    return ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
