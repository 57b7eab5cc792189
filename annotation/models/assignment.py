"""Seats, and the raters in them with their whole history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from annotation import defaults
from annotation.flow import AssignmentState
from annotation.models.question import Choice, Question, Response
from annotation.models.rater import Rater
from annotation.models.study import Study

STATES = [(state.value, state.replace("_", " ")) for state in AssignmentState]
HOLDS_SEAT = [AssignmentState.LIVE, AssignmentState.COMPLETE]
FINISHED = [AssignmentState.COMPLETE, AssignmentState.SURPLUS]
UNFINISHED = [
    AssignmentState.LIVE,
    AssignmentState.RELEASED,
    AssignmentState.DECLINED,
    AssignmentState.SCREENED_OUT,
]


class SeatQuerySet(models.QuerySet["Seat"]):
    def free(self) -> SeatQuerySet:
        holders = Assignment.objects.filter(seat=OuterRef("pk"), state__in=HOLDS_SEAT)
        return self.filter(~Exists(holders))


class Seat(models.Model):
    """One of the K places of a persona in a study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="seats")
    persona = models.ForeignKey("personas.Persona", on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    # Arrivals fill seats in this order: every persona's first seat before any second.
    rank = models.PositiveIntegerField()

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["study", "persona", "number"], name="seat_number_once_per_persona"),
            # Also the index that arrival walks.
            models.UniqueConstraint(fields=["study", "rank"], name="seat_rank_once_per_study"),
            models.CheckConstraint(condition=Q(number__gte=1), name="seat_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.persona_id} seat {self.number}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of_participants(self) -> AssignmentQuerySet:
        return self.exclude(state=AssignmentState.PREVIEW)

    def live(self) -> AssignmentQuerySet:
        return self.filter(state=AssignmentState.LIVE)

    def holding_seats(self) -> AssignmentQuerySet:
        return self.filter(state__in=HOLDS_SEAT)

    def expired(self, now) -> AssignmentQuerySet:
        return self.live().filter(deadline__lt=now)

    def with_answer_counts(self) -> AssignmentQuerySet:
        from annotation.models import Annotation

        answered = (
            Annotation.objects.filter(rater=OuterRef("rater"))
            .order_by()
            .values("rater")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(answer_count=models.functions.Coalesce(models.Subquery(answered), 0))

    def with_quality(self) -> AssignmentQuerySet:
        """What tells how somebody worked: answers, missed checks, characters pasted, seconds for one answer."""
        from annotation.models import Annotation

        theirs = Annotation.objects.filter(rater=OuterRef("rater")).order_by()
        wrong = theirs.to_attention_checks().exclude(choice=models.F("question__right_answer"))

        def of(answers, measure):
            return models.Subquery(answers.values("rater").annotate(n=measure).values("n"))

        return self.with_answer_counts().annotate(
            checks_missed=models.functions.Coalesce(of(wrong, models.Count("pk")), 0),
            pasted_characters=models.functions.Coalesce(of(theirs, models.Sum("paste_characters")), 0),
            seconds_each=of(theirs.filter(active_ms__gt=0), models.Avg("active_ms") / 1000.0),
        )


class Assignment(models.Model):
    """A rater in a seat. History: never deleted, only moved from state to state (flow.TRANSITIONS)."""

    # The secret part of the participant's address; whoever holds it is this rater.
    code = models.CharField(max_length=32, unique=True, default=defaults.new_code)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="assignments")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="assignment")
    persona = models.ForeignKey("personas.Persona", on_delete=models.PROTECT, related_name="assignments")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=20, choices=STATES)
    # Drew the order of the questions.
    seed = models.BigIntegerField()
    # Prolific's side: its ids and, apart from our state, its status.
    submission_id = models.CharField(max_length=24, blank=True)
    prolific_study_id = models.CharField(max_length=24, blank=True)
    prolific_status = models.CharField(max_length=30, blank=True)
    arrived_at = models.DateTimeField()
    last_seen = models.DateTimeField()
    deadline = models.DateTimeField()
    # Where the participant stands (flow.Progress).
    consented_at = models.DateTimeField(null=True, blank=True)
    instructed_at = models.DateTimeField(null=True, blank=True)
    check_attempts = models.PositiveSmallIntegerField(default=0)
    # For each attempt, the numbers of the questions it missed: what a repeated request is told again.
    check_missed = models.JSONField(default=list, blank=True)
    check_passed_at = models.DateTimeField(null=True, blank=True)
    # How long the reason in the practice question was; its answer is not stored. Null = not reached.
    practice_length = models.PositiveIntegerField(null=True, blank=True)
    introduced_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "arrived_at", "pk"]
        indexes = [
            # The sweep of expired seats and the console's "who is stalled".
            models.Index(fields=["study", "state", "deadline"], name="assignment_by_deadline"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(state__in=HOLDS_SEAT), name="seat_holds_one_live_or_complete"
            ),
            models.CheckConstraint(condition=Q(state__in=list(AssignmentState)), name="assignment_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=AssignmentState.PREVIEW, seat__isnull=True)
                | (~Q(state=AssignmentState.PREVIEW) & Q(seat__isnull=False)),
                name="assignment_has_a_seat_unless_preview",
            ),
            models.CheckConstraint(
                condition=(~Q(state__in=FINISHED) | Q(completed_at__isnull=False))
                & (~Q(state__in=UNFINISHED) | Q(completed_at__isnull=True)),
                name="assignment_completed_at_fits_its_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_id} in seat {self.seat_id} ({self.state})"

    @property
    def is_preview(self) -> bool:
        return self.state == AssignmentState.PREVIEW


class AssignmentEvent(models.Model):
    """One row for each change of an assignment's state: who, when, from, to, why."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    # Null = the participant or the site itself; the cause says which.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, choices=STATES)
    cause = models.CharField(max_length=60)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(cause=""), name="assignment_event_has_a_cause"),
            models.CheckConstraint(condition=~Q(from_state=models.F("to_state")), name="assignment_event_is_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state or 'nothing'} -> {self.to_state}: {self.cause}"


class Screen(models.Model):
    """A question as one rater sees it: where in the order, and which response stands first."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="screens")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="screens")
    position = models.PositiveSmallIntegerField()
    shown_first = models.CharField(max_length=20, choices=Response.choices)
    # What is typed but not yet sent: kept so that another tab or device goes on with it.
    draft_choice = models.CharField(max_length=20, choices=Choice.choices, blank=True)
    draft_justification = models.TextField(blank=True)
    draft_at = models.DateTimeField(null=True, blank=True)
    # Running totals for this screen as the browser counted them (annotation.telemetry).
    telemetry = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["assignment_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "position"], name="screen_position_once_per_assignment"),
            models.UniqueConstraint(fields=["assignment", "question"], name="screen_question_once_per_assignment"),
            models.CheckConstraint(condition=Q(shown_first__in=Response.values), name="screen_shows_a_response_first"),
            models.CheckConstraint(condition=Q(position__gte=1), name="screen_position_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} screen {self.position}"
