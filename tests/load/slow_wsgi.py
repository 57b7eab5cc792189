"""The site with 100 ms added between locking a seat and taking it, so that arrivals overlap."""

from config.wsgi import application  # first: it loads the apps

# isort: split
import time

from annotation.services import seating

__all__ = ["application"]

take_free_seat = seating.take_free_seat


def take_free_seat_slowly(study, now):
    seat = take_free_seat(study, now)
    time.sleep(0.1)
    return seat


seating.take_free_seat = take_free_seat_slowly
