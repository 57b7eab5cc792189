"""More raters for each persona of a study that has begun."""

from __future__ import annotations

from django.db import transaction

from annotation import design
from annotation.models import Seat, Study, StudyEvent, StudyState

MOST = 50


class CannotAddRaters(Exception):
    """No seat was added; the text says why."""


@transaction.atomic
def add_raters(*, study: Study, raters_per_persona: int, by=None) -> int:
    """Raise K: add the missing seats of every persona; returns how many. Raises ``CannotAddRaters``.

    The seats there are keep their number, their rank and their sides, and the new ones are those that
    a larger K would have made from the start (``design.seat_ranks`` fills round by round), so the
    balance of the design holds.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    before = study.raters_per_persona
    if study.state == StudyState.DRAFT:
        raise CannotAddRaters("This study is a draft: set the raters per persona under Design.")
    if not before < raters_per_persona <= MOST:
        raise CannotAddRaters(f"Choose a number from {before + 1} to {MOST}: seats can be added, not taken away.")
    personas = list(study.personas.order_by("position").values_list("pk", flat=True))
    ranked = design.seat_ranks(personas, raters_per_persona, seed=study.seed)
    seats = [
        Seat(study=study, persona_id=persona_id, number=number, rank=rank)
        for rank, (persona_id, number) in enumerate(ranked)
        if number > before
    ]
    study.raters_per_persona = raters_per_persona
    study.save(update_fields=["raters_per_persona"])
    Seat.objects.bulk_create(seats)
    detail = {"raters per persona": {"from": before, "to": raters_per_persona}, "seats": len(seats)}
    StudyEvent.objects.create(study=study, by=by, what="seats added", detail=detail)
    return len(seats)
