"""The opening: three to five sentences on who this person is, from whatever is known. Pure.

Who, where from and work make the first sentence, home the second; then what the person values, and one quirk.
Where values or quirks are missing, other attributes of the same kind take their place. A sentence never says more
than the attributes do, and ``used`` names the attributes that it says in full, so that nothing is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from personas.attributes import Attributes, values_by_key
from personas.text.english import capitalized, ended
from personas.text.home import home_of
from personas.text.inner import inner_sentences
from personas.text.labels import label_key
from personas.text.person import Values, noun_phrase, subject_of
from personas.text.places import is_a_territory, is_in_the_states, place_phrase
from personas.text.told import Told
from personas.text.work import Work, work_of

FEWEST = 3
STARTS = {"second": "You play ", "third": ""}
NOTHING_KNOWN = {"second": "You play the person described here.", "third": "This person is described below."}
BORN_IN_THE_STATES = "born in the united states"


@dataclass(frozen=True)
class Opening:
    """The sentences, the attributes they say in full, and what is left of those they say in part."""

    sentences: tuple[str, ...]
    used: frozenset[str] = frozenset()
    left: dict[str, str] = field(default_factory=dict)
    line: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


def opening_of(attributes: Attributes, *, name: str = "", person: str = "second") -> Opening:
    """Return the opening.

    Parameters
    ----------
    attributes : mapping or pairs
        Names and values; absent and unknown values are left out.
    name : str, optional
        The name that the study gives the person.
    person : {"second", "third"}
        "You play a 39-year-old man ..." or "A 39-year-old man ...".
    """
    values = values_by_key(attributes)
    work, subject = work_of(values), subject_of(values, name)
    first = first_sentence(values, work, name=name, person=person)
    home = home_of(values, subject)
    outside = [first, Told(home.sentence, home.used)]
    wanted = FEWEST - sum(bool(one.sentence) for one in outside)
    told = [*outside, *inner_sentences(values, subject, fewest=wanted)]
    sentences = [one.sentence for one in told if one.sentence]
    return Opening(
        sentences=tuple(sentences if first.sentence else [NOTHING_KNOWN[person], *sentences]),
        used=frozenset().union(*(one.used for one in told)),
        left={key: text for one in told for key, text in one.left.items()},
        line=summary_line(values, work, name),
    )


# --- The first sentence ---------------------------------------------------------------------------
def first_sentence(values: Values, work: Work, *, name: str, person: str) -> Told:
    """Return "You play a 39-year-old man from Pennsylvania who works as a construction manager."."""
    origin, used = origin_phrase(values)
    left = {} if work.description == values.get("detailed job description", "") else description_left(work)
    who = who_of(values, name)
    if not (who or origin or work.clause or work.apposition):
        return Told("", frozenset(), left)
    text = STARTS[person] + (who or "someone") + origin + work_clause(work, origin)
    return Told(ended(capitalized(text)), used | work.used | noun_keys(values), left)


def who_of(values: Values, name: str) -> str:
    """Return "Robin, a 39-year-old man"; "" for somebody without name, age and sex."""
    return ", ".join(part for part in (name, noun_phrase(values)) if part)


def description_left(work: Work) -> dict[str, str]:
    return {"detailed job description": work.description}


def noun_keys(values: Values) -> frozenset[str]:
    """Return age and sex as far as the noun says them; an unusual word for them stays for the groups."""
    noun = noun_phrase(values)
    says_sex = subject_of(values).word != "they"
    says_age = "-year-old" in noun or noun.startswith("a baby")
    return frozenset({"sex"} if says_sex else ()) | frozenset({"age"} if says_age else ())


def origin_phrase(values: Values) -> tuple[str, frozenset[str]]:
    """Return " from Ohio", " born in Mexico" or ", born in Mexico and now a U.S. citizen,", and what it says."""
    text, citizenship = values.get("place of birth", ""), label_key(values.get("citizenship", ""))
    place = place_phrase(text)
    if place is None:
        return "", frozenset()
    born, both = frozenset({"place of birth"}), frozenset({"place of birth", "citizenship"})
    if is_in_the_states(text) or (text == "Georgia" and citizenship == BORN_IN_THE_STATES):
        return from_phrase(place), both if citizenship == BORN_IN_THE_STATES else born
    if is_a_territory(text):
        return from_phrase(place), both if citizenship.startswith("born in puerto rico") else born
    if citizenship.startswith("born abroad of"):
        return f", born in {place} to American parents,", both
    if citizenship == "u.s. citizen by naturalization":
        return f", born in {place} and now a U.S. citizen,", both
    return f" born in {place}", born


def from_phrase(place: str) -> str:
    return f" from {place}{',' if place.endswith('.') else ''}"


def work_clause(work: Work, origin: str) -> str:
    """Return " who works as a nurse" or ", a theater director who ..."; what comes before may end in a comma."""
    if work.apposition:
        return f"{'' if origin.endswith(',') else ','} {work.apposition}"
    return f" who {work.clause}" if work.clause else ""


def summary_line(values: Values, work: Work, name: str) -> str:
    """Return the first sentence for a line with little room: "You play a 19-year-old man who is not in paid work."."""
    who = who_of(values, name)
    if not who and not work.short:
        return NOTHING_KNOWN["second"]
    return f"You play {who or 'someone'}{f' who {work.short}' if work.short else ''}."
