"""Importing questions: all or nothing, once, and never into a study that people have begun."""

import json
import threading
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from annotation.integrity.checking import integrity_problems
from annotation.models import Design, Question, StagedImport, StagedQuestion, Study, StudyEvent
from annotation.services import assembly, previews, questions
from annotation.services.annotation_import import StudyChanged
from annotation.services.question_plan import QUESTIONS, NoPersonaSet
from annotation.services.questions import (
    PersonaSetInUse,
    QuestionsInUse,
    import_questions,
    preview_questions,
    use_persona_set,
)
from files import staging
from files.kinds import ImportKind
from files.reading import UnreadableFile
from tests import factories

pytestmark = pytest.mark.django_db


def row(persona=1, number=1, /, **changes):
    return {
        "persona_id": f"persona-{persona:02}",
        "prompt_id": f"q{number}",
        "prompt": f"Question {number}?",
        "revised": f"Revised {persona}-{number}",
        "baseline": f"Baseline {number}",
    } | changes


CHECK = row(
    persona_id="", prompt_id="c1", prompt="Choose the word Baseline.", attention_check=True, right_answer="baseline"
)


def jsonl(*rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


@pytest.fixture
def study():
    return assembly.create_study(slug="s", name="S", persona_set=factories.make_persona_set(3), questions_per_rater=2)


def bring(study, *rows, **options):
    return import_questions(study=study, data=jsonl(*rows), filename="q.jsonl", **options)


def test_import_questions_stores_each_row_exactly(study):
    text = " 007 \u2028 None \U0001f600\r\n"
    done = bring(study, row(1, 1, revised=text, topic="life"), row(2, 1))
    question = Question.objects.get(study=study, persona__key="persona-01")
    assert (done.created, done.was_already_there, done.checks) == (2, False, 0)
    assert (question.prompt_key, question.revised, question.alternative, question.topic) == (
        "q1",
        text,
        "Baseline 1",
        "life",
    )
    assert question.alternative_kind == Design.BASELINE


def test_import_questions_chooses_the_personas_that_have_questions(study):
    bring(study, row(1, 1), row(3, 1))
    assert sorted(study.personas.values_list("key", flat=True)) == ["persona-01", "persona-03"]


def test_import_questions_leaves_personas_that_were_chosen(study):
    assembly.choose_personas(study=study, personas=study.persona_set.personas.filter(key="persona-02"))
    bring(study, row(1, 1))
    assert [persona.key for persona in study.personas.all()] == ["persona-02"]


def test_import_questions_draws_what_raters_see(study):
    bring(study, row(1, 1), row(1, 2), row(1, 3))
    assert study.questions.drawn().count() == 2


def test_import_questions_takes_the_foil_design_from_the_file(study):
    rows = [row(1, 1, foil="F", foil_persona_id="persona-02"), row(2, 1, foil="G", foil_persona_id="persona-01")]
    bring(study, *({key: value for key, value in item.items() if key != "baseline"} for item in rows))
    study.refresh_from_db()
    assert study.design == Design.FOIL
    assert study.questions.get(persona__key="persona-01").foil_persona.key == "persona-02"


def test_import_questions_repeats_a_check_for_every_persona(study):
    done = bring(study, row(1, 1), row(2, 1), CHECK)
    assert done.checks == 2
    checks = study.questions.attention_checks()
    assert {(check.persona.key, check.right_answer) for check in checks} == {
        ("persona-01", "alternative"),
        ("persona-02", "alternative"),
    }


def test_import_questions_of_the_same_file_again_changes_nothing(study):
    bring(study, row(1, 1), row(2, 1), CHECK)
    before = list(study.questions.values())
    done = bring(study, row(1, 1), row(2, 1), CHECK)
    assert done.was_already_there
    assert done.created == 0
    assert list(study.questions.values()) == before
    assert StudyEvent.objects.filter(what="questions imported").count() == 1


def test_import_questions_of_the_same_file_in_another_form_changes_nothing(study):
    bring(study, row(1, 1))
    csv = "persona_id,prompt_id,prompt,revised,baseline\r\npersona-01,q1,Question 1?,Revised 1-1,Baseline 1\r\n"
    assert import_questions(study=study, data=csv.encode(), filename="q.csv").was_already_there


def test_import_questions_adds_new_rows_to_those_that_are_there(study):
    bring(study, row(1, 1))
    assert bring(study, row(1, 1), row(1, 2)).created == 1
    assert list(study.questions.values_list("position", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("change", "column"),
    [({"revised": "New"}, "revised"), ({"baseline": "New"}, "baseline"), ({"topic": "new"}, "topic")],
)
def test_import_questions_with_another_text_names_its_line(study, change, column):
    bring(study, row(1, 1))
    with pytest.raises(UnreadableFile) as caught:
        bring(study, row(1, 2), row(1, 1, **change))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.value) == (2, column, change[column])
    assert study.questions.count() == 1


def test_import_questions_with_another_prompt_text_names_its_line(study):
    bring(study, row(1, 1))
    with pytest.raises(UnreadableFile, match="line 1, column prompt"):
        bring(study, row(2, 1, prompt="Another text?"))


def test_import_questions_replacing_puts_the_file_in_the_place_of_all(study):
    bring(study, row(1, 1), row(1, 2))
    done = bring(study, row(1, 1, revised="New"), replace=True)
    assert (done.created, done.removed) == (1, 2)
    assert [question.revised for question in study.questions.all()] == ["New"]


def test_import_questions_replacing_by_the_same_changes_nothing(study):
    bring(study, row(1, 1))
    assert bring(study, row(1, 1), replace=True).was_already_there


def test_import_questions_replacing_forgets_previews(study):
    bring(study, row(1, 1))
    previews.start_preview(study=study)
    assert bring(study, row(1, 1, revised="New"), replace=True).created == 1


def test_import_questions_replacing_keeps_what_models_answered(study):
    bring(study, row(1, 1))
    factories.make_model(study)
    with pytest.raises(QuestionsInUse):
        bring(study, row(1, 1, revised="New"), replace=True)


def test_import_questions_of_the_other_kind_names_its_line(study):
    bring(study, row(1, 1))
    foil = row(1, 2, foil="F", foil_persona_id="persona-02", baseline="")
    with pytest.raises(UnreadableFile, match="line 1, column foil"):
        bring(study, foil)
    assert bring(study, foil, replace=True).created == 1
    study.refresh_from_db()
    assert study.design == Design.FOIL


def test_import_questions_with_one_bad_row_imports_nothing(study):
    with pytest.raises(UnreadableFile) as caught:
        bring(study, row(1, 1), row(2, 1), row(9, 1))
    assert [str(problem.line) for problem in caught.value.problems] == ["3"]
    assert (study.questions.count(), study.personas.count(), study.events.count()) == (0, 0, 1)


def test_import_questions_that_fails_in_the_database_imports_nothing(study, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr(assembly, "settle_questions", fail)
    with pytest.raises(RuntimeError):
        bring(study, row(1, 1), row(2, 1))
    assert (study.questions.count(), study.personas.count()) == (0, 0)


def test_import_questions_after_the_first_seat_is_refused():
    study = factories.make_study(personas=2, questions=2)
    factories.arrive(study)
    with pytest.raises(assembly.StudyFrozen):
        bring(study, row(1, 50))
    assert study.questions.count() == 4


def test_import_questions_that_are_there_is_a_no_op_even_when_frozen():
    study = factories.make_study(personas=2, questions=2)
    factories.arrive(study)
    there = study.questions.first()
    same = row(
        1,
        prompt_id=there.prompt_key,
        prompt=there.prompt,
        revised=there.revised,
        baseline=there.alternative,
        topic=there.topic,
    )
    assert bring(study, same).was_already_there


def test_import_questions_that_would_empty_an_open_study_is_refused():
    study = factories.make_study(personas=2, questions=2)
    with pytest.raises(assembly.StudyNotReady):
        bring(study, row(1, 50), replace=True)
    assert study.questions.count() == 4


def test_import_questions_without_a_persona_set_is_refused():
    with pytest.raises(NoPersonaSet):
        bring(assembly.create_study(slug="bare", name="Bare"), row(1, 1))


def test_import_questions_of_checks_alone_without_personas_names_its_line(study):
    with pytest.raises(UnreadableFile, match="line 1, column persona_id"):
        bring(study, CHECK)


def test_import_questions_of_a_check_that_a_persona_has_already_names_its_line(study):
    with pytest.raises(UnreadableFile, match="is already on line"):
        bring(study, row(1, 1), CHECK | {"persona_id": "persona-01"}, CHECK)


def test_preview_questions_says_what_would_be_added_and_changes_nothing(study):
    bring(study, row(1, 1))
    plan = preview_questions(study, jsonl(row(1, 1), row(1, 2), CHECK), "q.jsonl")
    assert (plan.rows, plan.new, plan.already_there, plan.checks) == (3, 2, 1, 1)
    assert study.questions.count() == 1


def test_import_questions_takes_as_many_queries_however_many_rows(study, django_assert_num_queries):
    other = assembly.create_study(slug="o", name="O", persona_set=study.persona_set, questions_per_rater=2)
    few = [row(persona, number) for persona in (1, 2, 3) for number in range(1, 11)]
    many = [row(persona, number) for persona in (1, 2, 3) for number in range(1, 101)]
    with CaptureQueriesContext(connection) as queries:
        bring(study, *few)
    assert len(queries) < 60
    with django_assert_num_queries(len(queries)):
        bring(other, *many)


def test_use_persona_set_is_refused_once_there_are_questions_of_another(study):
    bring(study, row(1, 1))
    with pytest.raises(PersonaSetInUse):
        use_persona_set(study=study, persona_set=factories.make_persona_set(1, name="others"))


@pytest.mark.django_db(transaction=True)
def test_import_questions_lets_an_arrival_wait_for_it():
    """Who arrives meanwhile gets the questions as they are after the import, never a mixture."""
    study = factories.make_study(personas=2, questions=4, questions_per_rater=2)
    arrival = threading.Thread(target=arrive_on_a_connection_of_its_own, args=(study,))
    with transaction.atomic():
        bring(study, *(row(persona, number) for persona in (1, 2) for number in range(20, 40)))
        arrival.start()
        # Long enough for an arrival that would not wait.
        arrival.join(timeout=1)
    arrival.join()
    assert study.assignments.count() == 1
    assert integrity_problems(study) == []


def arrive_on_a_connection_of_its_own(study):
    try:
        factories.arrive(study)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_import_questions_twice_at_once_imports_once(study):
    done = []
    start = threading.Barrier(4)

    def import_on_a_connection_of_its_own():
        try:
            same = Study.objects.get(pk=study.pk)
            start.wait()
            done.append(bring(same, row(1, 1), row(2, 1)))
        finally:
            connection.close()

    threads = [threading.Thread(target=import_on_a_connection_of_its_own) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.created for one in done) == [0, 0, 0, 2]
    assert study.questions.count() == 2


# --- Staging -----------------------------------------------------------------------------------------
@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(staging, "ROWS_AT_ONCE", {"sqlite": 10, "postgresql": 10})


@pytest.mark.django_db(transaction=True)
def test_import_questions_writes_batches_and_then_switches_them_in(study, small_batches):
    seen = []

    def progress(doing, done, of):
        seen.append((StagedQuestion.objects.count(), Question.objects.count(), connection.in_atomic_block))

    bring(study, *(row(1, number) for number in range(1, 26)), progress=progress)
    assert seen == [(10, 0, False), (20, 0, False), (25, 0, False), (25, 0, False)]
    assert (Question.objects.count(), StagedImport.objects.count()) == (25, 0)


@pytest.mark.parametrize("fault", [{"prompt": ""}, {"persona_id": "nobody"}])
def test_import_questions_with_a_fault_at_the_end_leaves_nothing_staged(study, small_batches, fault):
    with pytest.raises(UnreadableFile):
        bring(study, *(row(1, number) for number in range(1, 26)), row(1, 26, **fault))
    assert (Question.objects.count(), StagedQuestion.objects.count(), StagedImport.objects.count()) == (0, 0, 0)


def test_import_questions_hands_on_rows_of_much_text_before_there_are_many(study, monkeypatch):
    monkeypatch.setattr(staging, "CHARACTERS_AT_ONCE", 1_000)
    batches = []
    monkeypatch.setattr(questions, "_stage", lambda staged, ids, rows: batches.append(len(rows)))
    with pytest.raises(StudyChanged):  # nothing was staged, so the switch finds rows missing
        bring(study, *(row(1, number, revised="x" * 600) for number in range(1, 5)))
    assert batches[:2] == [2, 2]


def test_import_questions_again_when_the_study_has_changed_meanwhile(study, monkeypatch):
    """Another import of the same questions comes between reading and switching."""
    others = [row(1, 1)]

    def progress(doing, done, of):
        if doing == "switching" and others:
            bring(Study.objects.get(pk=study.pk), others.pop())

    assert bring(study, row(1, 1), row(1, 2), progress=progress).created == 1
    assert study.questions.count() == 2


def test_import_questions_places_repeated_checks_as_the_file_does(study):
    bring(study, row(1, 1), CHECK, row(1, 2), row(2, 1))
    places = study.questions.order_by("persona__position", "position").values_list("persona__key", "prompt_key")
    assert list(places) == [("persona-01", key) for key in ("q1", "c1", "q2")] + [
        ("persona-02", "c1"),
        ("persona-02", "q1"),
    ]


def test_import_questions_repeats_a_check_only_where_it_is_missing(study):
    bring(study, row(1, 1), CHECK)
    assert bring(study, row(2, 1), CHECK).created == 2
    with pytest.raises(UnreadableFile, match="line 1, column revised"):
        bring(study, CHECK | {"revised": "Another text."})


def test_import_questions_refuses_more_repeated_checks_than_a_file_may_hold(study, monkeypatch):
    limits = replace(QUESTIONS.base_limits, rows=6)
    monkeypatch.setattr(ImportKind, "limits", limits)
    assert bring(study, *(row(n, 1) for n in (1, 2, 3)), CHECK).created == 6
    with pytest.raises(UnreadableFile, match="More than 6 questions"):
        bring(study, *(row(n, 1) for n in (1, 2, 3)), CHECK, CHECK | {"prompt_id": "c2"}, replace=True)


# --- manage.py import_questions ----------------------------------------------------------------------
@pytest.fixture
def file(tmp_path):
    def write(*rows, name="q.jsonl"):
        path = tmp_path / name
        path.write_bytes(jsonl(*rows))
        return str(path)

    return write


def test_import_questions_command_says_what_it_did(study, file, capsys):
    call_command("import_questions", "s", file(row(1, 1), CHECK))
    assert capsys.readouterr().out.strip() == "s: 2 questions imported, 1 of them attention checks."
    call_command("import_questions", "s", file(row(1, 1), CHECK))
    assert "nothing changed" in capsys.readouterr().out


def test_import_questions_command_makes_a_study_for_a_named_set(file):
    factories.make_persona_set(2, name="folk")
    call_command("import_questions", "fresh", file(row(1, 1)), "--set", "folk@1")
    assert Study.objects.get(slug="fresh").questions.count() == 1


def test_import_questions_command_reports_each_problem_and_leaves_no_study(file):
    factories.make_persona_set(2, name="folk")
    with pytest.raises(CommandError, match=r"line 2, column persona_id.*persona-09") as caught:
        call_command("import_questions", "fresh", file(row(1, 1), row(9, 1), row(8, 2)), "--set", "folk")
    assert "line 3" in str(caught.value)
    assert not Study.objects.filter(slug="fresh").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "q.jsonl"], "There is no study 'nowhere'"),
        (["s", "missing.jsonl"], "cannot be read"),
        (["s", "q.jsonl", "--set", "nobody"], "There is no persona set 'nobody'"),
        (["s", "q.jsonl", "--set", "people@x"], "is not a number"),
        (["not a slug", "q.jsonl", "--set", "people"], "cannot be a study's address"),
    ],
)
def test_import_questions_command_says_what_it_cannot_find(study, file, tmp_path, monkeypatch, arguments, message):
    file(row(1, 1))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=message):
        call_command("import_questions", *arguments)
