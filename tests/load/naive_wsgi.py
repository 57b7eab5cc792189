"""The site with arrival's locks taken out: look for a free seat, then insert. For the negative control only."""

from config.wsgi import application  # first: it loads the apps

# isort: split
from annotation.models import Seat
from annotation.services import seating

__all__ = ["application"]


def first_seat_that_looks_free(study, now):
    return Seat.objects.free().filter(study=study).select_related("persona").order_by("rank").first()


seating.take_free_seat = first_seat_that_looks_free
seating.lock_arrival = lambda study_id, prolific_id: None
