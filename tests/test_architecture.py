"""What holds the house together: layers, migrations, and dependencies that are pinned, explained and used."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ["config", "files", "jobs", "llm", "model_calls", "personas", "annotation", "analysis"]
BIN = Path(sys.executable).parent
# NAME or NAME[EXTRA], its version, then the comment: what it is, and the file or folder that uses it
REQUIREMENT = re.compile(
    r"^(?P<name>[\w.-]+)(\[[\w,]+\])?==(?P<version>\S+)\s+# (?P<what>.+?); used in (?P<where>\S+)$"
)


def configuration():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_lines(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def python_files(folders):
    return [file for folder in folders for file in (ROOT / folder).rglob("*.py")]


def imported_modules(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


# --- Layers ---------------------------------------------------------------------------------------
def test_import_contracts_hold():
    result = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_pure_code_is_the_same_for_mypy_and_the_import_contract():
    tools = configuration()["tool"]
    contracts = {contract["name"]: contract for contract in tools["importlinter"]["contracts"]}
    pure = contracts["Pure code knows nothing of Django"]["source_modules"]
    checked = [file.removesuffix(".py").replace("/", ".") for file in tools["mypy"]["files"]]
    assert sorted(pure) == sorted(checked)


@pytest.mark.parametrize("app", PRODUCT[1:])
def test_app_package_is_empty_so_that_its_pure_modules_import_alone(app):
    assert (ROOT / app / "__init__.py").read_text() == ""


# --- Templates ------------------------------------------------------------------------------------
LONGEST_LINE = 160


def test_no_template_line_is_too_long_to_review():
    folder = ROOT / "templates"
    lines = [
        f"{file.relative_to(folder)}:{number}"
        for file in sorted(folder.rglob("*.html"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert lines == []


# --- Migrations -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- Requirements ---------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirement_is_pinned_and_says_where_it_is_used(name):
    for line in requirement_lines(name):
        match = REQUIREMENT.match(line)
        assert match, f"{name}: {line!r} is not NAME==VERSION  # what it is; used in PLACE"
        assert (ROOT / match["where"]).exists(), f"{name}: there is no {match['where']}"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_holds_every_requirement_at_its_version(name):
    locked = set(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / f"{name}.lock").read_text(), re.MULTILINE))
    for line in requirement_lines(f"{name}.txt"):
        match = REQUIREMENT.match(line)
        assert (normalised(match["name"]), match["version"]) in locked, f"run script/lock: {match['name']}"


def test_lock_names_no_registry():
    for lock in ROOT.glob("*.lock"):
        assert "://" not in lock.read_text()


def test_every_import_of_the_product_is_a_direct_requirement():
    assert not imports_that_are_not_required(PRODUCT, ["requirements.txt"])


def test_every_import_of_the_tests_is_a_direct_requirement():
    assert not imports_that_are_not_required(["tests", "benchmarks"], ["requirements.txt", "requirements-dev.txt"])


def imports_that_are_not_required(folders, lists):
    """Modules of installed packages that stand in the code but not, as themselves, in the lists."""
    required = {normalised(REQUIREMENT.match(line)["name"]) for name in lists for line in requirement_lines(name)}
    owners = packages_distributions()
    return {
        f"{file.relative_to(ROOT)}: {module}"
        for file in python_files(folders)
        for module in imported_modules(file)
        if module in owners and not required & {normalised(owner) for owner in owners[module]}
    }


def test_every_requirement_of_the_product_is_named_where_it_is_said_to_be_used():
    unused = [
        f"{match['name']}: not named in {match['where']}"
        for match in map(REQUIREMENT.match, requirement_lines("requirements.txt"))
        if not is_named_in(match["name"], match["where"])
    ]
    assert not unused


def is_named_in(package, where):
    """The package's own name, or one it is imported by, stands in the files of that place."""
    place = ROOT / where
    files = [place] if place.is_file() else place.rglob("*.py")
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = {module for module, owners in packages_distributions().items() if package_is(package, owners)}
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names | {package})


def package_is(package, owners):
    return normalised(package) in {normalised(owner) for owner in owners}
