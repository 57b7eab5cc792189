"""Runs of this app, and what it does on a schedule. Loaded by the site too: heavy imports are inside the functions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from annotation.models import Study
from annotation.services import baseline_raters
from jobs.kinds import HEAVY, Kind, Outcome, Refused, register
from jobs.models import Chunk, Run


@register
class BaselineRatersKind(Kind):
    """A chunk is a few personas: all rules answer their questions. Done twice it changes nothing."""

    name = "baseline-raters"
    label = "Baseline raters"
    queue = HEAVY
    has_plan = has_finish = True
    one_at_a_time = "annotations"

    def plan(self, run: Run) -> Iterable[int]:
        baseline_raters.make_baseline_raters(run.study)
        return [baseline_raters.count_questions(run.study, part) for part in baseline_raters.parts_of(run.study)]

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        chunk.report("answering")
        parts, raters = baseline_raters.parts_of(run.study), baseline_raters.make_baseline_raters(run.study)
        if chunk.number >= len(parts):
            raise Refused("The questions changed meanwhile. Compute the baseline raters again.")
        rules = rules_of(run.pk, run.study_id)
        changed = baseline_raters.answer_part(run.study, rules, raters, parts[chunk.number], chunk.writing)
        return Outcome(done=chunk.size, result=dict.fromkeys(changed, "new answers"))

    def finish(self, run: Run, chunk: Chunk) -> dict[str, int]:
        done = baseline_raters.settle(study=run.study, seed=run.study.seed, changed=run.result, by=run.started_by)
        if baseline_raters.questions_without_baseline(run.study):
            raise Refused("The questions changed meanwhile. Compute the baseline raters again.")
        return {"questions": done.questions}


@lru_cache(maxsize=1)
def rules_of(run_id: int, study_id: int) -> baseline_raters.Rules:
    """Fitted once for all chunks of a run in this process."""
    study = Study.objects.get(pk=study_id)
    return baseline_raters.Rules(study, study.seed)

