"""The options of a report as flags of a command: the same words as in the address of a page."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError

from analysis.options import SWITCHES, Coding, InvalidOption, ReportOptions, Target, VoteRule, read_options

PLAIN = ("coding", "rule", "topic", "target", "seed")


def add_option_flags(parser: ArgumentParser) -> None:
    parser.add_argument("--coding", choices=list(map(str, Coding)), help="what a label means; content by default")
    parser.add_argument("--rule", choices=list(map(str, VoteRule)), help="how human choices become one")
    parser.add_argument("--topic", help="only questions of this topic")
    parser.add_argument("--target", choices=list(map(str, Target)), help="what intervals generalise to")
    parser.add_argument("--seed", help="for whatever is drawn: noise, joinings, halves")
    parser.add_argument("--attribute", action="append", default=[], metavar="NAME=VALUE", help="only such personas")
    parser.add_argument("--excluded", action="store_true", help="count excluded raters who finished")
    parser.add_argument("--surplus", action="store_true", help="count surplus raters")
    parser.add_argument("--simulated", action="store_true", help="count simulated raters beside real ones")


def options_from(given: dict) -> ReportOptions:
    """Raises ``CommandError`` for a value that is none."""
    parameters = {name: given[name] for name in PLAIN if given.get(name)}
    parameters |= {name: "1" for name in SWITCHES if given.get(name)}
    for pair in given.get("attribute") or []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CommandError(f"--attribute {pair} is not NAME=VALUE.")
        parameters[f"attribute:{name}"] = value
    try:
        return read_options(parameters)
    except InvalidOption as error:
        raise CommandError(str(error)) from error
