"""The words that files, the database and pure code share. Pure: the models' choices are made of these."""

REVISED, ALTERNATIVE = "revised", "alternative"
NO_PREFERENCE, UNPARSABLE, INCONSISTENT = "no_preference", "unparsable", "inconsistent"
BASELINE, FOIL = "baseline", "foil"
