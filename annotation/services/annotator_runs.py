"""How each run of a model was made: kept from a file, or said by a researcher."""

from __future__ import annotations

from django.db import transaction

from annotation.conditions import UNSAID, RunSetting, contradiction_in
from annotation.models import AnnotatorRun, Rater, Study, StudyEvent


class ContradictorySetting(Exception):
    """What was said of a run contradicts itself; ``field`` is where, the text says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def setting_of(rater: Rater, run: int) -> RunSetting:
    stored = AnnotatorRun.objects.filter(rater=rater, run=run).first()
    return stored.setting if stored else UNSAID


def keep_setting(*, rater_id: int, run: int, setting: RunSetting) -> None:
    AnnotatorRun.objects.update_or_create(rater_id=rater_id, run=run, defaults=setting._asdict())


@transaction.atomic
def describe_run(*, study: Study, rater: Rater, run: int, setting: RunSetting, by) -> None:
    """Say how a run was made, in place of what is stored; the log keeps both. Raises ``ContradictorySetting``."""
    field, message = contradiction_in(setting)
    if field:
        raise ContradictorySetting(field, message)
    before = setting_of(Rater.objects.select_for_update().get(pk=rater.pk), run)
    if before == setting:
        return
    keep_setting(rater_id=rater.pk, run=run, setting=setting)
    changed = {
        name: {"from": getattr(before, name), "to": value}
        for name, value in setting._asdict().items()
        if value != getattr(before, name)
    }
    detail = {"annotator": rater.name, "run": run, **changed}
    StudyEvent.objects.create(study=study, by=by, what="annotator run described", detail=detail)
