#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""Recompute every headline number of this bundle from its data files alone.

    python recompute.py [FOLDER]

Needs Python 3.10 or later and numpy, nothing of the site that wrote the bundle: the formulas are written out again
here and in intervals.py. Ends with 0 when all agree; else with 1, naming each number and each file that differs; with 2
when it cannot run.
"""

import hashlib
import json
import sys
from pathlib import Path

try:
    import numpy as np
except ImportError:
    print("recompute.py needs numpy: python -m pip install numpy", file=sys.stderr)
    sys.exit(2)

sys.path.insert(0, str(Path(__file__).resolve().parent))
from intervals import MISSING, difference, interval, right  # the file beside this one

TOLERANCE = 1e-8
ALTERNATIVE, REVISED, NO_PREFERENCE, UNPARSABLE = 0, 1, 2, 9
CODES = {"revised": REVISED, "no_preference": NO_PREFERENCE, "unparsable": UNPARSABLE}
RULES = ("three_of_four", "drop_one", "plurality")
CODINGS = ("content", "reference")


def main(folder):
    problems = wrong_files(folder) + wrong_numbers(folder)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems." if problems else "Every file and every headline number is as it was written.")
    return 1 if problems else 0


def wrong_files(folder):
    listed = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    found = {name: sha256(folder / name) for name in listed}
    return [f"{name}: the file is not as it was written" for name in listed if found[name] != listed[name]["sha256"]]


def sha256(path):
    digest = hashlib.sha256()
    if not path.exists():
        return ""
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def wrong_numbers(folder):
    headline = json.loads((folder / "headline.json").read_text(encoding="utf-8"))
    written = {one["name"]: one["value"] for one in headline["numbers"]}
    computed = numbers(Data(folder), headline["options"])
    names = [*written, *(name for name in computed if name not in written)]
    return [
        f"{name}: headline.json says {written.get(name, 'nothing')}, the data say {computed.get(name, 'nothing')}"
        for name in names
        if not same(written.get(name, "nothing"), computed.get(name, "nothing"))
    ]


def same(one, other):
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= TOLERANCE
    return one == other


# --- The files -------------------------------------------------------------------------------------
class Data:
    """The rows of the bundle."""

    def __init__(self, folder):
        self.study = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        self.personas = sorted(rows(folder, "personas.jsonl"), key=lambda row: row["position"])
        self.questions = list(rows(folder, "questions.jsonl"))
        self.raters = {(row["rater_kind"], row["rater"]): row for row in rows(folder, "raters.jsonl")}
        self.assignments = {row["rater"]: row for row in rows(folder, "assignments.jsonl")}
        self.annotations = [slim(row) for row in rows(folder, "annotations.jsonl")]

    @property
    def finished_but_excluded(self):
        return sum(row["state"] == "excluded" and bool(row["completed_at"]) for row in self.assignments.values())


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield json.loads(line)


def slim(row):
    """Only what is counted: the texts need not stay in memory."""
    names = ("persona_id", "prompt_id", "rater_kind", "rater", "run", "seat", "choice", "choice_as_shown")
    return {name: row[name] for name in names}


class Labels:
    """The choices that count, under one set of options: raters of a persona in rows (slots), questions in columns."""

    def __init__(self, data, options, excluded):
        self.questions = asked(data, options)
        self.items = {(row["persona_id"], row["prompt_id"]): n for n, row in enumerate(self.questions)}
        self.revised_first = np.array([row["reference_first"] == "revised" for row in self.questions], dtype=bool)
        present = sorted({row["persona_number"] for row in self.questions})
        self.cluster = np.array([present.index(row["persona_number"]) for row in self.questions], dtype=int)
        prompts = sorted({row["prompt_id"] for row in self.questions})
        self.prompt = np.array([prompts.index(row["prompt_id"]) for row in self.questions], dtype=int)
        self.n_clusters, self.n_items = len(present), len(self.questions)
        self.raters_per_persona = data.study["raters_per_persona"]
        self.k = 3 if data.study["allows_no_preference"] else 2
        who = who_counts(data, options, excluded)
        counted = [
            row
            for row in data.annotations
            if (row["rater_kind"], row["rater"]) in who and (row["persona_id"], row["prompt_id"]) in self.items
        ]
        self._fill_humans([row for row in counted if is_human(row)], data)
        self._fill_named([row for row in counted if not is_human(row)])

    def _fill_humans(self, counted, data):
        order = sorted({(self.questions[self.item(row)]["persona_number"], *rater_order(row, data)) for row in counted})
        slots, taken = {}, {}
        for persona, _, number in order:
            slots[persona, number] = taken[persona] = taken.get(persona, -1) + 1
        self.humans, self.sides = empty(1 + max(slots.values(), default=-1), self.n_items)
        self.seats = np.full((len(self.humans), self.n_clusters), MISSING)
        of_persona = {row["persona_number"]: n for row, n in zip(self.questions, self.cluster, strict=True)}
        for (persona, number), slot in slots.items():
            self.seats[slot, of_persona[persona]] = number
        for row in counted:
            item, number = self.item(row), rater_order(row, data)[1]
            put(row, self.humans, self.sides, slots[self.questions[item]["persona_number"], number], item)
        self.raters = {(row["rater_kind"], row["rater"]) for row in counted}

    def _fill_named(self, counted):
        keys = sorted({(row["rater_kind"] == "computed", row["rater"], row["run"]) for row in counted})
        self.annotators, place = keys, {key: n for n, key in enumerate(keys)}
        self.named, self.named_sides = empty(len(keys), self.n_items)
        self.unparsable = [0] * len(keys)
        for row in counted:
            n = place[row["rater_kind"] == "computed", row["rater"], row["run"]]
            put(row, self.named, self.named_sides, n, self.item(row))
            self.unparsable[n] += row["choice"] == "unparsable"

    def item(self, row):
        return self.items[row["persona_id"], row["prompt_id"]]

    def coded(self, labels, coding):
        """By content as they are; by reference 0 = the first of the question's fixed order, 1 = the second."""
        if coding == "content":
            return labels
        is_response = (labels == ALTERNATIVE) | (labels == REVISED)
        return np.where(is_response, (labels == REVISED) != self.revised_first, labels)

    def tables(self, first, second, items=None):
        """One table of counts for each question; what either left out is not counted."""
        items = np.arange(self.n_items) if items is None else items
        both = (first != MISSING) & (second != MISSING)
        counted = np.zeros((self.n_items, self.k, self.k))
        np.add.at(counted, (items[both], first[both], second[both]), 1)
        return counted


def asked(data, options):
    """The drawn questions of the personas asked for, by persona and position; attention checks are no questions."""
    numbers = {row["persona_id"]: n for n, row in enumerate(data.personas) if has(row, options["attributes"])}
    found = [
        {**row, "persona_number": numbers[row["persona_id"]]}
        for row in data.questions
        if row["persona_id"] in numbers and row["is_drawn"] and not row["is_attention_check"]
    ]
    wanted = [row for row in found if not options["topic"] or row["topic"] == options["topic"]]
    return sorted(wanted, key=lambda row: (row["persona_number"], row["position"]))


def has(persona, attributes):
    values = {name.casefold(): str(value) for name, value in persona["attributes"]}
    return all(values.get(name.casefold()) == value for name, value in attributes)


def who_counts(data, options, excluded):
    """Raters whose answers are data, as (kind, name); simulated ones only while no real person is among them."""
    found = {key for key in data.raters if has_finished(key, data, options, excluded)}
    real = any(is_human(data.raters[key]) and not data.raters[key]["simulated"] for key in found)
    return {key for key in found if options["simulated"] or not real or not data.raters[key]["simulated"]}


def has_finished(key, data, options, excluded):
    kind, rater = key
    if kind != "participant":
        return True
    assignment = data.assignments.get(rater, {"state": ""})
    if assignment["state"] == "excluded":
        return excluded and bool(assignment["completed_at"])
    return assignment["state"] == "complete" or (assignment["state"] == "surplus" and options["surplus"])


def is_human(row):
    return row["rater_kind"] in ("participant", "external")


def rater_order(row, data):
    """Raters of a persona in the order of their seats, then of their numbers in raters.jsonl."""
    return row["seat"] or 0, data.raters[row["rater_kind"], row["rater"]]["number"]


def empty(n_rows, n_items):
    return tuple(np.full((n_rows, n_items), MISSING, dtype=np.int64) for _ in range(2))


def put(row, labels, sides, place, item):
    if row["choice"] in ("unparsable", "inconsistent"):
        return
    labels[place, item] = CODES.get(row["choice"], ALTERNATIVE)
    sides[place, item] = {"A": 0, "B": 1}.get(row["choice_as_shown"], MISSING)


# --- Votes -----------------------------------------------------------------------------------------
def consensus(labels, rule, seats, humans=None):
    """The majority of each question by content and what its vote came to, as words."""
    humans = labels.humans if humans is None else humans
    votes = votes_of(humans, labels.k)
    if rule == "plurality":
        return decide(votes, needed=1, of=2, least=2)
    if rule == "drop_one":
        return decide(votes_of(first_three(labels, humans), labels.k), needed=2, of=2)
    return decide(votes, needed=seats // 2 + 1, of=seats)


def votes_of(humans, k):
    return np.stack([(humans == category).sum(axis=0) for category in range(k)], axis=1)


def decide(votes, needed, of, least=0):
    total, top = votes.sum(axis=1), votes.max(axis=1)
    alone = (votes == top[:, None]).sum(axis=1) == 1
    decided = alone & (top >= needed) & (total >= least) & (total > 0)
    states = np.where(decided, "majority", np.where(total == 0, "missing", np.where(total < of, "too_few", "tie")))
    return np.where(decided, votes.argmax(axis=1), MISSING), states


def first_three(labels, humans):
    """For each persona the first three slots with any label stay: the rule that looks at no label's value."""
    kept = humans.copy()
    for cluster in range(labels.n_clusters):
        here = labels.cluster == cluster
        present = (kept[:, here] != MISSING).any(axis=1)
        kept[np.ix_(np.cumsum(present) > 3, here)] = MISSING
    return kept


def held_out(humans, k):
    """Each label beside the most frequent label of two or more others: labels, references, items."""
    entries = []
    for row in range(len(humans)):
        votes = votes_of(np.delete(humans, row, axis=0), k)
        reference, _ = decide(votes, needed=1, of=2, least=2)
        items = np.flatnonzero((humans[row] != MISSING) & (reference != MISSING))
        entries.append(np.stack([humans[row, items], reference[items], items]))
    return np.concatenate(entries, axis=1) if entries else np.zeros((3, 0), dtype=int)


# --- Statistics ------------------------------------------------------------------------------------
def ac1(table):
    n, k = table.sum(), len(table)
    if not n:
        return None
    mean = (table.sum(axis=0) + table.sum(axis=1)) / (2 * n)
    expected = float((mean * (1 - mean)).sum() / (k - 1))
    return float((np.trace(table) / n - expected) / (1 - expected))


def share(part, whole):
    return int(part) / int(whole) if whole else None


def coin(first, n):
    """Two-sided chance of so uneven a split with a fair coin; None without a toss."""
    if not n:
        return None
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    tail = np.arange(min(first, n - first) + 1)
    return min(1.0, 2 * float(np.exp(logs[n] - logs[tail] - logs[n - tail] - n * np.log(2)).sum()))


def plain(value):
    return None if value != value else float(value)


# --- The headline ----------------------------------------------------------------------------------
def numbers(data, options):
    labels = Labels(data, options, options["excluded"])
    voted = consensus(labels, options["rule"], data.study["raters_per_persona"])
    found = people(labels, voted[1], data)
    for position in range(len(labels.annotators)):
        values = annotator(labels, voted[0], position, options)
        values |= key(data, labels, options, labels.named[position])
        found.update(named(annotator_name(labels, position), values))
    found.update(named("human ceiling", ceiling(labels, options)))
    if data.study["design"] == "foil":
        found.update(named("human ceiling", key(data, labels, options)))
    found.update(rule_numbers(data, options))
    return found


def named(name, values):
    return {f"{name}: {key}": value for key, value in values.items()}


def annotator_name(labels, position):
    is_computed, name, run = labels.annotators[position]
    kind = "baseline rater" if is_computed else "model"
    return f"{kind} {name}" if run == 1 else f"{kind} {name}, run {run}"


def people(labels, states, data):
    found = {
        "raters": len(labels.raters),
        "simulated": sum(data.raters[key]["simulated"] for key in labels.raters),
        "personas": labels.n_clusters,
        "questions": labels.n_items,
        "answered": int((labels.humans != MISSING).any(axis=0).sum()),
    }
    return {**named("study", found), **named("votes", vote_counts(states))}


def vote_counts(states):
    return {state: int((states == state).sum()) for state in ("majority", "tie", "too_few", "missing")}


def annotator(labels, voted, position, options):
    own = labels.named[position]
    found = {"unparsable": labels.unparsable[position], **habits(own, labels.named_sides[position])}
    everyone, beside = with_everyone(labels, voted, options), held_out(labels.humans, labels.k)[0].size > 0
    reference = with_others if beside else everyone
    for coding in CODINGS:
        coded = labels.coded(own, coding)
        found.update(agreement(reference(labels, coding, coded), labels, coding, options))
        found.update(
            with_limits(f"kappa_{coding}_all_raters", interval(everyone(labels, coding, coded), labels, options))
        )
        gap = interval(beside_human(labels, coding, coded), labels, options, difference, "difference")
        found.update(with_limits(f"difference_to_ceiling_{coding}", gap if beside else (None, None, None)))
    return found


def ceiling(labels, options):
    found = habits(labels.humans, labels.sides)
    for coding in CODINGS:
        found.update(agreement(of_humans(labels, coding), labels, coding, options))
    return found


def key(data, labels, options, own=None):
    """How often the answer written for the persona was chosen, by people or one annotator; foils only."""
    if data.study["design"] != "foil":
        return with_limits("accuracy_key", (None, None, None))

    def count(humans):
        chosen = humans if own is None else own[None]
        counted = np.zeros((labels.n_items, 2, 2))
        counted[:, 1, 1] = (chosen == REVISED).sum(axis=0)
        counted[:, 0, 0] = ((chosen != MISSING) & (chosen != REVISED)).sum(axis=0)
        return counted

    return with_limits("accuracy_key", interval(count, labels, options, right, "share", votes=own is None))


def agreement(count, labels, coding, options):
    tables = count(labels.humans)
    total = tables.sum(axis=0)
    found = {f"ac1_{coding}": ac1(total), **with_limits(f"kappa_{coding}", interval(count, labels, options))}
    if coding == "content":
        n = int(tables.any(axis=(1, 2)).sum())
        found |= {"n": n, "comparisons": int(total.sum()), "agreement": share(np.trace(total), total.sum())}
    return found


# What is counted for each question, as functions of the people's choices (by content).
def with_others(labels, coding, own):
    """An annotator with the others' consensus, each rater held out in turn."""

    def count(humans):
        _, reference, items = held_out(labels.coded(humans, coding), labels.k)
        return labels.tables(own[items], reference, items)

    return count


def of_humans(labels, coding):
    """Each held-out rater with the consensus of the others."""
    return lambda humans: labels.tables(*held_out(labels.coded(humans, coding), labels.k))


def beside_human(labels, coding, own):
    """Both, where the annotator answered: shape (questions, 2, k, k)."""

    def count(humans):
        human, reference, items = held_out(labels.coded(humans, coding), labels.k)
        answered = own[items]
        human = np.where(answered == MISSING, MISSING, human)
        return np.stack([labels.tables(one, reference, items) for one in (answered, human)], axis=1)

    return count


def with_everyone(labels, voted, options, rule=None):
    """An annotator with the consensus of all raters."""
    seats, rule = labels.raters_per_persona, rule or options["rule"]

    def evidence(labels, coding, own):
        def count(humans):
            whole = humans is labels.humans
            found = voted if whole else consensus(labels, rule, seats, humans)[0]
            return labels.tables(own, labels.coded(found, coding))

        return count

    return evidence


def with_limits(name, three):
    return dict(zip((name, f"{name}_low", f"{name}_high"), three, strict=True))


def habits(own, sides):
    answered, first, shown = int((own != MISSING).sum()), int((sides == 0).sum()), int((sides >= 0).sum())
    return {
        "answered": answered,
        "share_revised": share((own == REVISED).sum(), answered),
        "share_shown_first": share(first, shown),
        "position_bias_p": coin(first, shown),
    }


def rule_numbers(data, options):
    """Every model under every rule that counts votes; with excluded raters too where there are any."""
    both = (False, True) if data.finished_but_excluded else (options["excluded"],)
    found = {}
    for excluded in both:
        labels = Labels(data, options, excluded)
        for rule in RULES:
            words = f"rule {rule}, excluded raters {'counted' if excluded else 'left out'}"
            found.update(named(words, under_rule(data, labels, rule, options)))
    return found


def under_rule(data, labels, rule, options):
    voted, states = consensus(labels, rule, data.study["raters_per_persona"])
    found = vote_counts(states)
    everyone = with_everyone(labels, voted, options, rule)
    for position, (is_computed, *_) in enumerate(labels.annotators):
        if not is_computed:
            own = labels.coded(labels.named[position], options["coding"])
            count = everyone(labels, options["coding"], own)
            name = f"kappa of {annotator_name(labels, position).removeprefix('model ')}"
            found.update(with_limits(name, interval(count, labels, options)))
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
