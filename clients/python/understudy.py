"""Understudy from a notebook: studies, answers, votes and agreement as pandas data frames. One file; copy it anywhere.

Needs ``httpx2`` and ``pandas``. Make a token on your account's page of the site, with the scopes you need.

>>> from understudy import Understudy
>>> site = Understudy("https://study.example.org", token="…")  # doctest: +SKIP
>>> study = site.study("example")  # doctest: +SKIP
>>> study.agreement(coding="reference").query("measure == 'kappa_reference'")  # doctest: +SKIP

Columns and options are those of docs/data-formats.md. Reading is repeated when the site asks for it; writing never is.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx2
import pandas as pd

Rows = pd.DataFrame | Iterable[Mapping[str, Any]]
ATTEMPTS = 4
MOST_WAIT = 30.0
TIMES = ("_at", "deadline", "last_seen")
ENDED = ("done", "failed", "cancelled")


class UnderstudyError(Exception):
    """The site refused; ``status`` is the HTTP status, ``problems`` what is wrong with each row of a file."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.body = body
        self.problems = body.get("problems", []) if isinstance(body, dict) else []
        super().__init__(f"{status}: {_in_words(body)}")


def _in_words(body: Any) -> str:
    if not isinstance(body, dict):
        return str(body)
    if problems := body.get("problems"):
        first = "; ".join(f"line {p['line']}, {p['column']} = {p['value']!r}: {p['message']}" for p in problems[:3])
        return f"Problems in the rows: {body.get('total', len(problems))}. {first}"
    return str(body.get("detail") or json.dumps(body, ensure_ascii=False))


class Understudy:
    """One site, as the owner of a token sees it."""

    def __init__(self, url: str, token: str, *, timeout: float = 60.0) -> None:
        headers = {"Authorization": f"Token {token}", "Accept": "application/json"}
        self._http = httpx2.Client(base_url=f"{url.rstrip('/')}/api/v1/", headers=headers, timeout=timeout)

    def __enter__(self) -> Understudy:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # --- What there is ---------------------------------------------------------------------------------
    def studies(self) -> pd.DataFrame:
        """Every study you can see."""
        return _frame(self._rows("studies/"))

    def study(self, slug: str) -> Study:
        """One study; raises ``UnderstudyError`` where you cannot see it."""
        study = Study(self, slug)
        study.info()
        return study

    def persona_sets(self) -> pd.DataFrame:
        return _frame(self._rows("persona-sets/"))

    # --- New things ------------------------------------------------------------------------------------
    def add_personas(self, name: str, personas: Rows) -> dict[str, Any]:
        """Import personas (``persona_id`` and attributes) as the next version of a set."""
        return self._send("POST", "persona-sets/", rows=personas, name=name)

    def create_study(
        self, slug: str, name: str, *, persona_set: str | None = None, version: int | None = None, **settings: Any
    ) -> Study:
        """Create a draft. Settings are those of ``Study.set``; open it in the console."""
        body: dict[str, Any] = {"slug": slug, "name": name, "settings": settings}
        if persona_set is not None:
            body["persona_set"] = {"name": persona_set, "version": version}
        self._send("POST", "studies/", body=body)
        return Study(self, slug)

    # --- How it is asked -------------------------------------------------------------------------------
    def _rows(self, address: str, **options: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page."""
        page = self._get(address, **options)
        while True:
            yield from page["results"]
            if not page["next"]:
                return
            page = self._get(page["next"])

    def _get(self, address: str, **options: Any) -> Any:
        parameters = {name: _as_parameter(value) for name, value in options.items() if value is not None} or None
        for attempt in range(1, ATTEMPTS + 1):
            response = self._http.get(address, params=parameters)
            if response.status_code not in (429, 503) or attempt == ATTEMPTS:
                break
            time.sleep(_wait_of(response))
        return _content(response)

    def _send(self, method: str, address: str, *, body: Any = None, rows: Rows | None = None, **options: Any) -> Any:
        content = json.dumps(body, ensure_ascii=False) if rows is None else _as_json_lines(rows)
        kind = "application/json" if rows is None else "application/jsonl"
        parameters = {name: _as_parameter(value) for name, value in options.items() if value} or None
        response = self._http.request(
            method, address, content=content.encode(), headers={"Content-Type": kind}, params=parameters
        )
        found = _content(response)
        return self._wait(response.headers["Location"]) if response.status_code == 202 else found

    def _wait(self, address: str) -> dict[str, Any]:
        """Until a worker is done with a large file; raises ``UnderstudyError`` where the file was refused."""
        pause = 0.2
        while (run := self._get(address))["state"] not in ENDED:
            time.sleep(pause)
            pause = min(pause * 1.5, 5.0)
        if run["state"] != "done":
            raise UnderstudyError(400, run if run["problems"] else {"detail": run["reason"]})
        return run


class Study:
    """One study of a site. Every method asks anew."""

    def __init__(self, site: Understudy, slug: str) -> None:
        self._site = site
        self.slug = slug
        self._address = f"studies/{slug}/"

    def __repr__(self) -> str:
        return f"Study({self.slug!r})"

    # --- Reading ---------------------------------------------------------------------------------------
    def info(self) -> dict[str, Any]:
        """The study's name, state, design and settings."""
        return self._site._get(self._address)

    def progress(self) -> dict[str, int]:
        """Seats by what is in them."""
        return self._site._get(f"{self._address}progress/")

    def personas(self) -> pd.DataFrame:
        """One row for each persona, each attribute in a column of its own."""
        rows = list(self._site._rows(f"{self._address}personas/"))
        frame = _frame({**row, "attributes": dict(row["attributes"])} for row in rows)
        return _spread(frame, "attributes")

    def questions(self, **options: Any) -> pd.DataFrame:
        return _frame(self._site._rows(f"{self._address}questions/", **options))

    def answers(self, **options: Any) -> pd.DataFrame:
        """One row for each current answer; ``countable=True`` keeps those that are data."""
        return _frame(self._site._rows(f"{self._address}annotations/", **options))

    def assignments(self, **options: Any) -> pd.DataFrame:
        return _frame(self._site._rows(f"{self._address}assignments/", **options))

    def votes(self, **options: Any) -> pd.DataFrame:
        """One row for each question: the consensus and the votes behind it."""
        return _frame(self._site._rows(f"{self._address}votes/", **options))

    def agreement(self, table: str = "league", **options: Any) -> pd.DataFrame:
        """One row for each number of a table of the results; what a row is about in columns of its own."""
        return _spread(_frame(self._site._rows(f"{self._address}agreement/", table=table, **options)), "about")

    def runs(self) -> pd.DataFrame:
        return _frame(self._site._rows(f"{self._address}runs/"))

    # --- Writing ---------------------------------------------------------------------------------------
    def set(self, **settings: Any) -> dict[str, Any]:
        """Change settings, by the names of the bundle's ``study.json``."""
        return self._site._send("PATCH", self._address, body=settings)

    def choose_personas(
        self, persona_set: str, persona_ids: Iterable[str] | None = None, *, version: int | None = None
    ) -> dict[str, Any]:
        """Say which personas take part; without ids, all of the set."""
        ids = None if persona_ids is None else list(persona_ids)
        body = {"persona_set": {"name": persona_set, "version": version}, "persona_ids": ids}
        return self._site._send("PUT", f"{self._address}personas/", body=body)

    def add_questions(self, questions: Rows, *, replace: bool = False) -> dict[str, Any]:
        """Add questions, all or none; ``replace`` puts them in place of all."""
        return self._site._send("POST", f"{self._address}questions/", rows=questions, replace=replace)

    def add_annotations(
        self, annotations: Rows, *, kind: str | None = None, ignore_surplus: bool = False, replace: bool = False
    ) -> dict[str, Any]:
        """Import answers of models, or with ``kind="external"`` of people asked elsewhere, all or none."""
        options = {"kind": kind, "ignore_surplus": ignore_surplus, "replace": replace}
        return self._site._send("POST", f"{self._address}annotations/", rows=annotations, **options)


# --- Answers of the site -------------------------------------------------------------------------------
def _content(response: httpx2.Response) -> Any:
    """What the site says, or what it refused; a notice about an old name becomes a warning."""
    if notice := response.headers.get("Warning"):
        warnings.warn(notice.partition('"')[2].rstrip('"'), FutureWarning, stacklevel=4)
    try:
        body = response.json()
    except ValueError:
        body = {"detail": response.reason_phrase}
    if response.is_error or response.is_redirect:
        raise UnderstudyError(response.status_code, body)
    return body


def _wait_of(response: httpx2.Response) -> float:
    text = response.headers.get("Retry-After", "")
    return min(float(text), MOST_WAIT) if text.isdigit() else 1.0


def _as_parameter(value: Any) -> str:
    """The site's switches are true, but those of results 1."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_json_lines(rows: Rows) -> str:
    """Rows as the site reads them; what is missing in a data frame is left out, and an id stays text."""
    records = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows
    return "".join(f"{json.dumps(_without_missing(row), ensure_ascii=False, default=str)}\n" for row in records)


def _without_missing(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not (pd.api.types.is_scalar(value) and pd.isna(value))}


# --- Data frames ---------------------------------------------------------------------------------------
def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(list(rows))
    for name in frame:
        if str(name).endswith(TIMES):
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def _spread(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column of objects as a column for each of their names, in its place; names that are there stay the frame's."""
    if column not in frame:
        return frame
    place = frame.columns.get_loc(column)
    spread = pd.DataFrame(frame[column].tolist(), index=frame.index)
    spread = spread[[name for name in spread if name not in frame]]
    return pd.concat([frame.iloc[:, :place], spread, frame.iloc[:, place + 1 :]], axis=1)
