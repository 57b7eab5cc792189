"""A folder of made-up census files, written once; and the real extract, where somebody has it."""

import os
from pathlib import Path

import pytest

from personas.pums.example import write_example_census

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("census")
    write_example_census(folder, persons=3000, seed=1)
    return folder


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory):
    """A function from the names of real files to a folder with links to them and the dictionary."""
    data = Path(os.environ.get("PUMS_SAMPLE") or ROOT.parent / "shared" / "data" / "acs-pums-2024-1yr")
    if not data.is_dir():
        pytest.skip("Set PUMS_SAMPLE to a folder with real PUMS files to compare with them.")

    def folder(*names):
        made = tmp_path_factory.mktemp("real")
        for path in [*(data / name for name in names), *data.glob("dictionary*.csv")]:
            (made / path.name).symlink_to(path)
        return made

    return folder
