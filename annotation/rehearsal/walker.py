"""One simulated rater, from the link to the completion code, through the same pages that people see."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from random import Random
from threading import Thread

from annotation.rehearsal.behaviour import Behaviour
from annotation.rehearsal.client import Client, NoAnswer, Reply
from annotation.rehearsal.page import Form, read_form
from annotation.rehearsal.words import PRACTICE_REASON, simulated_comment, simulated_reason, simulated_telemetry

STEP = re.compile(r"/a/(?P<code>[^/]+)/(?:q/(?P<position>\d+)|(?P<step>[a-z-]+))/")
LOADS_HTMX = re.compile(r'<script src="[^"]*/htmx')
COMPLETION_CODE = re.compile(r"submissions/complete\?cc=([\w-]+)")
STORED = re.compile(r"/a/[^/]+/(q/\d+|review)/")
LONGEST_WALK = 200
PAUSE_SECONDS = 0.1


class Broken(Exception):
    """The site did something to this rater that it must never do."""


@dataclass(frozen=True)
class Answered:
    """One answer the site acknowledged."""

    position: int
    side: str
    text: str


@dataclass
class Walk:
    """What one rater saw: the evidence that the audit compares with the database."""

    prolific_id: str
    told: list[str] = field(default_factory=list)
    """"seated" or "turned away", once for each arrival."""
    codes: set[str] = field(default_factory=set)
    """The secret codes in the addresses they were sent to; more than one would be two assignments."""
    answered: list[Answered] = field(default_factory=list)
    completion_codes: list[str] = field(default_factory=list)
    end: str = ""
    """The last page: done, declined, screened-out, turned away, left or stopped."""
    trouble: list[str] = field(default_factory=list)
    retries: int = 0
    requests: list[tuple[str, float]] = field(default_factory=list)
    """Kind of request and seconds."""


Choose = Callable[[str, dict[str, str], Random, float], str]


class Walker:
    """Walks one rater. ``choose(code, labels, rng, accuracy)`` picks a side from the two cards' texts."""

    def __init__(
        self,
        *,
        site: str,
        link: str,
        prolific_id: str,
        behaviour: Behaviour,
        rng: Random,
        choose: Choose,
        right_answers: list[int],
        name: str,
        patience: float = 60,
    ):
        self.site, self.link, self.name = site, link, name
        self.behaviour, self.rng, self.choose = behaviour, rng, choose
        self.right_answers = right_answers
        self.patience = patience
        self.client = Client(site)
        self.walk = Walk(prolific_id)
        self._versions: dict[int, int] = {}

    # --- The whole way ----------------------------------------------------------------------------
    def arrive(self) -> Reply | None:
        """Follow the link. None when turned away."""
        reply = self._open(self.link)
        is_seated = STEP.match(reply.path) is not None
        self.walk.told.append("seated" if is_seated else "turned away")
        if is_seated:
            return reply
        self.walk.end = "turned away"
        return None

    def walk_on(self, reply: Reply, *, break_off: bool = True) -> None:
        """From the page at hand to the end, or to where this rater breaks off."""
        for _ in range(LONGEST_WALK):
            step, position = self._where(reply)
            if step == "q" and break_off and position == self.behaviour.breaks_off_before:
                return self._break_off()
            if step in {"done", "declined", "screened-out"}:
                return self._end(step, reply)
            reply = self._pass_step(step, position, reply)
        raise Broken(f"still walking after {LONGEST_WALK} pages, now at {reply.address}")

    def _pass_step(self, step: str, position: int, reply: Reply) -> Reply:
        if step == "q":
            return self._answer_question(position, reply)
        if step == "consent":
            return self._send(reply, consent="no" if self.behaviour.declines else "yes")
        if step == "check":
            return self._send(reply, expect_errors=self.behaviour.fails_check, **self._check_answers(reply))
        if step == "practice":
            return self._send(reply, choice="A", justification=PRACTICE_REASON)
        if step == "review":
            return self._send(reply, comment=simulated_comment(self.rng))
        return self._send(reply)

    def _end(self, step: str, reply: Reply) -> None:
        self.walk.end = step
        if step == "done":
            self.note_completion_code(reply)

    def note_completion_code(self, reply: Reply) -> None:
        found = COMPLETION_CODE.search(reply.text)
        if found is None:
            raise Broken(f"no completion code on {reply.address}")
        self.walk.completion_codes.append(found[1])

    def _break_off(self) -> None:
        self.walk.end = "left"
        if self.behaviour.withdraws:
            self._send(self._open(f"/a/{self.code}/stop/"))
            self.walk.end = "stopped"

    @property
    def code(self) -> str:
        """The secret code in this rater's addresses."""
        return next(iter(self.walk.codes))

    # --- The steps --------------------------------------------------------------------------------
    def _where(self, reply: Reply) -> tuple[str, int]:
        found = STEP.match(reply.address)
        if found is None:
            raise Broken(f"left the study's pages: {reply.address}")
        self.walk.codes.add(found["code"])
        return (found["step"], 0) if found["step"] else ("q", int(found["position"]))

    def _check_answers(self, reply: Reply) -> dict[str, str]:
        answers = {}
        for number, right in enumerate(self.right_answers):
            options = list(_form(reply).choices(f"answer_{number}"))
            wrong = [option for option in options if option != str(right)]
            answers[f"answer_{number}"] = wrong[0] if self.behaviour.fails_check else str(right)
        return answers

    def _answer_question(self, position: int, reply: Reply) -> Reply:
        after = self.answer(position, reply)
        if self.rng.random() < self.behaviour.revises:
            after = self.answer(position, self._open(f"/a/{self.code}/q/{position}/"), change=True)
        return after

    def answer(self, position: int, reply: Reply, *, change: bool = False) -> Reply:
        """Choose, write a reason and send it; note it as acknowledged when the site goes on."""
        side = self._side(_form(reply), change)
        text = self._reason(position)
        telemetry = simulated_telemetry(self.rng, side, self.behaviour.pastes)
        fields = {"choice": side, "justification": text, "telemetry": telemetry}
        if self.behaviour.double_clicks:
            return self._send_twice_at_once(reply, position, fields)
        return self._send(reply, answering=Answered(position, side, text), **fields)

    def _side(self, form: Form, change: bool) -> str:
        chosen = [each.value for each in form.named("choice") if each.checked]
        if change and chosen and self.rng.random() < 0.5:
            return "B" if chosen[0] == "A" else "A"
        sides = form.choices("choice")
        if self.behaviour.chooses_at_random:
            return self.rng.choice(sorted(sides))
        return self.choose(self.code, sides, self.rng, self.behaviour.accuracy)

    def _reason(self, position: int) -> str:
        version = self._versions[position] = self._versions.get(position, 0) + 1
        return simulated_reason(self.rng, name=self.name, position=position, version=version)

    def _send_twice_at_once(self, reply: Reply, position: int, fields: dict[str, str]) -> Reply:
        answering = Answered(position, fields["choice"], fields["justification"])
        other = copy(self)
        other.client = Client(self.site)
        second = Thread(target=other._send_quietly, args=(reply, fields))
        second.start()
        try:
            return self._send(reply, answering=answering, **fields)
        finally:
            second.join()
            other.client.close()

    def _send_quietly(self, reply: Reply, fields: dict[str, str]) -> None:
        try:
            self._post(reply, fields)
        except Broken as error:
            self.walk.trouble.append(f"second click: {error}")

    # --- Requests ---------------------------------------------------------------------------------
    def _open(self, path: str) -> Reply:
        """The page at a path, redirects followed; waits and asks again while the site says "one moment"."""
        return self._follow(self._insist("GET", path))

    def _send(
        self, reply: Reply, *, answering: Answered | None = None, expect_errors: bool = False, **answers: str
    ) -> Reply:
        """Send the page's form. The next page, or a redirect to it, is the acknowledgement."""
        sent = self._post(reply, answers)
        if answering and STORED.fullmatch(sent.location):
            self.walk.answered.append(answering)
        if sent.status == 422 and not expect_errors:
            raise Broken(f"the form at {sent.path} came back with errors")
        return self._follow(sent)

    def _post(self, reply: Reply, answers: dict[str, str]) -> Reply:
        by_htmx = self.behaviour.has_javascript and LOADS_HTMX.search(reply.text) is not None
        target = _form(reply).action or reply.address
        return self._insist("POST", target, _form(reply).filled(**answers), by_htmx=by_htmx)

    def _follow(self, reply: Reply) -> Reply:
        for _ in range(5):
            if not reply.is_redirect:
                return reply
            reply = self._insist("GET", reply.location)
        raise Broken(f"redirected in circles at {reply.path}")

    def _insist(
        self, method: str, path: str, fields: list[tuple[str, str]] | None = None, *, by_htmx: bool = False
    ) -> Reply:
        """Ask until the site answers: a broken connection or a 503 means "try again", as its page says."""
        give_up = time.monotonic() + self.patience
        while time.monotonic() < give_up:
            reply = self._try(method, path, fields, by_htmx)
            if reply is not None and reply.status != 503:
                return self._checked(reply)
            self.walk.retries += 1
            time.sleep(PAUSE_SECONDS * (1 + self.rng.random()))
        raise Broken(f"no answer from {path} for {self.patience:.0f} s")

    def _try(self, method: str, path: str, fields, by_htmx: bool) -> Reply | None:
        try:
            reply = self.client.get(path) if method == "GET" else self.client.post(path, fields or [], by_htmx=by_htmx)
        except NoAnswer:
            return None
        self.walk.requests.append((_kind(reply), reply.seconds))
        return reply

    def _checked(self, reply: Reply) -> Reply:
        if reply.status >= 500 or reply.status in {400, 403, 404, 405}:
            raise Broken(f"{reply.method} {reply.path} gave {reply.status}")
        return reply


def _form(reply: Reply) -> Form:
    form = read_form(reply.text)
    if form is None:
        raise Broken(f"no form in <main> on {reply.address}")
    return form


def _kind(reply: Reply) -> str:
    """The step a request belongs to, for the report: "POST q", "GET consent", "GET entry"."""
    found = STEP.match(reply.path)
    step = "entry" if reply.path.startswith("/s/") else "home"
    if found:
        step = found["step"] or "q"
    return f"{reply.method} {step}"
