"""How many simulated raters come, how skilled they are, and how many misbehave in which way."""

from __future__ import annotations

from django import forms

from annotation.forms.labels import PlainLabels

MOST_RATERS = 1_000
USUAL_SKILL = 85
# The names are those of annotation.rehearsal.behaviour, which is above the forms; a test compares them.
HABITS = {
    "declines": "Decline to take part",
    "fails_check": "Fail the comprehension check",
    "drops out": "Drop out and never come back",
    "withdraws": "Stop by the Stop page",
    "comes back": "Break off and come back in time",
    "finishes late": "Finish after their time ran out",
    "double clicks": "Click every button twice",
    "changes mind": "Change earlier answers",
    "without JavaScript": "Have no JavaScript",
    "chooses at random": "Choose at random, whatever the skill above",
    "pastes reasons": "Paste their reasons",
}


class RehearsalForm(PlainLabels, forms.Form):
    raters = forms.IntegerField(
        min_value=1,
        max_value=MOST_RATERS,
        label="Simulated raters",
        help_text="To see what latecomers are told, choose more raters than seats.",
    )
    skill = forms.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        label="Skill, in percent",
        help_text=f"How often they choose the revised answer; 50 is chance. {USUAL_SKILL} if you leave it empty.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, label in enumerate(HABITS.values()):
            self.fields[f"habit_{number}"] = forms.IntegerField(min_value=0, required=False, label=label)

    @property
    def plain_fields(self):
        return [self["raters"], self["skill"]]

    @property
    def habit_fields(self):
        return [self[f"habit_{number}"] for number in range(len(HABITS))]

    def habits(self) -> dict[str, int]:
        """How many raters have which habit; empty for the usual mixture."""
        counts = {name: self.cleaned_data.get(f"habit_{number}") or 0 for number, name in enumerate(HABITS)}
        return {name: count for name, count in counts.items() if count}

    def clean(self):
        cleaned = super().clean()
        misbehaving, raters = sum(self.habits().values()), cleaned.get("raters")
        if raters is not None and misbehaving > raters:
            self.add_error("raters", f"{misbehaving} raters are to misbehave, so at least {misbehaving} must come.")
        return cleaned

    def parameters(self) -> dict:
        """What a run of the rehearsal is asked for."""
        parameters = {"raters": self.cleaned_data["raters"]}
        if self.cleaned_data["skill"] is not None:
            parameters["accuracy"] = self.cleaned_data["skill"] / 100
        return parameters | ({"habits": self.habits()} if self.habits() else {})
