"""Who may do what: every address of the site, every method, every role. A new URL without a row here fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from annotation.models import ResultsShare, Study
from annotation.services.model_annotators import TRIAL, AnnotatorSettings
from annotation.services.results_sharing import share_results
from files.models import Upload
from jobs.models import Run
from synthetic.models import PairSet, PromptSet
from tests.factories import arrive, make_model, make_researcher, make_study, walk_to_questions

pytestmark = pytest.mark.django_db

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
ROLES = ["anonymous", "participant", "researcher", "other researcher", "admin"]
READ, WRITE, FORM = {"GET", "HEAD"}, {"POST"}, {"GET", "HEAD", "POST"}

OK, LOGIN, UNAUTHORISED, FORBIDDEN, NOT_FOUND = "ok", "log-in page", "401", "403", "404"


def everyone(verdict: str) -> dict[str, str]:
    return dict.fromkeys(ROLES, verdict)


PUBLIC = everyone(OK)
LOGGED_IN = everyone(OK) | {"anonymous": LOGIN, "participant": LOGIN}
OF_THE_STUDY = LOGGED_IN | {"other researcher": NOT_FOUND}
ADMINS = LOGGED_IN | {"researcher": FORBIDDEN, "other researcher": FORBIDDEN}
ADMINS_OF_THE_STUDY = ADMINS | {"other researcher": NOT_FOUND}
OWNER_OF_THE_SET = LOGGED_IN | {"other researcher": FORBIDDEN}
API = everyone(OK) | {"anonymous": UNAUTHORISED, "participant": UNAUTHORISED}
API_OF_THE_STUDY = API | {"other researcher": NOT_FOUND}
# A reader may duplicate an example or have its bundle made, and sees no run of it.
NOT_OF_AN_EXAMPLE = {"agreement-file-start", "run-detail", "run-order", "study-duplicate"}
# The secret in the address is the key: whoever holds it is this participant, logged in or not.
BY_CODE = PUBLIC


@dataclass(frozen=True)
class Row:
    """Who may use an address with which methods; ``arguments`` fill it in for the test's own study."""

    verdicts: dict[str, str]
    methods: set[str]
    arguments: Callable[[World], list] = field(default=lambda world: [])


@dataclass
class World:
    study: object
    assignment: object
    question: object
    people: dict
    target: object
    persona_set: object
    upload: object
    run: object
    annotator: object
    pair_set: object


def slug(world: World) -> list:
    return [world.study.slug]


def code(world: World) -> list:
    return [world.assignment.code]


def screen(world: World) -> list:
    return [world.assignment.code, 1]


def target(world: World) -> list:
    return [world.target.pk]


def rater(world: World) -> list:
    return [world.study.slug, world.assignment.rater.pseudonym]


def trial_in(world: World) -> Run:
    parameters = asdict(AnnotatorSettings("fake"))
    return Run.objects.get_or_create(kind=TRIAL, study=world.study, parameters=parameters)[0]


def share_in(world: World) -> ResultsShare:
    return world.study.shares.first() or share_results(study=world.study, days=7, with_texts=False)


ROWS = {
    # Machines
    "healthz": Row(PUBLIC, READ),
    "readyz": Row(PUBLIC, READ),
    # Participants
    "entry": Row(PUBLIC, FORM, slug),
    "participant-home": Row(BY_CODE, {"GET"}, code),
    "participant-consent": Row(BY_CODE, FORM, code),
    "participant-instructions": Row(BY_CODE, FORM, code),
    "participant-check": Row(BY_CODE, FORM, code),
    "participant-practice": Row(BY_CODE, FORM, code),
    "participant-persona": Row(BY_CODE, FORM, code),
    "participant-question": Row(BY_CODE, FORM, screen),
    "participant-draft": Row(BY_CODE, WRITE, screen),
    "participant-review": Row(BY_CODE, FORM, code),
    "participant-comment": Row(BY_CODE, FORM, code),
    "participant-done": Row(BY_CODE, FORM, code),
    "participant-declined": Row(BY_CODE, FORM, code),
    "participant-screened-out": Row(BY_CODE, FORM, code),
    "participant-help": Row(BY_CODE, FORM, code),
    "participant-stop": Row(BY_CODE, FORM, code),
    # One's own account
    "home": Row(LOGGED_IN, READ),
    "login": Row(PUBLIC, FORM),
    "logout": Row(PUBLIC, WRITE),
    "choose-password": Row(PUBLIC, FORM, lambda world: ["MQ", "no-token"]),
    "account": Row(LOGGED_IN, READ),
    "password-change": Row(LOGGED_IN, FORM),
    "token-make": Row(LOGGED_IN, WRITE),
    "token-revoke": Row(LOGGED_IN, WRITE, lambda world: [1]),
    # People
    "people": Row(ADMINS, READ),
    "person-add": Row(ADMINS, WRITE),
    "person-reset": Row(ADMINS, WRITE, target),
    "person-disable": Row(ADMINS, WRITE, target),
    "person-enable": Row(ADMINS, WRITE, target),
    # Personas
    "persona-set-list": Row(LOGGED_IN, READ),
    "persona-set-detail": Row(LOGGED_IN, READ, lambda world: [world.persona_set.pk]),
    "persona-detail": Row(LOGGED_IN, READ, lambda world: [world.assignment.persona_id]),
    "persona-set-share": Row(OWNER_OF_THE_SET, WRITE, lambda world: [world.persona_set.pk]),
    "persona-set-download": Row(LOGGED_IN, READ, lambda world: [world.persona_set.pk]),
    "persona-set-duplicate": Row(LOGGED_IN, FORM, lambda world: [world.persona_set.pk]),
    "persona-set-archive": Row(OWNER_OF_THE_SET, WRITE, lambda world: [world.persona_set.pk]),
    "persona-set-delete": Row(OWNER_OF_THE_SET, FORM, lambda world: [world.persona_set.pk]),
    "persona-import": Row(LOGGED_IN, FORM),
    "persona-import-preview": Row(LOGGED_IN, FORM, lambda world: [10**6]),
    "persona-generate": Row(ADMINS, FORM),
    "persona-model-written": Row(LOGGED_IN, FORM, lambda world: [world.persona_set.pk]),
    "pair-set-list": Row(LOGGED_IN, READ),
    "pair-set-detail": Row(LOGGED_IN, READ, lambda world: [world.pair_set.pk]),
    "prompt-set-detail": Row(LOGGED_IN, READ, lambda world: [world.pair_set.prompt_set_id]),
    "pairs-make": Row(ADMINS, FORM),
    "prompts-curate": Row(ADMINS, FORM),
    "persona-fidelity": Row(LOGGED_IN, READ, lambda world: [world.persona_set.pk]),
    "persona-fidelity-csv": Row(LOGGED_IN, READ, lambda world: [world.persona_set.pk]),
    # Studies
    "study-list": Row(LOGGED_IN, READ),
    "study-create": Row(LOGGED_IN, FORM),
    "study-detail": Row(OF_THE_STUDY, READ, slug),
    "study-progress": Row(OF_THE_STUDY, READ, slug),
    "preview-links-revoke": Row(OF_THE_STUDY, WRITE, slug),
    "study-setup": Row(OF_THE_STUDY, READ, slug),
    "study-preview": Row(OF_THE_STUDY, READ, slug),
    "study-open": Row(OF_THE_STUDY, FORM, slug),
    "study-pause": Row(OF_THE_STUDY, WRITE, slug),
    "study-close": Row(OF_THE_STUDY, WRITE, slug),
    "rehearsal-start": Row(OF_THE_STUDY, FORM, slug),
    "rehearsal-wipe": Row(OF_THE_STUDY, FORM, slug),
    "assignment-list": Row(OF_THE_STUDY, READ, slug),
    "assignment-detail": Row(OF_THE_STUDY, READ, rater),
    "rater-seen": Row(OF_THE_STUDY, WRITE, lambda world: [*rater(world), "surplus"]),
    "rater-erase": Row(ADMINS_OF_THE_STUDY, FORM, rater),
    "assignment-change": Row(OF_THE_STUDY, FORM, lambda world: [*rater(world), "exclude"]),
    "question-list": Row(OF_THE_STUDY, READ, slug),
    "question-detail": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, world.question.pk]),
    "question-sample": Row(OF_THE_STUDY, READ, slug),
    "question-import": Row(OF_THE_STUDY, FORM, slug),
    "question-import-preview": Row(OF_THE_STUDY, FORM, lambda world: [world.study.slug, world.upload.pk]),
    "study-settings": Row(OF_THE_STUDY, FORM, slug),
    "study-personas": Row(OF_THE_STUDY, FORM, slug),
    "study-texts": Row(OF_THE_STUDY, FORM, slug),
    "study-check": Row(OF_THE_STUDY, FORM, slug),
    "study-times": Row(OF_THE_STUDY, FORM, slug),
    "study-manage": Row(OF_THE_STUDY, READ, slug),
    "study-add-raters": Row(OF_THE_STUDY, WRITE, slug),
    "study-archive": Row(OF_THE_STUDY, WRITE, slug),
    "study-unarchive": Row(OF_THE_STUDY, WRITE, slug),
    "study-delete": Row(OF_THE_STUDY, FORM, slug),
    "study-duplicate": Row(OF_THE_STUDY, FORM, slug),
    "audit-log": Row(ADMINS, READ),
    "study-researchers": Row(ADMINS_OF_THE_STUDY, FORM, slug),
    "annotator-list": Row(OF_THE_STUDY, READ, slug),
    "annotation-sample": Row(OF_THE_STUDY, READ, slug),
    "annotation-import": Row(OF_THE_STUDY, FORM, slug),
    "annotation-import-preview": Row(OF_THE_STUDY, FORM, lambda world: [world.study.slug, world.upload.pk]),
    "annotator-archive": Row(OF_THE_STUDY, WRITE, lambda world: [world.study.slug, world.annotator.pk]),
    "annotator-run-delete": Row(OF_THE_STUDY, FORM, lambda world: [world.study.slug, world.annotator.pk, 1]),
    "annotator-run": Row(OF_THE_STUDY, FORM, lambda world: [world.study.slug, world.annotator.pk, 1]),
    "model-annotator-try": Row(OF_THE_STUDY, FORM, slug),
    "model-annotator-start": Row(OF_THE_STUDY, WRITE, lambda world: [world.study.slug, trial_in(world).pk]),
    "baseline-raters-compute": Row(OF_THE_STUDY, WRITE, slug),
    # Long work
    "run-list": Row(LOGGED_IN, READ),
    "study-run-list": Row(OF_THE_STUDY, READ, slug),
    "run-detail": Row(OF_THE_STUDY, READ, lambda world: [world.run.pk]),
    "run-order": Row(OF_THE_STUDY, WRITE, lambda world: [world.run.pk, "pause"]),
    "study-data": Row(OF_THE_STUDY, READ, slug),
    "export-download": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, "annotations", "csv"]),
    # Results
    "agreement-overview": Row(OF_THE_STUDY, READ, slug),
    "agreement-vote-rules": Row(OF_THE_STUDY, READ, slug),
    "agreement-models": Row(OF_THE_STUDY, READ, slug),
    "agreement-skill": Row(OF_THE_STUDY, READ, slug),
    "agreement-population": Row(OF_THE_STUDY, READ, slug),
    "agreement-variance": Row(OF_THE_STUDY, READ, slug),
    "results-moved": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, "skill/"]),
    "results-formulas": Row(LOGGED_IN, READ),
    "agreement-matrices": Row(OF_THE_STUDY, READ, slug),
    "agreement-files": Row(OF_THE_STUDY, READ, slug),
    "agreement-file-download": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, "bundle"]),
    "shared-results": Row(everyone(NOT_FOUND), READ, lambda world: ["forged:signature"]),
    "share-create": Row(OF_THE_STUDY, WRITE, slug),
    "share-revoke": Row(OF_THE_STUDY, WRITE, lambda world: [world.study.slug, share_in(world).pk]),
    "agreement-file-start": Row(OF_THE_STUDY, WRITE, lambda world: [world.study.slug, "bundle"]),
    "agreement-file-progress": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, "bundle"]),
    "agreement-histograms": Row(OF_THE_STUDY, READ, slug),
    "agreement-plan": Row(OF_THE_STUDY, READ, slug),
    "agreement-influence": Row(OF_THE_STUDY, READ, slug),
    "agreement-disagreements": Row(OF_THE_STUDY, READ, slug),
    "agreement-questions": Row(OF_THE_STUDY, READ, slug),
    "agreement-raters": Row(OF_THE_STUDY, READ, slug),
    "agreement-personas": Row(OF_THE_STUDY, READ, slug),
    "agreement-persona": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, world.assignment.persona_id]),
    "agreement-breakdown": Row(OF_THE_STUDY, READ, slug),
    "agreement-question": Row(OF_THE_STUDY, READ, lambda world: [world.study.slug, world.question.pk]),
    # Payments
    "payment-list": Row(ADMINS_OF_THE_STUDY, READ, slug),
    "payment-download": Row(ADMINS_OF_THE_STUDY, READ, slug),
    # Programs
    "api-root": Row(API, READ),
    "api-schema": Row(PUBLIC, READ),
    "api-persona-sets": Row(API, FORM),
    "api-studies": Row(API, FORM),
    "api-study": Row(API_OF_THE_STUDY, {"GET", "HEAD", "PATCH"}, slug),
    "api-progress": Row(API_OF_THE_STUDY, READ, slug),
    "api-personas": Row(API_OF_THE_STUDY, {"GET", "HEAD", "PUT"}, slug),
    "api-questions": Row(API_OF_THE_STUDY, FORM, slug),
    "api-assignments": Row(API_OF_THE_STUDY, READ, slug),
    "api-votes": Row(API_OF_THE_STUDY, READ, slug),
    "api-agreement": Row(API_OF_THE_STUDY, READ, slug),
    "api-runs": Row(API_OF_THE_STUDY, READ, slug),
    "api-annotations": Row(API_OF_THE_STUDY, FORM, slug),
    "api-run": Row(API_OF_THE_STUDY, READ, lambda world: [world.study.slug, world.run.pk]),
}


def patterns(resolver: URLResolver) -> list[URLPattern]:
    found = []
    for pattern in resolver.url_patterns:
        found += patterns(pattern) if isinstance(pattern, URLResolver) else [pattern]
    return found


@pytest.fixture
def world() -> World:
    people = {
        "researcher": make_researcher("grace"),
        "other researcher": make_researcher("olga"),
        "admin": make_researcher("root", staff=True),
    }
    study = make_study(personas=1, questions=1, raters=2, by=people["researcher"])
    study.persona_set.owner = people["researcher"]
    study.persona_set.save()
    assignment = walk_to_questions(arrive(study))
    upload = Upload.objects.create(
        kind="questions", name=study.slug, filename="q.jsonl", sha256="0" * 64, uploaded_by=people["researcher"]
    )
    run = Run.objects.create(kind="bundle", study=study)
    annotator = make_model(study)
    target = make_researcher("target")
    prompts = PromptSet.objects.create(name="prompts")
    pairs = PairSet.objects.create(name="pairs", persona_set=study.persona_set, prompt_set=prompts)
    of_study = (study, assignment, study.questions.get(), people, target, study.persona_set)
    return World(*of_study, upload, run, annotator, pairs)


def browser_of(role: str, world: World, **options) -> Client:
    client = Client(raise_request_exception=True, **options)
    if role in world.people:
        client.force_login(world.people[role])
    if role == "participant":
        # All the credentials a participant has: they came by their link.
        client.get(reverse("participant-home", args=[world.assignment.code]))
    return client


def verdict(response) -> str:
    if response.status_code in {401, 403, 404, 405}:
        return str(response.status_code)
    if response.status_code == 302 and response.headers["Location"].startswith(f"{reverse('login')}?next="):
        return LOGIN
    # 422: the page is open, and says what the form lacks. 400: the API is open, and says that the body is empty.
    return OK if response.status_code < 400 or response.status_code in {400, 422} else f"status {response.status_code}"


def test_every_url_has_a_name_and_a_row_here():
    found = patterns(get_resolver())
    assert not [str(pattern.pattern) for pattern in found if not pattern.name]
    names = {pattern.name for pattern in found}
    assert names - set(ROWS) == set(), "add a row for each of these to ROWS: who may use it, with which methods"
    assert set(ROWS) - names == set(), "these rows have no URL any more"


@pytest.mark.parametrize("name", ROWS)
def test_url_is_open_to_those_it_should_be(world, name):
    row = ROWS[name]
    address = reverse(name, args=row.arguments(world))
    for role in ROLES:
        for method in METHODS:
            answer = answer_of(role, world, method, address)
            expected = {row.verdicts[role]} if method in row.methods else {"405", row.verdicts[role]} - {OK}
            assert answer in expected, f"{method} {address} by {role}: {answer}, not {expected}"


def answer_of(role: str, world: World, method: str, address: str) -> str:
    """What a fresh browser of this role gets; whatever it changes is undone, so that each finds the same world."""
    with transaction.atomic():
        response = browser_of(role, world).generic(method, address)
        transaction.set_rollback(True)
    assert "no-store" in response.headers["Cache-Control"], "a browser or proxy may keep this for the next person"
    return verdict(response)


@pytest.mark.parametrize("name", [name for name in ROWS if "POST" in ROWS[name].methods])
def test_posts_without_a_csrf_token_are_refused_unless_the_address_is_the_secret(world, name):
    row = ROWS[name]
    address = reverse(name, args=row.arguments(world))
    browser = browser_of("admin", world, enforce_csrf_checks=True)
    response = browser.post(address)
    if name == "entry" or name.startswith("participant-"):
        assert verdict(response) == OK
    else:
        assert response.status_code == 403
        said = "CSRF Failed" if name.startswith("api-") else "Send this again"
        assert said in response.content.decode()


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("participant-")])
def test_a_wrong_code_opens_nothing(world, name):
    arguments = ["not-the-code", *ROWS[name].arguments(world)[1:]]
    for method in ROWS[name].methods:
        assert browser_of("admin", world).generic(method, reverse(name, args=arguments)).status_code == 404


def test_example_is_read_by_everybody_and_changed_by_its_researchers_only(world):
    Study.objects.filter(pk=world.study.pk).update(is_example=True)
    for name, row in ROWS.items():
        if row.verdicts not in (OF_THE_STUDY, API_OF_THE_STUDY) or name in NOT_OF_AN_EXAMPLE:
            continue
        with transaction.atomic():
            address = reverse(name, args=row.arguments(world))
            if "GET" in row.methods:
                assert answer_of("other researcher", world, "GET", address) == OK, name
            if "POST" in row.methods:
                assert answer_of("other researcher", world, "POST", address) == FORBIDDEN, name
                assert answer_of("researcher", world, "POST", address) == OK, name
            transaction.set_rollback(True)
