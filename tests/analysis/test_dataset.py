"""A study as a data set: files that pandas reads, and a card that names them as Hugging Face wants."""

import re

import numpy as np
import pandas as pd
import pytest
import yaml
from django.core.management import call_command
from pyarrow import parquet

from analysis import frames
from analysis.services.dataset import PARTS, write_dataset
from annotation.models import Annotation
from jobs.models import Run
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_cast, make_model, make_study, prolific_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study, rng = make_made_study(personas=3, questions=4, raters=5), np.random.default_rng(2)
    for number in range(3):
        make_external(study, f"worker-{number}", rng.random((3, 4)) < 0.5)
    make_model(study, "a model")
    study.name = 'A "quoted": name'
    study.save()
    return study


def test_data_set_has_the_rows_of_the_frames_and_a_card_that_names_them(study, tmp_path):
    files = write_dataset(study, tmp_path)
    assert {file.name for file in files} == {"README.md", *(part.filename for part in PARTS)}
    votes = pd.read_parquet(tmp_path / "votes.parquet")
    pd.testing.assert_frame_equal(votes, frames.votes(study), check_dtype=False)
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["pretty_name"] == 'A "quoted": name'
    for config, part in zip(head["configs"], PARTS, strict=True):
        (source,) = config["data_files"]
        rows = parquet.read_metadata(tmp_path / source["path"]).num_rows
        assert f"| `{part.name}` | {rows:,} |" in card
        assert parquet.read_schema(tmp_path / source["path"]).names == [column.name for column in part.columns]


def test_data_set_has_no_ids_and_the_same_bytes_again(tmp_path):
    study = make_study(personas=2, questions=3)
    make_cast(study)
    Annotation.objects.from_humans().update(justification=f"I am {prolific_id(1)}.")
    call_command("export_dataset", study.slug, str(tmp_path / "a"))
    call_command("export_dataset", study.slug, str(tmp_path / "b"))
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name
    answers = pd.read_parquet(tmp_path / "a" / "answers.parquet")
    assert not {"prolific_id", "external_id"} & set(answers)
    assert not re.search(prolific_id(1), answers.to_csv())
    assert answers["justification"].str.contains("[id removed]", regex=False).any()


def test_data_set_is_made_from_the_page(researcher, study, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    page = researcher.post(f"/studies/{study.slug}/results/files/dataset/make/", follow=True)
    assert "Ready, as of" in page.content.decode()
    assert Run.objects.get().kind == "dataset"
