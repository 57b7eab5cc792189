"""The consensus behind every page: the same under each coding, by the rule that was asked for."""

import numpy as np
import pytest

from analysis.options import Coding, ReportOptions, VoteRule
from analysis.results import results_of, results_of_persona
from annotation.models import Response
from tests.factories import finished, make_study

pytestmark = pytest.mark.django_db

REVISED, ALTERNATIVE = Response.REVISED, Response.ALTERNATIVE
BY_CONTENT = ReportOptions(coding=Coding.CONTENT)


def study_with_votes(*choices, raters=4):
    study = make_study(personas=1, questions=2, raters=raters)
    for number, choice in enumerate(choices, start=1):
        finished(study, number, choice)
    return study


def test_consensus_of_three_and_one_is_the_majority():
    results = results_of(study_with_votes(REVISED, REVISED, ALTERNATIVE, REVISED), BY_CONTENT)
    assert results.consensus.tolist() == [1, 1]
    assert results.vote_counts() == {"majority": 2, "tie": 0, "too_few": 0, "missing": 0}


def test_consensus_of_two_and_two_is_a_tie():
    results = results_of(study_with_votes(REVISED, REVISED, ALTERNATIVE, ALTERNATIVE))
    assert results.consensus.tolist() == [-1, -1]
    assert results.vote_counts()["tie"] == 2


def test_consensus_of_nobody_is_missing():
    assert results_of(study_with_votes()).vote_counts()["missing"] == 2


def test_consensus_of_three_raters_asks_for_two():
    assert results_of(study_with_votes(REVISED, REVISED, ALTERNATIVE, raters=3), BY_CONTENT).consensus.tolist() == [
        1,
        1,
    ]


@pytest.mark.parametrize("rule", VoteRule)
def test_every_rule_answers_and_says_its_name(rule):
    results = results_of(
        study_with_votes(REVISED, REVISED, REVISED, ALTERNATIVE), ReportOptions(rule=rule, coding=Coding.CONTENT)
    )
    assert results.consensus.tolist() == [1, 1]
    assert results.content_consensus.rule


@pytest.mark.parametrize("rule", VoteRule)
def test_every_rule_takes_a_study_without_answers(rule):
    results = results_of(study_with_votes(), ReportOptions(rule=rule))
    assert results.consensus.tolist() == [-1, -1]


def test_consensus_by_reference_is_the_same_consensus_relabelled():
    study = study_with_votes(REVISED, REVISED, REVISED, ALTERNATIVE)
    results = results_of(study, ReportOptions(coding=Coding.REFERENCE))
    expected = np.where(results.matrix.revised_is_first, 0, 1)
    assert results.consensus.tolist() == expected.tolist()
    assert results.categories == ("first", "second")


@pytest.mark.parametrize("rule", VoteRule)
def test_results_of_one_persona_are_those_of_the_study(rule):
    study = make_study(personas=2, questions=2, raters=3)
    for number, choice in enumerate([REVISED, ALTERNATIVE, REVISED, REVISED, ALTERNATIVE, ALTERNATIVE]):
        finished(study, number, choice)
    whole = results_of(study, ReportOptions(rule=rule))
    for persona in study.personas.all():
        one = results_of_persona(study, persona, ReportOptions(rule=rule))
        items = np.isin(whole.matrix.question_ids, study.questions.filter(persona=persona).values_list("pk", flat=True))
        same = np.isin(one.matrix.question_ids, whole.matrix.question_ids[items])
        assert one.consensus[same].tolist() == whole.consensus[items].tolist()
        # The one-coin model weighs a rater by the answers to all personas.
        assert one.matrix.n_items == (4 if rule is VoteRule.ONE_COIN else 2)
