"""A real gunicorn on a SQLite file of its own: what a server does with its connections, and no crowd."""

from tests.load.conftest import prepared_sqlite, serve, sqlite_study

__all__ = ["prepared_sqlite", "serve", "sqlite_study"]
