"""Where people come from: places of birth and ancestries of the census as they are said in a sentence."""

from __future__ import annotations

import re

STATES = set(
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|District of Columbia|Florida|Georgia|"
    "Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    "Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|"
    "North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|"
    "Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming".split("|")
)
TERRITORIES = {"American Samoa", "Guam", "Commonwealth of the Northern Mariana Islands", "Puerto Rico"} | {
    "US Virgin Islands",
    "U.S. Virgin Islands",
}
# Known by the name that the census gives them; those said in other words come below.
COUNTRIES = set(
    (
        "Albania|Austria|Belgium|Bulgaria|Denmark|Finland|France|Germany|Greece|Hungary|Iceland|Ireland|Italy|"
        "Norway|Poland|Portugal|Romania|Spain|Sweden|Switzerland|England|Scotland|Wales|Northern Ireland|Slovakia|"
        "Bosnia and Herzegovina|Croatia|Serbia|Latvia|Lithuania|Estonia|Slovenia|Armenia|Azerbaijan|Belarus|"
        "Moldova|Russia|Ukraine|Kosovo|Montenegro|Afghanistan|Bangladesh|Bhutan|Myanmar|Cambodia|China|Hong Kong|"
        "India|Indonesia|Iran|Iraq|Israel|Japan|Jordan|Korea|South Korea|North Korea|Kazakhstan|Kyrgyzstan|Kuwait|"
        "Laos|Lebanon|Malaysia|Mongolia|Nepal|Pakistan|Saudi Arabia|Singapore|Sri Lanka|Syria|Taiwan|Thailand|"
        "Turkey|Uzbekistan|Vietnam|Yemen|Bermuda|Canada|Mexico|Belize|Costa Rica|El Salvador|Guatemala|Honduras|"
        "Nicaragua|Panama|Antigua and Barbuda|Barbados|Cuba|Dominica|Grenada|Haiti|Jamaica|St. Lucia|"
        "St. Vincent and the Grenadines|Trinidad and Tobago|Argentina|Bolivia|Brazil|Chile|Colombia|Ecuador|"
        "Guyana|Paraguay|Peru|Uruguay|Venezuela|Algeria|Cameroon|Egypt|Ethiopia|Eritrea|Ghana|Guinea|Ivory Coast|"
        "Kenya|Liberia|Libya|Morocco|Nigeria|Rwanda|Senegal|Sierra Leone|Somalia|South Africa|Sudan|Tanzania|Togo|"
        "Uganda|Zambia|Zimbabwe|South Sudan|Australia|Fiji|Micronesia|New Zealand|Tonga|Samoa|Europe|Asia|Africa|"
        "South America|Czechoslovakia|Yugoslavia|Cabo Verde|Luxembourg|Cyprus|Malta|Puerto Rico|Guam|"
        "American Samoa"
    ).split("|")
)
OTHER_WORDS = {
    "District of Columbia": "Washington, D.C.",
    "Commonwealth of the Northern Mariana Islands": "the Northern Mariana Islands",
    "US Virgin Islands": "the U.S. Virgin Islands",
    "U.S. Virgin Islands": "the U.S. Virgin Islands",
    "Netherlands": "the Netherlands",
    "Azores Islands": "the Azores",
    "United Kingdom, Not Specified": "the United Kingdom",
    "United Kingdom": "the United Kingdom",
    "Czech Republic": "the Czech Republic",
    "Macedonia": "North Macedonia",
    "USSR": "the Soviet Union",
    "Other Europe, Not Specified": "Europe",
    "Philippines": "the Philippines",
    "United Arab Emirates": "the United Arab Emirates",
    "South Central Asia, Not Specified": "South Central Asia",
    "Other Asia, Not Specified": "Asia",
    "Bahamas": "the Bahamas",
    "Dominican Republic": "the Dominican Republic",
    "St. Kitts-Nevis": "St. Kitts and Nevis",
    "West Indies": "the West Indies",
    "Caribbean, Not Specified": "the Caribbean",
    "Americas, Not Specified": "the Americas",
    "Congo": "the Republic of the Congo",
    "Gambia": "the Gambia",
    "Democratic Republic of Congo (Zaire)": "the Democratic Republic of the Congo",
    "Northern Africa, Not Specified": "North Africa",
    "Western Africa, Not Specified": "West Africa",
    "Eastern Africa, Not Specified": "East Africa",
    "Other Africa, Not Specified": "Africa",
    "Marshall Islands": "the Marshall Islands",
    "Other US Island Areas, Oceania, Not Specified, or at Sea": "the Pacific islands or at sea",
    "United States": "the United States",
    "USA": "the United States",
}
STATE_CODE = re.compile(r"/([A-Z]{2})$")

ANCESTRIES = {
    "Irish Scotch": "Irish and Scottish",
    "Scotch Irish": "Scotch-Irish",
    "Rom": "Romani",
    "Icelander": "Icelandic",
    "Luxembourger": "Luxembourgish",
    "Slovene": "Slovenian",
    "Belorussian": "Belarusian",
    "Moldavian": "Moldovan",
    "Turkestani": "Turkestani",
    "Uzbeg": "Uzbek",
    "Georgia CIS": "Georgian (from the Caucasus)",
    "German Russian": "Russian German",
    "Spaniard": "Spanish (from Spain)",
    "Mexicano": "Mexican",
    "Mexican State": "Mexican",
    "Mexican American Indian": "Indigenous Mexican",
    "Mexican Indian": "Indigenous Mexican",
    "Argentinean": "Argentine",
    "Trinidadian Tobagonian": "Trinidadian and Tobagonian",
    "Antigua and Barbuda": "Antiguan and Barbudan",
    "Vincent-Grenadine Islander": "Vincentian",
    "St Lucia Islander": "St. Lucian",
    "Other West Indian": "West Indian",
    "Mideast": "Middle Eastern",
    "Arabic": "Arab",
    "Other Arab": "Arab",
    "Togo": "Togolese",
    "Other Subsaharan African": "Sub-Saharan African",
    "Western African": "West African",
    "Asian Indian": "Indian (from India)",
    "East Indian": "Indian (from India)",
    "Hong Kong": "Hongkonger",
    "Other Asian": "Asian",
    "New Zealander": "New Zealand",
    "Other Pacific": "Pacific Islander",
    "Afro American": "African American",
    "Afro": "African American",
    "Negro": "African American",
    "Central American Indian": "Indigenous Central American",
    "South American Indian": "Indigenous South American",
    "Indian": "Indian (not said which)",
    "Eskimo": "Inuit or Yupik",
    "Anglo": "Anglo-American",
    "Pennsylvania German": "Pennsylvania Dutch",
    "United States": "American",
    "Texas": "Texan",
    "Mixture": "Mixed",
    "Uncodable entries": "Not known",
    "Other groups": "Another group",
    "Other responses": "Another answer",
    "Not reported": "Not given",
}


def place_phrase(text: str) -> str | None:
    """Return "Pennsylvania" or "the Philippines" for a place that is known, else None."""
    name = STATE_CODE.sub("", text.strip())
    known = name in STATES or name in COUNTRIES
    return OTHER_WORDS.get(name) or (name if known else None)


def is_in_the_states(text: str) -> bool:
    """Say whether a place is surely a U.S. state: "Georgia" alone may be the country."""
    name = STATE_CODE.sub("", text.strip())
    return name in STATES and (name != "Georgia" or STATE_CODE.search(text.strip()) is not None)


def is_a_territory(text: str) -> bool:
    return text.strip() in TERRITORIES


def plain_ancestry(text: str) -> str:
    return ANCESTRIES.get(text.strip(), text.strip())
