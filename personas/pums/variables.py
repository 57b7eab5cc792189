"""The paper's 24 census attributes, the PUMS variables they are made of, and the groups in which they are compared."""

from __future__ import annotations

from dataclasses import dataclass

AGE_BANDS = (0, 5, 10, 15, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85)
INCOME_BANDS = (-100_000_000, 0, 1, 10_000, 25_000, 50_000, 75_000, 100_000, 150_000)
INCOME_WORDS = (
    "Loss",
    "None",
    "$1 to $9,999",
    "$10,000 to $24,999",
    "$25,000 to $49,999",
    "$50,000 to $74,999",
    "$75,000 to $99,999",
    "$100,000 to $149,999",
    "$150,000 or more",
)


@dataclass(frozen=True)
class CensusAttribute:
    """An attribute and the variables it can be read from, the best first."""

    key: str
    variables: tuple[str, ...]
    of_household: bool = False


# In the order of the paper's appendix A.
ATTRIBUTES = (
    CensusAttribute("age", ("AGEP",)),
    CensusAttribute("sex", ("SEX",)),
    CensusAttribute("race", ("RAC1P",)),
    CensusAttribute("ancestry", ("ANC1P",)),
    CensusAttribute("household language", ("HHL",), of_household=True),
    CensusAttribute("education", ("SCHL",)),
    CensusAttribute("employment status", ("ESR",)),
    CensusAttribute("class of worker", ("COW",)),
    CensusAttribute("industry category", ("INDP",)),
    CensusAttribute("occupation category", ("OCCP",)),
    CensusAttribute("income", ("PINCP",)),
    CensusAttribute("marital status", ("MAR",)),
    CensusAttribute("household type", ("HHT2", "HHT"), of_household=True),
    CensusAttribute("family presence and age", ("FPARC",), of_household=True),
    CensusAttribute("place of birth", ("POBP",)),
    CensusAttribute("citizenship", ("CIT",)),
    CensusAttribute("veteran status", ("MIL", "VPS")),
    CensusAttribute("disability", ("DIS",)),
    CensusAttribute("health insurance", ("HICOV",)),
    CensusAttribute("cognitive difficulty", ("DREM",)),
    CensusAttribute("ability to speak english", ("ENG",)),
    CensusAttribute("vision difficulty", ("DEYE",)),
    CensusAttribute("fertility", ("FER",)),
    CensusAttribute("hearing difficulty", ("DEAR",)),
)

# Whose combinations are compared as well.
PAIRS = (
    ("sex", "age"),
    ("race", "education"),
    ("race", "citizenship"),
    ("age", "marital status"),
    ("sex", "employment status"),
    ("education", "income"),
)

HOUSEHOLD_VARIABLES = tuple(name for one in ATTRIBUTES if one.of_household for name in one.variables)
PERSON_VARIABLES = (
    *(name for one in ATTRIBUTES if not one.of_household for name in one.variables),
    *("LANX", "NATIVITY"),  # for the rules only
    *("ADJINC", "SPORDER", "ST", "STATE"),
)
# Codes that say nothing of a person: their labels are counted beside the census, but no persona has them.
SAYS_NOTHING = ("not reported", "uncodable entries")
