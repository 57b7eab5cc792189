"""Everything that people, researchers, time and crashes can do to a study, in any order (hypothesis' state machine)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotation.integrity.checking import RULES
from annotation.integrity.database import constraints_are_in_place
from annotation.models import Assignment, Outcome, Study
from annotation.services import ledger
from tests.annotation.reading import Outline, hidden_fields, typed_in
from tests.factories import make_study, prolific_id
from tests.invariants.database import Rows, read_rows
from tests.invariants.model import MINIMUM, Model, Person, Text, Way, after_save, may_replace
from tests.invariants.trouble import Clock, Crash

PEOPLE, QUESTIONS = 4, 2
RIGHT = {"answer_0": 1, "answer_1": 0}
PRACTICE = {"choice": "A", "justification": "because she would", "again": "yes"}
WAY_TO_THE_QUESTIONS = [
    ("consent", {"consent": "yes"}),
    ("instructions", {}),
    ("check", RIGHT),
    ("practice", PRACTICE),
    ("persona", {}),
]
WRONG = {"answer_0": 0, "answer_1": 0}
NO_CRASH = 10_000
SETTINGS = {"minimum_justification": MINIMUM}
# The schema cannot change here, and asking for it takes longer than all other rules together.
RULES_OF_ROWS = [check for check in RULES if check is not constraints_are_in_place]

ways = st.sampled_from([Way.AUTOSAVE, Way.BEACON, Way.BACK])
people = st.integers(1, PEOPLE)
# Mostly no crash; else at the first writes of a request.
crashes = st.one_of(st.just(NO_CRASH), st.just(NO_CRASH), st.integers(1, 6))
is_lost = st.sampled_from([False, False, True])
texts = st.builds(
    Text,
    st.sampled_from(["A", "B", "A", "B", ""]),
    st.sampled_from(["too few", "because she would", "because she would, and often", "for quite another reason"]),
)


@dataclass
class Window:
    """A question's page in some browser: what it has shown, and what it sent without hearing an answer."""

    number: int
    position: int
    seen: int
    """The version that it has shown last."""
    based_on: str
    saves: int = 0
    """How many saves of this question it has seen."""
    tried: list[str] = field(default_factory=list)

    def has_shown(self, version: int, saved_at: str, saves: int) -> None:
        self.seen, self.based_on, self.saves, self.tried = version, saved_at, saves, []


class StudyMachine(RuleBasedStateMachine):
    """Drives the real pages and services, and asks the model after each step whether the database is as it must be."""

    @initialize(answered=st.tuples(st.integers(0, QUESTIONS), st.integers(0, QUESTIONS)))
    def open_study(self, answered):
        """Two of the people are at the questions already, so that a short run reaches the end; one is at the check."""
        self.clock = Clock()
        self.browser = Client()
        with self.clock.ticking():
            self.study = make_study(personas=3, questions=QUESTIONS, raters=1, **SETTINGS)
        self.code = self.study.code_for(Outcome.COMPLETED)
        seats = set(self.study.seats.values_list("pk", flat=True))
        self.model = Model(seats, {number: Person(number) for number in range(1, PEOPLE + 1)})
        self.windows: list[Window] = []
        self.saves: Counter[tuple[int, int]] = Counter()
        self.rows = read_rows(self.study)
        for number, count in enumerate(answered, start=1):
            self.walk(self.model.people[number], count)
        at_check = self.model.people[len(answered) + 1]
        self.follow_link(at_check.number)
        self.ask(self.page(at_check, "consent"), {"consent": "yes"})
        at_check.consented = True

    def walk(self, person: Person, answered: int):
        self.follow_link(person.number)
        for page, sent in WAY_TO_THE_QUESTIONS:
            self.ask(self.page(person, page), sent)
        person.consented = person.introduced = True
        for position in range(1, answered + 1):
            text = Text("A", f"a first thought about {position}")
            self.press_button(person, Window(person.number, position, 0, ""), text, NO_CRASH, False)

    # --- Requests -----------------------------------------------------------------------------------
    def ask(self, path: str, sent: dict | None = None, *, crash: int = NO_CRASH):
        """The reply; None where the database failed, so that nothing may have changed and the text comes back."""
        before = read_rows(self.study) if crash != NO_CRASH else None
        headers = {"REMOTE_ADDR": f"198.51.100.{len(self.windows) % 250}"}
        with self.clock.ticking(), Crash(crash).pending() as trouble:
            reply = self.browser.get(path, **headers) if sent is None else self.browser.post(path, sent, **headers)
        if not trouble.happened:
            assert reply.status_code < 500, f"{path} answered {reply.status_code}"
            return reply
        assert reply.status_code == 503
        assert read_rows(self.study) == before, "a request that failed has left something behind"
        if sent and "justification" in sent:
            assert typed_in(reply) == sent["justification"]
        return None

    def send(self, path: str, sent: dict, *, crash: int, lost: bool):
        """As ``ask``; with ``lost`` the first reply never arrives, and the same request comes again."""
        reply = self.ask(path, sent, crash=crash)
        if reply is None or not lost:
            return reply
        once = read_rows(self.study).without_times()
        reply = self.ask(path, sent)
        assert read_rows(self.study).without_times() == once, "the same request again has changed something"
        return reply

    def page(self, person: Person, name: str, *args) -> str:
        return reverse(f"participant-{name}", args=[person.code, *args])

    # --- Arrival ------------------------------------------------------------------------------------
    @rule(number=people, crash=crashes, lost=is_lost)
    def arrive(self, number, crash, lost):
        self.follow_link(number, crash, lost)

    def follow_link(self, number, crash=NO_CRASH, lost=False):
        person = self.model.people[number]
        link = f"{reverse('entry', args=[self.study.slug])}?PROLIFIC_PID={prolific_id(number)}"
        needs_seat = not person.code or (person.state == "released" and not person.consented)
        if needs_seat and not (self.model.free_seats or self.expired()):
            return self.hear_full(person, self.ask(link, crash=crash))
        reply = self.ask(link, crash=crash)
        if reply is None:
            return None
        assert reply.status_code == 302, "turned away although a seat was free"
        if lost:
            assert self.ask(link)["Location"] == reply["Location"], "the same person got another place"
        if needs_seat and not self.model.free_seats:
            self.sweep_model()
        if needs_seat:
            return self.take_seat(person, reply["Location"].split("/")[2])
        assert reply["Location"].split("/")[2] == person.code
        if person.state == "released" and self.model.has_seat_for(person):
            person.move("live")
        return None

    def hear_full(self, person, reply):
        assert reply is None or "The study is full" in reply.content.decode()

    def take_seat(self, person, code):
        assert person.code in {"", code}, "one person, two assignments"
        person.code = code
        person.seat = Assignment.objects.get(code=code).seat_id
        assert person.seat in self.model.free_seats
        person.move("live")

    def expired(self) -> list[Person]:
        deadlines = self.rows.deadlines
        live = [person for person in self.model.people.values() if person.state == "live"]
        return [person for person in live if deadlines[person.code] < self.clock.now]

    def sweep_model(self):
        for person in self.expired():
            person.move("released")

    # --- On the way to the questions ------------------------------------------------------------------
    def walking(self, **wanted) -> list[int]:
        return [
            person.number
            for person in self.model.people.values()
            if person.is_walking and all(getattr(person, name) == value for name, value in wanted.items())
        ]

    def seated(self) -> list[int]:
        """Everybody who has an assignment, in whatever state."""
        return [person.number for person in self.model.people.values() if person.code]

    def one_of(self, data, numbers) -> Person:
        return self.model.people[data.draw(st.sampled_from(numbers))]

    @precondition(lambda self: self.walking(consented=False))
    @rule(data=st.data(), says=st.sampled_from(["yes", "yes", "yes", "no"]), crash=crashes, lost=is_lost)
    def answer_consent(self, data, says, crash, lost):
        person = self.one_of(data, self.walking(consented=False))
        needs_seat = says == "yes" and person.state == "released"
        if needs_seat and not self.model.free_seats:
            if self.expired():
                return  # arrivals cover a seat that is freed by the one who needs it
            reply = self.ask(self.page(person, "consent"), {"consent": says}, crash=crash)
            return self.hear_full(person, reply)
        if self.send(self.page(person, "consent"), {"consent": says}, crash=crash, lost=lost) is None:
            return
        if needs_seat:
            self.take_seat(person, person.code)
        if says == "yes":
            person.consented = True
        elif person.state == "live":
            person.move("declined")

    @precondition(lambda self: [p for p in self.model.people.values() if p.state == "declined"])
    @rule(data=st.data(), crash=crashes)
    def take_decline_back(self, data, crash):
        person = self.one_of(data, [p.number for p in self.model.people.values() if p.state == "declined"])
        reply = self.ask(self.page(person, "declined"), {}, crash=crash)
        if reply is not None and self.model.has_seat_for(person):
            person.move("live")

    @precondition(lambda self: self.walking(consented=True, introduced=False))
    @rule(data=st.data(), right=st.sampled_from([True, True, False]), crash=crashes, lost=is_lost)
    def pass_check(self, data, right, crash, lost):
        """Through instructions, the comprehension check and the persona; a wrong attempt stays at the check."""
        person = self.one_of(data, self.walking(consented=True, introduced=False))
        self.ask(self.page(person, "instructions"), {})
        page = self.ask(self.page(person, "check"))
        if page.status_code == 200:
            sent = {**hidden_fields(page.content.decode()), **(RIGHT if right else WRONG)}
            if self.send(self.page(person, "check"), sent, crash=crash, lost=lost) is None:
                return
            person.attempts += not right
            if not right:
                if person.attempts == 2 and person.state == "live":
                    person.move("screened_out")
                return
        self.ask(self.page(person, "practice"), PRACTICE)
        if self.ask(self.page(person, "persona"), {}, crash=crash) is not None:
            person.introduced = True

    # --- Answers ------------------------------------------------------------------------------------
    @precondition(lambda self: self.windows or self.walking(introduced=True))
    @rule(data=st.data(), text=texts, crash=crashes, lost=is_lost)
    def save_and_continue(self, data, text, crash, lost):
        window = self.a_window(data)
        if window:
            self.press_button(self.model.people[window.number], window, text, crash, lost)

    @precondition(lambda self: self.windows or self.walking(introduced=True))
    @rule(data=st.data(), saves=st.lists(st.tuples(texts, ways, crashes, is_lost), min_size=1, max_size=3))
    def type_and_leave(self, data, saves):
        for text, way, crash, lost in saves:
            window = self.a_window(data)
            if window:
                self.autosave(window, text, way, crash, lost)

    def a_window(self, data) -> Window | None:
        """Any page that was ever opened (the newest, a stale one, one of somebody who has finished), or another."""
        walking = self.walking(introduced=True)
        if self.windows and (not walking or data.draw(st.booleans())):
            return data.draw(st.sampled_from(self.windows))
        return self.open_question(self.one_of(data, walking), data.draw(st.integers(1, QUESTIONS)))

    def open_question(self, person, position) -> Window | None:
        reply = self.ask(self.page(person, "question", position))
        if not person.may_open(position):
            assert reply.status_code == 302
            return None
        newest = person.stored(position).newest
        assert typed_in(reply) == (newest.words if newest else ""), "the page does not show what was saved last"
        html = reply.content.decode()
        assert_own_persona_only(html, self.rows.personas, person)
        saves = self.saves[person.number, position]
        self.windows.append(
            Window(person.number, position, person.stored(position).newest_version, saved_at_of(html), saves)
        )
        return self.windows[-1]

    def press_button(self, person, window, text, crash, lost):
        may_open = person.may_open(window.position)
        sent = {"choice": text.side, "justification": text.words}
        reply = self.send(self.page(person, "question", window.position), sent, crash=crash, lost=lost)
        if reply is None or not may_open:
            return
        assert reply.status_code == (302 if text.is_valid else 422)
        version = self.save(person, window.position, text, Way.BUTTON)
        if reply.status_code == 422:
            saves = self.saves[window.number, window.position]
            window.has_shown(version, saved_at_of(reply.content.decode()), saves)
        if text.is_valid and person.state == "released" and self.model.has_seat_for(person):
            person.move("live")

    def autosave(self, window, text, way, crash, lost):
        person = self.model.people[window.number]
        stored = person.stored(window.position)
        sent = {"choice": text.side, "justification": text.words, "based_on": window.based_on}
        unacknowledged = window.tried[-1] if window.tried else None
        if unacknowledged is not None:
            sent["instead_of"] = unacknowledged
        reply = self.ask(self.page(person, "draft", window.position), sent, crash=crash)
        if reply is None:
            return
        if way is Way.BACK:
            self.ask(self.page(person, "question", max(window.position - 1, 1)))
        if reply.status_code == 409:
            was_shown = window.saves == self.saves[window.number, window.position]
            assert person.completed or not was_shown, "refused, though nothing was saved since the page was shown"
            return
        assert not person.completed
        assert may_replace(stored, text, window.seen, unacknowledged), "a stale page replaced what it had not shown"
        version = self.save(person, window.position, text, way)
        if lost:
            window.tried.append(text.words)
        else:
            window.has_shown(version, reply.json()["saved_at"], self.saves[window.number, window.position])

    def save(self, person, position, text, way) -> int:
        self.saves[person.number, position] += 1
        person.questions[position] = after_save(person.stored(position), text, way)
        return person.questions[position].newest_version

    @precondition(lambda self: self.windows)
    @rule(data=st.data(), crash=crashes)
    def keep_earlier_answer(self, data, crash):
        window = data.draw(st.sampled_from(self.windows))
        person, position = self.model.people[window.number], window.position
        reply = self.ask(self.page(person, "question", position), {"discard": "yes"}, crash=crash)
        stored = person.stored(position)
        if reply is not None and not person.completed and stored.answer and stored.draft:
            self.saves[person.number, position] += 1
            person.questions[position] = replace(stored, draft=None)

    # --- The end ------------------------------------------------------------------------------------
    @precondition(lambda self: self.walking(introduced=True))
    @rule(data=st.data(), crash=crashes, lost=is_lost)
    def finish(self, data, crash, lost):
        person = self.one_of(data, self.walking(introduced=True))
        may_finish = person.may_finish(QUESTIONS)
        reply = self.send(self.page(person, "review"), {"comment": ""}, crash=crash, lost=lost)
        if reply is not None and may_finish:
            person.move(self.model.state_after_end(person))
            person.completed = True

    @precondition(lambda self: self.walking())
    @rule(data=st.data(), crash=crashes, lost=is_lost)
    def withdraw(self, data, crash, lost):
        person = self.one_of(data, self.walking())
        if self.send(self.page(person, "stop"), {}, crash=crash, lost=lost) is not None and person.state == "live":
            person.move("released")

    @precondition(lambda self: self.seated())
    @rule(data=st.data(), page=st.sampled_from(["home", "done", "review", "consent", "help"]))
    def look_again(self, data, page):
        """The completion code is on the last page of whoever has finished, and nowhere else."""
        person = self.one_of(data, self.seated())
        with self.clock.ticking():
            reply = self.browser.get(self.page(person, page), follow=True)
        shows_code = self.code in Outline(reply.content.decode()).text
        assert shows_code == (person.completed and page != "help")

    # --- Time and researchers ---------------------------------------------------------------------------
    @rule(minutes=st.sampled_from([7, 31, 61]), is_swept=st.booleans())
    def time_passes(self, minutes, is_swept):
        """With or without the sweep that a schedule runs; without it, only an arrival finds who is late."""
        self.clock.pass_minutes(minutes)
        if is_swept:
            self.sweep_model()
            with self.clock.ticking():
                ledger.release_expired(self.study)

    @precondition(lambda self: self.seated())
    @rule(data=st.data(), action=st.sampled_from(["release", "exclude", "exclude", "reopen", "reopen"]))
    def decide(self, data, action):
        """A researcher acts on what their page showed: the present state, or an earlier one."""
        person = self.one_of(data, self.seated())
        seen = data.draw(st.sampled_from([person.state, person.state, *person.states]))
        after = {
            "release": "released" if person.state == "live" else None,
            "exclude": "excluded" if person.state in {"live", "complete", "surplus", "released"} else None,
            "reopen": self.model.state_after_reopening(person),
        }[action]
        if seen != person.state:
            after = None
        assert self.act(person, action, seen) == (after is not None)
        if after:
            person.move(after)

    def act(self, person, action, seen) -> bool:
        assignment = Assignment.objects.select_related("study").get(code=person.code)
        options = {"exclude": {"reason": "A test."}, "release": {"cause": "by hand"}, "reopen": {}}[action]
        try:
            with self.clock.ticking():
                getattr(ledger, action)(assignment, by=None, seen=seen, **options)
        except ledger.MoveNotAllowed:
            return False
        return True

    # --- What must be true after each step -----------------------------------------------------------------
    @invariant()
    def database_is_as_the_model_says(self):
        if hasattr(self, "model"):
            self.rows: Rows = read_rows(self.study)
            self.rows.compare_with(self.model)

    def teardown(self):
        if hasattr(self, "study"):
            studies = Study.objects.filter(pk=self.study.pk)
            assert [found for check in RULES_OF_ROWS for found in check(studies)] == []


def saved_at_of(html: str) -> str:
    return html.split('data-saved-at="')[1].split('"')[0]


def assert_own_persona_only(html: str, personas: dict[str, str], person: Person) -> None:
    """The questions of this test name their persona."""
    for key in set(personas.values()):
        assert (f"Do what fits {key} in matter" in html) == (key == personas[person.code])
