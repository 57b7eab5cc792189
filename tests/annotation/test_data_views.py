"""Files out of a study, and the one list that names people."""

import csv
import io
import json

import pytest
from django.urls import reverse
from pyarrow import parquet

from annotation.exporting.rows import export_rows
from tests.factories import arrive, finished, make_cast, make_researcher, make_study, prolific_id, run_out_of_time

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study(personas=1, questions=2, raters=4)
    make_cast(study)
    return study


@pytest.fixture
def admin(client):
    client.force_login(make_researcher("root", staff=True))
    return client


def text_of(response):
    return b"".join(response.streaming_content).decode()


def download(client, study, what, form):
    return client.get(reverse("export-download", args=[study.slug, what, form]))


@pytest.mark.parametrize(("what", "rows"), [("annotations", 5), ("assignments", 3), ("revisions", 0)])
def test_download_holds_every_row_in_both_forms(admin, study, what, rows):
    response = download(admin, study, what, "jsonl")
    assert response.streaming
    assert response.headers["Content-Disposition"] == f'attachment; filename="{study.slug}-{what}.jsonl"'
    assert len([json.loads(line) for line in text_of(response).splitlines()]) == rows
    assert len(list(csv.reader(io.StringIO(text_of(download(admin, study, what, "csv")))))) == rows + 1


def test_download_is_pseudonymous_even_for_admins(admin, study):
    for what in ("annotations", "assignments", "revisions"):
        for form in ("csv", "jsonl"):
            assert prolific_id(1) not in text_of(download(admin, study, what, form))


@pytest.mark.parametrize(("what", "form"), [("people", "csv"), ("annotations", "xlsx")])
def test_download_of_something_else_is_not_found(admin, study, what, form):
    assert download(admin, study, what, form).status_code == 404


def test_payment_list_joins_ids_and_outcomes_and_leaves_a_trace(admin, study):
    page = admin.get(reverse("payment-list", args=[study.slug]))
    rows = {row["prolific_id"]: row for row in page.context["rows"]}
    assert (rows[prolific_id(1)]["outcome"], rows[prolific_id(1)]["code"]) == ("completed", study.code_for("completed"))
    assert (rows[prolific_id(2)]["outcome"], rows[prolific_id(2)]["code"]) == ("", "")
    assert rows[prolific_id(3)]["state"] == "excluded"
    event = study.events.latest("pk")
    assert (event.what, event.by.username) == ("payment list seen", "root")


def test_payment_download_is_a_file_of_everybody(admin, study):
    run_out_of_time(arrive(study, 7))
    finished(study, 8, is_rehearsal=True)
    response = admin.get(reverse("payment-download", args=[study.slug]))
    rows = list(csv.DictReader(io.StringIO(text_of(response))))
    assert [row["prolific_id"] for row in rows] == [prolific_id(number) for number in (1, 2, 3, 7, 8)]
    assert [row["simulated"] for row in rows] == ["false"] * 4 + ["true"]
    assert study.events.latest("pk").what == "payment list downloaded"


def test_export_as_parquet_comes_whole(admin, study):
    response = download(admin, study, "annotations", "parquet")
    table = parquet.read_table(io.BytesIO(b"".join(response.streaming_content)))
    assert table.num_rows == len(list(export_rows(study, "annotations")))
    assert response["Content-Disposition"] == f'attachment; filename="{study.slug}-annotations.parquet"'
