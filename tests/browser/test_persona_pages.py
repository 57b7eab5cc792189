"""The persona pages in a browser: an upload from file to set, axe in every look, and hostile texts that stay texts."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from files.services import keep_upload
from personas.services import PERSONAS, import_persona_set
from tests.browser.helpers import assert_accessible, assert_sound_in_every_look
from tests.factories import PASSWORD, make_researcher

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "example-study" / "personas.jsonl"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "{{ 7|add:7 }}{% csrf_token %}",
    "javascript:alert(1)",
    "' onfocus=alert(1) autofocus='",
    "\u202eright to left\u202c",
    "&lt;b&gt;&#x41;",
]


@pytest.fixture
def admin():
    return make_researcher("ada", staff=True)


def log_in(page, live_server) -> None:
    page.goto(live_server.url + reverse("login"))
    page.get_by_label("User name").or_(page.get_by_label("Username")).fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/studies/")


def test_admin_uploads_looks_and_imports(live_server, desktop, admin):
    page = desktop
    log_in(page, live_server)
    page.get_by_role("link", name="Personas").click()
    page.get_by_role("link", name="Import personas").first.click()
    page.get_by_label("Name of the set").fill("example")
    page.locator("input[type=file]").set_input_files(EXAMPLE)
    page.get_by_role("button", name="Preview import").click()
    assert page.get_by_text("Nothing has changed yet.").is_visible()
    page.get_by_role("button", name="Import 20 personas as example, version 1").click()
    assert page.get_by_text("20 personas imported as example v1.").is_visible()
    page.get_by_label("Id or attribute contains").fill("canoe")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="persona-01").click()
    assert page.get_by_text(
        "You play a 39-year-old man from Pennsylvania who works as a construction manager"
    ).is_visible()


def test_persona_pages_are_accessible(live_server, desktop, admin):
    log_in(desktop, live_server)
    for name, address in addresses(admin).items():
        desktop.goto(live_server.url + address)
        assert_sound_in_every_look(desktop, name)


def addresses(admin) -> dict[str, str]:
    """Each persona page, in each of its states."""
    example = import_persona_set(name="example", data=EXAMPLE.read_bytes(), filename=EXAMPLE.name, by=admin).persona_set
    files = {
        "sound": b"id,age,sex,tea\na,39,Female,green\n",
        "bad": b"id,age\na,39\na,nan\n,,\n",
        "same": EXAMPLE.read_bytes(),
    }
    uploads = {
        name: keep_upload(
            kind=PERSONAS,
            name="example",
            filename=f"{name}.{'jsonl' if name == 'same' else 'csv'}",
            data=data,
            by=admin,
        )
        for name, data in files.items()
    }
    return {
        "persona-set-list": reverse("persona-set-list"),
        "persona-set-detail": reverse("persona-set-detail", args=[example.pk]),
        "persona-set-filtered-to-none": reverse("persona-set-detail", args=[example.pk]) + "?q=zebra",
        "persona-detail": reverse("persona-detail", args=[example.personas.first().pk]),
        "persona-import": reverse("persona-import"),
        **{f"persona-preview-{name}": reverse("persona-import-preview", args=[u.pk]) for name, u in uploads.items()},
    }


def test_import_form_in_error_is_accessible(live_server, desktop, admin):
    page = desktop
    log_in(page, live_server)
    page.goto(live_server.url + reverse("persona-import"))
    page.locator("main form").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Preview import").click()
    assert "Nothing has been saved yet" in page.get_by_role("alert").inner_text()
    assert page.title().startswith("Error: ")
    assert_accessible(page)


def test_hostile_texts_stay_texts(live_server, desktop, admin):
    """Every field of a persona and of a set holds them; the watched page fails on any dialog or CSP violation."""
    fields = ["age", "sex", "occupation category", "marital status", "lifestyle", "big five scores", "income"]
    rows = [{"id": text, **dict.fromkeys(fields, text), text: text} for text in HOSTILE if text.isprintable()]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    upload = keep_upload(kind=PERSONAS, name=HOSTILE[1], filename=f"{HOSTILE[0]}.jsonl", data=data, by=admin)
    made = import_persona_set(name=HOSTILE[0], data=data, filename="p.jsonl", made_by=HOSTILE[2]).persona_set
    page = desktop
    log_in(page, live_server)
    for address in [
        reverse("persona-set-list"),
        reverse("persona-set-detail", args=[made.pk]) + "?q=%3Cscript%3Ealert(1)%3C/script%3E",
        reverse("persona-import-preview", args=[upload.pk]),
        *[reverse("persona-detail", args=[persona.pk]) for persona in made.personas.all()],
    ]:
        page.goto(live_server.url + address)
        assert page.locator("main img, main script, main svg").count() == 0
    assert page.locator("td", has_text=HOSTILE[-1]).first.is_visible()
