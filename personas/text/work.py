"""What a person does, as the clause after "who", and which attributes that clause has used up. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from personas.text.english import capitalized, with_article, with_small_start, word_count
from personas.text.labels import label_key
from personas.text.occupations import occupation_noun
from personas.text.person import Values, is_female, is_minor

LONGEST_CLAUSE = 28
# A clause of the job description that names the job: "Senior software developer for an electronics retailer".
WORDS_BEFORE_NOUN = 3
PEOPLE_OF_THE_CLERGY = r"pastor|priest|minister|rabbi|imam|chaplain|deacon|reverend|vicar|monk|nun"
ENDS_OF_JOBS = (
    r"(?:\w*(?:er|or|ist|ian|eer|ant|ent|yst|man|woman|wife|nurse|clerk|chef|cook|coach|pilot|guard|judge|aide))"
)
RETIRED_JOB = re.compile(rf"retired (?!from\b)((?:[\w-]+ ){{0,3}}{ENDS_OF_JOBS})\b(?=$|[ ])", re.IGNORECASE)
# Said by the employment status already: "Retired; was a machinist", "Not working for pay at present; handles ...".
STATUS_PREFIX = re.compile(
    r"^(?:(?:now |semi-)?retired|not (?:currently )?(?:working|employed)(?: for pay)?(?: (?:at present|now|right now))?"
    r"|not in paid work|(?:currently )?unemployed|(?:looking for|out of|between) (?:work|jobs)"
    r"|(?:a |full-time )?student)"
    r"\s*(?:[;,:.]\s*|$)",
    re.IGNORECASE,
)
HEAD_OF_SOMETHING = re.compile(r"(pastor|chief executive|principal|head|owner|director|president|manager) of an? ")
PAPER_FILLERS = {"retired", "student", "a student", "unemployed", "not applicable"}


@dataclass(frozen=True)
class Work:
    """The clause ("works as a nurse"), or a noun in apposition ("a theater director who ..."), and what is left over.

    ``used`` names the attributes said in full; ``description`` is what the job description says beyond them.
    """

    clause: str = ""
    apposition: str = ""
    short: str = ""
    used: frozenset[str] = frozenset()
    description: str = ""


def work_of(values: Values) -> Work:
    """Return what the sentence says of the person's work, from status, occupation and job description."""
    description = values.get("detailed job description", "")
    rest = capitalized(STATUS_PREFIX.sub("", description))
    status = label_key(values.get("employment status", ""))
    if is_retired(values):
        return retired(values, description, rest)
    if is_student(values):
        return said("is a student", values, rest)
    if is_minor(values) and not has_occupation(values):
        return Work(description=rest)
    if status.startswith("armed forces"):
        return said("serves in the armed forces", values, description)
    if status.startswith("unemployed"):
        return said("is looking for work", values, rest)
    if status.startswith("not in labor"):
        return said("is not in paid work", values, rest)
    return job(values, description)


def said(clause: str, values: Values, description: str, *, apposition: str = "") -> Work:
    """Return the work said by a status; the last job, if any, stays for the groups."""
    used = {"employment status"} | {
        key
        for key in ("class of worker", "occupation category", "industry category")
        if label_key(values.get(key, "")) in PAPER_FILLERS
    }
    return Work(clause, apposition, clause, frozenset(used), description)


def retired(values: Values, description: str, rest: str) -> Work:
    """Return "is a retired sociology professor" where the description names the job, else "is retired"."""
    clause, after = split_clause(description)
    if RETIRED_JOB.match(clause) and word_count(clause) <= LONGEST_CLAUSE:
        return said(f"is {with_article(with_small_start(clause))}", values, after)
    return said("is retired", values, rest)


def job(values: Values, description: str) -> Work:
    """Return the job in the description's own words where they name it, else the occupation's noun."""
    noun = occupation_of(values, description)
    employed = "employed" in label_key(values.get("employment status", ""))
    own = is_self_employed(values)
    clause, after = split_clause(description)
    used = {"employment status"} if employed else set()
    used |= {"class of worker"} if own else set()
    if noun and names_the_job(clause, noun) and word_count(clause) <= LONGEST_CLAUSE:
        phrase = named_job(clause)
        key = {"occupation category", "detailed job description"}
        said_as = (
            {"apposition": with_small_start(phrase)}
            if " who " in clause
            else {"clause": f"is {with_small_start(phrase)}"}
        )
        return Work(**said_as, short=short_job(noun, own=own), used=frozenset(used | key), description=after)
    if noun:
        clause = short_job(noun, own=own)
        return Work(clause, "", clause, frozenset(used | {"occupation category"}), description)
    phrase = "is self-employed" if own else "works without pay in a family business" if is_unpaid(values) else ""
    phrase = phrase or ("is in paid work" if employed else "")
    if is_unpaid(values):
        used |= {"class of worker"}
    return Work(phrase, "", phrase, frozenset(used if phrase else ()), description)


def short_job(noun: str, *, own: bool) -> str:
    """Return "works as a nurse", "is self-employed as a plumber"; owners of small firms supervise nobody's shop."""
    if own and noun.endswith(" supervisor"):
        return f"is self-employed in {noun.removesuffix(' supervisor')}"
    if own and "self-employed" not in noun and not noun.endswith("service member"):
        return f"is self-employed as {with_article(noun)}"
    is_no_trade = noun.startswith("member of ") or noun.endswith("service member")
    return f"{'is' if is_no_trade else 'works as'} {with_article(noun)}"


def split_clause(description: str) -> tuple[str, str]:
    """Return the description's first clause, and what follows its colon, semicolon or full stop."""
    parts = re.split(r"\s*[;:]\s+|(?<=[a-z\d)])\.\s+(?=[A-Z])", description.strip(), maxsplit=1)
    first = parts[0].rstrip(" .,;:")
    return first, capitalized(parts[1]) if len(parts) > 1 else ""


def named_job(clause: str) -> str:
    """Return the clause with its article: "the pastor of a small church", of which there is one."""
    if re.match(r"(an?|the) ", clause, re.IGNORECASE):
        return clause
    small = with_small_start(clause)
    return f"the {small}" if HEAD_OF_SOMETHING.match(small) else with_article(small)


def names_the_job(clause: str, noun: str) -> bool:
    """Say whether the clause is a noun phrase of that job: "Registered nurse on a hospital floor"."""
    kinds = PEOPLE_OF_THE_CLERGY if noun == "member of the clergy" else "|".join(map(re.escape, noun.split(" or ")))
    return (
        re.match(rf"(?:[\w-]+ ){{0,{WORDS_BEFORE_NOUN}}}(?:{kinds})\b(?! (?:who|and) .*[;:])", clause, re.IGNORECASE)
        is not None
    )


def occupation_of(values: Values, description: str) -> str:
    """Return the noun for the occupation; "" where it names no kind of person or a status."""
    title = values.get("occupation category", "")
    if not has_occupation(values):
        return ""
    noun = occupation_noun(title, female=is_female(values), description=description)
    return noun if word_count(noun) <= 12 else ""


def has_occupation(values: Values) -> bool:
    title = label_key(values.get("occupation category", ""))
    return bool(title) and title not in PAPER_FILLERS


def is_self_employed(values: Values) -> bool:
    return label_key(values.get("class of worker", "")).startswith("self-employed")


def is_unpaid(values: Values) -> bool:
    return label_key(values.get("class of worker", "")).startswith("working without pay")


def is_at_work(values: Values) -> bool:
    """Say whether the occupation is of now; else it is the last one."""
    status = label_key(values.get("employment status", ""))
    return not (status.startswith(("unemployed", "not in labor")) or is_retired(values))


def is_student(values: Values) -> bool:
    named = (values.get("occupation category", ""), values.get("employment status", ""))
    described = values.get("detailed job description", "").casefold()
    return any(value.casefold() in ("student", "a student") for value in named) or described.startswith("student")


def is_retired(values: Values) -> bool:
    """Say whether the person is said to be retired; being old and out of work does not say it."""
    keys = ("employment status", "class of worker", "occupation category", "detailed job description")
    return any(re.match(r"(now |semi-)?retired\b", values.get(key, "").casefold()) for key in keys)
