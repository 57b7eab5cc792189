"""Changing what a study is set to: checked against the freeze, and every change in the log."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from annotation.models import CompletionCode, Study, StudyEvent, StudyState
from annotation.services import assembly
from annotation.study_fields import DATA_SETTINGS, FREE_SETTINGS

DRAWN_BY = frozenset({"questions_per_rater", "seed"})


class StudyIsOpen(Exception):
    """People may be arriving: pause the study before its design changes."""


def why_design_is_fixed(study: Study) -> str:
    """Why what raters read cannot change now, for the page; empty when it can."""
    if study.is_frozen:
        return (
            "A seat in this study has been taken, so what raters read and what affects the data can no longer change: "
            "all answers must be comparable. You can add raters, and for another design duplicate the study."
        )
    if study.state == StudyState.OPEN:
        return "The study is open, so somebody may arrive at any moment. Pause it to change this."
    return ""


def refuse_if_design_is_fixed(study: Study) -> None:
    # Arrivals lock their seat first, so from here on they wait, and "nobody has a seat" stays true.
    list(study.seats.select_for_update().values_list("pk", flat=True))
    assembly.refuse_if_frozen(study)
    if study.state == StudyState.OPEN:
        raise StudyIsOpen(why_design_is_fixed(study))


@transaction.atomic
def change_settings(*, study: Study, changes: dict, by) -> Study:
    """Set the given fields; raises ``StudyFrozen`` or ``StudyIsOpen`` when one of them may not change now."""
    unknown = set(changes) - DATA_SETTINGS - FREE_SETTINGS
    if unknown:
        raise ValueError(f"not settings of a study: {sorted(unknown)}")
    study = _locked(study)
    changes = {name: value for name, value in changes.items() if getattr(study, name) != value}
    if DATA_SETTINGS & set(changes):
        refuse_if_design_is_fixed(study)
    if changes:
        detail = {name: {"from": getattr(study, name), "to": value} for name, value in changes.items()}
        for name, value in changes.items():
            setattr(study, name, value)
        study.save(update_fields=list(changes))
        _note(study, by, "settings changed", detail)
    if DRAWN_BY & set(changes):
        assembly.settle_questions(study=study)
    return study


@transaction.atomic
def choose_personas(*, study: Study, personas: Iterable, by) -> None:
    """Say which personas of the set take part."""
    study = _locked(study)
    before = set(study.personas.values_list("key", flat=True))
    after = {persona.key for persona in personas}
    if before == after:
        return
    refuse_if_design_is_fixed(study)
    assembly.choose_personas(study=study, personas=personas, by=by)
    detail = {"number": {"from": len(before), "to": len(after)}, "added": sorted(after - before)[:50]}
    _note(study, by, "personas chosen", {**detail, "removed": sorted(before - after)[:50]})


@transaction.atomic
def change_codes(*, study: Study, codes: dict[str, str], by) -> None:
    """Set the completion code of each given outcome; an empty one takes the code away."""
    study = _locked(study)
    before = dict(study.completion_codes.values_list("outcome", "code"))
    changes = {outcome: code for outcome, code in codes.items() if before.get(outcome, "") != code}
    for outcome, code in changes.items():
        _set_code(study, outcome, code)
    if changes:
        detail = {outcome: {"from": before.get(outcome, ""), "to": code} for outcome, code in changes.items()}
        _note(study, by, "completion codes changed", detail)


def _set_code(study: Study, outcome: str, code: str) -> None:
    if code:
        CompletionCode.objects.update_or_create(study=study, outcome=outcome, defaults={"code": code})
    else:
        study.completion_codes.filter(outcome=outcome).delete()


@transaction.atomic
def change_researchers(*, study: Study, researchers: Iterable, by) -> None:
    """Say who sees this study beside the admins."""
    study = _locked(study)
    before = set(study.researchers.values_list("username", flat=True))
    researchers = list(researchers)
    after = {user.get_username() for user in researchers}
    if before == after:
        return
    study.researchers.set(researchers)
    _note(study, by, "researchers changed", {"added": sorted(after - before), "removed": sorted(before - after)})


def _locked(study: Study) -> Study:
    return Study.objects.select_for_update().get(pk=study.pk)


def _note(study: Study, by, what: str, detail: dict) -> None:
    StudyEvent.objects.create(study=study, by=by, what=what, detail=detail)
