"""Brakes at the door: how many new people a study takes from one address, and in all. Decision 0015 says why so many.

Only people without an assignment are counted. The counts are rows of the database, so they hold for all processes and
hosts, and each is one statement that adds one and reads the sum.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from annotation.models import ArrivalCount, Study, StudyEvent, StudyState
from annotation.services import assembly

ADDRESS_WINDOW = timedelta(minutes=10)
STUDY_WINDOW = timedelta(minutes=1)
KEPT_FOR = timedelta(hours=1)
FEWEST_OF_A_BURST, MOST_BEFORE_A_BURST = 10, 60
EVERYWHERE = ""


class TooManyArrivals(Exception):
    """The study takes no more new people before ``until``."""

    def __init__(self, until: datetime):
        super().__init__(until.isoformat())
        self.until = until


def limit_per_address(study: Study) -> int:
    """New people from one address in ADDRESS_WINDOW; 0 = any number."""
    own = study.arrivals_per_address
    return settings.ARRIVALS_PER_ADDRESS if own is None else own


def limit_per_minute(study: Study) -> int:
    """New people in a minute; 0 = any number."""
    own = study.arrivals_per_minute
    return settings.ARRIVALS_PER_MINUTE if own is None else own


def burst_threshold(study: Study) -> int:
    """More new people than this in a minute are implausible: half of the seats, but at least 10 and at most 60."""
    return min(max(study.seats.count() // 2, FEWEST_OF_A_BURST), MOST_BEFORE_A_BURST)


def count_newcomer(*, study: Study, address: str, now: datetime | None = None) -> None:
    """Count somebody who has no assignment yet. Raises ``TooManyArrivals``; the visit is counted all the same."""
    now = now or timezone.now()
    # Not inside the arrival's transaction: everybody adds to the same row, and would wait for its end.
    with transaction.atomic():
        _need_no_durability()
        until = _count(study, address, now)
    if until:
        raise TooManyArrivals(until)


def _count(study: Study, address: str, now: datetime) -> datetime | None:
    since = start_of(ADDRESS_WINDOW, now)
    limit = limit_per_address(study)
    if _add_one(study, _hashed(study, address), since) > limit > 0:
        # Not counted in the study's minute: one address alone must not use up what is for everybody.
        return since + ADDRESS_WINDOW
    minute = start_of(STUDY_WINDOW, now)
    arrivals = _add_one(study, EVERYWHERE, minute)
    if arrivals == 1:
        ArrivalCount.objects.filter(study=study, since__lt=now - KEPT_FOR).delete()
    if arrivals > FEWEST_OF_A_BURST and arrivals == burst_threshold(study) + 1:
        _note_burst(study, arrivals)
    return minute + STUDY_WINDOW if arrivals > limit_per_minute(study) > 0 else None


def forget_old_counts(*, now: datetime | None = None) -> int:
    """Delete the counts of more than an hour ago, as the consent page promises; returns how many there were."""
    return ArrivalCount.objects.filter(since__lt=(now or timezone.now()) - KEPT_FOR).delete()[0]


def _need_no_durability() -> None:
    # A count lost in a power cut costs nothing, and everybody waits for the commit of whoever counts before them.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")


def start_of(window: timedelta, now: datetime) -> datetime:
    seconds = int(now.timestamp() // window.total_seconds() * window.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)


def _add_one(study: Study, address: str, since: datetime) -> int:
    table = connection.ops.quote_name(ArrivalCount._meta.db_table)
    sql = (
        f"INSERT INTO {table} (study_id, address, since, arrivals) VALUES (%s, %s, %s, 1) "  # noqa: S608 - our own name
        f"ON CONFLICT (study_id, address, since) DO UPDATE SET arrivals = {table}.arrivals + 1 RETURNING arrivals"
    )
    at = ArrivalCount._meta.get_field("since").get_db_prep_save(since, connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, [study.pk, address, at])
        return cursor.fetchone()[0]


def _hashed(study: Study, address: str) -> str:
    return salted_hmac(f"annotation.arrivals.{study.pk}", network_of(address), algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """The address itself; of IPv6 the /64, since one household or server has as many addresses in it as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def _note_burst(study: Study, arrivals: int) -> None:
    """Exactly one arrival of a minute is the first above the threshold, so this runs once a minute at most."""
    StudyEvent.objects.create(study=study, what="implausible burst of arrivals", detail={"in one minute": arrivals})
    if study.pauses_on_burst and study.state == StudyState.OPEN:
        assembly.pause_study(study=study, what="paused automatically after a burst of arrivals")
