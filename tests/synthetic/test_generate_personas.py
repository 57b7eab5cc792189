"""Persona sets from census files: the whole way with the scripted model, and what can go wrong on it."""

import csv
import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from jobs.models import Run
from jobs.services.runs import retry_run
from llm.errors import CallFailed, Failure
from llm.scripted import ScriptedModel
from model_calls.endpoints import UnknownEndpoint
from model_calls.models import StoredAnswer
from personas.models import PersonaSet
from personas.pums.consistency import broken_rules
from personas.services import BadSetName
from synthetic.asking.personas import FILL, JUDGE, read_attributes, read_verdict
from synthetic.asking.reading import Unreadable
from synthetic.asking.scripts import SCRIPTS
from synthetic.models import Draw, DrawState, Generation
from synthetic.services import generation as services
from synthetic.services.generation import RESERVE, BadGeneration, stage_counts, start_generation

pytestmark = pytest.mark.django_db


def generate(folder, name="people", **options):
    call_command("generate_personas", name, pums=folder, fake=True, wait=True, **{"count": 30, "seed": 1} | options)
    return PersonaSet.objects.latest_version_of(name)


class Watched(ScriptedModel):
    """The scripted model; remembers all requests of its class, and runs out of patience after ``limit``."""

    asked: list = []
    limit = 10**9

    def answer(self, request):
        if len(Watched.asked) >= Watched.limit:
            raise RuntimeError("The worker was killed here.")
        Watched.asked.append((request.purpose, request.messages, request.sample))
        return super().answer(request)


@pytest.fixture
def watched(monkeypatch):
    Watched.asked, Watched.limit = [], 10**9
    monkeypatch.setattr(services, "model_for", lambda name: Watched(SCRIPTS))
    return Watched


# --- The whole way --------------------------------------------------------------------------------
def test_set_has_sound_personas_and_says_where_each_value_is_from(census_folder):
    people = generate(census_folder)
    assert people.personas.count() == 30
    origins = Counter(origin for persona in people.personas.all() for origin in persona.origins.values())
    assert origins["census"] > 30 * 12
    assert origins["procedural"] == 30 * 4
    assert origins["model"] >= 30 * 4
    for persona in people.personas.all():
        values = dict(persona.attributes)
        assert set(persona.origins) == set(values)
        assert int(values["age"]) >= 18
        assert persona.text().startswith("You play ")
    assert "census records" in people.made_by
    assert not [draw for draw in Draw.objects.all() if broken_rules(draw.codes)]


def test_stages_add_up(census_folder):
    people = generate(census_folder)
    counts = stage_counts(people.generations.get())
    assert counts["drawn"] == counts["accepted"] + counts["rejected by the model"] + counts["rejected by a rule"]
    assert counts["accepted"] == 30
    assert counts["rejected by the model"] > 0
    assert sum(times for _, times in counts["reasons"]["model"]) == counts["rejected by the model"]


def test_same_seed_gives_the_same_set_and_another_seed_a_new_version(census_folder):
    first = generate(census_folder)
    StoredAnswer.objects.all().delete()
    assert generate(census_folder) == first
    assert generate(census_folder, seed=2).version == 2


def test_children_are_drawn_where_asked_for(census_folder):
    people = generate(census_folder, min_age=0)
    assert any(int(dict(persona.attributes)["age"]) < 16 for persona in people.personas.all())


# --- Resuming -------------------------------------------------------------------------------------
def test_killed_run_resumes_without_asking_again_what_is_stored(census_folder, watched):
    generate(census_folder, "whole")
    whole = set(watched.asked)
    StoredAnswer.objects.all().delete()
    watched.asked, watched.limit = [], 30
    with pytest.raises(CommandError, match="killed"):
        generate(census_folder, "whole")
    run = Run.objects.latest("pk")
    stored = StoredAnswer.objects.count()
    assert 0 < stored < len(whole)
    watched.limit = 10**9
    before = len(watched.asked)
    retry_run(run=run)
    run.refresh_from_db()
    assert run.state == "done"
    first, later = set(watched.asked[:before]), set(watched.asked[before:])
    assert len(first) == stored
    assert later
    assert not first & later
    assert PersonaSet.objects.filter(name="whole").count() == 1  # the same content, so no second version
    assert [draw.position for draw in run.generation.draws.all()] == list(range(1, 31))


# --- Answers that are no good ---------------------------------------------------------------------
def test_unreadable_answer_is_asked_for_again(census_folder, monkeypatch):
    def sometimes(request, random):
        return "Yes." if request.sample == 1 else SCRIPTS[JUDGE](request, random)

    monkeypatch.setattr(services, "model_for", lambda name: ScriptedModel(SCRIPTS | {JUDGE: sometimes}))
    assert generate(census_folder, count=5).personas.count() == 5
    assert set(StoredAnswer.objects.filter(purpose=JUDGE).values_list("sample", flat=True)) == {1, 2}


def test_what_stays_unreadable_fails_the_run_and_is_counted(census_folder, monkeypatch):
    monkeypatch.setattr(services, "model_for", lambda name: ScriptedModel(SCRIPTS | {FILL: lambda *_: "{}"}))
    with pytest.raises(CommandError, match=r"5 of 5 failed. Unreadable answer: Expected .*; found nothing"):
        generate(census_folder, count=5)
    assert not PersonaSet.objects.exists()
    assert Draw.objects.filter(state=DrawState.CONSISTENT).count() == 5


def test_endpoint_that_is_away_fails_the_run_and_a_retry_completes_it(census_folder, monkeypatch):
    def away(request, random):
        raise CallFailed(Failure.UNREACHABLE, "Nobody answers.")

    monkeypatch.setattr(services, "model_for", lambda name: ScriptedModel(SCRIPTS | {JUDGE: away}))
    with pytest.raises(CommandError, match="Unreachable: Nobody answers"):
        generate(census_folder, count=5)
    monkeypatch.setattr(services, "model_for", lambda name: ScriptedModel(SCRIPTS))
    retry_run(run=Run.objects.latest("pk"))
    assert PersonaSet.objects.get().personas.count() == 5


def test_place_whose_candidates_are_all_rejected_fails_with_the_reason(census_folder, monkeypatch):
    never = {"consistent": False, "reason": "Nobody is like that."}
    monkeypatch.setattr(services, "model_for", lambda name: ScriptedModel(SCRIPTS | {JUDGE: lambda *_: never}))
    with pytest.raises(CommandError, match="Nobody is like that"):
        generate(census_folder, count=3)
    assert {len(draw.rejections) for draw in Draw.objects.all()} == {RESERVE}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("consistent: yes", "not JSON"),
        ("[]", "not an object"),
        ('{"consistent": true}', "Expected consistent, reason; found consistent"),
        ('{"consistent": "yes", "reason": "none"}', "true or false"),
        ('{"consistent": true, "reason": " "}', "empty"),
    ],
)
def test_verdict_is_read_strictly(text, words):
    with pytest.raises(Unreadable, match=words):
        read_verdict(text)


def test_attribute_of_two_lines_is_unreadable():
    with pytest.raises(Unreadable, match="more than one line"):
        read_attributes(json.dumps({"religion": "a\nb"}), ["religion"])


# --- Wrong requests -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "from 1 to 100,000 personas"),
        ({"minimum_age": 120}, "minimum age"),
        ({"name": " "}, "needs a name"),
        ({"endpoint": "gpt-9"}, "no endpoint 'gpt-9'"),
    ],
)
def test_wrong_request_is_refused_and_changes_nothing(census_folder, options, words):
    options = {"name": "people", "folder": census_folder, "count": 5, "seed": 1, "endpoint": "fake"} | options
    with pytest.raises((BadGeneration, BadSetName, UnknownEndpoint), match=words):
        start_generation(**options)
    assert not Run.objects.exists()


def test_folder_without_census_files_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no person file was found"):
        generate(tmp_path)


def test_census_problem_met_while_drawing_is_the_reason_of_the_run(census_folder, tmp_path):
    for path in census_folder.iterdir():
        (tmp_path / path.name).write_text(path.read_text().replace(",1,", ",one,", 1))
    with pytest.raises(CommandError, match="'one' is not a whole number"):
        generate(tmp_path)


# --- Fidelity -------------------------------------------------------------------------------------
def test_fidelity_compares_every_attribute_and_the_pairs(census_folder, capsys):
    people = generate(census_folder)
    capsys.readouterr()
    call_command("fidelity", f"people@{people.version}", format="json")
    found = json.loads(capsys.readouterr().out)
    assert len([row for row in found["rows"] if "×" not in row["name"]]) == 24
    assert len([row for row in found["rows"] if "×" in row["name"]]) == 6
    assert all(row["n"] == 30 for row in found["rows"])
    assert sum(sum(levels.values()) for levels in found["big five"].values()) == 5 * 30


def test_fidelity_as_csv_has_a_row_for_each_comparison(census_folder, capsys):
    generate(census_folder)
    capsys.readouterr()
    call_command("fidelity", "people", format="csv")
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == 30
    assert {row["attribute"] for row in rows} >= {"age", "sex × age"}


def test_fidelity_of_an_imported_set_says_that_there_is_none(capsys):
    PersonaSet.objects.create(name="imported", version=1, content_hash="0" * 64)
    with pytest.raises(CommandError, match="was not generated"):
        call_command("fidelity", "imported")
    with pytest.raises(CommandError, match=r"no persona set nobody\. Known: imported"):
        call_command("fidelity", "nobody")


# --- Constraints, attacked past the services --------------------------------------------------------
def test_constraints_of_generations_hold(census_folder):
    generate(census_folder, count=2)
    first = Draw.objects.first()
    for change in ({"state": "lost"}, {"position": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Generation.objects.update(count=0)
