"""Data frames: the rows of the exports and of the pages' files, with types that tell missing from zero."""

import io

import numpy as np
import pytest
from pyarrow import parquet

from analysis import frames
from analysis.options import ReportOptions, VoteRule
from analysis.reports.agreement_rows import TABLES
from analysis.reports.league import league_of
from analysis.results import results_of
from annotation.exporting.rows import EXPORTS, export_columns, export_rows, write_export
from annotation.services.baseline_raters import compute_baseline_raters
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_cast, make_model, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    rng = np.random.default_rng(2)
    study = make_made_study(personas=3, questions=6, raters=3)
    for number in range(3):
        make_external(study, f"p{number}", rng.random((3, 6)) < 0.6)
    make_model(study, "first model")
    make_model(study, "second model")
    compute_baseline_raters(study=study)
    return study


def test_answers_are_the_rows_of_the_export(study):
    frame = frames.answers(study)
    assert list(frame) == [column.name for column in export_columns("annotations")]
    assert frame["rater"].tolist() == [row["rater"] for row in export_rows(study, "annotations")]
    types = frame.dtypes.astype(str)
    expected = {"run": "Int64", "seat": "Int64", "is_countable": "boolean", "saved_at": "datetime64[us, UTC]"}
    assert {name: types[name] for name in expected} == expected
    assert "prolific_id" in frames.answers(study, include_prolific_ids=True)


@pytest.mark.parametrize("rule", [VoteRule.THREE_OF_FOUR, VoteRule.DROP_ONE, VoteRule.ONE_COIN])
def test_votes_have_the_states_of_the_pages(study, rule):
    options = ReportOptions(rule=rule)
    frame, results = frames.votes(study, options), results_of(study, options)
    assert frame["state"].value_counts().to_dict() == {k: n for k, n in results.vote_counts().items() if n}
    assert (frame["consensus"] != "").sum() == (frame["state"] == "majority").sum()
    by_hand = (frame["consensus"] == "revised").tolist()
    assert by_hand == (results.content_consensus.labels == 1).tolist()
    agrees = (results.consensus == 0).tolist()
    assert agrees == (frame["consensus_by_reference"] == "first").tolist()


def test_agreement_has_every_number_of_the_league(study):
    league = league_of(results_of(study))
    frame = frames.agreement(study)
    assert set(frame["annotator"]) == {row.name for row in league.rows}
    kappas = frame[frame["measure"] == "kappa_reference"].set_index("annotator")
    for row in league.rows:
        expected = (row.reference.value, row.reference.interval.low, row.reference.interval.high, row.n)
        found = kappas.loc[row.name, ["value", "low", "high", "n"]].astype(float)
        np.testing.assert_array_equal(found, expected)
    assert set(kappas["coding"]) == {"reference"}
    assert set(frame[frame["measure"] == "kappa_content"]["coding"]) == {"content"}


@pytest.mark.parametrize("table", TABLES)
def test_agreement_keeps_each_cell_of_a_table_once(study, table):
    """Numbers, limits, reasons and names together are the cells of the page's file."""
    source, frame = TABLES[table](results_of(study)), frames.agreement(study, table=table)
    assert frame["line"].nunique() == len(source.rows) > 0
    told = {"study", "table", "line", "measure", "value", "low", "high", "undefined", "n", "coding", "rule", "target"}
    ends = ("", "_low", "_high", "_undefined")
    covered = {f"{measure}{end}" for measure in frame["measure"] for end in ends} | (set(frame) - told)
    assert set(source.names) <= covered | {"n", "low", "high", "undefined", "rule", "table", "study"}


def test_agreement_refuses_a_table_that_is_none(study):
    with pytest.raises(ValueError, match="none of the tables league"):
        frames.agreement(study, table="leagues")


def test_personas_have_a_column_for_each_attribute(study):
    frame = frames.personas(study)
    assert frame["persona_id"].tolist() == [p.key for p in study.personas.order_by("position")]
    assert frame["age"].tolist() == [dict(p.attributes)["age"] for p in study.personas.order_by("position")]


def test_frames_of_an_empty_study_have_their_columns():
    study = make_study(personas=1, questions=0, open=False)
    assert frames.answers(study).empty
    assert list(frames.votes(study))[:3] == ["study", "persona_id", "prompt_id"]
    assert set(frames.agreement(study)["kind"]) == {"human ceiling"}
    assert frames.agreement(study, table="skill").empty


@pytest.mark.parametrize("what", EXPORTS)
def test_parquet_export_has_the_rows_of_the_export(what):
    study = make_study(personas=2, questions=2, checks=1)
    make_cast(study)
    make_model(study)
    file = io.BytesIO()
    write_export(study, what, file)
    back = parquet.read_table(file).to_pylist()
    rows = list(export_rows(study, what))
    times = {column.name for column in export_columns(what) if column.kind == "time"}
    as_written = [{k: v.isoformat() if k in times and v else v for k, v in row.items()} for row in back]
    assert as_written == rows
