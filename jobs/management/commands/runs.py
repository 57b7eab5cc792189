"""manage.py runs: list, show, pause, resume, cancel or retry runs."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from jobs.models import Run, Worker
from jobs.services.runs import OrderRefused, cancel_run, pause_run, resume_run, retry_run

ORDERS = {"pause": pause_run, "resume": resume_run, "cancel": cancel_run, "retry": retry_run}
LISTED = 50


class Command(BaseCommand):
    help = "List and control long-running work."

    def add_arguments(self, parser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        listing = actions.add_parser("list", help="the latest runs, newest first")
        listing.add_argument("--unfinished", action="store_true", help="only those that have not ended")
        for name in ("show", *ORDERS):
            actions.add_parser(name, help=f"{name} one run").add_argument("run", type=int, metavar="RUN")

    def handle(self, *, action: str, **options) -> None:
        if action == "list":
            return self.list(options["unfinished"])
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}. See manage.py runs list.")
        return self.show(run) if action == "show" else self.order(run, action)

    def list(self, only_unfinished: bool) -> None:
        runs = Run.objects.unfinished() if only_unfinished else Run.objects.all()
        for run in runs.select_related("study")[:LISTED]:
            self.stdout.write(line_of(run))
        if not Worker.objects.alive().exists():
            self.stdout.write("No worker is running. Start one: manage.py work")

    def show(self, run: Run) -> None:
        self.stdout.write(line_of(run))
        for name, value in facts_of(run):
            self.stdout.write(f"  {name}: {value}")
        for error in run.errors.values("kind").annotate(times=Sum("count")).order_by("-times"):
            example = run.errors.filter(kind=error["kind"]).first().example
            self.stdout.write(f"  {error['times']} x {error['kind']}, such as: {example}")

    def order(self, run: Run, action: str) -> None:
        try:
            ORDERS[action](run=run)
        except OrderRefused as error:
            raise CommandError(str(error)) from None
        run.refresh_from_db()
        self.stdout.write(line_of(run))


def line_of(run: Run) -> str:
    of = f" of {run.study.slug}" if run.study else ""
    wanted = "" if run.has_ended or run.wanted == "run" else f" (to {run.wanted})"
    return f"{run.pk}  {run.label}{of}: {run.state}{wanted}, {run.done:,} of {run.total:,} done, {run.failed:,} failed"


def facts_of(run: Run) -> list[tuple[str, object]]:
    facts = {
        "what": run.description,
        "started by": run.started_by,
        "asked for": run.created_at,
        "started": run.started_at,
        "ended": run.finished_at,
        "doing": run.doing,
        "a second": f"{run.rate:.1f}" if run.rate else "",
        "time left": run.time_left,
        "reason": run.reason,
        "result": run.result,
    }
    return [(name, value) for name, value in facts.items() if value not in (None, "", {})]
