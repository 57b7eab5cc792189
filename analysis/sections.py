"""The pages of a study's results: five groups, each a tab, with its pages in a second row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """``key`` is what its view calls it; ``address`` the name of its URL."""

    key: str
    words: str
    address: str


@dataclass(frozen=True)
class Group:
    words: str
    sections: tuple[Section, ...]

    @property
    def first(self) -> Section:
        return self.sections[0]


GROUPS = (
    Group(
        "Answer",
        (
            Section("overview", "Overview", "agreement-overview"),
            Section("skill", "Skill", "agreement-skill"),
            Section("files", "Figures and files", "agreement-files"),
        ),
    ),
    Group(
        "Models",
        (
            Section("models", "League", "agreement-models"),
            Section("matrices", "Matrices", "agreement-matrices"),
            Section("histograms", "Histograms", "agreement-histograms"),
        ),
    ),
    Group(
        "People",
        (
            Section("personas", "Personas", "agreement-personas"),
            Section("breakdown", "Groups", "agreement-breakdown"),
            Section("raters", "Raters", "agreement-raters"),
            Section("population", "Whole set", "agreement-population"),
        ),
    ),
    Group(
        "Items",
        (
            Section("disagreements", "Disagreements", "agreement-disagreements"),
            Section("questions", "Questions", "agreement-questions"),
        ),
    ),
    Group(
        "Robustness",
        (
            Section("vote-rules", "Vote rules", "agreement-vote-rules"),
            Section("variance", "Variance", "agreement-variance"),
            Section("influence", "Influence", "agreement-influence"),
            Section("plan", "What would settle it?", "agreement-plan"),
        ),
    ),
)


def group_of(key: str) -> Group:
    """The group of a page.

    >>> group_of("skill").words
    'Answer'
    """
    return next(group for group in GROUPS if any(section.key == key for section in group.sections))
