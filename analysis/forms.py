"""The bar of options over every page of results. It only writes the address; ``read_options`` reads it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django import forms

from analysis.options import SWITCHES, Coding, ReportOptions, VoteRule
from analysis.reports.wording import TARGETS, filter_words
from annotation.models import Question, Study
from annotation.services.results_sharing import DAYS
from personas.models import Persona

CODING_CHOICES = [
    (Coding.CONTENT.value, "Content (revised or other)"),
    (Coding.REFERENCE.value, "Reference (first or second)"),
]
TARGET_CHOICES = [(target.value, words.capitalize()) for target, words in TARGETS.items()]
MOST_VALUES = 12
"""An attribute with more values than this, such as an income, is no filter but a field of text."""


class OptionsForm(forms.Form):
    """Coding, vote rule, topic, attributes, exclusions, seed: the fields carry the names of the address."""

    coding = forms.ChoiceField(label="Coding", choices=CODING_CHOICES, required=False)
    rule = forms.ChoiceField(label="Vote of the humans", required=False)
    topic = forms.ChoiceField(label="Topic", required=False)
    excluded = forms.BooleanField(
        label="Count excluded raters", required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )
    surplus = forms.BooleanField(
        label="Count surplus raters", required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )
    simulated = forms.BooleanField(
        label="Count simulated raters beside real ones",
        required=False,
        widget=forms.CheckboxInput(attrs={"value": "1"}),
    )
    seed = forms.IntegerField(label="Seed", min_value=0, max_value=2**31 - 1, required=False)
    target = forms.ChoiceField(
        label="Intervals for", required=False, choices=[(t.value, w) for t, w in TARGETS.items()]
    )

    def __init__(self, *, study: Study, options: ReportOptions, choices: FilterChoices):
        super().__init__(initial=_initial(options))
        self.filters = filter_words(options.with_(topic=""))
        self.fields["rule"].choices = [(rule.value, _rule_label(rule, study)) for rule in VoteRule]
        self.fields["topic"].choices = [("", "All topics"), *((topic, topic) for topic in choices.topics)]
        self.has_topics = bool(choices.topics or options.topic)
        self._attributes = []
        for name, values in choices.with_chosen(options).items():
            self.fields[f"attribute:{name}"] = forms.ChoiceField(
                label=name, required=False, choices=[("", "Anyone"), *((value, value) for value in values)]
            )
            self._attributes.append(f"attribute:{name}")

    @property
    def summary(self) -> str:
        """The options in force, in one line: what the folded bar says."""
        chosen = [self._words_of(name) for name in ("rule", "topic", "target")]
        return " · ".join([f"by {self['coding'].value()}", *chosen])

    def _words_of(self, name: str) -> str:
        value = self[name].value()
        words = dict(self.fields[name].choices).get(value, value)
        return f"topic {value}" if name == "topic" and value else words[:1].lower() + words[1:]

    def count_fields(self) -> list[forms.BoundField]:
        """Which raters count beside those who do by default."""
        return [self[name] for name in ("excluded", "surplus", "simulated")]

    def attribute_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._attributes]


@dataclass(frozen=True)
class FilterChoices:
    """What a study can be filtered by."""

    topics: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]

    def with_chosen(self, options: ReportOptions) -> dict[str, tuple[str, ...]]:
        """The attributes offered, and those of the address even if nobody has them: the bar shows what is in force."""
        offered = dict(self.attributes)
        for name, value in options.attributes:
            values = offered.get(name, ())
            offered[name] = values if value in values else (*values, value)
        return offered


def filter_choices(study: Study) -> FilterChoices:
    """The study's topics, and its personas' attributes of few values, in two queries."""
    topics = Question.objects.filter(study=study).drawn().order_by("topic").values_list("topic", flat=True).distinct()
    personas = Persona.objects.filter(studies=study).order_by("position").values_list("attributes", flat=True)
    values: dict[str, set[str]] = defaultdict(set)
    for attributes in personas:
        for name, value in attributes:
            values[name.casefold()].add(str(value))
    few = {name: tuple(sorted(found)) for name, found in values.items() if 1 < len(found) <= MOST_VALUES}
    return FilterChoices(tuple(topic for topic in topics if topic), few)


def _initial(options: ReportOptions) -> dict[str, object]:
    chosen = {f"attribute:{name}": value for name, value in options.attributes}
    plain = {name: getattr(options, name) for name in ("topic", *SWITCHES, "seed")}
    return {
        **plain,
        **chosen,
        "coding": options.coding.value,
        "rule": options.rule.value,
        "target": options.target.value,
    }


def _rule_label(rule: VoteRule, study: Study) -> str:
    words = rule.words(study.raters_per_persona)
    return words[0].upper() + words[1:]


class ShareForm(forms.Form):
    """For how long a link to results works, and whether it shows what participants wrote."""

    days = forms.TypedChoiceField(
        choices=[(str(days), f"{days} days") for days in DAYS], initial="30", coerce=int, label="The link ends after"
    )
    with_texts = forms.BooleanField(
        required=False,
        label="Show what participants wrote",
        help_text="Their reasons on the questions where most differ from the model, under pseudonyms.",
    )
