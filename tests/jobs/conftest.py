import pytest

from tests.jobs import ledger


@pytest.fixture
def ledger_table(db):
    ledger.make_table()


@pytest.fixture
def in_background(settings):
    """Runs wait for a worker, as on the site."""
    settings.RUNS_IN_BACKGROUND = True
