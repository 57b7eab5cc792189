"""The bundle: its script makes every headline number again from the files alone, and sees what was changed."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analysis.bundle.headline import RuleNotCounted
from analysis.bundle.ids import without_ids
from analysis.bundle.tables import DATA_FILES
from analysis.bundle.writing import SCRIPTS, FolderInUse, write_bundle
from analysis.options import Coding, ReportOptions, Target, VoteRule
from annotation.exporting.rows import EXPORTS
from annotation.models import Annotation, Choice, Design, Response
from annotation.services import ledger
from annotation.services.baseline_raters import compute_baseline_raters
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import answer, arrive, finish, make_model, make_study, prolific_id, walk_to_questions

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "data-formats.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.django_db

SECRET_CODE = "C0MPLETED"
CANARY = f"my id is {prolific_id(1)}, thanks"


@pytest.fixture
def study():
    """2 personas x 4 questions with a check; seated and external people, an exclusion, two model runs, baselines."""
    study = make_study(personas=2, questions=4, raters=4, checks=1, design=Design.FOIL, contact="ada@example.org")
    study.completion_codes.filter(outcome="completed").update(code=SECRET_CODE)
    draw = random.Random(3)
    people = [seated(study, number, draw) for number in range(1, 8)]
    ledger.exclude(people[2], reason="Pasted the same reason.", by=None)
    make_external(study, prolific_id(77), np.array([[1, 0, 1, 1], [0, 1, 1, 0]]), sides=np.random.default_rng(2))
    make_model(study, "a model")
    vary(make_model(study, "a model", Response.ALTERNATIVE, run=2), draw)
    compute_baseline_raters(study=study)
    return study


def seated(study, number, draw):
    assignment = walk_to_questions(arrive(study, number, is_rehearsal=number == 5))
    for position in range(1, assignment.screens.count() + 1):
        answer(assignment, position, draw.choice(Response.values), f"{CANARY} {'And so on. ' * 9}")
    return finish(assignment)


def vary(rater, draw):
    for annotation in Annotation.objects.filter(rater=rater, run=2):
        annotation.choice = draw.choice([*Response.values, Choice.UNPARSABLE])
        annotation.save()


def bundle(study, folder, **options):
    write_bundle(study, folder, options=ReportOptions(**options))
    return folder


def recompute(folder):
    """The script in an interpreter that knows nothing of this project's folder or environment."""
    command = [sys.executable, "-I", str(folder / "recompute.py")]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={}, timeout=120)


def rewrite(path, change):
    """Change the first row that ``change`` says it changed."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert any(change(row) for row in rows)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def assert_agrees(folder):
    run = recompute(folder)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "as it was written" in run.stdout


def test_recompute_makes_every_number_again(study, tmp_path):
    folder = bundle(study, tmp_path / "bundle")
    assert_agrees(folder)
    names = {one["name"] for one in json.loads((folder / "headline.json").read_text())["numbers"]}
    assert {"study: raters", "model a model, run 2: kappa_content", "human ceiling: kappa_reference_low"} <= names
    assert {"model a model: accuracy_key_low", "human ceiling: accuracy_key_high"} <= names
    assert "rule drop_one, excluded raters counted: kappa of a model" in names


def test_bundle_counts_simulated_people_beside_real_ones_on_request_only(study, tmp_path):
    for simulated in (False, True):
        folder = bundle(study, tmp_path / str(simulated), simulated=simulated)
        assert_agrees(folder)
        numbers = json.loads((folder / "headline.json").read_text())["numbers"]
        counted = {one["name"]: one["value"] for one in numbers}["study: simulated"]
        assert counted == int(simulated)


@pytest.mark.parametrize("rule", [VoteRule.DROP_ONE, VoteRule.PLURALITY])
def test_recompute_follows_the_options(study, tmp_path, rule):
    options = {"coding": Coding.REFERENCE, "excluded": True, "topic": "family", "attributes": (("state", "Ohio"),)}
    assert_agrees(bundle(study, tmp_path / "bundle", rule=rule, seed=11, **options))


def test_recompute_agrees_where_numbers_are_defined(tmp_path):
    """12 personas with four people of some skill: kappas, intervals and differences all have values."""
    study, rng = make_made_study(personas=12, questions=8), np.random.default_rng(5)
    truth = rng.random((12, 8)) < 0.5
    for number in range(4):
        make_external(study, f"p{number}", truth ^ (rng.random(truth.shape) > 0.8), sides=rng)
    model = make_model(study, "a model")
    Annotation.objects.filter(rater=model).delete()
    choices_of(study, model, truth ^ (rng.random(truth.shape) > 0.85))
    folder = bundle(study, tmp_path / "bundle")
    assert_agrees(folder)
    headline = json.loads((folder / "headline.json").read_text())
    values = {one["name"]: one["value"] for one in headline["numbers"]}
    assert (
        values["model a model: difference_to_ceiling_content_low"]
        < values["model a model: difference_to_ceiling_content"]
    )
    assert 0.3 < values["human ceiling: kappa_content"] < 0.9


@pytest.mark.parametrize("target", Target)
def test_recompute_follows_the_target_of_inference(study, tmp_path, target):
    assert_agrees(bundle(study, tmp_path / "bundle", target=target))


def test_recompute_of_a_study_without_people(tmp_path):
    study = make_study(personas=2, questions=3)
    make_model(study)
    assert_agrees(bundle(study, tmp_path / "bundle"))


def test_recompute_counts_no_preference_as_a_category(study, tmp_path):
    study.allows_no_preference = True
    study.save()
    for annotation in Annotation.objects.exclude(choice=Choice.UNPARSABLE).order_by("pk")[::5]:
        Annotation.objects.filter(pk=annotation.pk).update(choice=Choice.NO_PREFERENCE)
    assert_agrees(bundle(study, tmp_path / "bundle", rule=VoteRule.PLURALITY))


def test_recompute_names_what_a_changed_annotation_changes(study, tmp_path):
    folder = bundle(study, tmp_path / "bundle")

    def swap(row):
        if row["rater_kind"] != "model" or row["run"] != 1 or row["is_attention_check"]:
            return False
        row["choice"] = "foil" if row["choice"] == "revised" else "revised"
        return True

    rewrite(folder / "annotations.jsonl", swap)
    run = recompute(folder)
    assert run.returncode == 1
    assert "annotations.jsonl: the file is not as it was written" in run.stdout
    assert "model a model: share_revised: headline.json says 1.0" in run.stdout


def test_recompute_names_a_changed_number(study, tmp_path):
    folder = bundle(study, tmp_path / "bundle")
    headline = json.loads((folder / "headline.json").read_text())
    number = next(one for one in headline["numbers"] if one["name"] == "human ceiling: agreement")
    number["value"] += 0.001
    (folder / "headline.json").write_text(json.dumps(headline))
    run = recompute(folder)
    assert run.returncode == 1
    assert "human ceiling: agreement: headline.json says" in run.stdout
    assert "2 problems" in run.stdout  # the number and the file


def test_recompute_names_a_number_that_was_left_out(study, tmp_path):
    folder = bundle(study, tmp_path / "bundle")
    headline = json.loads((folder / "headline.json").read_text())
    headline["numbers"].pop(0)
    (folder / "headline.json").write_text(json.dumps(headline))
    assert "study: raters: headline.json says nothing" in recompute(folder).stdout


def test_bundle_holds_no_id_and_no_code(study, tmp_path):
    folder = bundle(study, tmp_path / "bundle")
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    for number in (*range(1, 8), 77):
        assert prolific_id(number) not in everything
        assert f"6a{number:022x}" not in everything
    assert "my id is [id removed], thanks" in everything
    assert SECRET_CODE not in everything
    assert "ada@example.org" not in everything


def test_bundle_is_the_same_bytes_again(study, tmp_path):
    first, second = (bundle(study, tmp_path / name) for name in ("one", "two"))
    assert (first / "MANIFEST.json").read_bytes() == (second / "MANIFEST.json").read_bytes()


def test_bundle_has_a_row_for_each_row_of_the_database(study, tmp_path):
    files = write_bundle(study, tmp_path / "bundle")
    assert files["annotations.jsonl"]["rows"] == Annotation.objects.count()
    assert files["questions.jsonl"]["rows"] == study.questions.count()
    assert set(files) >= {file.filename for file in DATA_FILES}


def test_bundle_reports_its_progress(study, tmp_path):
    seen = []
    write_bundle(study, tmp_path / "bundle", progress=lambda *step: seen.append(step))
    assert seen[0][0] == "computing the headline numbers"
    assert seen[-1][1] == seen[-1][2] > 0


def test_bundle_writes_over_nothing(study, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderInUse):
        write_bundle(study, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_bundle_refuses_a_rule_its_script_does_not_count(study, tmp_path):
    with pytest.raises(RuleNotCounted):
        bundle(study, tmp_path / "bundle", rule=VoteRule.ONE_COIN)
    assert not (tmp_path / "bundle").exists()


def test_export_study_writes_the_bundle(study, tmp_path, capsys):
    call_command("export_study", study.slug, str(tmp_path / "bundle"), "--rule", "plurality", "--target", "personas")
    assert "recompute.py" in capsys.readouterr().out
    assert_agrees(tmp_path / "bundle")
    options = json.loads((tmp_path / "bundle" / "headline.json").read_text())["options"]
    assert (options["rule"], options["target"]) == ("plurality", "personas")


@pytest.mark.parametrize("words", [["--seed", "-x"], ["--target", "everything"], ["--attribute", "state"]])
def test_export_study_refuses_options_that_are_none(study, tmp_path, words):
    with pytest.raises(CommandError):
        call_command("export_study", study.slug, str(tmp_path / "bundle"), *[words[0] + "=" + words[1]])


def test_without_ids_finds_an_id_inside_longer_hex():
    ids = frozenset({"5f" + "0" * 22})
    assert without_ids({"a": ["xab5f" + "0" * 22]}, ids) == {"a": ["x[id removed]"]}
    assert without_ids("ab" * 20, ids) == "ab" * 20


@pytest.mark.parametrize("file", [file for file in DATA_FILES if file.name not in EXPORTS], ids=lambda file: file.name)
def test_data_formats_lists_the_columns_of_the_bundle(file):
    section = DOCUMENT.split("## Bundle (written)\n")[1].split("\n## ")[0].split(f"### {file.filename}\n")[1]
    rows = [line for line in section.split("\n### ")[0].splitlines() if line.startswith("| `")]
    assert rows == [f"| `{column.name}` | {column.kind} | {column.help} |" for column in file.columns]


def test_recompute_imports_nothing_of_the_site():
    texts = [script.read_text(encoding="utf-8") for script in SCRIPTS]
    lines = [line.split() for text in texts for line in text.splitlines()]
    imports = {words[1] for words in lines if words[:1] in (["import"], ["from"])}
    assert imports == {"hashlib", "json", "math", "sys", "pathlib", "numpy", "intervals"}
