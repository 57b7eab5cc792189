"""manage.py annotate STUDY --model M: let a language model play the personas and choose."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.conditions import Condition
from annotation.management.lookup import find_study
from annotation.management.progress import ProgressLine
from annotation.models import Study
from annotation.progress.model_runs import Exchange, trial_of
from annotation.role_play import AskFor
from annotation.services.model_annotators import (
    WORDS,
    AnnotatingRefused,
    AnnotatorSettings,
    all_requests,
    start_annotating,
)
from annotation.services.model_costs import calls_and_cost
from jobs.models import Run, RunState
from jobs.progress import errors_of
from jobs.services.waiting import wait_for
from llm.batch import lines_for
from llm.endpoints import FAKE
from llm.errors import CallFailed
from model_calls.endpoints import UnknownEndpoint, model_named
from model_calls.services.probing import ensure_probed_by_name


class Command(BaseCommand):
    help = "Let a language model answer a study's questions, each in both orders; its answers appear in the results."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--model", metavar="NAME", help="an endpoint of the setting LLM_ENDPOINTS")
        who.add_argument("--fake", action="store_true", help="the scripted model, which makes up its answers")
        given = parser.add_mutually_exclusive_group()
        given.add_argument("--condition", choices=list(map(str, WORDS)), default=str(Condition.PERSONA))
        given.add_argument("--hide", metavar="ATTRIBUTE", help="the persona without this attribute")
        parser.add_argument("--samples", type=int, default=1, help="how often each question is asked in each order (1)")
        parser.add_argument("--temperature", type=float, help="0 for one sample, else 0.7, unless given")
        parser.add_argument("--choice-only", action="store_true", help="no certainty and no reasons: a single token")
        parser.add_argument("--name", default="", help="the annotator's name in the results")
        parser.add_argument(
            "--trial", action="store_true", help="ask five questions, show them, and keep no annotation"
        )
        parser.add_argument("--batch-file", type=Path, metavar="FILE", help="only write the requests, for a batch")
        parser.add_argument("--wait", action="store_true", help="return when done; work here if there is no worker")

    def handle(self, *, study: str, trial: bool, wait: bool, batch_file: Path | None, **options) -> None:
        target, chosen = find_study(study), settings_in(options)
        try:
            calls, cost = calls_and_cost(target, chosen)
            if batch_file:
                return self.write_batch(target, chosen, batch_file)
            run = start_annotating(study=target, chosen=chosen, trial=trial)
        except (AnnotatingRefused, UnknownEndpoint, CallFailed) as error:
            raise CommandError(str(error)) from None
        if not trial:
            self.stdout.write(f"Run {run.pk}: {calls:,} calls at most. Cost: {cost}.")
        if not (wait or trial):
            return self.stdout.write(f"A worker does it. See manage.py runs show {run.pk}.")
        progress = ProgressLine(self.stderr)
        wait_for(run, progress)
        progress.close()
        self.tell(run)

    def write_batch(self, study: Study, chosen: AnnotatorSettings, file: Path) -> None:
        """The provider's batch interface is half the price; manage.py keep_batch brings the replies back."""
        # The constraint's dialect is part of each request.
        ensure_probed_by_name(chosen.endpoint)
        lines = list(lines_for(model_named(chosen.endpoint), all_requests(study, chosen)))
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write(f"{len(lines):,} requests written to {file}. Nothing was sent.")

    def tell(self, run: Run) -> None:
        trial = trial_of(run)
        for exchange in trial.exchanges if trial else ():
            self.stdout.write(dialogue_of(exchange))
        for name, value in run.facts:
            self.stdout.write(f"{name}: {value}")
        for group in errors_of(run):
            self.stdout.write(f"{group.times} x {group.kind}, such as: {group.example}")
        if run.state == RunState.FAILED:
            raise CommandError(f"{run}: {run.reason}")
        self.stdout.write(f"{run}: {run.get_state_display().lower()}, {run.done:,} answers, {run.failed:,} failed.")


def settings_in(options: dict) -> AnnotatorSettings:
    temperature = options["temperature"]
    if temperature is None:
        temperature = 0.0 if options["samples"] == 1 else 0.7
    return AnnotatorSettings(
        endpoint=FAKE if options["fake"] else options["model"],
        condition=str(Condition.WITHOUT_ATTRIBUTE) if options["hide"] else options["condition"],
        hidden_attribute=options["hide"] or "",
        samples=options["samples"],
        ask_for=str(AskFor.CHOICE if options["choice_only"] else AskFor.REASONS),
        temperature=temperature,
        name=options["name"],
    )


def dialogue_of(exchange: Exchange) -> str:
    said = "\n".join(f"[{role}]\n{content}" for role, content in exchange.turns)
    return f"{said}\n[reply]\n{exchange.reply}\n-> {exchange.answer.get_choice_display()}\n"
