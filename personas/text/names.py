"""Given names for personas, for studies that want one: common in English and borne by women and men alike. Pure."""

from __future__ import annotations

import random
from string import ascii_uppercase

NAMES = (
    "Addison|Alex|Andy|Angel|Ari|Ash|Avery|Bailey|Blair|Bobbie|Brook|Cameron|Carey|Casey|Charlie|Chris|Corey|Dale|Dana"
    "|Devin|Drew|Eden|Elliott|Ellis|Emerson|Emery|Finley|Frankie|Gale|Glenn|Harley|Harper|Hayden|Indy|Jaime|Jamie|Jan"
    "|Jess|Jo|Jody|Jordan|Kelly|Kendall|Kerry|Kim|Lane|Lee|Leslie|Logan|Marley|Morgan|Nicky|Noel|Parker|Pat|Peyton"
    "|Quinn|Reese|Riley|Robin|Rory|Rowan|Sam|Sandy|Sasha|Shannon|Shawn|Skyler|Stevie|Sydney|Taylor|Terry|Toby|Tracy"
).split("|")


def draw_names(number: int, *, seed: int | str) -> list[str]:
    """Return that many different names, the same for the same seed; more than the list has get an initial.

    >>> draw_names(2, seed="example") == draw_names(2, seed="example")
    True
    """
    endings = [""]
    while len(NAMES) * len(endings) < number:
        endings = [f"{ending} {letter}." for ending in endings for letter in ascii_uppercase]
    drawn = random.Random(seed).sample(range(len(NAMES) * len(endings)), number)
    return [NAMES[place % len(NAMES)] + endings[place // len(NAMES)] for place in drawn]
