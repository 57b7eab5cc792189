"""/results/skill/: does the model need the persona to agree with people?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.forest import skill_forest
from analysis.options import InvalidOption
from analysis.reports.design import has_key
from analysis.reports.overview import caption_of
from analysis.reports.skill import (
    Designs,
    Pair,
    Skill,
    designs_of,
    guessed_pair,
    sentence,
    short_sentence,
    skill_of,
    tiles_of,
)
from analysis.reports.tables import Table
from analysis.reports.wording import percent
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage
from annotation.models import Study


class SkillPage(ResultsPage):
    section = "skill"
    own = frozenset({"with", "without"})
    figures = True

    @cached_property
    def pair(self) -> Pair | None:
        """The two annotators of the address, by name; else those whose conditions differ in the persona."""
        guess = guessed_pair(self.results.annotators)
        if guess is None:
            return None
        first, second = self.position("with"), self.position("without")
        return Pair(
            guess.with_persona if first is None else first,
            guess.without_persona if second is None else second,
        )

    def position(self, parameter: str) -> int | None:
        label = self.request.GET.get(parameter)
        if label is None:
            return None
        found = next((n for n, one in enumerate(self.results.annotators) if one.label == label), None)
        if found is None:
            raise InvalidOption(f"{parameter}={label} is not an annotator of this study.")
        return found

    @cached_property
    def skill(self) -> Skill | None:
        return skill_of(self.results, self.pair) if self.pair else None

    @cached_property
    def designs(self) -> Designs | None:
        others = Study.objects.visible_to(self.request.user).exclude(pk=self.study.pk)
        return designs_of(self.results, self.pair, others) if self.pair else None

    def file(self, table: str) -> tuple[str, Table] | None:
        if self.skill is None:
            return None
        return "skill", _table([self.skill, *(self.designs.skills if self.designs else ())])

    def context(self) -> dict[str, Any]:
        return {
            "plot": self.plot(self.skill) if self.skill else None,
            "skill": self.skill,
            "sentence": sentence(self.skill) if self.skill else "",
            "finding": short_sentence(self.skill) if self.skill else "",
            "tiles": tiles_of(self.skill) if self.skill else (),
            "has_key": has_key(self.study),
            "designs": self.designs,
            "pair": self.pair,
            "models": [(n, one.label) for n, one in enumerate(self.results.annotators) if not one.is_baseline],
            "caption": caption_of(self.results, both_codings=True),
        }

    def plot(self, skill: Skill) -> Plot:
        caption = (
            f"Filled: {skill.with_persona}; open: {skill.without_persona}. Whiskers: 95 % intervals of each; the "
            f"paired difference in the table tells whether they differ. {caption_of(self.results, both_codings=True)}"
        )
        return Plot("skill", _title(skill), caption, f"{self.study.slug}-skill", skill_forest(skill), fits_phone=True)


def _title(skill: Skill) -> str:
    revised = skill.measure("revised").compared
    if revised.difference.undefined is not None:
        return "The four measures with the persona and without"
    shares = [percent(one.value) for one in (revised.first, revised.second)]
    return f"The revised response is chosen in {shares[0]} of questions with the persona, in {shares[1]} without"


def _table(skills) -> Table:
    """The whole study first, then both designs on the questions they share."""
    tables = [skill.table() for skill in skills]
    scopes = ["all questions", *["shared questions"] * (len(tables) - 1)]
    rows = [(scope, *row) for scope, table in zip(scopes, tables, strict=True) for row in table.rows]
    return Table(("scope", *tables[0].names), tuple(rows))
