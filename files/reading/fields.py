"""The columns of an import: one vocabulary for the reader, the upload page and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from files.reading.problems import Problems
from files.reading.records import Record, Value
from files.reading.spelling import misspelt, similar

Read = Callable[["Fields", str], Any]


@dataclass(frozen=True)
class ImportColumn:
    """One column that a file may have.

    Attributes
    ----------
    name : str
        Its name in lower case; a file may write it in any case.
    help : str
        What it holds, as a sentence for the upload page.
    read : callable
        Turns the value into what is stored, or notes what is wrong with it: one of ``files.reading.column_readers``.
    is_required : bool
        Whether every file must have it.
    old_names : tuple of str
        Names that earlier versions wrote. They are read, and reported, where the file has no column of the name.
    """

    name: str
    help: str
    read: Read
    is_required: bool = False
    old_names: tuple[str, ...] = ()


class Header:
    """Matches the names in a file with the known columns, and notes those that are missing or misspelt.

    Parameters
    ----------
    columns : iterable of ImportColumn
        The columns that a file may have.
    problems : Problems
        Gets everything that is wrong.
    prefix : str
        Names that begin with it are accepted without being known; empty = none.
    takes_any : bool
        Every name is accepted: the columns that are not known are the content.
    now : datetime, optional
        Times may be at most a day later; None = no limit.
    """

    def __init__(
        self,
        columns: Iterable[ImportColumn],
        problems: Problems,
        *,
        prefix: str = "",
        takes_any: bool = False,
        now: datetime | None = None,
    ) -> None:
        self.columns = {column.name: column for column in columns}
        self.old_names = {old: name for name, column in self.columns.items() for old in column.old_names}
        self.problems = problems
        self.prefix = prefix
        self.takes_any = takes_any
        self.now = now
        self.unused: dict[str, None] = {}
        self.renamed: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._meant: set[str] = set()

    def name_of(self, written: str, line: int) -> str:
        """Return a column's name in lower case; every spelling is checked once."""
        name = self._names.get(written)
        if name is None:
            name = self._names[written] = written.casefold()
            if name not in self.columns and not self._accepts(name):
                self.unused[written] = None
                self._note_misspelling(written, line)
        return name

    def _accepts(self, name: str) -> bool:
        return self.takes_any or name in self.old_names or bool(self.prefix and name.startswith(self.prefix))

    def modern(self, old: str, written: str, present: Collection[str]) -> str:
        """The column that an old name means; itself, and unused, where the file has that column too."""
        name = self.old_names[old]
        if name in present:
            self.unused[written] = None
            return old
        self.renamed[written] = name
        return name

    def _note_misspelling(self, written: str, line: int) -> None:
        """A misspelt column would be ignored silently, so a near miss is an error."""
        meant = misspelt(written, self.columns)
        if meant:
            self._meant.add(meant)
            message = f"There is no column of this name. Did you mean {meant}? If not, rename or remove it."
            self.problems.note(message, line=line, column=written)

    def note_missing(self, written: Collection[str], line: int) -> None:
        """Note each required column that is not among the names ``written`` in the file."""
        for name in self.missing(written):
            # Its misspelling has been noted already.
            if name not in self._meant:
                self.problems.note(missing_message(name, self.unused), line=line, column=name)

    def missing(self, written: Collection[str]) -> list[str]:
        present = {spelling.casefold() for spelling in written}
        present |= {self.old_names[name] for name in present & self.old_names.keys()}
        return [name for name, column in self.columns.items() if column.is_required and name not in present]


def missing_message(name: str, unused: Collection[str]) -> str:
    meant = similar(name, unused)
    return f"There is no column {name}." + (f" Did you mean the column “{meant}”?" if meant else "")


class Fields:
    """The values of one record by column name. A column has at most one problem: the first that was found."""

    __slots__ = ("faulty", "header", "record", "values", "written_as")

    def __init__(self, record: Record, header: Header) -> None:
        self.record = record
        self.header = header
        self.faulty: set[str] = set()
        self.values: dict[str, Value] = {}
        self.written_as: dict[str, str] = {}
        for written, value in record.values.items():
            name = header.name_of(written, record.line)
            if name in self.values and name in header.columns:
                self.wrong(written, f"The same column as {self.written_as[name]}.")
            else:
                self.values[name] = value
                self.written_as[name] = written
        if header.old_names:
            self._rename()

    def _rename(self) -> None:
        """Give values under old names the names that are used now."""
        for old in [name for name in self.header.old_names if name in self.values]:
            written = self.written_as[old]
            name = self.header.modern(old, written, self.values)
            if name != old:
                self.values[name], self.written_as[name] = self.values.pop(old), written

    @property
    def is_sound(self) -> bool:
        return not self.faulty

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> Any:
        """Return the value of a known column as its reader gives it."""
        return self.header.columns[name].read(self, name)

    def wrong(self, name: str, message: str) -> None:
        if name in self.faulty:
            return
        self.faulty.add(name)
        self.header.problems.add(self.record.problem(self.written_as.get(name, name), message))

    def text(self, name: str) -> str:
        """Return the text exactly as written; empty when it is absent or null."""
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        if value is not None:
            self.wrong(name, "Expected text.")
        return ""
