"""Dockerfile and compose.yaml, as far as one can tell without an engine."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import load_command_class

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def dockerfile():
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_image_runs_as_a_numbered_user_who_is_not_root(dockerfile):
    users = re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE)
    assert users
    assert users[-1].isdigit()
    assert users[-1] != "0"


def test_containers_start_modules_that_exist(dockerfile, compose):
    commands = [ast.literal_eval(found) for found in re.findall(r"CMD (\[.+\])", dockerfile)]
    commands.append(compose["services"]["setup"]["command"])
    modules = {command[2] for command in commands if command[:2] == ["python", "-m"]}
    assert modules == {"config.healthcheck", "gunicorn", "config.first_start"}
    assert all((ROOT / module.replace(".", "/")).with_suffix(".py").is_file() for module in modules - {"gunicorn"})


def test_compose_starts_workers_that_exist(compose):
    worker = compose["services"]["worker"]
    assert worker["command"][:2] == ["python", "manage.py"]
    assert load_command_class("jobs", worker["command"][2])
    assert worker["healthcheck"] == {"disable": True}, "the image's own asks the web server"
    assert worker["volumes"] == compose["services"]["web"]["volumes"], "the site hands out what workers make"


def test_image_leaves_secrets_and_data_out():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".git", "var", "**/*.sqlite3*"} <= set(ignored)


def test_compose_takes_its_secrets_from_the_environment_only(compose):
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    for name in ("setup", "web", "worker"):
        assert "${POSTGRES_PASSWORD:?" in compose["services"][name]["environment"]["DATABASE_URL"]
        assert "SECRET_KEY" not in compose["services"][name]["environment"]


def test_compose_serves_only_after_the_database_and_the_migrations(compose):
    services = compose["services"]
    assert services["setup"]["depends_on"]["db"] == {"condition": "service_healthy"}
    assert services["web"]["depends_on"]["setup"] == {"condition": "service_completed_successfully"}
    assert services["db"]["healthcheck"]["test"][1] == "pg_isready"


def test_compose_publishes_on_this_machine_only(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]
