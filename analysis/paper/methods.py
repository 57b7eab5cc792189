"""The methods paragraph of a paper, from the same reports as its figures. No matplotlib."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analysis.reports.league import DEFAULT_JOININGS
from analysis.reports.overview import Overview
from analysis.reports.people import People
from analysis.reports.vote_rules import excluded_raters
from analysis.reports.wording import CODINGS, count, filter_words, sampling_words
from analysis.results import Results
from annotation.flow import AssignmentState
from annotation.models import Design, PersonaStyle

DESIGNS = {
    Design.BASELINE: "an answer to the same prompt that was written without a persona",
    Design.FOIL: "the answer that had been revised for another persona (a foil)",
}
STYLES = {
    PersonaStyle.NARRATIVE: "a short narrative followed by its other attributes in plain words",
    PersonaStyle.LIST: "a list of its attributes in their order",
}
ALL_READ = "Every model verdict could be read."
HEADING = "# Methods\n\n"


def methods_of(results: Results, overview: Overview) -> str:
    """Ns, rules, exclusions, coding, intervals, seeds, and what was simulated, as prose."""
    people = overview.people
    sentences = [
        *_design(results, people),
        *_people(results, people),
        *_consensus(people),
        *_models(results),
        *_statistics(results, overview),
    ]
    return HEADING + " ".join(sentences) + "\n"


def _design(results: Results, people: People) -> Iterator[str]:
    study = results.study
    if study.made_by:
        yield f"The study's content is made, not collected ({study.made_by})."
    yield (
        f"The study asked {count(people.questions, 'question')} about {count(people.personas, 'persona')}; each offers "
        f"an answer revised for the persona and {DESIGNS[Design(study.design)]}."
    )
    yield (
        f"Raters read each persona as {STYLES[PersonaStyle(study.persona_style)]}"
        f"{', called by a given name' if study.names_personas else ''} (wording version {study.persona_text_version})."
    )
    if study.allows_no_preference:
        yield "Raters could also say that they prefer neither."
    yield f"Question draws and orders come from seed {study.seed}; each rater saw the two answers in a stored order."


def _people(results: Results, people: People) -> Iterator[str]:
    if not people.raters:
        yield "No human rater has finished yet."
        return
    yield f"{people.kind[0].upper()}{people.kind[1:]} answered, planned as {people.seats} per persona."
    if people.simulated:
        yield f"{people.simulated:,} of them were simulated in a rehearsal: their answers say nothing about people."
    states = Counter(results.study.assignments.of_participants().values_list("state", flat=True))
    others = [f"{words} {states[state]:,}" for state, words in STATES if states[state]]
    if others:
        yield f"Of those who came to the site: {', '.join(others)}."
    options, excluded = results.options, excluded_raters(results)
    if excluded:
        fate = "counted all the same" if options.excluded else "left out"
        yield f"Finished raters whom the researchers excluded, {fate}: {excluded:,}."
    if filter_words(options):
        yield f"Filters: {filter_words(options)}."


STATES = (
    (AssignmentState.COMPLETE, "finished in their seat"),
    (AssignmentState.SURPLUS, "finished after the seat was given away (surplus)"),
    (AssignmentState.EXCLUDED, "excluded"),
    (AssignmentState.RELEASED, "left or ran out of time"),
    (AssignmentState.SCREENED_OUT, "comprehension check not passed"),
    (AssignmentState.DECLINED, "declined"),
    (AssignmentState.LIVE, "not finished yet"),
)


def _consensus(people: People) -> Iterator[str]:
    votes = people.votes
    yield (
        f"The human consensus of a question is taken by content ({people.rule}): {votes['majority']:,} questions have "
        f"one, {votes['tie']:,} are tied, {votes['too_few']:,} have too few votes and {votes['missing']:,} none."
    )


def _models(results: Results) -> Iterator[str]:
    models = [one for one in results.annotators if not one.is_baseline]
    baselines = [one for one in results.annotators if one.is_baseline]
    if models:
        answered = (results.matrix.named >= 0).sum(axis=1)
        names = [f"{one.label} ({int(answered[n]):,})" for n, one in enumerate(results.annotators) if one in models]
        yield f"Model annotators, with the questions each answered: {'; '.join(names)}."
        unreadable = sum(one.unparsable for one in models)
        left_out = "is left out" if unreadable == 1 else "are left out"
        yield f"{count(unreadable, 'model verdict')} could not be read and {left_out}." if unreadable else ALL_READ
    if baselines:
        yield f"Baseline raters computed by rule, as what no skill gives: {'; '.join(one.label for one in baselines)}."


def _statistics(results: Results, overview: Overview) -> Iterator[str]:
    lead = overview.league.lead
    yield f"Agreement is Cohen's kappa {CODINGS[lead]}, with raw agreement and Gwet's AC1 beside it."
    yield f"Annotators are compared with {overview.league.reference_words}."
    yield (
        f"Pooled figures have {sampling_words(results.sampling)}: Student's t on Fisher's z, variances added over the "
        "crossed clusters. Where nothing varies the limits are Wilson's, carried over from raw agreement; where kappa "
        "is undefined without one of the clusters, none is given."
    )
    yield (
        "Cells of persona matrices have large-sample intervals (Fleiss, Cohen and Everitt). The human ceiling is a "
        "held-out human against the most frequent choice of two or more others; models meet the same references on "
        "the same questions, as a paired difference. Where both raters are constant, kappa is undefined and shown as "
        "such."
    )
    tests = [row.alt_test for row in overview.league.models if row.alt_test]
    if tests:
        yield (
            f"The alternative annotator test (Calderon, Reichart and Dror 2025) joins raters over personas into slots, "
            f"averaged over {DEFAULT_JOININGS} random joinings, with epsilon {tests[0].epsilon}, q {tests[0].q} and "
            f"seed {tests[0].seed}."
        )
    if not results.options.rule.counts_votes:
        yield "The consensus is fitted, not counted: Dawid and Skene's one-coin model."
