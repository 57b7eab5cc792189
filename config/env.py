"""Read settings from the environment. What is wrong is collected, so that one start names all of it."""

import os
import re
from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from llm.endpoints import Endpoint, WrongEndpoints, read_endpoints

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}
ORIGIN = re.compile(r"https?://[^\s/?#,]+")
SHORTEST_KEY = 32
CLONE = Path(__file__).resolve().parents[1]

_wrong: list[str] = []


def report_wrong(message: str) -> None:
    """Note what is wrong with a setting; ``refuse_wrong_settings`` says it, with all others."""
    if message not in _wrong:
        _wrong.append(message)


def refuse_wrong_settings() -> None:
    """Raise ``ImproperlyConfigured`` with everything that was found wrong so far."""
    if not _wrong:
        return
    lines = "\n".join(f"- {message}" for message in _wrong)
    _wrong.clear()
    raise ImproperlyConfigured(f"These settings are wrong (README, Settings):\n{lines}")


def settings_file() -> Path:
    return Path(env_text("ENV_FILE", str(CLONE / ".env")))


def load_env_file(path: Path) -> None:
    """Take NAME=value lines from a file; what the environment already says wins."""
    if not path.is_file():
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return report_wrong(f"{path} cannot be read: {error}")
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if separator:
            os.environ.setdefault(name.strip(), value.strip())
        else:
            report_wrong(f"{path}, line {number}: expected NAME=value, found {line!r}.")


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_required(name: str, remedy: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        report_wrong(f"{name} is not set. {remedy}")
    return value


def env_choice(name: str, default: str, choices: list[str]) -> str:
    value = os.environ.get(name, "").strip() or default
    if value in choices:
        return value
    report_wrong(f"{name}={value!r} is not one of {', '.join(choices)}.")
    return default


def env_time_zone(name: str, default: str) -> str:
    value = os.environ.get(name, "").strip() or default
    if value in available_timezones():
        return value
    report_wrong(f"{name}={value!r} is not a time zone. Write one such as UTC or Europe/Berlin.")
    return default


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value and value not in TRUE_WORDS | FALSE_WORDS:
        report_wrong(f"{name}={value!r} is neither true nor false. Write one of true, false, yes, no, 1, 0.")
    return value in TRUE_WORDS if value in TRUE_WORDS | FALSE_WORDS else default


def env_int(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        report_wrong(f"{name}={value!r} is not a whole number.")
    elif int(value) < minimum:
        report_wrong(f"{name}={value} is too small; the least is {minimum}.")
    elif maximum is not None and int(value) > maximum:
        report_wrong(f"{name}={value} is too large; the limit is {maximum}.")
    else:
        return int(value)
    return default


def env_port(name: str, default: int) -> int:
    return env_int(name, default, minimum=1, maximum=65_535)


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_hosts(name: str, default: str) -> list[str]:
    """Names without a scheme, a path or a port."""
    hosts = env_list(name, default)
    for host in hosts:
        if "/" in host or re.search(r"[^\]:]:\d+$", host):
            report_wrong(f"{name}: {host!r} is not a host name. Write it without scheme, port and path.")
    return hosts


def env_origin(name: str, default: str) -> str:
    """An address with its scheme and without a path, such as https://study.example.org."""
    return _origin(name, os.environ.get(name, "").strip() or default)


def env_origins(name: str) -> list[str]:
    return [_origin(name, value) for value in env_list(name)]


def env_endpoints(name: str) -> dict[str, Endpoint]:
    """The language models of a JSON file, by name; none where no file is named."""
    path = os.environ.get(name, "").strip()
    if not path:
        return {}
    try:
        return read_endpoints(Path(path))
    except WrongEndpoints as error:
        for problem in error.problems:
            report_wrong(f"{name}: {problem}")
        return {}


def _origin(name: str, value: str) -> str:
    value = value.rstrip("/")
    if not ORIGIN.fullmatch(value):
        report_wrong(f"{name}: {value!r} is not an address. Write scheme and name, such as https://study.example.org.")
    return value


def refuse_short_key(key: str) -> None:
    """Whoever guesses the key can sign cookies. Commands that sign nothing may run with any."""
    if len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(key)} characters; the site does not start with fewer than {SHORTEST_KEY}. "
            "Write 50 random ones, for example those that this prints: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
