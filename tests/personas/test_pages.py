"""Persona sets on screen: whoever may see one reads it, an import takes two steps."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from annotation.models import Study
from audit.models import AuditEntry
from files.models import KEPT_FOR, Upload
from files.services import keep_upload
from personas.models import Persona, PersonaSet
from personas.services import PERSONAS, NameTaken, import_persona_set
from tests.factories import make_researcher, make_study

pytestmark = pytest.mark.django_db
TWO = b"id,age,sex,lifestyle\np1,39,Male,calm\np2,40,nan,<script>alert(1)</script>\n"
IMPORT = "/personas/import/"


@pytest.fixture
def admin(client):
    user = make_researcher("ada", staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def researcher(client):
    user = make_researcher("grace")
    client.force_login(user)
    return user


def people(data: bytes = TWO, **fields) -> PersonaSet:
    return import_persona_set(name="people", data=data, filename="people.csv", **fields).persona_set


def upload(client, data: bytes = TWO, *, name: str = "people", filename: str = "people.csv", **fields):
    fields.setdefault("sharing", "shared")
    return client.post(IMPORT, {"name": name, "file": SimpleUploadedFile(filename, data), **fields})


# --- Looking --------------------------------------------------------------------------------------
def test_persona_set_list_shows_each_version(client, researcher):
    people(made_by="a test")
    people(TWO.replace(b"39", b"38"))
    page = client.get(reverse("persona-set-list")).content.decode()
    assert "a test" in page
    assert page.count("people.csv") == 2


def test_persona_set_list_without_sets_says_how_to_get_one(client, admin):
    page = client.get(reverse("persona-set-list")).content.decode()
    assert "No personas yet" in page
    assert reverse("persona-import") in page


def test_persona_set_detail_lists_and_filters(client, researcher):
    url = reverse("persona-set-detail", args=[people().pk])
    assert "39-year-old man" in client.get(url).content.decode()
    found = client.get(url, {"q": "CALM"}).content.decode()
    assert "1 of 2 personas" in found
    assert ">p1<" in found
    assert ">p2<" not in found
    assert "No persona in this set contains" in client.get(url, {"q": "zebra"}).content.decode()


@pytest.mark.parametrize("text", ["\x00", "%00", "x" * 300, "\ud800".encode("utf-8", "surrogatepass"), "100%_'\""])
def test_persona_set_detail_takes_any_filter(client, researcher, text):
    assert client.get(reverse("persona-set-detail", args=[people().pk]), {"q": text}).status_code == 200


def test_persona_set_detail_is_paged_and_keeps_the_filter(client, researcher):
    rows = b"".join(b"p%d,%d\n" % (number, number) for number in range(1, 121))
    url = reverse("persona-set-detail", args=[people(b"id,age\n" + rows).pk])
    page = client.get(url, {"page": 2, "q": "p1"}).content.decode()
    assert "Page 1 of 1" not in page
    assert "Page 2 of 3" in client.get(url, {"page": 2}).content.decode()
    assert 'href="?q=p&amp;page=2"' in client.get(url, {"q": "p"}).content.decode()


def test_persona_detail_shows_the_card_and_what_is_stored(client, researcher):
    persona_set = people(
        b'id,age,lifestyle,sex\np0,1,a,Male\np1,39,"<b>calm</b>",nan\n', shown_attributes=["age", "lifestyle"]
    )
    persona = persona_set.personas.get(key="p1")
    page = client.get(reverse("persona-detail", args=[persona.pk])).content.decode()
    assert "You play a 39-year-old person." in page
    assert "&lt;b&gt;calm&lt;/b&gt;" in page
    assert "<b>calm" not in page
    assert "absent, not shown" in page
    assert "Previous: p0" in page


def test_pages_ask_a_constant_number_of_queries(client, researcher, django_assert_max_num_queries):
    few = people()
    many = people(b"id,age\n" + b"".join(b"p%d,%d\n" % (n, n) for n in range(1, 60)))
    for persona_set in (few, many):
        with django_assert_max_num_queries(6):
            client.get(reverse("persona-set-detail", args=[persona_set.pk]))
    with django_assert_max_num_queries(5):
        client.get(reverse("persona-set-list"))
    persona = many.personas.first()
    with django_assert_max_num_queries(5):
        client.get(reverse("persona-detail", args=[persona.pk]))


# --- Importing ------------------------------------------------------------------------------------
def test_import_shows_a_preview_and_then_commits(client, admin):
    response = upload(client, show="lifestyle, age", made_by="a test")
    preview = client.get(response.url).content.decode()
    assert "Nothing has changed yet" in preview
    assert "Import 2 personas as people, version 1" in preview
    assert "You play a 39-year-old person." in preview
    assert "&lt;script&gt;" in preview
    assert not PersonaSet.objects.exists()

    done = client.post(response.url, follow=True)
    persona_set = PersonaSet.objects.get()
    assert done.redirect_chain[0][0] == reverse("persona-set-detail", args=[persona_set.pk])
    assert "2 personas imported as people v1." in done.content.decode()
    assert (persona_set.imported_by, persona_set.made_by) == (admin, "a test")
    assert persona_set.shown_attributes == ["lifestyle", "age"]
    assert not Upload.objects.exists()


def test_import_confirmed_twice_is_calm(client, admin):
    url = upload(client).url
    client.post(url)
    again = client.post(url, follow=True)
    assert "no longer available" in again.content.decode()
    assert PersonaSet.objects.count() == 1


def test_import_of_the_same_content_says_so(client, admin):
    people()
    url = upload(client, filename="again.csv").url
    assert "have already been imported" in client.get(url).content.decode()
    assert "Nothing was changed" in client.post(url, follow=True).content.decode()
    assert PersonaSet.objects.count() == 1


def test_import_preview_names_every_problem_and_has_no_button(client, admin):
    url = upload(client, TWO + b"p1,nan,,\n").url
    page = client.get(url).content.decode()
    assert "2 problems; nothing has changed" in page
    assert "line 4, column id" in page
    assert "already on line 2" in page
    assert "<title>Error: " in page
    assert page.count('method="post"') == 1  # the log-out button of the page's head


def test_import_confirmed_with_problems_changes_nothing(client, admin):
    url = upload(client, b"id,age\na\n").url
    assert client.post(url).url == url
    assert not PersonaSet.objects.exists()


def test_import_preview_of_unknown_shown_attribute_is_a_problem(client, admin):
    assert "no persona has this one" in client.get(upload(client, show="shoe size").url).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "   "}, "This field is required"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"data": b""}, "empty"),
    ],
)
def test_import_form_says_what_is_missing(client, admin, fields, words):
    response = upload(client, **fields)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Upload.objects.exists()


def test_import_form_refuses_a_file_over_the_limit(client, admin, monkeypatch, settings):
    monkeypatch.setattr("files.kinds.MEGABYTE", 10)
    settings.UPLOAD_MEGABYTES = 1
    assert "the limit is 10 (UPLOAD_MEGABYTES=1). Split it." in upload(client).content.decode()


def test_upload_is_for_its_uploader_only(client, admin):
    mine = upload(client).url
    client.force_login(make_researcher("other", staff=True))
    assert "no longer available" in client.get(mine, follow=True).content.decode()
    client.post(mine)
    assert not PersonaSet.objects.exists()


def test_uploads_are_forgotten_after_a_day(client, admin):
    old = keep_upload(kind=PERSONAS, name="old", filename="old.csv", data=TWO, by=admin)
    Upload.objects.update(uploaded_at=timezone.now() - KEPT_FOR * 1.1)
    keep_upload(kind=PERSONAS, name="new", filename="new.csv", data=TWO, by=admin)
    assert not Upload.objects.filter(pk=old.pk).exists()
    assert Upload.objects.count() == 1


# --- Who may --------------------------------------------------------------------------------------
def test_researcher_imports_a_private_set_that_is_theirs(client, researcher):
    url = upload(client, sharing="private").url
    assert client.post(url, follow=True).status_code == 200
    mine = PersonaSet.objects.get()
    assert (mine.owner, mine.sharing) == (researcher, "private")
    addresses = [reverse("persona-set-detail", args=[mine.pk]), reverse("persona-fidelity", args=[mine.pk])]
    addresses += [reverse("persona-detail", args=[mine.personas.first().pk])]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]

    client.force_login(make_researcher("olga"))
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert "people.csv" not in client.get(reverse("persona-set-list")).content.decode()
    client.force_login(make_researcher("root", staff=True))
    assert client.get(addresses[0]).status_code == 200


def test_private_set_is_seen_by_researchers_of_the_study_that_uses_it(client, researcher):
    mine = people(by=researcher, sharing="private")
    olga = make_researcher("olga")
    assert not PersonaSet.objects.visible_to(olga).exists()
    make_study(persona_set=mine, by=olga)
    assert PersonaSet.objects.visible_to(olga).get() == mine


def test_name_of_another_persons_set_is_refused_and_changes_nothing(client, researcher):
    people(by=researcher)
    client.force_login(make_researcher("olga"))
    other = TWO.replace(b"39", b"38")
    assert "belongs to somebody else" in upload(client, other).content.decode()
    with pytest.raises(NameTaken):
        people(other, by=make_researcher("eve"))
    assert PersonaSet.objects.count() == 1


def test_next_version_by_an_admin_still_belongs_to_the_owner(researcher):
    people(by=researcher)
    assert people(TWO.replace(b"39", b"38"), by=make_researcher("root", staff=True)).owner == researcher


def test_owner_shares_a_set_and_nobody_else_does(client, researcher):
    mine = people(by=researcher, sharing="private")
    share = reverse("persona-set-share", args=[mine.pk])
    client.post(share, {"sharing": "example"})
    assert PersonaSet.objects.get().sharing == "private"
    client.post(share, {"sharing": "shared"})
    assert PersonaSet.objects.get().sharing == "shared"
    client.force_login(make_researcher("olga"))
    assert client.post(share, {"sharing": "private"}).status_code == 403
    assert PersonaSet.objects.get().sharing == "shared"


def test_stranger_is_sent_to_the_log_in(client):
    persona = Persona.objects.filter(persona_set=people()).first()
    urls = [
        "/personas/",
        f"/personas/sets/{persona.persona_set_id}/",
        f"/personas/{persona.pk}/",
        IMPORT,
        f"{IMPORT}1/",
    ]
    assert [client.get(url).url.split("?")[0] for url in urls] == [reverse("login")] * len(urls)


def test_looking_pages_take_no_post(client, admin):
    assert client.post("/personas/").status_code == 405


# --- Copies, archive, deletion --------------------------------------------------------------------
def test_duplicate_of_a_set_is_private_and_has_the_same_personas(client, researcher):
    shared = people(by=make_researcher("olga"))
    address = reverse("persona-set-duplicate", args=[shared.pk])
    assert "Choose another name" in client.post(address, {"name": "people"}).content.decode()
    client.post(address, {"name": "mine"})
    mine = PersonaSet.objects.get(name="mine")
    assert (mine.owner, mine.sharing, mine.version) == (researcher, "private", 1)
    assert mine.content_hash == shared.content_hash
    names = ("key", "position", "name", "attributes", "origins")
    assert list(mine.personas.values_list(*names)) == list(shared.personas.values_list(*names))


def test_downloaded_set_imports_as_the_same_set(client, researcher):
    persona_set = people(by=researcher)
    file = b"".join(client.get(reverse("persona-set-download", args=[persona_set.pk])).streaming_content)
    again = import_persona_set(name="again", data=file, filename="again.jsonl", by=researcher).persona_set
    assert [persona.attributes for persona in again.personas.all()] == [
        persona.attributes for persona in persona_set.personas.all()
    ]


def test_archived_set_is_no_longer_offered(client, researcher):
    persona_set = people(by=researcher)
    archive = reverse("persona-set-archive", args=[persona_set.pk])
    assert "people, version 1" in client.post(archive, follow=True).content.decode()
    assert not PersonaSet.objects.offered_to(researcher).exists()
    assert "people.csv" not in client.get(reverse("persona-set-list")).content.decode()
    assert "people.csv" in client.get(reverse("persona-set-list"), {"archived": 1}).content.decode()
    client.post(archive)
    assert PersonaSet.objects.offered_to(researcher).exists()
    assert list(AuditEntry.objects.values_list("what", "by__username").order_by("pk")) == [
        ("persona set archived", "grace"),
        ("persona set taken out of the archive", "grace"),
    ]


def test_set_is_deleted_once_nothing_uses_it(client, researcher):
    persona_set = people(by=researcher)
    study = make_study(persona_set=persona_set)
    delete = reverse("persona-set-delete", args=[persona_set.pk])
    assert study.name in client.get(delete).content.decode()
    client.post(delete, {"name": "people"})
    assert PersonaSet.objects.exists()
    Study.objects.all().delete()
    client.post(delete, {"name": "peeple"})
    assert PersonaSet.objects.exists()
    client.post(delete, {"name": "people"})
    assert not PersonaSet.objects.exists()
    assert AuditEntry.objects.get().what == "persona set deleted"
