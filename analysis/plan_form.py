"""The planner's form: what the address says, and for the rest what the study gives to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from analysis.forms import CODING_CHOICES
from analysis.options import ReportOptions, VoteRule
from analysis.reports.plan_defaults import Default, Defaults, Source
from analysis.reports.planner import PLANNED_RULES, Settings
from analysis.stats.planning import Assumptions, Design, Prices
from annotation.forms.labels import PlainLabels

MOST_LABELS = 2_000_000
"""A design of more labels takes longer than seconds, and has intervals so narrow that nobody asks."""


def whole(label: str, least: int, most: int, help_text: str = "") -> forms.IntegerField:
    said = f"Write a whole number from {least:,} to {most:,}."
    errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), said)
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text, error_messages=errors)


def number(label: str, least: float, most: float, help_text: str = "") -> forms.FloatField:
    said = f"Write a number from {least:,g} to {most:,g}, such as {(least + most) / 2:g}."
    errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), said)
    widget = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(
        label=label, min_value=least, max_value=most, help_text=help_text, error_messages=errors, widget=widget
    )


@dataclass(frozen=True)
class Stated:
    """A number of the plan in words: what it is, how large, and where it comes from."""

    label: str
    text: str
    source: Source
    words: str


class PlanForm(PlainLabels, forms.Form):
    """Always bound: a field that the address does not name has the study's default."""

    personas = whole("Personas", 2, 5_000)
    questions = whole("Questions per persona", 1, 500, "Each rater answers all of them.")
    raters = whole("Raters per persona", 1, 50)
    rule = forms.ChoiceField(label="Vote of the humans", choices=[(rule.value, words) for rule, words in PLANNED_RULES])
    coding = forms.ChoiceField(label="Kappa", choices=CODING_CHOICES)
    accuracy = number("Raters are right, %", 50, 100, "How often a rater chooses what the persona would.")
    model_a = number("First model is right, %", 0, 100)
    model_b = number("Second model is right, %", 0, 100)
    share = number("One response is right, %", 0, 100, "Share of questions: 50 by reference, near 100 by content.")
    spread = number("Spread over personas", 0, 5, "Of the log-odds; 0: all are equally easy to play.")
    prompt_spread = number("Spread over prompts", 0, 5, "0: all are equally easy.")
    question_spread = number("Spread over questions", 0, 5, "Beyond persona and prompt.")
    rater_spread = number("Spread over raters", 0, 5, "0: all are equally good.")
    correlation = number("Models err where people do", 0, 1, "1: on the same questions; 0: on questions of their own.")
    epsilon = number("Epsilon of the alt-test", 0, 0.5)
    reward = number("Reward", 0, 1_000, "Per person.")
    minutes = number("Minutes it takes", 0.1, 600)
    bonus = number("Bonus", 0, 1_000)
    bonus_share = number("Share who earn it, %", 0, 100)
    fee = number("Prolific's fee, %", 0, 100)
    vat = number("Tax on the fee, %", 0, 100)
    seed = whole("Seed of the simulation", 0, 2**31 - 1)

    DESIGN = ("personas", "questions", "raters", "rule", "coding")
    SPREADS = ("spread", "prompt_spread", "question_spread", "rater_spread")
    ASSUMED = ("accuracy", "model_a", "model_b", "share", *SPREADS, "correlation", "epsilon", "seed")
    MONEY = ("reward", "minutes", "bonus", "bonus_share", "fee", "vat")

    def __init__(self, parameters: Mapping[str, str], *, defaults: Defaults, options: ReportOptions):
        self.defaults = defaults
        texts = {name: default.text for name, default in defaults.fields.items()}
        planned = [rule for rule, _ in PLANNED_RULES]
        self.is_other_rule = options.rule not in planned
        rule = VoteRule.THREE_OF_FOUR if self.is_other_rule else options.rule
        said = {name: parameters.get(name, text) for name, text in texts.items()}
        super().__init__(said | {"rule": rule.value, "coding": options.coding.value, "seed": str(options.seed)})
        for name in self.fields:
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")

    def design_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.DESIGN]

    def assumed_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ASSUMED]

    def money_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MONEY]

    def clean(self) -> dict:
        cleaned = super().clean()
        sizes = [cleaned.get(name) for name in ("personas", "questions", "raters")]
        labels = sizes[0] * sizes[1] * sizes[2] if all(sizes) else 0
        if labels > MOST_LABELS:
            raise ValidationError(
                f"Personas × questions × raters makes {labels:,} answers; more than {MOST_LABELS:,} cannot be "
                "simulated in seconds. Plan with fewer personas: four times as many halve the interval."
            )
        return cleaned

    def settings(self) -> Settings:
        """What the valid form asks to simulate."""
        said = self.cleaned_data
        share = {name: said[name] / 100 for name in ("accuracy", "model_a", "model_b", "share")}
        return Settings(
            design=Design(said["personas"], said["questions"], said["raters"]),
            rule=VoteRule(said["rule"]),
            coding=said["coding"],
            assumed=Assumptions(
                human_accuracy=share["accuracy"],
                persona_spread=said["spread"],
                prompt_spread=said["prompt_spread"],
                question_spread=said["question_spread"],
                rater_spread=said["rater_spread"],
                model_correlation=said["correlation"],
                first_model=share["model_a"],
                second_model=share["model_b"],
                first_share=share["share"],
                epsilon=said["epsilon"],
            ),
            other_share=self.defaults.other_share.value / 100,
            prices=Prices(
                reward=said["reward"],
                bonus=said["bonus"],
                bonus_share=said["bonus_share"] / 100,
                fee=said["fee"] / 100,
                tax_on_fee=said["vat"] / 100,
            ),
            minutes=said["minutes"],
            seed=said["seed"],
        )

    def stated(self) -> list[Stated]:
        """Every number behind the plan, with its source; a number that the reader changed is the reader's."""
        return [self._stated(name, default) for name, default in self.defaults.fields.items()]

    def _stated(self, name: str, default: Default) -> Stated:
        value = self.cleaned_data[name]
        label = str(self.fields[name].label)
        if value == default.value:
            return Stated(label, default.text, default.source, default.words)
        words = f"instead of {default.text}, {default.source.value}"
        return Stated(label, f"{value:.10g}", Source.YOURS, words)
