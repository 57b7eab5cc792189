"""The seat grid: personas down, seats across, one page at a time, in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator

from annotation.flow import AssignmentState
from annotation.models import HOLDS_SEAT, Assignment, Seat, Study
from personas.models import Persona
from personas.text import short_summary

STALLED_AFTER = timedelta(minutes=15)
PERSONAS_PER_PAGE = 50


@dataclass(frozen=True)
class Cell:
    """One seat: free, live, stalled or complete, and who is in it."""

    number: int
    state: str
    rater: str = ""


@dataclass(frozen=True)
class Row:
    persona: Persona
    summary: str
    cells: list[Cell]
    beside: list[str]
    """The raters of this persona who hold no seat, counted in words: "1 surplus"."""


@dataclass(frozen=True)
class SeatGrid:
    rows: list[Row]
    numbers: list[int]
    page: Page


def seat_grid(study: Study, *, page: object = 1, now: datetime) -> SeatGrid:
    first_seats = study.seats.filter(number=1).select_related("persona").order_by("persona__position")
    shown = Paginator(first_seats, PERSONAS_PER_PAGE).get_page(page)
    personas = [seat.persona for seat in shown]
    seats = _seats_by_persona(study, personas)
    holders, beside = _raters(study, personas)
    rows = []
    for persona in personas:
        cells = [_cell(seat, holders.get(seat.pk), now) for seat in seats[persona.pk]]
        rows.append(Row(persona, short_summary(persona.attributes), cells, beside[persona.pk]))
    return SeatGrid(rows, [cell.number for cell in rows[0].cells] if rows else [], shown)


def _seats_by_persona(study: Study, personas: list[Persona]) -> dict[int, list[Seat]]:
    seats = defaultdict(list)
    for seat in study.seats.filter(persona__in=personas).order_by("number"):
        seats[seat.persona_id].append(seat)
    return seats


def _raters(study: Study, personas: list[Persona]) -> tuple[dict[int, Assignment], dict[int, list[str]]]:
    holders, others = {}, defaultdict(Counter)
    assignments = Assignment.objects.of_participants().filter(study=study, persona__in=personas)
    for assignment in assignments.select_related("rater"):
        if assignment.state in HOLDS_SEAT:
            holders[assignment.seat_id] = assignment
        else:
            others[assignment.persona_id][assignment.get_state_display()] += 1
    beside = defaultdict(list)
    for persona_id, counts in others.items():
        beside[persona_id] = [f"{count} {state}" for state, count in sorted(counts.items())]
    return holders, beside


def _cell(seat: Seat, holder: Assignment | None, now: datetime) -> Cell:
    if holder is None:
        return Cell(seat.number, "free")
    return Cell(seat.number, "stalled" if is_stalled(holder, now) else holder.state, holder.rater.pseudonym)


def is_stalled(assignment: Assignment, now: datetime) -> bool:
    """In the seat, and no sign of life for a quarter of an hour."""
    return assignment.state == AssignmentState.LIVE and assignment.last_seen < now - STALLED_AFTER
