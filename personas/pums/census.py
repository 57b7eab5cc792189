"""Reading a folder of census files: weights and weighted counts in one pass, drawn records in a second.

In memory at once: four bytes for each person (the weights), the joined variables of each household, and one block of a
file. Reading is deterministic, so the same files and seed give the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personas.pums.dictionary import Dictionary, read_dictionary
from personas.pums.files import CensusFile, CensusFolder, batches
from personas.pums.groups import BLANK, Groups, groups_of
from personas.pums.problems import CensusProblem
from personas.pums.variables import ATTRIBUTES, HOUSEHOLD_VARIABLES, PAIRS, PERSON_VARIABLES

Codes = dict[str, int | None]
"""One person's codes; None is a blank. A variable that the file does not have is not a key."""
Progress = Callable[[str, int], None]
"""Called with what is being done and the number of records read so far."""


SERIAL_LENGTH = 13


def silent(doing: str, records: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Record:
    """A drawn person: where in the files, and the codes of the person and of the household."""

    serial: str
    order: int
    codes: Codes


@dataclass
class Census:
    """What the first pass found. ``counts`` and ``pair_counts`` are weighted, of the eligible persons only."""

    folder: CensusFolder
    dictionary: Dictionary
    minimum_age: int
    persons: int = 0
    eligible: int = 0
    population: int = 0
    households: int = 0
    without_household: int = 0
    missing: tuple[str, ...] = ()
    population_by_state: dict[int, int] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    pair_counts: dict[tuple[str, str], dict[tuple[str, str], int]] = field(default_factory=dict)
    weights: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    joined: Households | None = None


class Households:
    """The housing records' variables by serial number, in few bytes."""

    def __init__(self, files: Sequence[CensusFile], progress: Progress) -> None:
        keys: list[NDArray[Any]] = []
        columns: dict[str, list[NDArray[Any]]] = {name: [] for name in present(files, HOUSEHOLD_VARIABLES)}
        read = 0
        for file in files:
            for batch in batches(file, ("SERIALNO", *columns)):
                keys.append(serials(batch["SERIALNO"]))
                read += len(keys[-1])
                for name, parts in columns.items():
                    parts.append(small(batch, name, len(keys[-1])))
                progress("reading households", read)
        joined = np.concatenate(keys) if keys else np.empty(0, "S13")
        order = np.argsort(joined, kind="stable")
        self.keys = joined[order]
        self.columns = {name: np.concatenate(parts)[order] for name, parts in columns.items()}

    def rows(self, wanted: NDArray[Any]) -> NDArray[Any]:
        """Return the row of each serial number; -1 where there is none."""
        if not len(self.keys):
            return np.full(len(wanted), -1)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[places] == wanted, places, -1)

    def join(self, wanted: NDArray[Any]) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the households' variables for these serial numbers, and how many have no household."""
        rows = self.rows(wanted)
        columns = {
            name: np.where((rows < 0) | (column[rows] < 0), BLANK, column[rows].astype(np.int32))
            for name, column in self.columns.items()
        }
        return columns, int((rows < 0).sum())


def present(files: Sequence[CensusFile], variables: Sequence[str]) -> list[str]:
    """Return the variables that at least one of the files has."""
    return [name for name in variables if any(file.named(name) for file in files)]


def serials(column: Any) -> NDArray[Any]:
    """Return serial numbers as bytes of one length; without a Python object for each where all have the usual 13."""
    size = len(column)
    if column.null_count == 0 and size:
        ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + size + 1]
        if (np.diff(ends) == SERIAL_LENGTH).all():
            text = column.buffers()[2].to_pybytes()[ends[0] : ends[-1]]
            return np.frombuffer(text, f"S{SERIAL_LENGTH}")
    return np.array([str(value or "").encode()[:SERIAL_LENGTH] for value in column.to_pylist()], f"S{SERIAL_LENGTH}")


def codes_of(batch: dict[str, Any], name: str, size: int) -> NDArray[Any]:
    """Return a column as whole numbers; blanks, and all of a column that this file lacks, as BLANK."""
    if name not in batch:
        return np.full(size, BLANK, np.int32)
    numbers: NDArray[Any] = batch[name].fill_null(BLANK).to_numpy(zero_copy_only=False)
    return numbers


def small(batch: dict[str, Any], name: str, size: int) -> NDArray[Any]:
    """Return household codes, all below 100, in a byte each; a blank is -1."""
    codes = codes_of(batch, name, size)
    return np.where(codes == BLANK, -1, np.minimum(codes, 127)).astype(np.int8)


def read_census(folder: CensusFolder, *, minimum_age: int = 18, progress: Progress = silent) -> Census:
    """Return what the files hold and how the eligible persons are distributed. Raises CensusProblem."""
    census = Census(folder, read_dictionary(folder.dictionary), minimum_age)
    census.joined = Households(folder.housing, progress)
    census.households = len(census.joined.keys)
    tally = Tally(census)
    weights = []
    for batch in person_batches(census, progress):
        tally.add(batch)
        weights.append(batch.eligible_weights)
    census.weights = np.concatenate(weights) if weights else census.weights
    census.missing = missing_variables(folder)
    if not census.weights.sum():
        raise CensusProblem(f"{folder.path}: nobody of {minimum_age} years or older with a weight was found.")
    tally.close()
    return census


def missing_variables(folder: CensusFolder) -> tuple[str, ...]:
    """Return the attributes that no file can give."""
    there = set(present(folder.persons, PERSON_VARIABLES)) | set(present(folder.housing, HOUSEHOLD_VARIABLES))
    return tuple(one.key for one in ATTRIBUTES if not there & set(one.variables))


@dataclass(frozen=True)
class PersonBatch:
    """Some persons in the order of their file, households joined."""

    serials: NDArray[Any]
    columns: dict[str, NDArray[Any]]
    weights: NDArray[Any]
    eligible_weights: NDArray[np.int32]
    without_household: int


def person_batches(census: Census, progress: Progress) -> Iterator[PersonBatch]:
    assert census.joined is not None
    read = 0
    for file in census.folder.persons:
        here = [name for name in PERSON_VARIABLES if file.named(name)]
        for batch in batches(file, ("SERIALNO", "PWGTP", *here)):
            keys = serials(batch["SERIALNO"])
            columns = {name: codes_of(batch, name, len(keys)) for name in here}
            households, lost = census.joined.join(keys)
            weights = np.maximum(codes_of(batch, "PWGTP", len(keys)), 0)
            old_enough = np.where(columns["AGEP"] >= census.minimum_age, weights, 0).astype(np.int32)
            read += len(keys)
            progress("reading persons", read)
            yield PersonBatch(keys, columns | households, weights, old_enough, lost)


def comparisons(census: Census) -> dict[str, tuple[str, Groups]]:
    """Return the variable and the groups by which each attribute that the files have is compared."""
    folder, found = census.folder, {}
    for one in ATTRIBUTES:
        there = present(folder.housing if one.of_household else folder.persons, one.variables)
        if there:
            found[one.key] = (there[0], groups_of(there[0], census.dictionary))
    return found


class Tally:
    """Adds up weighted counts, batch by batch."""

    def __init__(self, census: Census) -> None:
        self.census = census
        self.groups = comparisons(census)
        self.pairs = [pair for pair in PAIRS if set(pair) <= set(self.groups)]
        self.sums = {key: np.zeros(len(groups.names)) for key, (_, groups) in self.groups.items()}
        self.pair_sums = {pair: np.zeros(self.shape(pair)) for pair in self.pairs}
        self.states = np.zeros(100)

    def shape(self, pair: tuple[str, str]) -> tuple[int, int]:
        first, second = (len(self.groups[key][1].names) for key in pair)
        return first, second

    def add(self, batch: PersonBatch) -> None:
        census, size = self.census, len(batch.serials)
        census.persons += size
        census.without_household += batch.without_household
        census.population += int(batch.weights.sum())
        keep = batch.eligible_weights > 0
        census.eligible += int(keep.sum())
        weights = batch.eligible_weights[keep]
        blank = np.full(size, BLANK, np.int32)
        numbers = {
            key: groups.numbers(batch.columns.get(variable, blank)[keep])
            for key, (variable, groups) in self.groups.items()
        }
        for key, found in numbers.items():
            self.sums[key] += np.bincount(found, weights, minlength=len(self.sums[key]))
        for pair in self.pairs:
            first, second = self.shape(pair)
            cells = numbers[pair[0]] * second + numbers[pair[1]]
            self.pair_sums[pair] += np.bincount(cells, weights, minlength=first * second).reshape(first, second)
        state = batch.columns.get("STATE", batch.columns.get("ST"))
        if state is not None:
            self.states += np.bincount(np.clip(state, 0, 99), batch.weights, minlength=100)

    def close(self) -> None:
        census = self.census
        census.population_by_state = {code: int(sum_) for code, sum_ in enumerate(self.states) if sum_}
        for key, (_, groups) in self.groups.items():
            census.counts[key] = named(groups.names, self.sums[key])
        for pair in self.pairs:
            rows, columns = (self.groups[key][1].names for key in pair)
            cells = self.pair_sums[pair]
            census.pair_counts[pair] = {
                (rows[i], columns[j]): int(cells[i, j]) for i, j in zip(*np.nonzero(cells), strict=True)
            }


def named(names: tuple[str, ...], sums: NDArray[Any]) -> dict[str, int]:
    return {name: int(total) for name, total in zip(names, sums, strict=True) if total}


# --- Draw -----------------------------------------------------------------------------------------
def draw_positions(census: Census, count: int, *, seed: int, part: int = 0) -> NDArray[np.int64]:
    """Return the places of ``count`` persons in the files, each drawn with its weight and put back.

    A record of weight 100 represents 100 people, so the same record may be drawn twice: as two of the people it
    represents. ``part`` gives a further draw of the same seed.
    """
    rng = np.random.default_rng([seed, part])
    ends = np.cumsum(census.weights, dtype=np.int64)
    return np.searchsorted(ends, rng.integers(0, ends[-1], size=count), side="right").astype(np.int64)


def take_records(census: Census, positions: NDArray[np.int64], *, progress: Progress = silent) -> list[Record]:
    """Return the records at these places, in this order. Reads the files once more, up to the last place."""
    wanted = np.unique(positions)
    found: dict[int, Record] = {}
    start = 0
    for batch in person_batches(census, progress):
        end = start + len(batch.serials)
        first, last = np.searchsorted(wanted, [start, end])
        for place in wanted[first:last].tolist():
            found[place] = record_at(batch, place - start)
        start = end
        if last == len(wanted):
            break
    return [found[place] for place in positions.tolist()]


def grouping(variables: Mapping[str, str], dictionary: Dictionary) -> Callable[[Codes], dict[str, str]]:
    """Return a function from a record's codes to the group of each compared attribute."""
    groups = {key: (variable, groups_of(variable, dictionary)) for key, variable in variables.items()}

    def group(codes: Codes) -> dict[str, str]:
        found = {}
        for key, (variable, of_variable) in groups.items():
            code = codes.get(variable)
            found[key] = of_variable.names[int(of_variable.numbers(np.array([BLANK if code is None else code]))[0])]
        return found

    return group


def record_at(batch: PersonBatch, row: int) -> Record:
    codes: Codes = {}
    for name, column in batch.columns.items():
        value = int(column[row])
        codes[name] = None if value == BLANK else value
    return Record(batch.serials[row].decode(), codes.get("SPORDER") or 0, codes)
