"""All invariants of DESIGN §4, asked of the database as manage.py check_integrity asks."""

from annotation.services.integrity import integrity_problems


def assert_intact(study) -> None:
    assert list(integrity_problems(study)) == []
