"""The sections of a study's results, in the order of their tabs: (key, words on the tab, name of the URL)."""

SECTIONS = (
    ("overview", "Overview", "agreement-overview"),
    ("vote-rules", "Vote rules", "agreement-vote-rules"),
)
