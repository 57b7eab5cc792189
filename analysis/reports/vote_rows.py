"""What people's votes on each question came to: one row for each question that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from analysis.labels import ALTERNATIVE, NO_PREFERENCE, REVISED
from analysis.results import Results
from analysis.stats.labels import MISSING
from analysis.stats.votes import VoteState
from annotation.models import Question
from files.columns import NUMBER, TEXT, Column, Value


@dataclass(frozen=True)
class VoteRow:
    """One question; ``votes`` are those of its content categories, ``consensus`` is one of them or -1."""

    study: str
    rule: str
    design: str
    persona_id: str
    prompt_id: str
    topic: str
    state: str
    consensus: int
    revised_is_first: bool
    votes: tuple[int, ...]

    @property
    def word(self) -> str:
        """The consensus as the exports write a choice; empty for none."""
        words = {REVISED: "revised", ALTERNATIVE: self.design, NO_PREFERENCE: "no_preference"}
        return words.get(self.consensus, "")

    @property
    def by_reference(self) -> str:
        if self.consensus not in (REVISED, ALTERNATIVE):
            return ""
        return "first" if (self.consensus == REVISED) == self.revised_is_first else "second"

    def votes_for(self, label: int) -> int:
        return self.votes[label] if label < len(self.votes) else 0


COLUMNS = [
    Column("study", TEXT, "The study's slug.", attrgetter("study")),
    Column("persona_id", TEXT, "The persona's id, as in its file.", attrgetter("persona_id")),
    Column("prompt_id", TEXT, "The prompt's id, as in its file.", attrgetter("prompt_id")),
    Column("topic", TEXT, "The prompt's topic; may be empty.", attrgetter("topic")),
    Column("rule", TEXT, "The vote rule.", attrgetter("rule")),
    Column("state", TEXT, "majority, tie, too_few or missing.", attrgetter("state")),
    Column("consensus", TEXT, "revised, baseline or foil, or no_preference; empty without one.", attrgetter("word")),
    Column(
        "consensus_by_reference",
        TEXT,
        "first or second: the consensus in the question's fixed random order; else empty.",
        attrgetter("by_reference"),
    ),
    Column("votes", NUMBER, "Votes that the rule counted.", lambda row: sum(row.votes)),
    Column("votes_revised", NUMBER, "Those for the revised response.", lambda row: row.votes_for(REVISED)),
    Column("votes_alternative", NUMBER, "Those for the other response.", lambda row: row.votes_for(ALTERNATIVE)),
    Column("votes_no_preference", NUMBER, "Those for neither.", lambda row: row.votes_for(NO_PREFERENCE)),
]


def vote_rows(results: Results) -> Iterator[VoteRow]:
    """In the order of personas and their questions; two queries."""
    matrix, consensus, study = results.matrix, results.content_consensus, results.study
    drawn = Question.objects.filter(study=study).drawn()
    told = {pk: (key, topic) for pk, key, topic in drawn.values_list("pk", "prompt_key", "topic")}
    for item, pk in enumerate(matrix.question_ids.tolist()):
        prompt_id, topic = told[pk]
        state = VoteState(int(consensus.states[item]))
        yield VoteRow(
            study=study.slug,
            rule=results.options.rule.value,
            design=study.design,
            persona_id=matrix.personas[matrix.persona_index[item]].key,
            prompt_id=prompt_id,
            topic=topic,
            state=state.name.lower(),
            consensus=int(consensus.labels[item]) if state is VoteState.MAJORITY else MISSING,
            revised_is_first=bool(matrix.revised_is_first[item]),
            votes=tuple(consensus.votes[item].tolist()),
        )


def vote_values(results: Results) -> Iterator[dict[str, Value]]:
    """The rows as files and the API have them."""
    return ({column.name: column.value(row) for column in COLUMNS} for row in vote_rows(results))
