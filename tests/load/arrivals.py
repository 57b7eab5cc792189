"""People who follow the study's link, several times each and all at the same moment."""

from __future__ import annotations

import contextlib
import re
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from urllib.parse import urlencode

from annotation.models import Assignment, Study
from annotation.rehearsal.client import Client, NoAnswer
from annotation.rehearsal.crowd import simulated_id

ADDRESS = re.compile(r"/a/([^/]+)/")
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Told:
    """What one arrival was told: the code of an assignment, or that no place was free."""

    prolific_id: str
    code: str
    retries: int

    @property
    def is_seated(self) -> bool:
        return bool(self.code)


def all_arrive_at_once(study: Study, site: str, *, people: int, times: int, seed: int = 1) -> list[Told]:
    """``people`` x ``times`` arrivals, each in a thread with a connection of its own, let go by one barrier."""
    arrivals = [number for number in range(1, people + 1) for _ in range(times)]
    start = Barrier(len(arrivals))

    def arrive(number: int) -> Told:
        link = participant_link(study, seed=seed, number=number)
        start.wait()
        return follow(site, link, simulated_id(seed, number, "participant"))

    with ThreadPoolExecutor(max_workers=len(arrivals)) as pool:
        return list(pool.map(arrive, arrivals))


def participant_link(study: Study, *, seed: int, number: int) -> str:
    """As a real participant's, without the mark of a rehearsal: they all pass the brakes at the door."""
    parameters = {
        "PROLIFIC_PID": simulated_id(seed, number, "participant"),
        "STUDY_ID": simulated_id(seed, 0, "study"),
        "SESSION_ID": simulated_id(seed, number, "submission"),
    }
    return f"/s/{study.slug}/?{urlencode(parameters)}"


def follow(site: str, link: str, prolific_id: str) -> Told:
    """Follow the link until it is answered: a broken connection or "one moment" (503) means "try again"."""
    give_up, retries = time.monotonic() + PATIENCE_SECONDS, 0
    with contextlib.closing(Client(site)) as client:
        while time.monotonic() < give_up:
            reply = _try(client, link)
            if reply is not None and reply.status != 503:
                return Told(prolific_id, _code(reply), retries)
            retries += 1
            time.sleep(0.1)
    raise AssertionError(f"{link} was not answered within {PATIENCE_SECONDS} s")


def _try(client: Client, link: str):
    try:
        return client.get(link)
    except NoAnswer:
        return None


def _code(reply) -> str:
    if reply.status == 302:
        return ADDRESS.match(reply.location)[1]
    assert reply.status == 200, f"{reply.path} gave {reply.status}: {reply.text[:500]}"
    return ""


# --- What must hold ---------------------------------------------------------------------------------
def seated_people(told: Sequence[Told]) -> set[str]:
    return {each.prolific_id for each in told if each.is_seated}


def told_both(told: Sequence[Told]) -> set[str]:
    """People who heard "here is your seat" and "full"."""
    return seated_people(told) & {each.prolific_id for each in told if not each.is_seated}


def with_two_assignments(told: Sequence[Told]) -> set[str]:
    codes = Counter(person for person, _ in {(each.prolific_id, each.code) for each in told if each.is_seated})
    return {person for person, count in codes.items() if count > 1}


def fullest_seat(study: Study) -> int:
    """The number of live or complete assignments in the seat that has most."""
    return max(Counter(study.assignments.holding_seats().values_list("seat_id", flat=True)).values())


def held_seats(study: Study) -> int:
    return Assignment.objects.filter(study=study).holding_seats().count()
