"""Runs of this app. Loaded by the site too: heavy imports are inside the functions."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.kinds import HEAVY, Kind, Outcome, Refused, register
from jobs.models import Chunk, Phase, Run
from personas.pums.problems import CensusProblem
from synthetic.models import Generation
from synthetic.services import fidelity, generation


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
