"""A survey's answers beside what a model wrote: shares of personas whose text mentions an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from files.reading import Data, Problems, read_records
from personas.attributes import canonical_key

COLUMNS = ("attribute", "answer", "words", "percent")
TEMPLATE = """attribute,answer,words,percent
religion,Protestant,protestant;baptist;methodist;lutheran,40
religion,Catholic,catholic;mass,19
religion,None,atheist;agnostic;not religious,28
political views,Democrat,democrat;left,45
political views,Republican,republican;right,45
"""
"""The form of the file; the numbers are made up."""


@dataclass(frozen=True)
class Answer:
    """One answer of a survey, and the words by which a text is counted to it."""

    attribute: str
    answer: str
    words: tuple[str, ...]
    percent: float


@dataclass(frozen=True)
class Compared:
    """An answer's share in the survey and among the personas; ``n`` personas have the attribute."""

    answer: Answer
    n: int
    mentions: int

    @property
    def percent(self) -> float:
        return 100 * self.mentions / self.n if self.n else 0.0

    @property
    def difference(self) -> float:
        return self.percent - self.answer.percent

    @property
    def noise(self) -> float:
        """Two standard errors of a sample of n from the survey's share, in percentage points."""
        share = self.answer.percent / 100
        return 200 * (share * (1 - share) / self.n) ** 0.5 if self.n else 0.0

    @property
    def exceeds_noise(self) -> bool:
        return self.n > 0 and abs(self.difference) > self.noise


def read_survey(data: Data, filename: str) -> list[Answer]:
    """Return the answers of a survey file. Raises UnreadableFile."""
    problems, found = Problems(), []
    records = read_records(data, filename=filename)
    for name in COLUMNS:
        if name not in records.columns:
            problems.note(f"The column {name} is missing.", line=1)
    problems.raise_if_any()
    for record in records:
        values = {name: str(record.values.get(name) or "").strip() for name in COLUMNS}
        words = tuple(word.strip() for word in values["words"].split(";") if word.strip())
        percent = percent_of(values["percent"])
        for name in ("attribute", "answer"):
            if not values[name]:
                problems.add(record.problem(name, "Expected a text."))
        if percent is None:
            problems.add(record.problem("percent", "Expected a number from 0 to 100."))
        words = words or (values["answer"],)
        found.append(Answer(canonical_key(values["attribute"]), values["answer"], words, percent or 0))
    problems.raise_if_any()
    return found


def percent_of(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,3}(\.\d+)?", text) and float(text) <= 100 else None


def compare_with_survey(answers: Sequence[Answer], personas: Iterable[Mapping[str, str]]) -> list[Compared]:
    """Count for each answer the personas whose text of the attribute mentions one of its words."""
    texts = list(personas)
    compared = []
    for answer in answers:
        written = [one[answer.attribute] for one in texts if one.get(answer.attribute)]
        compared.append(Compared(answer, len(written), sum(mentions(text, answer.words) for text in written)))
    return compared


def mentions(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)
