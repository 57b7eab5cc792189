"""An import is all or nothing, and the same content again is the set that is there."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from files import staging
from files.reading import UnreadableFile
from personas.models import Persona, PersonaSet, StagedPersona, StagedSet
from personas.services import BadSetName, import_persona_set

TWO = b'{"id": "007", "attributes": {"age": "39", "x": "None"}, "origin": {"age": "census"}}\n{"id": "b", "age": "1"}\n'
EXAMPLE = "data/example-study/personas.jsonl"


@pytest.mark.django_db
def test_import_persona_set_stores_exactly_what_the_file_says():
    imported = import_persona_set(name=" people ", data=TWO, filename="p.jsonl", made_by="a test")
    assert imported.created
    assert str(imported.persona_set) == "people v1"
    assert imported.persona_set.made_by == "a test"
    first, second = imported.persona_set.personas.all()
    assert (first.key, first.position, second.position) == ("007", 1, 2)
    assert first.attributes == [["age", "39"], ["x", "None"]]
    assert first.origins == {"age": "census"}


@pytest.mark.django_db
def test_import_persona_set_twice_is_one_set():
    first = import_persona_set(name="people", data=TWO, filename="p.jsonl")
    again = import_persona_set(name="people", data=TWO, filename="other.jsonl")
    assert not again.created
    assert again.persona_set == first.persona_set
    assert Persona.objects.count() == 2


@pytest.mark.django_db
def test_import_persona_set_with_other_content_is_the_next_version():
    import_persona_set(name="people", data=TWO, filename="p.jsonl")
    changed = import_persona_set(name="people", data=TWO.replace(b"39", b"40"), filename="p.jsonl")
    fewer = import_persona_set(name="people", data=TWO, filename="p.jsonl", shown_attributes=["AGE"])
    assert (changed.persona_set.version, fewer.persona_set.version) == (2, 3)
    assert fewer.persona_set.shown_attributes == ["age"]


@pytest.mark.django_db
def test_import_persona_set_with_one_bad_line_changes_nothing():
    with pytest.raises(UnreadableFile, match="line 3"):
        import_persona_set(name="people", data=TWO + b'{"id": "b", "age": "2"}', filename="p.jsonl")
    assert not PersonaSet.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb", "a\x00b"])
def test_import_persona_set_needs_a_name(name):
    with pytest.raises(BadSetName):
        import_persona_set(name=name, data=TWO, filename="p.jsonl")


@pytest.mark.django_db(transaction=True)
def test_import_persona_set_writes_batches_and_then_switches_them_in(monkeypatch):
    monkeypatch.setattr(staging, "ROWS_AT_ONCE", {"sqlite": 10, "postgresql": 10})
    seen = []

    def progress(doing, done, of):
        seen.append((doing, StagedPersona.objects.count(), Persona.objects.count(), connection.in_atomic_block))

    data = b"id,age\n" + b"".join(b"p%d,%d\n" % (number, number) for number in range(25))
    import_persona_set(name="people", data=data, filename="p.csv", progress=progress)
    assert seen == [
        ("checking", 0, 0, False),
        ("checking", 0, 0, False),
        ("storing", 10, 0, False),
        ("storing", 20, 0, False),
    ]
    assert (Persona.objects.count(), StagedSet.objects.count(), StagedPersona.objects.count()) == (25, 0, 0)


@pytest.mark.django_db
def test_import_persona_set_that_is_interrupted_leaves_nothing(monkeypatch):
    class Interrupted(Exception):
        pass

    def progress(doing, done, of):
        if doing == "storing":
            assert StagedPersona.objects.exists()
            raise Interrupted

    monkeypatch.setattr(staging, "ROWS_AT_ONCE", {"sqlite": 1, "postgresql": 1})
    with pytest.raises(Interrupted):
        import_persona_set(name="people", data=TWO, filename="p.jsonl", progress=progress)
    assert (PersonaSet.objects.count(), StagedSet.objects.count(), StagedPersona.objects.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_import_persona_set_at_the_same_time_is_one_set_per_content():
    """Six at once, three different contents: three versions, none twice."""
    results, errors, start = [], [], threading.Barrier(6)

    def work(number: int) -> None:
        try:
            start.wait()
            data = TWO.replace(b"39", str(number % 3).encode())
            results.append(import_persona_set(name="people", data=data, filename="p.jsonl"))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(result.created for result in results) == 3
    assert sorted(PersonaSet.objects.values_list("version", flat=True)) == [1, 2, 3]
    assert Persona.objects.count() == 6


# --- Constraints ----------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"name": "people", "version": 1, "content_hash": "other"},
        {"name": "people", "version": 2, "content_hash": "same"},
        {"name": "people", "version": 0, "content_hash": "other"},
        {"name": "", "version": 2, "content_hash": "other"},
    ],
)
def test_persona_set_constraints_hold(fields):
    PersonaSet.objects.create(name="people", version=1, content_hash="same")
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonaSet.objects.create(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"key": "a", "position": 2}, {"key": "b", "position": 1}, {"key": "", "position": 2}]
)
def test_persona_constraints_hold(fields):
    persona_set = PersonaSet.objects.create(name="people", version=1, content_hash="same")
    Persona.objects.create(persona_set=persona_set, key="a", position=1, attributes=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        Persona.objects.create(persona_set=persona_set, attributes=[], **fields)


# --- The command ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_command_imports_the_example_personas(capsys):
    call_command("import_personas", EXAMPLE, "--set", "example", "--made-by", "a language model")
    assert capsys.readouterr().out == "20 personas imported as example v1.\n"
    call_command("import_personas", EXAMPLE, "--set", "example")
    assert "already imported, unchanged, as example v1" in capsys.readouterr().out
    assert Persona.objects.count() == 20


@pytest.mark.django_db
def test_command_dry_run_changes_nothing(capsys):
    call_command("import_personas", EXAMPLE, "--set", "example", "--dry-run", "--show", "age,sex")
    assert "20 personas for the set 'example', no problems. Nothing was changed." in capsys.readouterr().out
    assert not PersonaSet.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_command_names_every_problem_and_fails(tmp_path, dry_run):
    file = tmp_path / "p.csv"
    file.write_bytes(b"id,age\na,39\na,\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_personas", str(file), "--set", "people", *dry_run)
    assert caught.value.returncode == 1
    assert str(caught.value).splitlines() == [
        "2 problems; nothing was changed.",
        "line 3: Persona 'a' has no attribute with a value.",
        "line 3, column id: The id is already on line 2. (found: a)",
    ]
    assert not PersonaSet.objects.exists()


@pytest.mark.django_db
def test_command_says_when_there_is_no_such_file(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_personas", str(tmp_path / "none.csv"), "--set", "people")


@pytest.mark.django_db
@pytest.mark.parametrize("needle", ["Zoë", "zoë", "“quoted”", 'say "hi"', "007"])
def test_personas_mentioning_a_text_are_found(needle):
    data = '{"id": "007", "name": "ZOË, zoë; “quoted”; say \\"hi\\""}\n{"id": "b", "name": "Ann"}'.encode()
    persona_set = import_persona_set(name="people", data=data, filename="p.jsonl").persona_set
    assert [persona.key for persona in persona_set.personas.mentioning(needle)] == ["007"]
