"""Runs of this app. Loaded by the site too: heavy imports are inside the functions."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.kinds import HEAVY, Kind, Outcome, Refused, register
from jobs.models import Chunk, Phase, Run
from personas.pums.problems import CensusProblem
from synthetic.models import Generation, PairSet, PromptSet
from synthetic.services import fidelity, generation, pairs, prompts


@register
class GeneratePersonasKind(Kind):
    """The plan reads the census files and draws; a chunk judges and completes some persons; the end stores the set."""

    name = generation.KIND
    label = "Persona generation"
    queue = HEAVY
    has_plan = has_finish = resumes = True

    def plan(self, run: Run) -> Iterable[int]:
        planning = run.chunks.get(phase=Phase.PLAN)
        try:
            made = generation.draw_persons(run, planning.report)
        except CensusProblem as error:
            raise Refused(str(error)) from error
        whole, rest = divmod(made.count, generation.PER_CHUNK)
        return [generation.PER_CHUNK] * whole + ([rest] if rest else [])

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        failures = generation.make_personas(Generation.objects.get(run=run), chunk)
        failed = min(failures.total, chunk.size)
        return Outcome(done=chunk.size - failed, failed=failed, errors=failures.errors())

    def finish(self, run: Run, chunk: Chunk) -> dict[str, object]:
        made = Generation.objects.get(run=run)
        persona_set = generation.store_generation(made, run.started_by)
        fidelity.measure(made)
        counts = generation.stage_counts(made)
        shown = {name: value for name, value in counts.items() if name != "reasons"}
        return {"set": str(persona_set), **shown}

    def describe(self, run: Run) -> str:
        asked = run.parameters
        return f"{asked['count']:,} personas for {asked['name']}, seed {asked['seed']}, written by {asked['endpoint']}"


@register
class CuratePromptsKind(Kind):
    """The rules have been applied; a chunk asks whether people would differ, the end finds topics and splits."""

    name = prompts.KIND
    label = "Prompt curation"
    has_plan = has_finish = resumes = True

    def plan(self, run: Run) -> Iterable[int]:
        return prompts.chunk_sizes(self.prompt_set(run))

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        failures = prompts.classify(self.prompt_set(run), chunk)
        failed = min(failures.total, chunk.size)
        return Outcome(done=chunk.size - failed, failed=failed, errors=failures.errors())

    def finish(self, run: Run, chunk: Chunk) -> dict[str, object]:
        return dict(prompts.settle(self.prompt_set(run)))

    def describe(self, run: Run) -> str:
        return f"{run.parameters['name']}, judged by {run.parameters['endpoint']}"

    def prompt_set(self, run: Run) -> PromptSet:
        return PromptSet.objects.get(pk=run.parameters["prompt_set"])


@register
class MakePairsKind(Kind):
    """A chunk is a persona with all its prompts. Pairs that failed are kept, counted, and tried again by a retry."""

    name = pairs.KIND
    label = "Preference pairs"
    has_plan = has_finish = resumes = tolerates_failures = True

    def plan(self, run: Run) -> Iterable[int]:
        pair_set = self.pair_set(run)
        return [pair_set.per_persona] * pair_set.persona_set.personas.count()

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        failures = pairs.PairMaker(self.pair_set(run), chunk).make()
        failed = min(failures.total, chunk.size)
        return Outcome(done=chunk.size - failed, failed=failed, errors=failures.errors())

    def finish(self, run: Run, chunk: Chunk) -> dict[str, object]:
        return pairs.pair_counts(self.pair_set(run))

    def describe(self, run: Run) -> str:
        return f"{run.parameters['name']}, written by {run.parameters['endpoint']}"

    def pair_set(self, run: Run) -> PairSet:
        found = PairSet.objects.select_related("persona_set", "prompt_set")
        return found.get(pk=run.parameters["pair_set"])
