"""Whoever labels: a Prolific participant, a preview, a model, a person elsewhere, a rule of the site."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.flow import AssignmentState
from annotation.models.study import Study


class RaterKind(models.TextChoices):
    PARTICIPANT = "participant", "Participant"
    PREVIEW = "preview", "Preview"
    MODEL = "model", "Model"
    # A person whose answers were collected with another tool and imported.
    EXTERNAL = "external", "External participant"
    # A rule the site follows itself, such as "always the longer answer": what no skill gives.
    COMPUTED = "computed", "Baseline rater"


NAMED_KINDS = [RaterKind.MODEL, RaterKind.EXTERNAL, RaterKind.COMPUTED]
HUMAN_KINDS = [RaterKind.PARTICIPANT, RaterKind.EXTERNAL]
KINDS_WITHOUT_A_SEAT = NAMED_KINDS


def who_counts(*, excluded: bool = False, surplus: bool = False, simulated: bool = False, of: str = "") -> Q:
    """Whose answers are data; ``of`` is the path from a row to its rater, for rows that are not raters.

    Complete assignments and raters without a seat count, unless they are archived; excluded raters
    who finished, and surplus ones, on request.
    Simulated raters count only while no real person of their study does, or on request.
    """
    counts = _has_finished(of, excluded=excluded, surplus=surplus)
    if simulated:
        return counts
    real = Rater.objects.filter(_has_finished("", excluded=excluded, surplus=surplus))
    with_people = real.filter(kind__in=HUMAN_KINDS, is_rehearsal=False).order_by().values("study")
    return counts & (Q(**{f"{of}is_rehearsal": False}) | ~Q(**{f"{of}study__in": with_people}))


def _has_finished(of: str, *, excluded: bool, surplus: bool) -> Q:
    states = [AssignmentState.COMPLETE, *([AssignmentState.SURPLUS] if surplus else [])]
    listed = Q(**{f"{of}kind__in": KINDS_WITHOUT_A_SEAT, f"{of}archived_at__isnull": True})
    counts = listed | Q(**{f"{of}assignment__state__in": states})
    if excluded:
        finished = {"state": AssignmentState.EXCLUDED, "completed_at__isnull": False}
        counts |= Q(**{f"{of}assignment__{name}": value for name, value in finished.items()})
    return counts


class Rater(models.Model):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="raters")
    kind = models.CharField(max_length=20, choices=RaterKind.choices)
    # The name in pages and exports; random, so that it says nothing about the Prolific id.
    pseudonym = models.CharField(max_length=40)
    prolific_id = models.CharField(max_length=24, null=True, blank=True)  # noqa: DJ001 - null, not "", is unique-safe
    # The name of a model, an external rater (its id there) or a rule; as the file gave it.
    name = models.CharField(max_length=200, blank=True)
    # Made by manage.py rehearse: simulated, and wiped in one step.
    is_rehearsal = models.BooleanField(default=False)
    # What the file says about a model: version, temperature, prompt...
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Left out of results and bundles; a model, a rule or a person elsewhere.
    archived_at = models.DateTimeField(null=True, blank=True)
    # When this person's data were erased, and a keyed hash of the Prolific id they had: who comes again is told so.
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null, not "", is unique-safe

    class Meta:
        ordering = ["study_id", "pseudonym"]
        constraints = [
            models.UniqueConstraint(fields=["study", "prolific_id"], name="rater_once_per_prolific_id"),
            models.UniqueConstraint(fields=["study", "pseudonym"], name="rater_once_per_pseudonym"),
            models.UniqueConstraint(
                fields=["study", "kind", "name"], condition=Q(kind__in=NAMED_KINDS), name="named_rater_once_per_name"
            ),
            models.CheckConstraint(condition=Q(kind__in=RaterKind.values), name="rater_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=RaterKind.PARTICIPANT, prolific_id__isnull=False, erased_id__isnull=True)
                | Q(kind=RaterKind.PARTICIPANT, prolific_id__isnull=True, erased_id__isnull=False)
                | (~Q(kind=RaterKind.PARTICIPANT) & Q(prolific_id__isnull=True, erased_id__isnull=True)),
                name="rater_has_a_prolific_id_if_participant",
            ),
            models.UniqueConstraint(fields=["study", "erased_id"], name="rater_once_per_erased_id"),
            models.CheckConstraint(
                condition=Q(erased_id__isnull=True) | Q(erased_at__isnull=False), name="rater_erased_id_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(kind__in=HUMAN_KINDS), name="rater_erased_is_a_person"
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(kind__in=KINDS_WITHOUT_A_SEAT),
                name="rater_archived_has_no_seat",
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=NAMED_KINDS) & ~Q(name="")) | (~Q(kind__in=NAMED_KINDS) & Q(name="")),
                name="rater_has_a_name_unless_seated",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.pseudonym

    @property
    def is_erasable(self) -> bool:
        """A person whose data have not been erased yet."""
        return self.kind in HUMAN_KINDS and self.erased_at is None
