"""/agreement/skill/: does the model need the persona to agree with people?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.figures.forest import skill_forest
from analysis.options import InvalidOption, ReportOptions
from analysis.reports.overview import caption_of
from analysis.reports.people import people_of
from analysis.reports.skill import Pair, Skill, designs_of, guessed_pair, sentence, skill_of
from analysis.reports.tables import Table
from analysis.reports.wording import percent
from analysis.results import Results, results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context, with_figures
from analysis.views.plots import Plot
from annotation.models import Study


@with_figures
@agreement_page
@comes_later("skill")
def skill(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    pair = _pair(request, results)
    found = skill_of(results, pair) if pair else None
    others = Study.objects.visible_to(request.user).exclude(pk=study.pk)
    designs = designs_of(results, pair, others) if pair else None
    if request.GET.get("format") == "csv" and found:
        return csv_file(_table([found, *(designs.skills if designs else ())]), f"{study.slug}-skill")
    context = page_context(request, study, options, "skill")
    context |= {
        "plot": _plot(results, found) if found else None,
        "skill": found,
        "sentence": sentence(found) if found else "",
        "designs": designs,
        "pair": pair,
        "models": [(n, one.label) for n, one in enumerate(results.annotators) if not one.is_baseline],
        "people": people_of(results),
        "caption": caption_of(results, both_codings=True),
        "option_pairs": options.parameters(),
        "csv_address": address_with(request, format="csv"),
    }
    return render(request, "analysis/skill.html", context)


def _plot(results: Results, skill: Skill) -> Plot:
    caption = (
        f"Filled: {skill.with_persona}; open: {skill.without_persona}. Whiskers: 95 % intervals of each; whether they "
        f"differ is told by the paired difference in the table. {caption_of(results, both_codings=True)}"
    )
    return Plot("skill", _title(skill), caption, f"{results.study.slug}-skill", skill_forest(skill), fits_phone=True)


def _title(skill: Skill) -> str:
    revised = skill.measure("revised").compared
    if revised.difference.undefined is not None:
        return "The four measures with the persona and without"
    shares = [percent(one.value) for one in (revised.first, revised.second)]
    return f"The revised response is chosen in {shares[0]} of questions with the persona, in {shares[1]} without"


def _pair(request: HttpRequest, results: Results) -> Pair | None:
    """The two annotators of the address, by name; else those whose names speak of a persona."""
    guess = guessed_pair(results.annotators)
    if guess is None:
        return None
    chosen = [_position(request, results, name) for name in ("with", "without")]
    first = guess.with_persona if chosen[0] is None else chosen[0]
    return Pair(first, guess.without_persona if chosen[1] is None else chosen[1])


def _position(request: HttpRequest, results: Results, parameter: str) -> int | None:
    label = request.GET.get(parameter)
    if label is None:
        return None
    found = next((n for n, one in enumerate(results.annotators) if one.label == label), None)
    if found is None:
        raise InvalidOption(f"{parameter}={label} is not an annotator of this study.")
    return found


def _table(skills) -> Table:
    """The whole study first, then both designs on the questions they share."""
    tables = [skill.table() for skill in skills]
    scopes = ["all questions", *["shared questions"] * (len(tables) - 1)]
    rows = [(scope, *row) for scope, table in zip(scopes, tables, strict=True) for row in table.rows]
    return Table(("scope", *tables[0].names), tuple(rows))
