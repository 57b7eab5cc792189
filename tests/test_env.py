"""Reading the environment: right values through, wrong values refused with the mend."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_env_bool_reads_common_words(monkeypatch):
    for word, value in (("true", True), ("YES", True), ("1", True), ("off", False), ("", False)):
        monkeypatch.setenv("FLAG", word)
        assert env.env_bool("FLAG", False) is value


def test_env_bool_refuses_other_words(monkeypatch):
    monkeypatch.setenv("FLAG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="FLAG='perhaps' is neither true nor false"):
        env.env_bool("FLAG", False)


def test_env_int_reads_a_number_or_takes_the_default(monkeypatch):
    monkeypatch.setenv("COUNT", "12")
    assert env.env_int("COUNT", 3) == 12
    monkeypatch.delenv("COUNT")
    assert env.env_int("COUNT", 3) == 3


@pytest.mark.parametrize("text", ["twelve", "0"])
def test_env_int_refuses_words_and_numbers_too_small(monkeypatch, text):
    monkeypatch.setenv("COUNT", text)
    with pytest.raises(ImproperlyConfigured, match="COUNT="):
        env.env_int("COUNT", 3, minimum=1)


def test_env_required_says_how_to_mend_it(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set\. Run this"):
        env.env_required("SECRET_KEY", "Run this.")


def test_env_file_gives_values_but_the_environment_wins(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nFROM_FILE = a=b \nFROM_BOTH=file\n")
    monkeypatch.setenv("FROM_BOTH", "environment")
    monkeypatch.setenv("FROM_FILE", "to be removed at the end")
    monkeypatch.delenv("FROM_FILE")
    env.load_env_file(file)
    assert (env.env_text("FROM_FILE"), env.env_text("FROM_BOTH")) == ("a=b", "environment")


def test_env_file_with_a_stray_line_names_the_line(tmp_path):
    file = tmp_path / ".env"
    file.write_text("A_SETTING_OF_THIS_TEST_ONLY\n")
    with pytest.raises(ImproperlyConfigured, match="line 1"):
        env.load_env_file(file)
