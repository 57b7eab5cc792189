"""What script/serve prepares, step by step; the whole of it is in test_serve.py."""

import os
import re
import sys

import pytest

from config import first_start


@pytest.fixture
def no_secret_key(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)


@pytest.fixture
def static_folders(settings, tmp_path, monkeypatch):
    """One source file, one collection made after it, in a Python environment without installation stamps."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    source, manifest = tmp_path / "static" / "site.css", tmp_path / "collected" / "staticfiles.json"
    for file, time in ((source, 1_000), (manifest, 2_000)):
        file.parent.mkdir()
        file.touch()
        os.utime(file, (time, time))
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source.parent], manifest.parent
    return source, manifest


def test_env_file_gets_a_key_of_its_own_and_only_the_owner_reads_it(no_secret_key, tmp_path):
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        first_start.write_env_file(file)
    keys = {re.search(r"^SECRET_KEY=(\S{50,})$", file.read_text(), re.MULTILINE)[1] for file in files}
    assert len(keys) == 2
    assert files[0].stat().st_mode & 0o777 == 0o600


def test_env_file_that_exists_is_left_alone(no_secret_key, tmp_path):
    (tmp_path / ".env").write_text("SECRET_KEY=mine\n")
    first_start.write_env_file(tmp_path / ".env")
    assert (tmp_path / ".env").read_text() == "SECRET_KEY=mine\n"


def test_env_file_is_not_written_where_the_environment_configures_the_site(monkeypatch, tmp_path):
    """Otherwise its HTTPS=false would quietly take TLS off a server."""
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    first_start.write_env_file(tmp_path / ".env")
    assert not (tmp_path / ".env").exists()


def test_static_files_collected_after_their_last_change_need_nothing(static_folders):
    assert first_start.static_files_are_collected()


def test_static_files_changed_since_are_collected_again(static_folders):
    source, _ = static_folders
    os.utime(source, (3_000, 3_000))
    assert not first_start.static_files_are_collected()


def test_static_files_are_collected_again_after_an_installation(static_folders):
    stamp = first_start.Path(sys.prefix) / "installed-requirements.lock"
    stamp.parent.mkdir()
    stamp.touch()
    assert not first_start.static_files_are_collected()


def test_static_files_never_collected_are_not_taken_for_collected(static_folders):
    _, manifest = static_folders
    manifest.unlink()
    assert not first_start.static_files_are_collected()


def test_example_link_carries_new_ids_as_prolific_writes_them():
    ids = re.findall(r"(PROLIFIC_PID|STUDY_ID|SESSION_ID)=([0-9a-f]{24})(?:&|$)", first_start.example_link())
    assert [name for name, _ in ids] == ["PROLIFIC_PID", "STUDY_ID", "SESSION_ID"]
    assert first_start.example_link() != first_start.example_link()


@pytest.mark.django_db
def test_addresses_without_the_example_name_the_console_only(settings):
    settings.SITE_URL = "http://127.0.0.1:9000"
    assert first_start.addresses().split() == ["Console", "http://127.0.0.1:9000/"]
