"""Every field of a study, once: who may change it and when, and where its value appears. Pure: no Django.

A new field of ``Study`` needs a row here; a test compares the two. The freeze (``services.settings``), the copy
for a study with foils (``services.foils``), the bundle's study.json and the API's serializer all read this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Changes(Enum):
    """When a researcher may change a field."""

    BEFORE_FIRST_SEAT = "before the first seat is taken"
    """What raters read or what decides the data: the same for every rater (decisions/0009)."""
    ANYTIME = "anytime"
    """What changes no answer."""
    BY_ITS_SERVICE = "by the service that owns it"
    """Set by an action, such as opening the study or importing its questions, never as a plain setting."""


@dataclass(frozen=True)
class StudyField:
    """One field of ``Study``.

    Parameters
    ----------
    name : str
        The model field's name.
    meaning : str
        One sentence for data formats and the bundle's README.
    changes : Changes
        When a researcher may change it.
    is_copied : bool
        Whether a study made from this one takes the value over.
    is_in_bundle : bool
        Whether the bundle's study.json has it, and so whether it may be published.
    is_in_api : bool
        Whether the API's studies have it.
    """

    name: str
    meaning: str
    changes: Changes
    is_copied: bool = False
    is_in_bundle: bool = False
    is_in_api: bool = False


_FROZEN, _ANYTIME, _OWNED = Changes.BEFORE_FIRST_SEAT, Changes.ANYTIME, Changes.BY_ITS_SERVICE

STUDY_FIELDS: tuple[StudyField, ...] = (
    StudyField("slug", "The study's address.", _OWNED, is_in_bundle=True, is_in_api=True),
    StudyField("name", "Its name.", _ANYTIME, is_in_bundle=True, is_in_api=True),
    StudyField("public_title", "What participants read as its title.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField(
        "design",
        "baseline or foil: which answer the revised one is compared with.",
        _OWNED,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField(
        "state", "draft, open, paused or closed, when the bundle was made.", _OWNED, is_in_bundle=True, is_in_api=True
    ),
    StudyField("archived_at", "When it was archived; empty while it is not.", _OWNED, is_in_api=True),
    StudyField("is_example", "Whether it comes with the site, for everybody to read.", _OWNED, is_in_api=True),
    StudyField("persona_set", "The persona set its personas come from.", _OWNED, is_copied=True, is_in_api=True),
    StudyField("personas", "The personas that take part.", _OWNED, is_copied=True),
    StudyField(
        "persona_style",
        "narrative or list: how a persona is described to raters and models.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField(
        "names_personas",
        "Whether a persona is called by its given name.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField(
        "persona_text_version",
        "The version of the personas' wording with which the first seat was taken.",
        _OWNED,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField(
        "raters_per_persona", "Seats of each persona.", _FROZEN, is_copied=True, is_in_bundle=True, is_in_api=True
    ),
    StudyField(
        "questions_per_rater", "Questions of each rater.", _FROZEN, is_copied=True, is_in_bundle=True, is_in_api=True
    ),
    StudyField(
        "seed",
        "Draws the questions, the sides and the order of the seats.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField("consent", "The consent text (Markdown).", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField("run_by", "Who runs the study, as participants read it.", _ANYTIME, is_copied=True),
    StudyField("payment", "What participants are paid.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField("bonus_amount", "How much the bonus is; empty without one.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField("bonus_rule", "What earns the bonus; empty without one.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField("minutes", "About how many minutes it takes.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField("retention", "How long the data are kept.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField("leaving", "What stopping before the end means.", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField(
        "paid_ends", "The outcomes that are paid besides finishing.", _FROZEN, is_copied=True, is_in_bundle=True
    ),
    StudyField("instructions", "The instructions (Markdown).", _FROZEN, is_copied=True, is_in_bundle=True),
    StudyField(
        "has_practice",
        "Whether one practice question comes before the first that counts.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "comprehension",
        "The comprehension check: questions, options, which one is right.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "attention_after",
        "An attention check follows each of these question numbers.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "allows_no_preference",
        "Whether raters could say that they prefer neither.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "equivalence_margin",
        "The largest difference of kappa to a held-out human that would not matter; null: none was fixed.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField(
        "minimum_justification",
        "Least number of characters of a justification.",
        _FROZEN,
        is_copied=True,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField(
        "time_limit_minutes",
        "The most time from arrival; null without a limit.",
        _ANYTIME,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "idle_minutes",
        "Minutes without activity after which a seat is free again.",
        _ANYTIME,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "consent_minutes",
        "Minutes without consent after which a seat is free again.",
        _ANYTIME,
        is_copied=True,
        is_in_bundle=True,
    ),
    StudyField(
        "arrivals_per_address",
        "New people from one address in ten minutes; null: the site's limit.",
        _ANYTIME,
        is_copied=True,
    ),
    StudyField("arrivals_per_minute", "New people in a minute; null: the site's limit.", _ANYTIME, is_copied=True),
    StudyField("pauses_on_burst", "Whether an implausible burst of arrivals pauses it.", _ANYTIME, is_copied=True),
    StudyField("contact", "Who participants can ask for help.", _ANYTIME, is_copied=True),
    StudyField(
        "made_by",
        "Who or what made the content, where it is a demonstration.",
        _ANYTIME,
        is_copied=True,
        is_in_bundle=True,
        is_in_api=True,
    ),
    StudyField("researchers", "Who sees the study beside the admins.", _OWNED, is_copied=True),
    StudyField("created_by", "Who made the study.", _OWNED),
    StudyField("created_at", "When the study was made.", _OWNED, is_in_bundle=True, is_in_api=True),
    StudyField("opened_at", "When it first took people; null before.", _OWNED, is_in_bundle=True, is_in_api=True),
)

DATA_SETTINGS = frozenset(field.name for field in STUDY_FIELDS if field.changes is Changes.BEFORE_FIRST_SEAT)
FREE_SETTINGS = frozenset(field.name for field in STUDY_FIELDS if field.changes is Changes.ANYTIME)
COPIED = tuple(field.name for field in STUDY_FIELDS if field.is_copied)
IN_API = tuple(field.name for field in STUDY_FIELDS if field.is_in_api)
IN_BUNDLE = {field.name: field.meaning for field in STUDY_FIELDS if field.is_in_bundle}
