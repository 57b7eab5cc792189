"""What the pages of results are asked with."""

import pytest

from tests.factories import make_researcher


@pytest.fixture
def researcher(client):
    """A client logged in as an admin, who sees every study."""
    client.force_login(make_researcher("rhea", staff=True))
    return client
