"""manage.py make_pairs SET PROMPTS: preference pairs for every persona of a set."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.management.waiting import add_wait_argument, follow
from llm.endpoints import FAKE
from model_calls.endpoints import UnknownEndpoint
from synthetic.management.options import add_model_arguments, endpoint_in, persona_set_named
from synthetic.models import PromptSet
from synthetic.pairing.drawing import Plan, TooFewPrompts
from synthetic.services.pairs import BadPairSet, start_pairs


class Command(BaseCommand):
    help = (
        "For each persona draw prompts, answer them without the persona, criticize the answer in the persona's place "
        "and revise it (Direct Principle Feedback). The same command again resumes what it began."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("set", help="the persona set, or SET@VERSION")
        parser.add_argument("prompts", help="the prompt set")
        parser.add_argument("--name", help="name of the pair set (the persona set's name)")
        parser.add_argument("--train", type=int, default=100, help="training pairs of each persona (100)")
        parser.add_argument("--test", type=int, default=50, help="test pairs on train prompts (50)")
        parser.add_argument("--held-out", type=int, default=50, help="test pairs on held-out prompts (50)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--judge", metavar="ENDPOINT", help="a model of another family that plays the persona")
        parser.add_argument("--judged-share", type=float, default=0.05, help="share of pairs it judges (0.05)")
        add_model_arguments(parser)
        add_wait_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        persona_set = persona_set_named(options["set"])
        prompt_set = PromptSet.objects.filter(name=options["prompts"]).first()
        if prompt_set is None:
            known = ", ".join(PromptSet.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no prompt set {options['prompts']}. Known: {known}.")
        judge = options["judge"] or (FAKE if options["fake"] else "")
        try:
            run = start_pairs(
                name=options["name"] or persona_set.name,
                persona_set=persona_set,
                prompt_set=prompt_set,
                endpoint=endpoint_in(options),
                judge=judge,
                judged_share=options["judged_share"] if judge else 0.0,
                plan=Plan(options["train"], options["test"], options["held_out"]),
                seed=options["seed"],
            )
        except (BadPairSet, TooFewPrompts, UnknownEndpoint) as error:
            raise CommandError(str(error.args[0])) from None
        follow(self, run, wait=options["wait"])
