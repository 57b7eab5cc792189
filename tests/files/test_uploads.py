"""Uploads wait in parts for their import: read back exactly, and gone after it or after a day."""

import hashlib
import io
import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from files import kinds
from files.kinds import ImportKind
from files.models import KEPT_FOR, PART, Upload, UploadPart
from files.services import forget_upload, keep_upload
from personas.services import PERSONAS

pytestmark = pytest.mark.django_db
CONTENT = random.Random(1).randbytes(2 * PART + 500_000)


@pytest.fixture
def upload(admin_user):
    return keep_upload(kind=PERSONAS, name="set", filename="p.csv", data=io.BytesIO(CONTENT), by=admin_user)


def test_upload_is_read_back_exactly(upload):
    assert upload.open().read() == CONTENT
    assert (upload.size, upload.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert [len(part.data) for part in upload.parts.all()] == [PART, PART, 500_000]


def test_upload_is_read_from_any_place(upload):
    file, rng = upload.open(), random.Random(2)
    for _ in range(50):
        start, size = rng.randrange(len(CONTENT)), rng.randrange(1, 1_500_000)
        assert file.seek(start) == start
        assert file.read(size) == CONTENT[start : start + size]
    assert file.seek(0, io.SEEK_END) == len(CONTENT)
    assert file.read(10) == b""


def test_upload_of_whole_parts_ends_where_it_should(admin_user):
    upload = keep_upload(kind=PERSONAS, name="set", filename="p.csv", data=CONTENT[: 2 * PART], by=admin_user)
    assert upload.open().read() == CONTENT[: 2 * PART]


def test_upload_reads_one_part_at_a_time(upload, django_assert_num_queries):
    with django_assert_num_queries(3):
        for _ in upload.open():
            pass


def test_upload_that_broke_off_is_not_waiting(admin_user):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() >= PART:
                raise OSError("the connection was lost")
            return super().read(size)

    with pytest.raises(OSError, match="lost"):
        keep_upload(kind=PERSONAS, name="set", filename="p.csv", data=Broken(CONTENT), by=admin_user)
    assert Upload.objects.exists()
    assert not Upload.objects.waiting(PERSONAS).exists()


def test_forget_upload_removes_its_parts(upload):
    forget_upload(upload)
    assert not Upload.objects.exists()
    assert not UploadPart.objects.exists()


def test_uploads_are_forgotten_after_a_day(upload, admin_user):
    Upload.objects.update(uploaded_at=timezone.now() - KEPT_FOR * 1.1)
    new = keep_upload(kind=PERSONAS, name="set", filename="p.csv", data=b"x", by=admin_user)
    assert list(Upload.objects.all()) == [new]
    assert UploadPart.objects.count() == 1


def test_keep_upload_refuses_a_kind_that_no_app_registered(admin_user):
    with pytest.raises(KeyError):
        keep_upload(kind=ImportKind("recipes"), name="x", filename="x", data=b"", by=admin_user)
    assert not Upload.objects.exists()


def test_register_refuses_two_kinds_of_one_name():
    with pytest.raises(ValueError, match="Two kinds"):
        kinds.register(ImportKind("personas", kinds.Limits(rows=1)))


def test_upload_part_constraint_holds(upload):
    with pytest.raises(IntegrityError), transaction.atomic():
        UploadPart.objects.create(upload=upload, number=0, data=b"")


def test_upload_kind_constraint_holds(admin_user):
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.create(kind="", name="x", filename="x", uploaded_by=admin_user)


@pytest.mark.django_db(transaction=True)
def test_upgrade_keeps_an_upload_that_waits(admin_user):
    executor = MigrationExecutor(connection)
    executor.migrate([("personas", "0002_pending_imports"), ("files", None)])
    old = executor.loader.project_state([("personas", "0002_pending_imports")]).apps
    old.get_model("personas", "PendingImport").objects.create(
        kind="personas", name="set", filename="p.csv", data=CONTENT, options={"a": 1}, uploaded_by_id=admin_user.pk
    )
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    (upload,) = Upload.objects.waiting(PERSONAS)
    assert (upload.open().read(), upload.options, upload.filename) == (CONTENT, {"a": 1}, "p.csv")
