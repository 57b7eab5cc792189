"""Made-up census files in the official form, for tests and for trying everything out. Nobody in them exists.

The codes and labels are from the Census Bureau's PUMS data dictionary of 2023 (public domain), a few of each variable.
"""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

PERSON_FILE, HOUSING_FILE, DICTIONARY_FILE = "psam_p99.csv", "psam_h99.csv", "PUMS_Data_Dictionary_example.csv"
LABELS: dict[str, dict[int, str]] = {
    "SEX": {1: "Male", 2: "Female"},
    "RAC1P": {
        1: "White alone",
        2: "Black or African American alone",
        3: "American Indian alone",
        6: "Asian alone",
        8: "Some Other Race alone",
        9: "Two or More Races",
    },
    "ANC1P": {
        22: "English", 32: "German", 50: "Irish", 51: "Italian", 210: "Mexican", 615: "Asian Indian", 706: "Chinese",
        785: "Vietnamese", 902: "African American", 939: "American", 999: "Not reported",
    },
    "HHL": {
        1: "English only", 2: "Spanish", 3: "Other Indo-European languages", 4: "Asian and Pacific Island languages",
        5: "Other language",
    },
    "SCHL": {
        1: "No schooling completed", 2: "Nursery school, preschool", 3: "Kindergarten",
        **{grade + 3: f"Grade {grade}" for grade in range(1, 12)},
        15: "12th grade - no diploma", 16: "Regular high school diploma", 17: "GED or alternative credential",
        18: "Some college, but less than 1 year", 19: "1 or more years of college credit, no degree",
        20: "Associate's degree", 21: "Bachelor's degree", 22: "Master's degree",
        23: "Professional degree beyond a bachelor's degree", 24: "Doctorate degree",
    },
    "ESR": {
        1: "Civilian employed, at work", 2: "Civilian employed, with a job but not at work", 3: "Unemployed",
        4: "Armed forces, at work", 5: "Armed forces, with a job but not at work", 6: "Not in labor force",
    },
    "COW": {
        1: "Employee of a private for-profit company or business, or of an individual, for wages, salary, or "
        "commissions",
        2: "Employee of a private not-for-profit, tax-exempt, or charitable organization",
        3: "Local government employee (city, county, etc.)", 4: "State government employee",
        5: "Federal government employee",
        6: "Self-employed in own not incorporated business, professional practice, or farm",
    },
    "INDP": {
        170: "AGR-Crop Production", 4971: "RET-Supermarkets And Other Grocery (Except Convenience) Retailers",
        6170: "TRN-Truck Transportation", 7380: "PRF-Computer Systems Design And Related Services",
        7860: "EDU-Elementary And Secondary Schools",
        8270: "MED-Nursing Care Facilities (Skilled Nursing Facilities)",
        8680: "ENT-Food Services And Drinking Places, except Alcoholic Beverages", 9160: "SRV-Religious Organizations",
    },
    "OCCP": {
        220: "MGR-Construction Managers", 1021: "CMM-Software Developers",
        2310: "EDU-Elementary And Middle School Teachers", 3255: "MED-Registered Nurses", 4020: "EAT-Cooks",
        4110: "EAT-Waiters And Waitresses", 4720: "SAL-Cashiers", 5240: "OFF-Customer Service Representatives",
        6230: "CON-Carpenters", 7200: "RPR-Automotive Service Technicians And Mechanics",
        9130: "TRN-Driver/Sales Workers And Truck Drivers",
    },
    "MAR": {1: "Married", 2: "Widowed", 3: "Divorced", 4: "Separated", 5: "Never married or under 15 years old"},
    "HHT2": {
        1: "Married couple household with children of the householder less than 18",
        2: "Married couple household, no children of the householder less than 18",
        5: "Female householder, no spouse/partner present, living alone",
        6: "Female householder, no spouse/partner present, with children of the householder less than 18",
        9: "Male householder, no spouse/partner present, living alone",
        10: "Male householder, no spouse/partner present, with children of the householder less than 18",
    },
    "FPARC": {
        1: "With related children under 5 years only", 2: "With related children 5 to 17 years only",
        3: "With related children under 5 years and 5 to 17 years", 4: "No related children",
    },
    "POBP": {
        6: "California/CA", 12: "Florida/FL", 17: "Illinois/IL", 36: "New York/NY", 39: "Ohio/OH", 48: "Texas/TX",
        207: "China", 210: "India", 233: "Philippines", 247: "Vietnam", 303: "Mexico", 312: "El Salvador",
    },
    "CIT": {
        1: "Born in the United States",
        2: "Born in Puerto Rico, Guam, the U.S. Virgin Islands, or Northern Marianas",
        3: "Born abroad of U.S. citizen parent or parents", 4: "U.S. citizen by naturalization",
        5: "Not a U.S. citizen",
    },
    "MIL": {
        1: "Now on active duty", 2: "On active duty in the past, but not now",
        3: "Only on active duty for training in Reserves/National Guard", 4: "Never served in the military",
    },
    "VPS": {1: "Gulf War: 9/2001 or later", 6: "Vietnam Era", 11: "WWII"},
    "DIS": {1: "With a disability", 2: "Without a disability"},
    "HICOV": {1: "With health insurance coverage", 2: "No health insurance coverage"},
    **{name: {1: "Yes", 2: "No"} for name in ("DREM", "DEYE", "DEAR", "FER")},
    "ENG": {1: "Very well", 2: "Well", 3: "Not well", 4: "Not at all"},
    "LANX": {1: "Yes, speaks another language", 2: "No, speaks only English"},
    "NATIVITY": {1: "Native", 2: "Foreign born"},
}  # fmt: skip
RACES = {1: 62, 2: 12, 3: 2, 6: 7, 8: 7, 9: 10}
ABROAD = (207, 210, 233, 247, 303, 312)
PERSON_COLUMNS = (
    "RT", "SERIALNO", "SPORDER", "PUMA", "ST", "ADJINC", "PWGTP", "AGEP", "CIT", "COW", "DEAR", "DEYE", "DREM", "ENG",
    "FER", "LANX", "MAR", "MIL", "SCHL", "SEX", "ANC1P", "DIS", "ESR", "HICOV", "INDP", "NATIVITY", "OCCP", "PINCP",
    "POBP", "RAC1P", "VPS",
)  # fmt: skip
HOUSING_COLUMNS = ("RT", "SERIALNO", "PUMA", "ST", "WGTP", "NP", "HHL", "HHT2", "FPARC")
Row = dict[str, object]


def write_example_census(folder: Path, *, persons: int = 3000, seed: int = 1) -> None:
    """Write a person file, a housing file and a dictionary; the same seed writes the same bytes."""
    random = Random(seed)
    people: list[Row] = []
    homes: list[Row] = []
    while len(people) < persons:
        home, members = household(len(homes) + 1, random)
        homes.append(home)
        people += members
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / PERSON_FILE, PERSON_COLUMNS, people)
    write(folder / HOUSING_FILE, HOUSING_COLUMNS, homes)
    write_dictionary(folder / DICTIONARY_FILE)


def write(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_dictionary(path: Path) -> None:
    """Write the labels as the official CSV does: a NAME line for each variable, a VAL line for each code."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for variable, labels in LABELS.items():
            length = len(str(max(labels)))
            writer.writerow(["NAME", variable, "C", length, variable])
            writer.writerow(["VAL", variable, "C", length, "b" * length, "b" * length, "N/A"])
            for code, label in labels.items():
                text = str(code).zfill(length)
                writer.writerow(["VAL", variable, "C", length, text, text, label])


# --- One household ----------------------------------------------------------------------------------
def household(number: int, random: Random) -> tuple[Row, list[Row]]:
    """Return a housing record and its members: one adult or a couple, often with children."""
    serial = f"2023HU{number:07}"
    race = random.choices(list(RACES), list(RACES.values()))[0]
    abroad = random.random() < (0.5 if race in (6, 8) else 0.06)
    is_couple = random.random() < 0.5
    ages = adult_ages(is_couple, random)
    children = [random.randint(0, 17) for _ in range(random.choice((0, 0, 0, 1, 1, 2, 3)) if min(ages) < 50 else 0)]
    sexes = random.sample((1, 2), 2)
    language = random.choice((2, 3, 4)) if abroad else 1
    shared: Row = {"RT": "P", "SERIALNO": serial, "PUMA": "00100", "ST": random.choice(("06", "36", "39", "48"))}
    shared |= {"ADJINC": 1019518, "RAC1P": race}
    adults = [adult(age, sex, is_couple, abroad, random) for age, sex in zip(ages, sexes, strict=False)]
    members = adults + [child(age, language, random) for age in children]
    rows = [
        shared | {"SPORDER": order, "PWGTP": random.randint(20, 200)} | member
        for order, member in enumerate(members, start=1)
    ]
    home: Row = {"RT": "H", "SERIALNO": serial, "PUMA": "00100", "ST": shared["ST"], "NP": len(rows)}
    home |= {"WGTP": random.randint(20, 200), "HHL": language, "FPARC": family(children, is_couple)}
    home |= {"HHT2": f"{home_type(sexes[0], is_couple, bool(children)):02}"}
    return home, rows


def adult_ages(is_couple: bool, random: Random) -> list[int]:
    first = min(94, int(random.triangular(18, 95, 40)))
    return [first, min(94, max(18, first + random.randint(-6, 6)))] if is_couple else [first]


def home_type(sex: int, is_couple: bool, has_children: bool) -> int:
    if is_couple:
        return 1 if has_children else 2
    return {(2, False): 5, (2, True): 6, (1, False): 9, (1, True): 10}[sex, has_children]


def family(children: list[int], is_couple: bool) -> int | str:
    if not children:
        return 4 if is_couple else ""
    young, old = any(age < 5 for age in children), any(age >= 5 for age in children)
    return 3 if young and old else 1 if young else 2


def adult(age: int, sex: int, is_couple: bool, abroad: bool, random: Random) -> Row:
    schooling = random.choices((9, 12, 14, 16, 17, 19, 20, 21, 22, 24), (1, 2, 2, 28, 4, 20, 9, 22, 10, 2))[0]
    schooling = min(schooling, 19) if age < 21 else schooling
    works = random.random() < (0.72 if age < 65 else 0.15)
    looks = not works and age < 65 and random.random() < 0.1
    served = age >= 22 and random.random() < 0.08
    difficulties = {name: 1 if random.random() < 0.02 + age / 1500 else 2 for name in ("DREM", "DEYE", "DEAR")}
    marital = 1 if is_couple else random.choices((2, 3, 4, 5), (40, 20, 3, 20) if age > 65 else (3, 22, 4, 60))[0]
    return {
        "AGEP": age,
        "SEX": sex,
        "MAR": marital,
        "SCHL": f"{schooling:02}",
        "ESR": 1 if works else 3 if looks else 6,
        **(job(random) if works or looks else {}),
        "PINCP": income(works, schooling, random),
        "MIL": 2 if served else 4,
        "VPS": ("06" if age > 68 else "01") if served else "",
        **origin(abroad, random),
        **difficulties,
        "DIS": 1 if 1 in difficulties.values() else 2,
        "HICOV": 1 if random.random() < 0.91 else 2,
        **({"FER": 1 if random.random() < 0.05 else 2} if sex == 2 and age <= 50 else {}),
    }


def job(random: Random) -> Row:
    return {
        "COW": random.choices((1, 2, 3, 4, 5, 6), (62, 9, 8, 6, 4, 9))[0],
        "INDP": f"{random.choice(list(LABELS['INDP'])):04}",
        "OCCP": f"{random.choice(list(LABELS['OCCP'])):04}",
    }


def income(works: bool, schooling: int, random: Random) -> int:
    if not works and random.random() < 0.2:
        return 0
    middle = (38_000 if works else 16_000) * (1.8 if schooling >= 21 else 1)
    return round(random.lognormvariate(0, 0.6) * middle / 100) * 100


def origin(abroad: bool, random: Random) -> Row:
    if abroad:
        place, citizenship = random.choice(ABROAD), random.choice((4, 5))
        language = {"LANX": 1, "ENG": random.choice((1, 1, 2, 3, 4))}
        return {"POBP": f"{place:03}", "ANC1P": 999, "CIT": citizenship, "NATIVITY": 2, **language}
    ancestry = random.choice([code for code in LABELS["ANC1P"] if code not in (210, 615, 706, 785)])
    place = random.choice([code for code in LABELS["POBP"] if code not in ABROAD])
    return {"POBP": f"{place:03}", "ANC1P": f"{ancestry:03}", "CIT": 1, "NATIVITY": 1, "LANX": 2}


def child(age: int, language: int, random: Random) -> Row:
    row: Row = {"AGEP": age, "SEX": random.choice((1, 2)), "MAR": 5, "HICOV": 1, "DEYE": 2, "DEAR": 2, "DIS": 2}
    row |= {"POBP": "006", "ANC1P": 999, "CIT": 1, "NATIVITY": 1}
    if age >= 3:
        row["SCHL"] = f"{1 if age < 5 else min(age - 2, 15):02}"
    if age >= 5:
        row |= {"LANX": 1, "ENG": 1} if language != 1 else {"LANX": 2}
        row["DREM"] = 2
    if age >= 15:
        row["PINCP"] = 0
        if row["SEX"] == 2:
            row["FER"] = 2
    if age >= 16:
        row["ESR"] = 6
    if age >= 17:
        row["MIL"] = 4
    return row
