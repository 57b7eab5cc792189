"""A folder of made-up census files, and a way to stop a run in the middle."""

import pytest

from personas.pums.example import write_example_census


@pytest.fixture(scope="session")
def census_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("census")
    write_example_census(folder, persons=600, seed=1)
    return folder
