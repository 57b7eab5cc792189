"""The sections of a study's results, in the order of their tabs: (key, words on the tab, name of the URL)."""

SECTIONS = (
    ("overview", "Overview", "agreement-overview"),
    ("models", "Models", "agreement-models"),
    ("skill", "Skill", "agreement-skill"),
    ("matrices", "Matrices", "agreement-matrices"),
    ("histograms", "Histograms", "agreement-histograms"),
    ("personas", "Personas", "agreement-personas"),
    ("variance", "Variance", "agreement-variance"),
    ("breakdown", "Breakdown", "agreement-breakdown"),
    ("disagreements", "Disagreements", "agreement-disagreements"),
    ("raters", "Raters", "agreement-raters"),
    ("influence", "Influence", "agreement-influence"),
    ("vote-rules", "Vote rules", "agreement-vote-rules"),
    ("plan", "Plan", "agreement-plan"),
    ("files", "Figures and files", "agreement-files"),
)
