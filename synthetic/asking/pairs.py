"""Direct Principle Feedback: an answer without a persona, its critique in the persona's place, a revision.

The steps are those of the paper's appendix B (arXiv 2407.17387), in our own words; VERSION names the wording.
"""

from __future__ import annotations

from dataclasses import dataclass

from llm.chat import ChatRequest, JsonObject, OneOf, Sampling, chat
from synthetic.asking.reading import Unreadable, json_object, plain_text

VERSION = 1
BASELINE, CRITIQUE, REVISION, PREFERENCE = "baseline answer", "critique", "revision", "preference"
LONGEST_ANSWER = 4000

BASELINE_SYSTEM = "You are a helpful assistant. Answer in at most 120 words, in plain paragraphs."

CRITIQUE_SYSTEM = (
    "You put yourself in the place of one person and judge an answer as that person would. The person wants short "
    "answers and dislikes long advice."
)
CRITIQUE_REQUEST = """The person:
{persona}

The person asked: <<<{prompt}>>>

The answer was: <<<{answer}>>>

Judge the answer as this person. "evaluation": what in it suits the person and what does not, quoting the answer and \
what is known of the person. "suggestions": how to change it so that it suits the person better, stays on the question \
and becomes no longer. Reply with a JSON object of these two texts."""

REVISION_SYSTEM = (
    "You revise answers. The reader must not notice that the answer was written for somebody in particular: never "
    "mention or quote facts about the person, and never say that the answer was changed."
)
REVISION_REQUEST = """Question: <<<{prompt}>>>

Answer: <<<{answer}>>>

Critique by the person who asked:
{critique}

Revise the answer in the light of the critique: subtle, still an answer to the question, and with no more words than \
the answer has ({words}). Reply with a JSON object: "revision" is the revised answer."""

PREFERENCE_SYSTEM = "You play one person and choose between two answers as that person would."
PREFERENCE_REQUEST = """You are this person:
{persona}

You asked: <<<{prompt}>>>

Answer A: <<<{first}>>>

Answer B: <<<{second}>>>

Which answer do you prefer? Reply with A or B only."""


@dataclass(frozen=True)
class Critique:
    evaluation: str
    suggestions: str

    def __str__(self) -> str:
        return f"Evaluation: {self.evaluation}\nSuggestions: {self.suggestions}"


def texts(*names: str) -> JsonObject:
    properties = {name: {"type": "string"} for name in names}
    schema = {"type": "object", "properties": properties, "required": list(names), "additionalProperties": False}
    return JsonObject("_".join(names), schema)


def ask_for_baseline(prompt: str, *, seed: int) -> ChatRequest:
    return ChatRequest(
        messages=chat(prompt, system=BASELINE_SYSTEM),
        sampling=Sampling(temperature=0.7, max_tokens=400, seed=seed),
        purpose=BASELINE,
    )


def read_baseline(text: str) -> str:
    return plain_text(text, longest=LONGEST_ANSWER)


def ask_for_critique(persona: str, prompt: str, answer: str, *, seed: int) -> ChatRequest:
    request = CRITIQUE_REQUEST.format(persona=persona, prompt=prompt, answer=answer)
    return ChatRequest(
        messages=chat(request, system=CRITIQUE_SYSTEM),
        sampling=Sampling(temperature=0.7, max_tokens=600, seed=seed),
        constraint=texts("evaluation", "suggestions"),
        purpose=CRITIQUE,
    )


def read_critique(text: str) -> str:
    value = json_object(text, ("evaluation", "suggestions"))
    return str(Critique(plain_text(value["evaluation"]), plain_text(value["suggestions"])))


def ask_for_revision(prompt: str, answer: str, critique: str, *, seed: int) -> ChatRequest:
    request = REVISION_REQUEST.format(prompt=prompt, answer=answer, critique=critique, words=len(answer.split()))
    return ChatRequest(
        messages=chat(request, system=REVISION_SYSTEM),
        sampling=Sampling(temperature=0.7, max_tokens=600, seed=seed),
        constraint=texts("revision"),
        purpose=REVISION,
    )


def read_revision(text: str, answer: str) -> str:
    """Return the revision. Raises Unreadable also where it is the answer itself: that is no pair."""
    revision = plain_text(json_object(text, ("revision",))["revision"], longest=LONGEST_ANSWER)
    if " ".join(revision.split()) == " ".join(answer.split()):
        raise Unreadable("The revision is the answer itself.")
    return revision


def ask_which_is_preferred(persona: str, prompt: str, first: str, second: str) -> ChatRequest:
    request = PREFERENCE_REQUEST.format(persona=persona, prompt=prompt, first=first, second=second)
    return ChatRequest(
        messages=chat(request, system=PREFERENCE_SYSTEM),
        sampling=Sampling(temperature=0.0, max_tokens=1),
        constraint=OneOf(("A", "B")),
        purpose=PREFERENCE,
    )


def read_preference(text: str) -> str:
    if text.strip() not in ("A", "B"):
        raise Unreadable(f"Expected A or B, found {text[:40]!r}.")
    return text.strip()
