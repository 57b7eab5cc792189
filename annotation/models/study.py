"""A study: what is shown to whom, how often, and whether it takes people now."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from annotation import defaults, terms
from annotation.flow import AssignmentState
from annotation.prolific.entry import PREVIEW_CODE
from personas.text import Style


class Design(models.TextChoices):
    """What stands beside the revised response."""

    BASELINE = terms.BASELINE, "Baseline: an answer written without a persona"
    FOIL = terms.FOIL, "Foil: the revision written for another persona"


class StudyState(models.TextChoices):
    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class PersonaStyle(models.TextChoices):
    """How a study shows its personas."""

    NARRATIVE = Style.NARRATIVE.value, "An opening of a few sentences, then groups in plain words"
    LIST = Style.LIST.value, "The paper’s way: every attribute in order, as a plain list"


class Outcome(models.TextChoices):
    """How a visit can end; each may have its own Prolific completion code."""

    COMPLETED = "completed", "Finished all questions"
    NO_CONSENT = "no_consent", "Declined to take part"
    FAILED_CHECK = "failed_check", "Did not pass the comprehension check"
    FULL = "full", "The study was full"
    NOT_OPEN = "not_open", "The study was paused or closed"
    WITHDRAWN = "withdrawn", "Stopped before the end"


LARGEST_MARGIN = 1.0


class StudyQuerySet(models.QuerySet["Study"]):
    def visible_to(self, user) -> StudyQuerySet:
        """Admins see every study, researchers the examples and the studies they belong to."""
        if user.is_staff:
            return self
        own = Study.objects.filter(researchers=user).values("pk")
        return self.filter(Q(is_example=True) | Q(pk__in=own))

    def with_progress(self) -> StudyQuerySet:
        """Seat counts per study in one query: seats, live, complete, surplus."""
        from annotation.models import Assignment, Seat

        def counted(queryset, *conditions):
            rows = queryset.filter(*conditions, study=OuterRef("pk")).order_by().values("study")
            return models.functions.Coalesce(models.Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

        return self.annotate(
            seat_count=counted(Seat.objects.all()),
            live_count=counted(Assignment.objects.all(), Q(state=AssignmentState.LIVE)),
            complete_count=counted(Assignment.objects.all(), Q(state=AssignmentState.COMPLETE)),
            surplus_count=counted(Assignment.objects.all(), Q(state=AssignmentState.SURPLUS)),
        ).annotate(free_count=F("seat_count") - F("live_count") - F("complete_count"))

    def with_rehearsal(self) -> StudyQuerySet:
        from annotation.models import Rater

        rehearsed = Rater.objects.filter(study=OuterRef("pk"), is_rehearsal=True)
        return self.annotate(holds_rehearsal=Exists(rehearsed))


class Study(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    # What participants read as the study's title; it must not hint at what is compared.
    public_title = models.CharField(max_length=200, default=defaults.PUBLIC_TITLE)
    design = models.CharField(max_length=20, choices=Design.choices, default=Design.BASELINE)
    state = models.CharField(max_length=20, choices=StudyState.choices, default=StudyState.DRAFT)
    persona_set = models.ForeignKey(
        "personas.PersonaSet", null=True, blank=True, on_delete=models.PROTECT, related_name="studies"
    )
    personas = models.ManyToManyField("personas.Persona", blank=True, related_name="studies")
    raters_per_persona = models.PositiveSmallIntegerField(default=4)
    questions_per_rater = models.PositiveSmallIntegerField(default=10)
    # How raters and models read of a persona: the words are those of a version of personas/text.
    persona_style = models.CharField(max_length=20, choices=PersonaStyle.choices, default=PersonaStyle.NARRATIVE)
    names_personas = models.BooleanField(default=False)
    persona_text_version = models.PositiveSmallIntegerField(default=defaults.persona_text_version)
    # Draws the questions, the sides and the order in which seats are filled.
    seed = models.BigIntegerField(default=defaults.new_seed)
    consent = models.TextField(default=defaults.consent, blank=True)
    # What the first page says beside the consent text. All but the bonus must be there before the study opens.
    run_by = models.CharField(max_length=300, blank=True)
    payment = models.CharField(max_length=200, blank=True)
    # Both empty where there is no bonus.
    bonus_amount = models.CharField(max_length=200, blank=True)
    bonus_rule = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    retention = models.TextField(blank=True)
    leaving = models.TextField(default=defaults.leaving, blank=True)
    # The outcomes, besides finishing, that are paid.
    paid_ends = models.JSONField(default=list, blank=True)
    instructions = models.TextField(default=defaults.instructions)
    # One example question before the first that counts; its answer is not stored.
    has_practice = models.BooleanField(default=True)
    # [{"question": ..., "options": [...], "right": 0}, ...]; empty = no check
    comprehension = models.JSONField(default=defaults.comprehension, blank=True)
    # An attention check stands after each of these question numbers.
    attention_after = models.JSONField(default=list, blank=True)
    # A third answer on the participant's page, for studies that take ties as data.
    allows_no_preference = models.BooleanField(default=False)
    # The largest difference of kappa to a held-out human that would not matter; empty = none was fixed.
    equivalence_margin = models.FloatField(null=True, blank=True)
    minimum_justification = models.PositiveSmallIntegerField(default=60)
    # Prolific's maximum time, counted from arrival. Without it a seat is kept while its rater is active.
    time_limit_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    idle_minutes = models.PositiveSmallIntegerField(default=60)
    # A seat whose rater has not consented yet goes to somebody else after this time.
    consent_minutes = models.PositiveSmallIntegerField(default=10)
    # New people from one address in ten minutes, and from everywhere in one; null = the site's limit, 0 = no limit.
    arrivals_per_address = models.PositiveIntegerField(null=True, blank=True)
    arrivals_per_minute = models.PositiveIntegerField(null=True, blank=True)
    # Whether an implausible burst of arrivals pauses the study; else it only raises an alarm.
    pauses_on_burst = models.BooleanField(default=False)
    contact = models.CharField(max_length=200, blank=True)
    # Demo, simulated or made content says so wherever it shows.
    made_by = models.CharField(max_length=200, blank=True)
    # Comes with the site: everybody may read it, only its researchers and admins change it.
    is_example = models.BooleanField(default=False)
    researchers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="studies")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    # Out of sight, and nothing of it deleted.
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "studies"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StudyState.values), name="study_state_is_known"),
            models.CheckConstraint(condition=Q(design__in=Design.values), name="study_design_is_known"),
            models.CheckConstraint(
                condition=Q(persona_style__in=PersonaStyle.values), name="study_persona_style_is_known"
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(state__in=[StudyState.DRAFT, StudyState.CLOSED]),
                name="study_archived_takes_nobody",
            ),
            models.CheckConstraint(condition=Q(raters_per_persona__gte=1), name="study_has_a_rater_per_persona"),
            models.CheckConstraint(condition=Q(questions_per_rater__gte=1), name="study_asks_a_question"),
            models.CheckConstraint(condition=Q(idle_minutes__gte=5), name="study_idle_time_is_humane"),
            models.CheckConstraint(condition=Q(consent_minutes__gte=2), name="study_consent_time_is_humane"),
            models.CheckConstraint(
                condition=Q(state=StudyState.DRAFT) | Q(opened_at__isnull=False), name="study_left_draft_by_opening"
            ),
            models.CheckConstraint(
                condition=Q(bonus_amount="", bonus_rule="") | ~Q(bonus_amount="") & ~Q(bonus_rule=""),
                name="study_bonus_has_amount_and_rule",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1), name="study_takes_a_minute_or_more"
            ),
            models.CheckConstraint(
                condition=Q(equivalence_margin__isnull=True)
                | Q(equivalence_margin__gt=0, equivalence_margin__lte=LARGEST_MARGIN),
                name="study_margin_is_a_difference_of_kappa",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may_be_changed_by(self, user) -> bool:
        """Whether somebody who sees this study may also change it."""
        return not self.is_example or user.is_staff or self.researchers.filter(pk=user.pk).exists()

    @property
    def is_frozen(self) -> bool:
        """After the first seat is taken, whatever would change the data stays as it is."""
        return self.assignments.of_participants().exists()

    @property
    def questions_shown(self) -> int:
        """How many questions a rater answers, attention checks among them."""
        return self.questions_per_rater + len(self.attention_after)

    @property
    def is_worded_anew(self) -> bool:
        """Whether the personas are described in other words now than when the first seat was taken."""
        return self.persona_text_version != defaults.persona_text_version() and self.is_frozen

    @property
    def persona_options(self) -> dict:
        """How this study shows a persona, for ``Persona.card`` and ``Persona.text``."""
        return {"style": self.persona_style, "with_name": self.names_personas}

    def code_for(self, outcome: str) -> str:
        return self.completion_codes.filter(outcome=outcome).values_list("code", flat=True).first() or ""


class AnnotationImport(models.Model):
    """One file of annotations taken in whole: what it was, and what it left open."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="annotation_imports")
    filename = models.CharField(max_length=255)
    # SHA-256 of the file's bytes: the same file again changes nothing.
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # Rows stored, verdicts that could not be read, questions without a row, rows without a question.
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "content_hash"], name="annotation_file_once_per_study"),
        ]

    def __str__(self) -> str:
        return self.filename


class CompletionCode(models.Model):
    """What a participant hands to Prolific for one outcome of the visit."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="completion_codes")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    code = models.CharField(max_length=40)

    class Meta:
        ordering = ["study_id", "outcome"]
        constraints = [
            models.UniqueConstraint(fields=["study", "outcome"], name="one_completion_code_per_outcome"),
            models.CheckConstraint(condition=~Q(code=""), name="completion_code_is_not_empty"),
            # A preview shows this word where a participant gets the code.
            models.CheckConstraint(condition=~Q(code__iexact=PREVIEW_CODE), name="completion_code_is_not_the_previews"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.code}"


class StudyEvent(models.Model):
    """Who changed a study, when and how."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=200)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.what


class TurnedAway(models.Model):
    """A visit that got no seat; the visitor is kept as a keyed hash only."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="turned_away")
    visitor = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    visits = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(fields=["study", "visitor", "outcome"], name="turned_away_once_per_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} x {self.visits}"
