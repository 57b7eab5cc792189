"""docs/data-formats.md names every column of the tables of results it promises."""

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis import frames
from analysis.options import Coding
from analysis.reports import (
    agreement_rows,
    breakdown,
    comparisons,
    influence,
    interaction,
    items,
    planner,
    population,
    probabilities,
    raters,
    sides,
    uniformity,
    variance,
    vote_rows,
    vote_rules,
)
from analysis.reports.columns import fields_of
from analysis.reports.league_columns import league_columns
from analysis.stats.undefined import Undefined
from annotation.services.baseline_raters import compute_baseline_raters
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_model, make_researcher

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "data-formats.md").read_text(encoding="utf-8")
# Tables whose columns are described once (analysis.reports.columns); the document repeats names, kinds and meanings.
COLUMNS = {
    "League": fields_of(league_columns(Coding.CONTENT)),
    "Raters": fields_of(raters.COLUMNS),
    "Breakdown": fields_of(breakdown.breakdown_columns("human")),
    "Sides": fields_of(sides.COLUMNS),
    "Questions": fields_of(items.item_columns()),
    "Pairs of models": fields_of(comparisons.PAIR_COLUMNS),
    "Probabilities": fields_of(probabilities.SCORE_COLUMNS),
    "Probability bins": fields_of(probabilities.BIN_COLUMNS),
    "Population": fields_of(population.COLUMNS),
    "Variance: components": fields_of(variance.COMPONENT_COLUMNS),
    "Variance: annotators": fields_of(variance.ANNOTATOR_COLUMNS),
    "Variance: personas": fields_of(variance.PERSONA_COLUMNS),
    "Vote rules": fields_of(vote_rules.vote_rule_columns(("…",))),
    "Breakdown by two models": fields_of(interaction.COLUMNS),
    "Uniformity": fields_of(uniformity.COLUMNS),
    "Influence": fields_of(influence.COLUMNS),
}
FRAMES = {
    "Votes (frame)": vote_rows.COLUMNS,
    "Agreement (frame)": agreement_rows.COLUMNS,
    "Personas (frame)": frames.PERSONAS,
}
COLUMNS |= FRAMES
TABLES = {"Plan": planner.COLUMNS}


def documented(heading: str) -> tuple[str, ...]:
    """The columns below a heading, in the order of the document."""
    section = DOCUMENT.split(f"\n### {heading}\n")[1].split("\n#")[0]
    return tuple(line.split("`")[1] for line in section.splitlines() if line.startswith("| `"))


@pytest.mark.parametrize("heading", COLUMNS)
def test_document_describes_each_column_as_the_code_does(heading):
    section = DOCUMENT.split(f"\n### {heading}\n")[1].split("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{column.name}` | {column.kind} | {column.help} |" for column in COLUMNS[heading]]


@pytest.mark.parametrize("heading", TABLES)
def test_document_names_each_column_in_order(heading):
    assert documented(heading) == TABLES[heading]


# The page each table is downloaded from; {persona} and {question} stand for the first of them.
DOWNLOADS = {
    "Pairs of models": "league/?format=csv",
    "League": "?format=csv",
    "Sides": "?format=csv&table=sides",
    "Skill": "skill/?format=csv",
    "Vote rules": "vote-rules/?format=csv",
    "Matrices of annotators and of raters": "matrices/?format=csv",
    "Matrix of personas": "matrices/?kind=personas&format=csv",
    "Histograms": "histograms/?format=csv",
    "Personas": "personas/?format=csv",
    "Raters of a persona": "personas/{persona}/?format=csv&table=matrix",
    "Questions of a persona": "personas/{persona}/?format=csv&table=questions",
    "Answers to a question": "questions/{question}/?format=csv",
    "Disagreements": "disagreements/?format=csv",
    "Raters": "raters/?format=csv",
    "Breakdown": "groups/?format=csv",
    "Questions": "questions/?format=csv",
    "Influence": "influence/?format=csv",
    "Plan": "plan/?format=csv",
    "Variance: components": "variance/?measure=choice&format=csv&table=components",
}


@pytest.fixture
def study():
    rng = np.random.default_rng(2)
    study = make_made_study(personas=3, questions=4, raters=3)
    for number in range(3):
        make_external(study, f"p{number}", rng.random((3, 4)) < 0.5)
    make_model(study, "first model")
    make_model(study, "second model")
    compute_baseline_raters(study=study)
    return study


def header(client, study, where: str) -> tuple[str, ...]:
    place = where.format(persona=study.personas.first().pk, question=study.questions.first().pk)
    response = client.get(f"/studies/{study.slug}/results/{place}")
    return tuple(next(csv.reader([b"".join(response.streaming_content).decode().splitlines()[0]])))


def in_patterns(names: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The names, each that only differs by a rater's or a model's name as the document writes it, and said once."""
    return tuple(dict.fromkeys(pattern_of(name, patterns) for name in names))


def pattern_of(name: str, patterns: tuple[str, ...]) -> str:
    open_ones = [(pattern, *pattern.split("…")) for pattern in patterns if "…" in pattern]
    fitting = [pattern for pattern, start, end in open_ones if name.startswith(start) and name.endswith(end)]
    return max(fitting, key=len, default=name)


@pytest.mark.django_db
def test_document_names_the_columns_of_every_download(client, study):
    client.force_login(make_researcher("rhea", staff=True))
    written = {heading: header(client, study, where) for heading, where in DOWNLOADS.items()}
    for heading, names in written.items():
        assert in_patterns(names, documented(heading)) == documented(heading), heading


@pytest.mark.django_db
def test_matrix_of_a_personas_raters_has_the_columns_of_that_of_annotators(client, study):
    client.force_login(make_researcher("rhea", staff=True))
    names = header(client, study, "matrices/?kind=raters&format=csv")
    assert names == documented("Matrices of annotators and of raters")


def test_document_names_every_table_of_agreement():
    section = DOCUMENT.split("\n### Agreement (frame)\n")[1].split("\n#")[0]
    assert all(f"`{name}`" in section for name in agreement_rows.TABLES)


def test_document_names_every_reason_of_the_undefined():
    section = DOCUMENT.split("## Tables of the pages of results (written)\n")[1].split("\n### ")[0]
    assert all(f"`{reason.value}`" in section for reason in Undefined)
