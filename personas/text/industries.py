"""A census industry in plain words: "MFG-Dairy Product" -> "Dairy product manufacturing". Pure."""

from __future__ import annotations

import re

from personas.text.english import capitalized

CODE = re.compile(r"^([A-Z]{3})-")
QUALIFIER = re.compile(
    r",? *\b(?:n\.e\.c\.(?: or not specified)?|except\b.*?)(?=, (?:merchant wholesalers|retailers|services)|$)"
    r"|\s*\(.*?\)",
    re.IGNORECASE,
)
SAYS_WHAT_IT_DOES = re.compile(
    r"(mills?|refineries|foundries|shops|manufacturing|processing|activities|stampings|milling|preservation|building)$"
)
# Said otherwise than by rule; the key is the title in lower case without its code, its qualifiers still there.
TITLES = {
    "n/a": "",
    "support activities for agriculture and forestry": "Support for agriculture and forestry",
    "support activities for mining": "Support for mining",
    "support activities for transportation": "Support for transportation",
    "electric and gas, and other combinations": "Electric and gas utilities",
    "water supply and irrigation systems, and steam and air-conditioning supply": "Water, steam and cooling supply",
    "not specified utilities": "Utilities",
    "animal food, grain and oilseed milling": "Grain and oilseed milling",
    "sugar and confectionery products": "Sugar and candy manufacturing",
    "fruit and vegetable preserving and specialty food": "Preserved and specialty food manufacturing",
    "miscellaneous paper and pulp products": "Other paper product manufacturing",
    "motor vehicles and motor vehicle equipment": "Motor vehicle manufacturing",
    "retail bakeries": "Bakeries",
    "bakeries and tortilla, except retail bakeries": "Large-scale baking",
    "seafood and other miscellaneous foods, n.e.c.": "Seafood and other food manufacturing",
    "not specified food industries": "Food manufacturing",
    "fabric mills, except knit fabric mills": "Fabric mills",
    "textile product mills, except carpet and rug": "Textile product mills",
    "knit fabric mills, and apparel knitting mills": "Knitting mills",
    "cut and sew, and apparel accessories and other apparel": "Clothing manufacturing",
    "leather and hide tanning and finishing, and other leather and allied product": "Leather manufacturing",
    "petroleum and coal products manufacturing, except petroleum refineries":
        "Petroleum and coal product manufacturing",
    "resin, synthetic rubber, and artificial and synthetic fibers and filaments":
        "Resin, synthetic rubber and synthetic fiber manufacturing",
    "basic chemical, and other chemical product and preparation chemicals": "Chemical manufacturing",
    "rubber products, except tires": "Rubber product manufacturing",
    "nonferrous metal (except aluminum) production and processing": "Nonferrous metal production",
    "machine shops; turned product; screw, nut, and bolt": "Machine shops and screw, nut and bolt manufacturing",
    "coating, engraving, heat treating, and allied activities": "Metal coating, engraving and heat treating",
    "ordnance": "Weapons and ammunition manufacturing",
    "not specified metal industries": "Metal manufacturing",
    "construction, and mining and oil and gas field machinery": "Construction and mining machinery manufacturing",
    "machinery, n.e.c. or not specified": "Machinery manufacturing",
    "electric lighting and electrical equipment, and other electrical component, n.e.c.":
        "Lighting and electrical equipment manufacturing",
    "manufactured home (mobile home) and prefabricated wood building": "Mobile and prefabricated home manufacturing",
    "miscellaneous manufacturing, n.e.c.": "Other manufacturing",
    "not specified manufacturing industries": "Manufacturing",
    "motor vehicle and motor vehicle parts and supplies merchant wholesalers": "Wholesale of motor vehicles and parts",
    "metal and mineral, except petroleum, merchant wholesalers": "Wholesale of metals and minerals",
    "hardware, and plumbing and heating equipment, and supplies merchant wholesalers":
        "Wholesale of hardware, plumbing and heating supplies",
    "miscellaneous durable goods, except recyclable material, merchant wholesalers": "Wholesale of other durable goods",
    "miscellaneous nondurable goods merchant, except farm supplies, wholesalers": "Wholesale of other nondurable goods",
    "drugs, druggists' sundries, and chemical and allied products merchant wholesalers":
        "Wholesale of drugs and chemicals",
    "beer, wine, and distilled alcoholic beverage merchant wholesalers": "Wholesale of alcoholic drinks",
    "furniture and home furnishing merchant wholesalers": "Wholesale of furniture and home furnishings",
    "paper and paper product merchant wholesalers": "Wholesale of paper and paper products",
    "grocery and related product merchant wholesalers": "Wholesale of groceries",
    "farm product raw material merchant wholesalers": "Wholesale of farm products",
    "recyclable material merchant wholesalers": "Wholesale of recyclable materials",
    "wholesale trade agents and brokers": "Wholesale agents and brokers",
    "not specified wholesale trade": "Wholesale trade",
    "automobile dealers": "Car dealers",
    "other motor vehicle dealers": "Motorcycle, boat and other vehicle dealers",
    "supermarkets and other grocery (except convenience) retailers": "Supermarkets and grocery stores",
    "convenience retailers and vending machine operators": "Convenience stores and vending machines",
    "health and personal care, except pharmacies and drug, retailers": "Health and personal care stores",
    "warehouse clubs, supercenters, and other general merchandise retailers": "Warehouse clubs and general stores",
    "used merchandise retailers": "Secondhand stores",
    "book retailers and news dealers": "Bookstores and newsstands",
    "other miscellaneous retailers": "Other stores",
    "not specified retail trade": "Retail trade",
    "transit and ground passenger transportation, except taxi and limousine service":
        "Public transit and passenger transportation",
    "periodical, book, and directory and mailing list, and other publishers": "Magazine and book publishing",
    "newspaper publishers": "Newspaper publishing",
    "software publishers": "Software publishing",
    "motion pictures and video industries": "Film and video",
    "sound recording industries": "Sound recording",
    "telecommunications, except wired telecommunications carriers": "Wireless and other telecommunications",
    "computing infrastructure providers, data processing, web hosting, and related services":
        "Data processing and web hosting",
    "web search portals and all other information services": "Web search and other information services",
    "monetary authorities-central bank, and commerical banking": "Banking",
    "monetary authorities-central bank, and commercial banking": "Banking",
    "credit unions, and savings institutions and other depository credit intermediation":
        "Credit unions and savings banks",
    "nondepository credit intermediation and related activities": "Lending",
    "securities, commodities, funds, trusts, and other financial investments": "Securities and investments",
    "insurance carriers": "Insurance",
    "agencies, brokerages, and other insurance related activities": "Insurance agencies and brokerages",
    "lessors of real estate, and offices of real estate agents and brokers": "Real estate renting and sales",
    "activities related to real estate": "Real estate services",
    "commercial and industrial machinery and equipment, and nonfinancial assets rental and leasing":
        "Machinery and equipment rental",
    "consumer goods rental, and general rental centers": "Consumer goods rental",
    "other professional, scientific, and technical, except veterinary, services":
        "Other professional and technical services",
    "management of companies and enterprises": "Company management",
    "services to buildings and dwellings, except landscaping services": "Cleaning and other building services",
    "other administrative and other support services": "Other administrative and support services",
    "elementary and secondary schools": "Schools",
    "junior colleges, colleges, universities, and professional schools": "Colleges and universities",
    "business, trade and technical schools, and computer and management training": "Business and technical schools",
    "other schools and instruction, and educational support services": "Other schools and teaching",
    "offices of physicians": "Doctors’ offices",
    "offices of dentists": "Dentists’ offices",
    "offices of chiropractors": "Chiropractors’ offices",
    "offices of optometrists": "Optometrists’ offices",
    "offices of other health practitioners": "Offices of other health practitioners",
    "general medical and surgical hospitals, and specialty (except psychiatric and substance abuse) hospitals":
        "Hospitals",
    "general medical and surgical hospitals, and specialty hospitals": "Hospitals",
    "psychiatric and substance abuse hospitals": "Psychiatric and addiction hospitals",
    "nursing care facilities (skilled nursing facilities)": "Nursing homes",
    "residential care facilities, except skilled nursing facilities": "Residential care homes",
    "community food and housing, and emergency and other relief services": "Food, housing and emergency relief",
    "promoters of performing arts, sports, and similar events, agents and managers for artists, athletes, "
    "entertainers, and other public figures": "Event promotion and talent agencies",
    "museums, historical sites, and similar institutions": "Museums and historical sites",
    "other amusement, gambling, and recreation industries": "Amusement, gambling and recreation",
    "traveler accommodation": "Hotels and other traveler accommodation",
    "recreational vehicle parks and camps, and rooming and boarding houses, dormitories, and workers' camps":
        "Camps and boarding houses",
    "food services and drinking places, except alcoholic beverages": "Restaurants and food service",
    "drinking places (alcoholic beverages)": "Bars",
    "nail salons and other personal care services": "Nail salons and personal care",
    "death care services": "Funeral services",
    "civic, social, advocacy organizations, and grantmaking and giving services": "Civic and charitable organizations",
    "labor unions and similar labor organizations": "Labor unions",
    "business, professional, political, and similar organizations": "Business and political organizations",
    "executive offices and legislative bodies": "Government leadership and legislatures",
    "other general government and support": "General government",
    "administration of human resource programs": "Government health, education and welfare programs",
    "administration of environmental quality, and housing programs, urban planning and community development":
        "Government environment, housing and planning programs",
    "administration of economic programs and space research and technology":
        "Government economic and space programs",
    "national security and international affairs": "National security and foreign affairs",
    "armed forces, branch not specified": "The armed forces",
    "military reserves or national guard": "The Reserves or National Guard",
    "u.s. army": "The U.S. Army",
    "u.s. air force": "The U.S. Air Force",
    "u.s. navy": "The U.S. Navy",
    "u.s. marines": "The U.S. Marines",
    "u.s. coast guard": "The U.S. Coast Guard",
    "unemployed, with no work experience in the last 5 years or earlier or never worked":
        "No work in the past five years",
}  # fmt: skip


def plain_industry(label: str) -> str:
    """Return the industry in plain words; a text that is no census title comes back as it is."""
    code, title = split_code(label)
    if title in TITLES:
        return TITLES[title]
    text = QUALIFIER.sub("", title).strip(" ,")
    text = re.sub(r"^(not specified|miscellaneous) ", "other ", text)
    by_kind = wholesale_or_retail(text) or (manufacturing(text) if code == "MFG" else "")
    if by_kind:
        return capitalized(without_last_comma(by_kind))
    return capitalized(without_last_comma(text)) if code else label.strip()


def split_code(label: str) -> tuple[str, str]:
    """Return the group code ("" without one) and the title in lower case."""
    found = CODE.match(label.strip())
    return (found[1] if found else ""), re.sub(r"\s+", " ", CODE.sub("", label.strip())).casefold()


def wholesale_or_retail(title: str) -> str:
    if title.endswith(" merchant wholesalers"):
        return "wholesale of " + title.removesuffix(" merchant wholesalers")
    return re.sub(r" retailers$", " stores", title) if title.endswith(" retailers") else ""


def manufacturing(title: str) -> str:
    """Return "dairy product manufacturing"; mills, foundries and the like say already what they do."""
    return title if SAYS_WHAT_IT_DOES.search(title) else f"{title} manufacturing"


def without_last_comma(text: str) -> str:
    return text.replace(", and ", " and ")
