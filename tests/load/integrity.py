"""All invariants of docs/invariants.md, asked of the database as manage.py check_integrity asks."""

from annotation.integrity.checking import integrity_problems


def assert_intact(study) -> None:
    assert list(integrity_problems(study)) == []
