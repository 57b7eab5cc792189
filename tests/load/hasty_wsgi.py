"""The site without the waiting look before "full": a held seat counts as taken. For the negative control only."""

from config.wsgi import application  # first: it loads the apps

# isort: split
from annotation.services import seating

__all__ = ["application"]

first_free_seat = seating._first_free_seat
seating._first_free_seat = lambda study, *, skip_locked: first_free_seat(study, skip_locked=True)
