"""Reading the environment: right values through, wrong values refused with the remedy, all at once."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def refused(read, *arguments, **options) -> str:
    """What is said about a setting that ``read`` finds wrong."""
    read(*arguments, **options)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.refuse_wrong_settings()
    return str(refusal.value)


def test_env_bool_reads_common_words(monkeypatch):
    for word, value in (("true", True), ("YES", True), ("1", True), ("off", False), ("", False)):
        monkeypatch.setenv("FLAG", word)
        assert env.env_bool("FLAG", False) is value


def test_env_bool_refuses_other_words(monkeypatch):
    monkeypatch.setenv("FLAG", "perhaps")
    assert "FLAG='perhaps' is neither true nor false" in refused(env.env_bool, "FLAG", False)


def test_env_int_reads_a_number_or_takes_the_default(monkeypatch):
    monkeypatch.setenv("COUNT", "12")
    assert env.env_int("COUNT", 3) == 12
    monkeypatch.delenv("COUNT")
    assert env.env_int("COUNT", 3) == 3


@pytest.mark.parametrize("text", ["twelve", "0", "-1", "1.5", "99999", "9" * 5000, "²"])
def test_env_int_refuses_words_and_numbers_out_of_range(monkeypatch, text):
    monkeypatch.setenv("COUNT", text)
    assert "COUNT=" in refused(env.env_int, "COUNT", 3, minimum=1, maximum=65_535)


def test_env_port_refuses_a_number_that_is_no_port(monkeypatch):
    monkeypatch.setenv("PORT", "99999")
    assert "PORT=99999 is too large; the limit is 65535." in refused(env.env_port, "PORT", 8000)


@pytest.mark.parametrize("text", ["study.example.org", "//x.org", "ftp://x.org", "https://", "https://x.org/path"])
def test_env_origin_refuses_what_is_no_address(monkeypatch, text):
    monkeypatch.setenv("SITE", text)
    assert "such as https://study.example.org" in refused(env.env_origin, "SITE", "")
    assert "such as https://study.example.org" in refused(env.env_origins, "SITE")


def test_env_origin_drops_the_last_slash(monkeypatch):
    monkeypatch.setenv("SITE", "https://x.org:8443/")
    assert env.env_origin("SITE", "") == "https://x.org:8443"


@pytest.mark.parametrize("host", ["https://x.org", "x.org/a", "x.org:8000"])
def test_env_hosts_refuses_addresses(monkeypatch, host):
    monkeypatch.setenv("HOSTS", f"y.org,{host}")
    assert host in refused(env.env_hosts, "HOSTS", "localhost")


def test_env_hosts_takes_names_and_addresses_of_the_network(monkeypatch):
    monkeypatch.setenv("HOSTS", "x.org, .y.org,127.0.0.1,[::1],*")
    assert env.env_hosts("HOSTS", "") == ["x.org", ".y.org", "127.0.0.1", "[::1]", "*"]
    env.refuse_wrong_settings()


def test_env_choice_and_time_zone_refuse_other_words(monkeypatch):
    monkeypatch.setenv("WORD", "LOUD")
    assert "WORD='LOUD' is not one of INFO, ERROR" in refused(env.env_choice, "WORD", "INFO", ["INFO", "ERROR"])
    assert "WORD='LOUD' is not a time zone" in refused(env.env_time_zone, "WORD", "UTC")


def test_wrong_settings_are_said_all_at_once_and_only_once(monkeypatch):
    monkeypatch.setenv("COUNT", "many")
    monkeypatch.setenv("FLAG", "perhaps")
    env.env_bool("FLAG", False)
    assert refused(env.env_int, "COUNT", 3).count("\n- ") == 2
    env.refuse_wrong_settings()


def test_short_key_is_refused_without_showing_it():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY has 5 characters") as refusal:
        env.refuse_short_key("short")
    assert "short" not in str(refusal.value)
    env.refuse_short_key("k" * 32)


def test_env_required_says_how_to_mend_it(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert "SECRET_KEY is not set. Run this." in refused(env.env_required, "SECRET_KEY", "Run this.")


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
    assert "line 1" in refused(env.load_env_file, file)
