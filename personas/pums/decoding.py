"""A person's codes in the words of the official dictionary: the paper's census attributes."""

from __future__ import annotations

from personas.pums.census import Codes
from personas.pums.dictionary import Dictionary
from personas.pums.variables import ATTRIBUTES, SAYS_NOTHING, CensusAttribute

ADJUSTMENT = 1_000_000
"""ADJINC has six implied decimals."""


def decode(codes: Codes, dictionary: Dictionary) -> list[tuple[str, str]]:
    """Return the attributes that the record gives, in the paper's order; what was not asked is left out."""
    values = ((one.key, value_of(one, codes, dictionary)) for one in ATTRIBUTES)
    return [(key, value) for key, value in values if value is not None]


def value_of(attribute: CensusAttribute, codes: Codes, dictionary: Dictionary) -> str | None:
    if attribute.key == "age":
        return None if codes.get("AGEP") is None else str(codes["AGEP"])
    if attribute.key == "income":
        return income(codes)
    if attribute.key == "veteran status":
        return veteran_status(codes, dictionary)
    return next((label for name in attribute.variables if (label := label_of(name, codes, dictionary))), None)


def label_of(variable: str, codes: Codes, dictionary: Dictionary) -> str | None:
    code = codes.get(variable)
    label = None if code is None else dictionary.label(variable, code)
    return None if label is None or label.casefold() in SAYS_NOTHING else label


def income(codes: Codes) -> str | None:
    """Return the income in dollars of the file's last year, by ADJINC where the file has it."""
    amount, adjustment = codes.get("PINCP"), codes.get("ADJINC")
    return None if amount is None else str(round(amount * (adjustment or ADJUSTMENT) / ADJUSTMENT))


def veteran_status(codes: Codes, dictionary: Dictionary) -> str | None:
    """Return the period of service where there is one, else the answer on service; blank VPS says no active duty."""
    period = label_of("VPS", codes, dictionary)
    if period or "MIL" in codes:
        return period or label_of("MIL", codes, dictionary)
    return "Non-Veteran" if "VPS" in codes and (codes.get("AGEP") or 0) >= 17 else None


def undecoded(codes: Codes, dictionary: Dictionary) -> list[str]:
    """Return "OCCP 4321" for each code that the dictionary does not have."""
    names = [name for one in ATTRIBUTES if one.key not in ("age", "income") for name in one.variables]
    return [
        f"{name} {codes[name]}" for name in names if codes.get(name) is not None and unknown(name, codes, dictionary)
    ]


def unknown(name: str, codes: Codes, dictionary: Dictionary) -> bool:
    code = codes[name]
    return code is not None and dictionary.label(name, code) is None
