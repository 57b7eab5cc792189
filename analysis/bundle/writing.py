"""Write a bundle into a folder: all of it as the database stood at one moment, while others write on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from analysis.bundle.headline import headline_of, require_counted
from analysis.bundle.ids import ids_of, without_ids
from analysis.bundle.readme import dictionary, readme_of
from analysis.bundle.settings import settings_of
from analysis.bundle.tables import DATA_FILES
from analysis.options import ReportOptions
from analysis.reports.overview import Overview, overview_of
from analysis.results import Results, results_of
from annotation.exporting.rows import CHUNK
from annotation.integrity.snapshot import one_moment
from annotation.models import Study

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("recompute.py", "intervals.py"))
Progress = Callable[[str, int, int], None]
Report = Callable[[Results, Overview], str]


class FolderInUse(ValueError):
    """Nothing is written over."""


def no_progress(doing: str, done: int, of: int) -> None:
    """For callers that need not know."""


def write_bundle(
    study: Study,
    folder: Path,
    *,
    options: ReportOptions | None = None,
    progress: Progress = no_progress,
    report: Report | None = None,
) -> dict[str, dict]:
    """Fill a new or empty folder; return the manifest. Raises ``FolderInUse``, ``RuleNotCounted``.

    ``report`` makes the text of report.html, which takes seconds to draw.
    """
    require_counted(options or ReportOptions())
    make_empty(folder)
    with one_moment():
        # Read again: the study in hand may be older than the moment.
        study = Study.objects.select_related("persona_set").get(pk=study.pk)
        progress("computing the headline numbers", 0, 1)
        results = results_of(study, options)
        write_results(results, folder)
        if report:
            progress("drawing the report", 0, 1)
            write_text(folder / "report.html", report(results, overview_of(results)))
        rows = write_data(study, folder, progress)
    for script in SCRIPTS:
        (folder / script.name).write_bytes(script.read_bytes())
    return write_manifest(folder, rows)


def make_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderInUse(f"{folder} is not empty. Name a new folder, or an empty one.")


def write_results(results: Results, folder: Path) -> None:
    ids, overview = ids_of(results.study), overview_of(results)
    write_json(folder / "headline.json", without_ids(headline_of(results, overview.league), ids))
    write_json(folder / "study.json", without_ids(settings_of(results.study), ids))
    write_text(folder / "README.md", readme_of(results, overview))
    write_text(folder / "DICTIONARY.md", dictionary())


def write_data(study: Study, folder: Path, progress: Progress) -> dict[str, int]:
    """The data files; returns how many rows each has."""
    ids, written = ids_of(study), {}
    done, total = 0, sum(file.query(study).count() for file in DATA_FILES)
    for file in DATA_FILES:
        watched = reported(file.rows(study), f"writing {file.name}", done, total, progress)
        written[file.filename] = write_rows(folder / file.filename, watched, ids)
        done += written[file.filename]
    progress("written", total, total)
    return written


def reported(rows: Iterable[dict], doing: str, before: int, total: int, progress: Progress) -> Iterator[dict]:
    for number, row in enumerate(rows):
        if number % CHUNK == 0:
            progress(doing, before + number, total)
        yield row


def write_rows(path: Path, rows: Iterable[dict], ids: frozenset[str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(without_ids(row, ids), ensure_ascii=False) + "\n")
            count += 1
    return count


def write_json(path: Path, content: object) -> None:
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def write_manifest(folder: Path, rows: dict[str, int]) -> dict[str, dict]:
    files = {path.name: described(path, rows.get(path.name)) for path in sorted(folder.iterdir())}
    write_json(folder / "MANIFEST.json", {"files": files})
    return files


def described(path: Path, rows: int | None) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry: dict[str, object] = {"sha256": digest, "bytes": path.stat().st_size}
    return entry if rows is None else entry | {"rows": rows}
