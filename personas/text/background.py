"""Schooling, service and language as sentences, for personas of whom little else is known. Pure."""

from __future__ import annotations

from personas.text.english import Subject, capitalized
from personas.text.labels import EDUCATION, HOUSEHOLD_LANGUAGE, VETERAN_STATUS, label_key
from personas.text.person import Values, age_of, is_minor
from personas.text.told import Told

# What follows "she"; what is said of grades depends on whether the person may still be at school.
SCHOOLING = {
    "no schooling completed": "never went to school",
    "nursery school, preschool": "went to preschool",
    "kindergarten": "finished kindergarten",
    "12th grade - no diploma": "reached twelfth grade but has no diploma",
    "regular high school diploma": "finished high school",
    "ged or alternative credential": "has a high school equivalency diploma",
    "some college, but less than 1 year": "spent less than a year in college",
    "1 or more years of college credit, no degree": "went to college but has no degree",
    "associate's degree": "has an associate’s degree",
    "bachelor's degree": "has a bachelor’s degree",
    "master's degree": "has a master’s degree",
    "professional degree beyond a bachelor's degree": "has a professional degree, as in law or medicine",
    "doctorate degree": "has a doctorate",
}
OLDEST_PUPIL = 20


def schooling(values: Values, subject: Subject) -> Told:
    """Return "She has a bachelor's degree.", "He left school after ninth grade."; a child "finished third grade"."""
    label, minor = label_key(values.get("education", "")), is_minor(values)
    if label not in EDUCATION or (label == "no schooling completed" and minor):
        return Told()
    age = age_of(values)
    verb = "finished" if age is None or age <= OLDEST_PUPIL else "left school after"
    clause = SCHOOLING.get(label, f"{verb} {EDUCATION[label].casefold()}")
    if subject.is_plural:
        clause = clause.replace("has ", "have ")
    return Told(f"{capitalized(subject.word)} {clause}.", frozenset({"education"}))


def service(values: Values, subject: Subject) -> Told:
    plain = VETERAN_STATUS.get(label_key(values.get("veteran status", "")), "")
    if plain != "Veteran":
        return Told()
    return Told(f"{subject.says('is')} a veteran.", frozenset({"veteran status"}))


def language(values: Values, subject: Subject) -> Told:
    plain = HOUSEHOLD_LANGUAGE.get(label_key(values.get("household language", "")), "")
    return Told(f"{plain} is spoken at home.", frozenset({"household language"})) if plain else Told()
