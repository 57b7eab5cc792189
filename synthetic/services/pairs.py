"""Preference pairs by Direct Principle Feedback. A chunk is a persona; every step that is done is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from jobs.models import Chunk, Run
from jobs.services.runs import start_run
from llm.chat import ChatModel, ChatRequest
from llm.endpoints import FAKE
from personas.models import Persona, PersonaSet
from synthetic.asking import pairs as asking
from synthetic.models import BaselineAnswer, Pair, PairSet, Prompt, PromptSet, Split
from synthetic.pairing.checks import leaked_attributes, length_ratio
from synthetic.pairing.drawing import Plan, draw_prompts, is_judged
from synthetic.services.asking import Answer, Failures, ask_each, model_for

KIND = "make-pairs"
LONGEST_FAILURE = 400


class BadPairSet(ValueError):
    """The pairs cannot be made; the text says why."""


def start_pairs(
    *,
    name: str,
    persona_set: PersonaSet,
    prompt_set: PromptSet,
    endpoint: str,
    judge: str = "",
    judged_share: float = 0.0,
    plan: Plan | None = None,
    seed: int = 1,
    by: Any = None,
) -> Run:
    """Ask for the pairs of a set. Raises BadPairSet, TooFewPrompts and UnknownEndpoint."""
    plan = plan or Plan()
    for model in filter(None, (endpoint, judge)):
        model_for(model)
    if not prompt_set.is_ready:
        raise BadPairSet(f"The prompts of {prompt_set} are not curated yet.")
    if not 0 <= judged_share <= 1 or (judged_share and not judge):
        raise BadPairSet("The judged share is from 0 to 1, and needs a judge.")
    prompts = prompt_set.prompts
    plan.check(prompts.in_split(Split.TRAIN).count(), prompts.in_split(Split.HELD_OUT).count())
    settings = {
        "persona_set": persona_set,
        "prompt_set": prompt_set,
        "endpoint": endpoint,
        "judge": judge,
        "judged_share": judged_share,
        "seed": seed,
        "train": plan.train,
        "test": plan.test,
        "held_out": plan.held_out,
    }
    pair_set = pair_set_for(name.strip(), settings)
    parameters = {"pair_set": pair_set.pk, "name": pair_set.name, "endpoint": endpoint}
    key = hashlib.sha256(f"{KIND}:{pair_set.pk}".encode()).hexdigest()
    run = start_run(KIND, parameters=parameters, key=key, by=by)
    PairSet.objects.filter(pk=pair_set.pk).update(run=run)
    return run


def pair_set_for(name: str, settings: dict[str, Any]) -> PairSet:
    """The set of this name and these settings, new or as it is; the same command resumes what it began."""
    if not name or len(name) > 100 or not name.isprintable():
        raise BadPairSet("A pair set needs a name of 1 to 100 characters that can be seen.")
    try:
        with transaction.atomic():
            found, created = PairSet.objects.get_or_create(
                name=name, defaults=settings | {"prompts_version": asking.VERSION}
            )
    except IntegrityError as error:
        raise BadPairSet("The judged share is from 0 to 1.") from error
    if not created and any(getattr(found, field) != value for field, value in settings.items()):
        raise BadPairSet(f"There is a pair set {name!r} with other settings. Choose another name.")
    return found


# --- A chunk: one persona -----------------------------------------------------------------------------
class PairMaker:
    """Makes the pairs of one persona in steps; what an earlier attempt stored is not asked again."""

    def __init__(self, pair_set: PairSet, chunk: Chunk) -> None:
        self.pair_set, self.chunk = pair_set, chunk
        self.persona = Persona.objects.select_related("persona_set").get(
            persona_set=pair_set.persona_set_id, position=chunk.number + 1
        )
        self.text = self.persona.text()
        self.failures = Failures()

    def make(self) -> Failures:
        self.draw()
        self.pairs = list(self.pair_set.pairs.filter(persona=self.persona).select_related("prompt", "baseline"))
        model = model_for(self.pair_set.endpoint)
        self.answer(model)
        self.criticize(model)
        self.revise(model)
        if self.pair_set.judge:
            self.judge(model_for(self.pair_set.judge))
        return self.failures

    def draw(self) -> None:
        if self.pair_set.pairs.filter(persona=self.persona).exists():
            self.pair_set.pairs.filter(persona=self.persona).exclude(failure="").update(failure="")
            return
        prompts = prompts_by_split(self.pair_set.prompt_set_id)
        plan = Plan(self.pair_set.train, self.pair_set.test, self.pair_set.held_out)
        drawn = draw_prompts(
            self.persona.key, prompts[Split.TRAIN], prompts[Split.HELD_OUT], plan, seed=self.pair_set.seed
        )
        with self.chunk.writing():
            Pair.objects.bulk_create(
                [
                    Pair(pair_set=self.pair_set, persona=self.persona, prompt_id=prompt, part=part)
                    for prompt, part in drawn
                ],
                ignore_conflicts=True,
            )

    def answer(self, model: ChatModel) -> None:
        """Find the answers without a persona; write those that no other persona needed before."""
        pending = [pair for pair in self.pairs if pair.baseline is None]
        self.take_baselines(pending)
        pending = [pair for pair in pending if pair.baseline is None]
        requests = [asking.ask_for_baseline(pair.prompt.text, seed=self.pair_set.seed) for pair in pending]

        def save(done: list[tuple[Pair, str]]) -> None:
            rows = [BaselineAnswer(pair_set=self.pair_set, prompt=pair.prompt, text=text) for pair, text in done]
            # Another worker may have been first; its answer counts.
            BaselineAnswer.objects.bulk_create(rows, ignore_conflicts=True)
            self.take_baselines([pair for pair, _ in done])

        self.ask(
            "answering without a persona", model, pending, requests, lambda _, text: asking.read_baseline(text), save
        )

    def take_baselines(self, pairs: Sequence[Pair]) -> None:
        wanted = [pair.prompt_id for pair in pairs]
        found = {one.prompt_id: one for one in self.pair_set.baselines.filter(prompt__in=wanted)}
        changed = [pair for pair in pairs if pair.prompt_id in found]
        for pair in changed:
            pair.baseline = found[pair.prompt_id]
        Pair.objects.bulk_update(changed, ["baseline"])

    def criticize(self, model: ChatModel) -> None:
        pending = [pair for pair in self.pairs if pair.baseline and not pair.critique]
        requests = [
            asking.ask_for_critique(self.text, pair.prompt.text, answer_of(pair), seed=self.pair_set.seed)
            for pair in pending
        ]

        def save(done: list[tuple[Pair, str]]) -> None:
            for pair, critique in done:
                pair.critique = critique
            Pair.objects.bulk_update([pair for pair, _ in done], ["critique"])

        self.ask("criticizing", model, pending, requests, lambda _, text: asking.read_critique(text), save)

    def revise(self, model: ChatModel) -> None:
        pending = [pair for pair in self.pairs if pair.critique and not pair.revision]
        requests = [
            asking.ask_for_revision(pair.prompt.text, answer_of(pair), pair.critique, seed=self.pair_set.seed)
            for pair in pending
        ]

        def read(pair: Pair, text: str) -> str:
            return asking.read_revision(text, answer_of(pair))

        def save(done: list[tuple[Pair, str]]) -> None:
            for pair, revision in done:
                prompt, answer = pair.prompt.text, answer_of(pair)
                pair.revision = revision
                pair.length_ratio = round(length_ratio(revision, answer), 4)
                pair.leaks = leaked_attributes(revision, self.persona.attributes, prompt=prompt, answer=answer)
            Pair.objects.bulk_update([pair for pair, _ in done], ["revision", "length_ratio", "leaks"])

        self.ask("revising", model, pending, requests, read, save)

    def judge(self, model: ChatModel) -> None:
        """Ask in both orders: the answer without the persona is A first, then B."""
        share, seed = self.pair_set.judged_share, self.pair_set.seed
        judged = [
            pair
            for pair in self.pairs
            if pair.revision and is_judged(self.persona.key, pair.prompt.position, share, seed=seed)
        ]
        for field, swapped in (("chosen_first", False), ("chosen_swapped", True)):
            pending = [pair for pair in judged if not getattr(pair, field)]
            requests = []
            for pair in pending:
                order = (pair.revision, answer_of(pair)) if swapped else (answer_of(pair), pair.revision)
                requests.append(asking.ask_which_is_preferred(self.text, pair.prompt.text, *order))

            def save(done: list[tuple[Pair, str]], field: str = field) -> None:
                for pair, chosen in done:
                    setattr(pair, field, chosen)
                Pair.objects.bulk_update([pair for pair, _ in done], [field])

            self.ask(
                "judging", model, pending, requests, lambda _, text: asking.read_preference(text), save, fails=False
            )

    def ask(
        self,
        doing: str,
        model: ChatModel,
        pairs: Sequence[Pair],
        requests: Sequence[ChatRequest],
        read: Callable[[Pair, str], str],
        save: Callable[[list[tuple[Pair, str]]], None],
        *,
        fails: bool = True,
    ) -> None:
        """Ask for each pair, save what could be read, and note what failed with the pair."""

        def save_all(answers: list[Answer[str]]) -> None:
            failed = [answer for answer in answers if answer.value is None]
            for answer in failed:
                self.failures.add(answer.failure, answer.detail)
                pairs[answer.index].failure = f"{doing}: {answer.failure}: {answer.detail}"[:LONGEST_FAILURE]
            if fails:
                Pair.objects.bulk_update([pairs[answer.index] for answer in failed], ["failure"])
            save([(pairs[answer.index], answer.value) for answer in answers if answer.value is not None])

        self.chunk.report(f"{doing}, {self.persona.key}")
        in_cache = model.name != FAKE
        ask_each(self.chunk, model, requests, lambda index, text: read(pairs[index], text), save_all, in_cache=in_cache)


def answer_of(pair: Pair) -> str:
    assert pair.baseline is not None
    return pair.baseline.text


def prompts_by_split(prompt_set: int) -> dict[str, list[int]]:
    """The kept prompts' keys by split, in the order of the file."""
    found: dict[str, list[int]] = {split: [] for split in Split.values}
    kept = Prompt.objects.kept().filter(prompt_set=prompt_set).order_by("position")
    for pk, split in kept.values_list("pk", "split"):
        found[split].append(pk)
    return found


# --- What became of it -----------------------------------------------------------------------------------
LONGER = 1.05
"""Words of a revision for each word of the answer, beyond which it counts as longer."""


def pair_counts(pair_set: PairSet) -> dict[str, Any]:
    """Return the exact counts, and the checks with their effect on the judge."""
    pairs = pair_set.pairs
    judged = list(pairs.complete().exclude(chosen_first="").exclude(chosen_swapped=""))
    parts = {part: pairs.complete().filter(part=part).count() for part in ("train", "test", "held-out")}
    longer = pairs.complete().filter(length_ratio__gt=LONGER).count()
    leaking = pairs.complete().exclude(leaks=[]).count()
    return {
        "pairs": sum(parts.values()),
        **parts,
        "failed": pairs.exclude(failure="").count(),
        "longer than the answer": longer,
        "quoting the persona": leaking,
        "judged": len(judged),
        "persona prefers the revision": rate(judged),
        "... of revisions that are not longer": rate([one for one in judged if one.length_ratio <= LONGER]),
        "... of revisions that quote nothing": rate([one for one in judged if not one.leaks]),
    }


def rate(judged: Sequence[Pair]) -> str:
    """The share of judged pairs whose revision was chosen in both orders, with its number."""
    if not judged:
        return "not judged"
    preferred = sum(pair.preference == "revised" for pair in judged)
    inconsistent = sum(pair.preference == "inconsistent" for pair in judged)
    return f"{100 * preferred / len(judged):.1f} % of {len(judged):,} ({inconsistent:,} depend on the order)"
