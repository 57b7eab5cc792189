"""Personas put together at random, sensible or not: the texts must be correct English for any of them. Pure.

Tests draw a thousand; ``manage.py persona_texts`` prints a few of them beside the examples.
"""

from __future__ import annotations

import random

Persona = list[tuple[str, str]]

# fmt: off
AGES = ["0", "1", "3", "8", "10", "11", "15", "16", "17", "18", "19", "22", "35", "44", "58", "67", "80", "85", "94"]
POOLS: dict[str, list[str]] = {
    "age": [*AGES, "39.0", "100", "52 years old", "Under 1 year", "unknown", "35-44"],
    "sex": ["Male", "Female", "Male", "Female", "Non-binary", "M", "woman", "prefers not to say"],
    "race": ["White alone", "Black or African American alone", "Asian alone", "Two or More Races", "Asian",
        "Some Other Race alone", "American Indian alone", "Native Hawaiian and Other Pacific Islander alone"],
    "ancestry": ["German", "Mexican", "African American", "Irish and Italian", "Other Arab", "Filipino", "Mixed",
        "Asian Indian", "American", "Scotch Irish", "Black"],
    "household language": ["English only", "Spanish", "Other Indo-European languages", "Other language",
        "Asian and Pacific Island languages"],
    "education": ["No schooling completed", "Kindergarten", "Grade 3", "Grade 11", "12th grade - no diploma",
        "Regular high school diploma", "GED or alternative credential", "Some college, but less than 1 year",
        "1 or more years of college credit, no degree", "Associate's degree", "Bachelor's degree", "Doctorate degree"],
    "employment status": [*["Civilian employed, at work"] * 4,
        "Civilian employed, with a job but not at work", "Unemployed", "Armed forces, at work", "Not in labor force",
        "N/A (less than 16 years old)", "Retired", "Student"],
    "class of worker": ["Employee of a private for-profit company or business", "State government employee",
        "Employee of a private not-for-profit, tax-exempt, or charitable organization", "Not applicable",
        "Local government employee (city, county, etc.)", "Federal government employee", "Retired",
        "Self-employed in own not incorporated business, professional practice, or farm",
        "Self-employed in own incorporated business, professional practice or farm",
        "Working without pay in family business or farm",
        "Unemployed and last worked 5 years ago or earlier or never worked"],
    "industry category": ["CON-Construction (The Cleaning Of Buildings And Dwellings Is Incidental)", "nan",
        "MFG-Dairy Product", "RET-Department Stores", "Restaurants and other food services", "EDU-Elementary And",
        "WHL-Recyclable Material Merchant Wholesalers", "MIL-U.S. Navy", "SRV-Religious Organizations"],
    "occupation category": ["MGR-Construction Managers", "Clergy", "Waiters and waitresses", "EAT-Cooks", "Student",
        "First-line supervisors of retail sales workers", "CLN-Janitors And Building Cleaners", "Actuaries",
        "Driver/sales workers and truck drivers", "Laborers and freight, stock, and material movers, hand",
        "MED-Registered Nurses", "Engineer", "MIL-Military, Rank Not Specified", "Electricians", "Umpires", "nan",
        "Inspectors, testers, sorters, samplers, and weighers", "Hourly workers", "EDU-Tutors", "usher"],
    "detailed job description": ["Retired; was a machinist for thirty-eight years.", "Student", "None", "Engineer",
        "Registered nurse on a surgical floor; three twelve-hour shifts a week.", "Drives parts to garages part-time.",
        "Retired sociology professor; still answers former students.", "Not working; helps with the repair of a house.",
        "A tutor in a small town. Teaches algebra to adults.", "Looking for work; until recently loaded parcels.",
        "Runs a small shop: buys, sells, argues with suppliers.",
        "Retired, previously worked in a managerial position"],
    "income": ["0", "12000", "129000", "$1,200", "-5400", "about average", "None"],
    "marital status": ["Married", "Widowed", "Divorced", "Separated", "Never married or under 15 years old",
        "Never married", "Now married", "Single", "It is complicated"],
    "household type": ["Married couple household", "Nonfamily household: Male householder: Living alone",
        "Married couple household with children of the householder less than 18",
        "Married couple household, no children of the householder less than 18",
        "Cohabiting couple household, no children of the householder less than 18",
        "Cohabiting couple household with children of the householder less than 18",
        "Female householder, no spouse/partner present, with children of the householder less than 18",
        "Male householder, no spouse/partner present, only nonrelatives present", "A houseboat",
        "Other family household: Female householder, no spouse present", "N/A (GQ/vacant)",
        "Nonfamily household: Female householder: Not living alone"],
    "family presence and age": ["With related children under 5 years only", "No related children",
        "With related children 5 to 17 years only", "With related children under 5 years and 5 to 17 years"],
    "place of birth": ["Pennsylvania/PA", "District of Columbia/DC", "Mexico", "Philippines", "Georgia", "Georgia/GA",
        "Puerto Rico", "Other Africa, Not Specified", "United Kingdom, Not Specified", "A small village", "Ohio"],
    "citizenship": ["Born in the United States", "U.S. citizen by naturalization", "Not a U.S. citizen",
        "Born abroad of U.S. citizen parent or parents",
        "Born in Puerto Rico, Guam, the U.S. Virgin Islands, or Northern Marianas"],
    "veteran status": ["Non-Veteran (never served in the military)", "Now on active duty", "Gulf War: 9/2001 or later",
        "Veteran (on active duty in the past, but not now)", "Not applicable", "Korean War"],
    "disability": ["With a disability", "Without a disability"],
    "health insurance": ["With health insurance coverage", "No health insurance coverage"],
    "big five scores": [
        "Openness: High, Conscientiousness: High, Extraversion: High, Agreeableness: Average, Neuroticism: High",
        "Openness: Average, Conscientiousness: Average, Extraversion: Average, Agreeableness: Average, "
        "Neuroticism: Average",
        "Openness: Extremely Low, Conscientiousness: Low, Extraversion: Extremely High, Agreeableness: High, "
        "Neuroticism: Extremely Low",
        "Openness: Extremely High, Conscientiousness: Average, Extraversion: Average, Agreeableness: Average, "
        "Neuroticism: Average",
        "Not Applicable",
        "rather shy",
    ],
    "defining quirks": ["Keeps a notebook of unfinished items; talks to plants", "Stacks of half-read books", "Tall",
        "Never opens mail the day it arrives.", "always early", "An old parrot that answers the phone.", "None",
        "Cannot walk past a badly spaced sign.", "Collects stamps. Writes every bill on a calendar.", "Elvis wigs",
        "Has eaten the same lunch for eleven years", "Prefers to express things through drawing", "Names pets"],
    "mannerisms": ["Often uses hand gestures while speaking", "Quick smile, asks three questions.", "Hums; whistles."],
    "personal time": ["Spends free time gardening or reading", "Long walks and letters.", "Watches old films"],
    "lifestyle": ["Active and outdoorsy", "Lives cheaply with family.", "Early riser with a full calendar."],
    "ideology": [
        "Liberal",
        "Conservative",
        "Moderate; trusts plans",
        "Believes in fairness and kindness",
        "Very liberal",
    ],
    "political views": ["Democrat", "Republican", "Independent", "Too young to have political views", "nan"],
    "religion": ["Protestant", "Other Christian", "Muslim (Sunni)", "None; reads the Stoics", "Catholic"],
    "cognitive difficulty": ["Yes", "No"],
    "ability to speak english": ["Very well", "Well", "Not well", "Not at all", "nan"],
    "vision difficulty": ["Yes", "No"],
    "fertility": ["Yes", "No", "Did not give birth within the past 12 months"],
    "hearing difficulty": ["Yes", "No"],
    "core values": ["Keeping promises, providing, learning new things", "Family", "Family, Hard Work, God", "Islam",
        "Courtesy, loyalty, beauty in small things, live and let live", "Believes that people come first",
        "Order and faith",
        "Family comes first. Everything else can wait.", "honesty; thrift; fun"],
    "entertainment preferences": ["Gospel radio, game shows", "Jazz"],
    "favorite tea": ["Green", "nan"],
}
# fmt: on


def draw_persona(rng: random.Random) -> Persona:
    """Return attributes drawn independently: about one in four is missing, and many contradict one another."""
    known = rng.choice([0.2, 0.7, 0.9, 1.0])
    return [(name, rng.choice(pool)) for name, pool in POOLS.items() if rng.random() < known]


def draw_personas(number: int, seed: int) -> list[Persona]:
    rng = random.Random(seed)
    return [draw_persona(rng) for _ in range(number)]
