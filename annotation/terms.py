"""The words that files, the database and pure code share. Pure: the models' choices are made of these."""

REVISED, ALTERNATIVE = "revised", "alternative"
NO_PREFERENCE, UNPARSABLE = "no_preference", "unparsable"
BASELINE, FOIL = "baseline", "foil"
