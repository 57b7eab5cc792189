"""manage.py erase_participant STUDY PROLIFIC_ID_OR_PSEUDONYM: erase one person's data, at their request."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.management.lookup import find_study
from annotation.models import Study
from annotation.services.erasure import AlreadyErased, NobodyToErase, erase, find_person, read_erasures


class Command(BaseCommand):
    help = (
        "Erase what one person wrote in a study, and who they are. Their choices are kept under the pseudonym. "
        "This cannot be undone. With --replay, repeat the erasures in a file after restoring a backup."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", nargs="?", help="the study's address")
        parser.add_argument("who", nargs="?", metavar="PROLIFIC_ID_OR_PSEUDONYM")
        parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
        parser.add_argument("--replay", type=Path, metavar="FILE", help="the erasures.jsonl that was kept")

    def handle(self, *, study: str | None, who: str | None, yes: bool, replay: Path | None, **options) -> None:
        if replay:
            self._replay(replay)
        elif study and who:
            self._erase(find_study(study), who, yes)
        else:
            raise CommandError("Name a study and a Prolific id or pseudonym, or give --replay FILE.")

    def _erase(self, study: Study, who: str, yes: bool) -> None:
        try:
            rater = find_person(study, who)
            if not yes and input(f"Erase {rater.pseudonym} of {study.slug} for good? Type the pseudonym: ") != str(
                rater.pseudonym
            ):
                raise CommandError("Nothing was erased.")
            erase(rater=rater)
        except NobodyToErase:
            raise CommandError(f"Nobody in {study.slug} has this Prolific id or pseudonym.") from None
        except AlreadyErased:
            raise CommandError(f"{rater.pseudonym} has already been erased.") from None
        self.stdout.write(f"{rater.pseudonym} of {study.slug} is erased.")

    def _replay(self, path: Path) -> None:
        try:
            wanted = read_erasures(path.read_text(encoding="utf-8").splitlines())
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{path}: {error}") from error
        counts = {"erased": 0, "already erased": 0, "not in this database": 0}
        for slug, pseudonym in wanted:
            counts[self._again(slug, pseudonym)] += 1
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()) + ".")

    def _again(self, slug: str, pseudonym: str) -> str:
        study = Study.objects.filter(slug=slug).first()
        try:
            if study is None:
                return "not in this database"
            erase(rater=find_person(study, pseudonym))
        except NobodyToErase:
            return "not in this database"
        except AlreadyErased:
            return "already erased"
        return "erased"
