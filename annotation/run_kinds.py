"""Runs of this app, and what it does on a schedule. Loaded by the site too: heavy imports are inside the functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.management import call_command

from annotation.models import StagedImport, Study
from annotation.services import (
    arrivals,
    assembly,
    baseline_raters,
    ledger,
    model_annotators,
    model_answers,
    model_costs,
    previews,
)
from annotation.services.file_importers import ANNOTATION_FILES, QUESTION_FILES
from files.services import forget_expired
from files.staging import drop_abandoned
from files.upload_runs import CheckKind, FileImportKind
from jobs.kinds import HEAVY, QUEUES, ItemErrors, Kind, Outcome, Queue, Refused, register
from jobs.models import Chunk, Run
from jobs.schedule import scheduled
from jobs.services.runs import start_run
from llm.endpoints import FAKE
from llm.errors import CallFailed
from model_calls.endpoints import UnknownEndpoint, model_named
from model_calls.services.answers import Asked
from model_calls.services.asking import answer_chunk
from model_calls.services.probing import ensure_probed_by_name

CHANGED = "The questions have changed since then. Compute the baseline raters again."


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
            raise Refused(CHANGED)
        rules = rules_of(run.pk, run.study_id, run.created_at)
        if not rules.texts.keys() >= set(parts[chunk.number]):
            raise Refused(CHANGED)
        changed = baseline_raters.answer_part(run.study, rules, raters, parts[chunk.number], chunk.writing)
        return Outcome(done=chunk.size, result=dict.fromkeys(changed, "new answers"))

    def finish(self, run: Run, chunk: Chunk) -> dict[str, int]:
        done = baseline_raters.settle(study=run.study, seed=run.study.seed, changed=run.result, by=run.started_by)
        if baseline_raters.questions_without_baseline(run.study):
            raise Refused(CHANGED)
        return {"questions": done.questions}


@lru_cache(maxsize=1)
def rules_of(run_id: int, study_id: int, created_at: datetime) -> baseline_raters.Rules:
    """Fitted once for all chunks of a run in this process; the time tells apart runs whose number was rolled back."""
    study = Study.objects.get(pk=study_id)
    return baseline_raters.Rules(study, study.seed)


@register
class AnnotationCheckKind(CheckKind):
    name = "annotation-check"
    label = "Check of an annotation file"
    importer = ANNOTATION_FILES


@register
class AnnotationImportKind(FileImportKind):
    name = "annotation-import"
    label = "Import of annotations"
    one_at_a_time = "annotations"
    importer = ANNOTATION_FILES


@register
class QuestionCheckKind(CheckKind):
    name = "question-check"
    label = "Check of a question file"
    importer = QUESTION_FILES


@register
class QuestionImportKind(FileImportKind):
    name = "question-import"
    label = "Import of questions"
    # An import of annotations would be read again if the questions changed meanwhile.
    one_at_a_time = "annotations"
    importer = QUESTION_FILES


@register
class RehearsalKind(Kind):
    """manage.py rehearse, from the console. Repeated after a kill, it begins anew."""

    name = "rehearsal"
    label = "Rehearsal"
    queue = HEAVY
    attempts = 1
    one_at_a_time = "rehearsal"

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        from annotation.rehearsal.rehearse import RehearsalRefused, refuse_what_makes_no_sense, rehearse

        try:
            refuse_what_makes_no_sense(run.study)
            assembly.prepare_rehearsal(study=run.study, by=run.started_by)
            rehearsal = rehearse(run.study, **run.parameters, progress=chunk.report)
        except RehearsalRefused as error:
            raise Refused(str(error)) from error
        errors = tuple(ItemErrors("Broken promise", problem) for problem in rehearsal.problems)
        failed = min(len(errors), chunk.size)
        promises = rehearsal.problems or ["All were kept, and the integrity check found nothing."]
        return Outcome(chunk.size - failed, failed, errors, {"promises": promises, "report": rehearsal.lines})

    def describe(self, run: Run) -> str:
        habits = run.parameters.get("habits") or {}
        others = "".join(f", {count} of them: {name}" for name, count in habits.items())
        return f"{run.parameters['raters']} simulated raters{others}"


# --- Model annotators --------------------------------------------------------------------------------
# Calls wait for replies most of the time, so they go beside everything else.
# Each endpoint has a queue, so that a slow one does not delay the others. Two chunks keep it busy at their borders.
MODEL_CALLS = Queue("model-calls", per_worker=2)
ENDPOINT_QUEUES = {name: Queue(f"model-calls-{name}", per_worker=2) for name in (*settings.LLM_ENDPOINTS, FAKE)}
QUEUES.update({queue.name: queue for queue in ENDPOINT_QUEUES.values()})
# A trial is waited for: it does not queue behind the calls of whole runs.
MODEL_TRIALS = Queue("model-trials", per_worker=2)
FAILURES_THAT_END_IT = 10


@register
class AnnotateKind(Kind):
    """A chunk is about a hundred calls. Each reply is stored with the annotations that follow from it."""

    name = model_annotators.KIND
    label = "Model annotator"
    queue = MODEL_CALLS
    has_plan = has_finish = resumes = tolerates_failures = stops_at_failure = True

    def queue_for(self, run: Run) -> Queue:
        return ENDPOINT_QUEUES.get(run.parameters["endpoint"], self.queue)

    def plan(self, run: Run) -> Iterable[int]:
        try:
            ensure_probed_by_name(run.parameters["endpoint"])
        except UnknownEndpoint as error:
            raise Refused(str(error)) from error
        except CallFailed as error:
            raise Refused(f"The endpoint does not answer. {error}") from error
        return model_annotators.chunk_sizes(run)

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        tasks = model_annotators.tasks_of(run, chunk.number)
        if len(tasks) != chunk.size:
            raise Refused("The questions changed after the run began. Start a new one.")
        left = model_annotators.tasks_left(run, tasks)
        chunk.done = len(tasks) - len(left)
        failed: list[CallFailed] = []

        def save(batch: list[Asked]) -> None:
            model_answers.save_answers(run, left, batch)
            failed.extend(asked.error for asked in batch if asked.error)
            refuse_to_continue(failed, answered=chunk.done)

        answer_chunk(chunk, model_named(run.parameters["endpoint"]), model_annotators.requests_for(run, left), save)
        return Outcome(done=len(tasks) - len(failed), failed=len(failed), errors=counted(failed))

    def finish(self, run: Run, chunk: Chunk) -> dict[str, int]:
        return model_costs.summary_of(run)

    def describe(self, run: Run) -> str:
        return model_costs.description_of(run)

    def facts(self, run: Run) -> list[tuple[str, str]]:
        return model_costs.facts_of(run)


@register
class TrialKind(AnnotateKind):
    """Five questions, for the page that asks whether to ask them all."""

    name = model_annotators.TRIAL
    label = "Trial of a model annotator"
    queue = MODEL_TRIALS

    def queue_for(self, run: Run) -> Queue:
        return self.queue


def refuse_to_continue(failed: list[CallFailed], *, answered: int) -> None:
    """End a run of which nothing succeeds, before it has called an unwilling server a million times."""
    if not answered and len(failed) >= FAILURES_THAT_END_IT:
        raise Refused(f"The first {len(failed)} calls all failed. The last one: {failed[-1]}")


def counted(failed: list[CallFailed]) -> tuple[ItemErrors, ...]:
    """The failures by kind, each with an example."""
    kinds: dict[str, list[CallFailed]] = {}
    for error in failed:
        kinds.setdefault(str(error.failure), []).append(error)
    return tuple(ItemErrors(kind, errors[0].detail, len(errors)) for kind, errors in kinds.items())


# --- The check of the data, and the schedule -------------------------------------------------------
BREACHES_NAMED = 10


@register
class IntegrityKind(Kind):
    """manage.py check_integrity, for all studies."""

    name = "check-integrity"
    label = "Integrity check"
    queue = HEAVY
    attempts = 1

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        from annotation.integrity.checking import RULES, integrity_problems

        chunk.report("checking")
        if problems := integrity_problems():
            named = "\n".join(map(str, problems[:BREACHES_NAMED]))
            raise Refused(f"{len(problems)} breaches of invariants. manage.py check_integrity lists all.\n{named}")
        return Outcome(done=chunk.size, result={"invariants_that_hold": len(RULES)})


@scheduled(name="check-integrity", label="Check the data of all studies", cron="37 3 * * *")
def check_integrity() -> str:
    return f"requested as run {start_run(IntegrityKind.name, key='all studies').pk}"


@scheduled(name="release-expired", label="Free the seats whose raters ran out of time", cron="* * * * *")
def release_expired() -> str:
    return f"{sum(ledger.release_all_expired().values())} seats released"


@scheduled(name="forget-arrivals", label="Delete counts of arrivals that are older than an hour", cron="*/10 * * * *")
def forget_arrivals() -> str:
    return f"{arrivals.forget_old_counts()} counts deleted"


@scheduled(name="forget-previews", label="Delete previews that are older than a day", cron="17 4 * * *")
def forget_previews() -> str:
    return f"{previews.forget_all_old_previews()} deleted"


@scheduled(name="forget-uploads", label="Delete uploads after a day, and what broken imports left", cron="27 4 * * *")
def forget_uploads() -> str:
    return f"{forget_expired()} uploads and {drop_abandoned(StagedImport)} imports deleted"


@scheduled(name="clear-sessions", label="Delete sessions that have ended", cron="47 4 * * *")
def clear_sessions() -> str:
    call_command("clearsessions")
    return "done"
