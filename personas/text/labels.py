"""Census answers in the words a person would use; what has no rule here is shown as it is.

The keys are the labels of the Census Bureau's data dictionary in the form of ``label_key``, so that the
spellings of different years and of the paper find the same words. Source of the labels: American Community
Survey PUMS data dictionary, U.S. Census Bureau (public domain).
"""

from __future__ import annotations

import re

GROUP_CODE = re.compile(r"^[A-Z]{3}-(?=[A-Z])")


def label_key(label: str) -> str:
    """Return a label in the form in which tables are searched: no group code, no case, commas alike."""
    text = GROUP_CODE.sub("", label.strip()).replace("’", "'").casefold()
    text = re.sub(r"\s*[,:;]\s*", ", ", text)
    return re.sub(r"\s+", " ", text.replace(", and ", " and ").replace(", or ", " or ")).rstrip(" .")


RACE = {
    "white alone": "White",
    "black or african american alone": "Black",
    "american indian alone": "American Indian",
    "alaska native alone": "Alaska Native",
    "american indian and alaska native tribes specified or american indian or alaska native, not specified and no other"
    " races": "American Indian or Alaska Native",
    "asian alone": "Asian",
    "native hawaiian and other pacific islander alone": "Native Hawaiian or Pacific Islander",
    "some other race alone": "Not among those the census lists",
    "two or more races": "More than one race",
}
HOUSEHOLD_LANGUAGE = {
    "english only": "English",
    "spanish": "Spanish",
    "other indo-european languages": "Another European or South Asian language",
    "asian and pacific island languages": "An East Asian or Pacific language",
    "other language": "Another language",
}
EDUCATION = {
    "no schooling completed": "No schooling",
    "nursery school, preschool": "Preschool",
    "kindergarten": "Kindergarten",
    "grade 1": "First grade",
    "grade 2": "Second grade",
    "grade 3": "Third grade",
    "grade 4": "Fourth grade",
    "grade 5": "Fifth grade",
    "grade 6": "Sixth grade",
    "grade 7": "Seventh grade",
    "grade 8": "Eighth grade",
    "grade 9": "Ninth grade",
    "grade 10": "Tenth grade",
    "grade 11": "Eleventh grade",
    "12th grade - no diploma": "Twelfth grade, without a diploma",
    "regular high school diploma": "High school diploma",
    "ged or alternative credential": "High school equivalency (GED)",
    "some college, but less than 1 year": "Less than a year of college",
    "1 or more years of college credit, no degree": "Some college, no degree",
    "associate's degree": "Associate’s degree",
    "bachelor's degree": "Bachelor’s degree",
    "master's degree": "Master’s degree",
    "professional degree beyond a bachelor's degree": "Professional degree, as in law or medicine",
    "doctorate degree": "Doctorate",
}
EMPLOYMENT = {
    "civilian employed, at work": "Employed",
    "civilian employed, with a job but not at work": "Employed, but away from work at present",
    "armed forces, at work": "In the armed forces",
    "armed forces, with a job but not at work": "In the armed forces, but away from work at present",
    "unemployed": "Out of work and looking for a job",
    "not in labor force": "Not working and not looking for work",
}
PRIVATE_COMPANY = "A private company"
OWN_BUSINESS = "Own business"
CLASS_OF_WORKER = {
    "employee of a private for-profit company or business, or of an individual, for wages, salary or commissions":
        PRIVATE_COMPANY,
    "employee of a private for-profit company or business or of an individual, for wages, salary or commissions":
        PRIVATE_COMPANY,
    "employee of a private for-profit company or business": PRIVATE_COMPANY,
    "employee of a private not-for-profit, tax-exempt or charitable organization": "A nonprofit organization",
    "local government employee (city, county, etc.)": "Local government",
    "local government employee": "Local government",
    "state government employee": "State government",
    "federal government employee": "The federal government",
    "self-employed in own not incorporated business, professional practice or farm": OWN_BUSINESS,
    "self-employed in own incorporated business, professional practice or farm": f"{OWN_BUSINESS}, incorporated",
    "working without pay in family business or farm": "A family business or farm, without pay",
    "unemployed and last worked 5 years ago or earlier or never worked": "No work in the past five years",
}  # fmt: skip
MARITAL_STATUS = {
    "married": "Married",
    "now married": "Married",
    "widowed": "Widowed",
    "divorced": "Divorced",
    "separated": "Separated",
    "single": "Single",
    "never married": "Never married",
    "never married or under 15 years old": "Never married",
}
HOUSEHOLD_TYPE = {
    "married couple household": "A married couple’s home",
    "married couple household with children of the householder less than 18":
        "A married couple’s home with children under 18",
    "married couple household, no children of the householder less than 18":
        "A married couple’s home without children of their own under 18",
    "cohabiting couple household with children of the householder less than 18":
        "An unmarried couple’s home with children under 18",
    "cohabiting couple household, no children of the householder less than 18":
        "An unmarried couple’s home without children of their own under 18",
    "female householder, no spouse/partner present, living alone": "Lives alone",
    "male householder, no spouse/partner present, living alone": "Lives alone",
    "female householder, no spouse/partner present, with children of the householder less than 18":
        "A single mother’s home with children under 18",
    "male householder, no spouse/partner present, with children of the householder less than 18":
        "A single father’s home with children under 18",
    "female householder, no spouse/partner present, with relatives, no children of the householder less than 18":
        "A family home led by a woman without a partner",
    "male householder, no spouse/partner present, with relatives, no children of the householder less than 18":
        "A family home led by a man without a partner",
    "female householder, no spouse/partner present, only nonrelatives present": "Shared with housemates",
    "male householder, no spouse/partner present, only nonrelatives present": "Shared with housemates",
    "other family household, male householder, no spouse present": "A family home led by a man without a wife",
    "other family household, female householder, no spouse present": "A family home led by a woman without a husband",
    "nonfamily household, male householder, living alone": "Lives alone",
    "nonfamily household, female householder, living alone": "Lives alone",
    "nonfamily household, male householder living alone": "Lives alone",
    "nonfamily household, female householder living alone": "Lives alone",
    "nonfamily household, male householder, not living alone": "Shared with housemates",
    "nonfamily household, female householder, not living alone": "Shared with housemates",
    "nonfamily household, male householder not living alone": "Shared with housemates",
    "nonfamily household, female householder not living alone": "Shared with housemates",
}  # fmt: skip
FAMILY_PRESENCE = {
    "with related children under 5 years only": "Children under 5",
    "with related children 5 to 17 years only": "Children aged 5 to 17",
    "with related children under 5 years and 5 to 17 years": "Children under 18, some of them under 5",
    "no related children": "No children under 18",
}
CITIZENSHIP = {
    "born in the united states": "U.S. citizen by birth",
    "born in puerto rico, guam, the u.s. virgin islands or northern marianas": "U.S. citizen, born in a U.S. territory",
    "born in puerto rico, guam, the u.s. virgin islands or the northern marianas":
        "U.S. citizen, born in a U.S. territory",
    "born abroad of u.s. citizen parent or parents": "U.S. citizen, born abroad to American parents",
    "born abroad of american parent(s)": "U.S. citizen, born abroad to American parents",
    "u.s. citizen by naturalization": "Became a U.S. citizen",
    "not a u.s. citizen": "Not a U.S. citizen",
    "not a citizen of the u.s": "Not a U.S. citizen",
}  # fmt: skip
# MIL, and VPS with its periods of service.
VETERAN_STATUS = {
    "non-veteran (never served in the military)": "Never served",
    "non-veteran": "Never served",
    "never served in the military": "Never served",
    "veteran (on active duty in the past, but not now)": "Veteran",
    "on active duty in the past, but not now": "Veteran",
    "now on active duty": "On active duty",
    "only on active duty for training in reserves/national guard": "Trained with the Reserves or National Guard",
    "gulf war, 9/2001 or later": "Veteran, served after September 2001",
    "gulf war, 9/2001 or later and gulf war, 8/1990 - 8/2001": "Veteran, served in the 1990s and after September 2001",
    "gulf war, 9/2001 or later and gulf war, 8/1990 - 8/2001 and vietnam era":
        "Veteran, served from the Vietnam War until after September 2001",
    "gulf war, 8/1990 - 8/2001": "Veteran, served between 1990 and 2001",
    "gulf war, 8/1990 - 8/2001 and vietnam era": "Veteran, served in the Vietnam War and the 1990s",
    "vietnam era": "Veteran of the Vietnam War years",
    "vietnam era and korean war": "Veteran of the Vietnam and Korean War years",
    "vietnam era, korean war and wwii": "Veteran of the Vietnam, Korean and Second World War years",
    "korean war": "Veteran of the Korean War years",
    "korean war and wwii": "Veteran of the Korean and Second World War years",
    "wwii": "Veteran of the Second World War years",
    "between gulf war and vietnam era only": "Veteran, served between the Vietnam War and 1990",
    "between vietnam era and korean war only": "Veteran, served between the Korean and Vietnam Wars",
    "peacetime service before the korean war only": "Veteran, served in the years before the Korean War",
}  # fmt: skip
DISABILITY = {"with a disability": "Yes", "without a disability": "None"}
HEALTH_INSURANCE = {
    "with health insurance coverage": "Yes",
    "no health insurance coverage": "No",
}
ENGLISH = {"very well": "Very well", "well": "Well", "not well": "Not well", "not at all": "Not at all"}
YES_OR_NO = {"yes": "Yes", "no": "No"}
FERTILITY = YES_OR_NO | {
    "gave birth within the past 12 months": "Yes",
    "gave birth to child within the past 12 months": "Yes",
    "did not give birth within the past 12 months": "No",
}
INDIVIDUAL_INCOME = {
    "loss of $19998 or more (rounded and bottom- coded components)": "A loss of $19,998 or more a year",
    "loss $1 to $19997 (rounded components)": "A loss of less than $19,998 a year",
    "$1 to $4209995 (rounded and top-coded components)": "Less than $4,210,000 a year",
}
AGE = {"under 1 year": "Under a year"}

TABLES = {
    "age": AGE,
    "race": RACE,
    "household language": HOUSEHOLD_LANGUAGE,
    "education": EDUCATION,
    "employment status": EMPLOYMENT,
    "class of worker": CLASS_OF_WORKER,
    "income": INDIVIDUAL_INCOME,
    "marital status": MARITAL_STATUS,
    "household type": HOUSEHOLD_TYPE,
    "family presence and age": FAMILY_PRESENCE,
    "citizenship": CITIZENSHIP,
    "veteran status": VETERAN_STATUS,
    "disability": DISABILITY,
    "health insurance": HEALTH_INSURANCE,
    "cognitive difficulty": YES_OR_NO,
    "vision difficulty": YES_OR_NO,
    "hearing difficulty": YES_OR_NO,
    "ability to speak english": ENGLISH,
    "fertility": FERTILITY,
}


def plain_label(attribute: str, value: str) -> str | None:
    """Return the plain form of a census answer, or None where the tables have no rule for it."""
    return TABLES.get(attribute, {}).get(label_key(value))
