"""Each number of a page of results and its place in docs/statistics.md, by the page's section."""

Formulas = tuple[tuple[str, str], ...]

FORMULAS: dict[str, Formulas] = {
    "overview": (
        ("which coding leads", "which-coding-leads-and-which-model-is-the-best"),
        ("the reference", "the-reference"),
        ("kappa by content", "kappa-by-content"),
        ("kappa by reference", "kappa-by-reference"),
        ("held-out human", "held-out-human"),
        ("minus held-out human", "minus-held-out-human"),
        ("best of several", "best-of-several-models-minus-held-out-human"),
        ("floor", "floor"),
        ("right by the key", "right-by-the-key"),
        ("agreement", "agreement"),
        ("AC1", "ac1"),
        ("chose revised", "chose-revised"),
        ("chose first shown", "chose-first-shown"),
        ("with all raters", "with-all-raters"),
        ("alt-test", "alt-test"),
        ("votes", "votes"),
        ("95 % intervals", "targets-of-inference"),
        ("whose answers count", "whose-answers-count"),
    ),
    "models": (
        ("kappa", "kappa-by-reference"),
        ("pairs of models", "pairs-of-models"),
        ("rank", "rank"),
        ("margin", "margin"),
        ("several models at once", "several-models-at-once"),
    ),
    "skill": (
        ("skill", "skill"),
        ("kappa by reference", "kappa-by-reference"),
        ("right by the key", "right-by-the-key"),
        ("chose revised", "chose-revised"),
    ),
    "matrices": (
        ("kappa by content", "kappa-by-content"),
        ("kappa by reference", "kappa-by-reference"),
        ("held-out human", "held-out-human"),
        ("cells of persona matrices", "cells-of-persona-matrices"),
    ),
    "histograms": (
        ("kappa of one persona", "kappa-of-one-persona"),
        ("kappa by reference", "kappa-by-reference"),
        ("the reference", "the-reference"),
    ),
    "personas": (
        ("kappa of one persona", "kappa-of-one-persona"),
        ("held-out human", "held-out-human"),
        ("Fleiss' kappa", "fleiss-kappa-krippendorffs-alpha"),
    ),
    "breakdown": (
        ("agreement", "agreement"),
        ("kappa by reference", "kappa-by-reference"),
        ("group minus the rest", "group-minus-the-rest"),
        ("group and model", "interaction-of-group-and-model"),
        ("held-out human", "held-out-human"),
    ),
    "population": (
        ("prediction-powered share", "prediction-powered-share"),
        ("its coverage", "prediction-powered-coverage"),
    ),
    "disagreements": (("votes", "votes"), ("the reference", "the-reference")),
    "questions": (("votes", "votes"), ("whose answers count", "whose-answers-count")),
    "raters": (
        ("agreement", "agreement"),
        ("chose first shown", "chose-first-shown"),
        ("whose answers count", "whose-answers-count"),
    ),
    "influence": (("kappa by reference", "kappa-by-reference"), ("with all raters", "with-all-raters")),
    "variance": (
        ("random-effects model", "random-effects-model"),
        ("where it fails", "random-effects"),
        ("shrunken share", "shrunken-share"),
        ("variance ratio", "variance-ratio"),
    ),
    "vote-rules": (
        ("votes", "votes"),
        ("with all raters", "with-all-raters"),
        ("reliability of the consensus", "reliability-of-the-consensus"),
        ("highest correlation", "highest-correlation"),
    ),
    "plan": (
        ("what a plan starts from", "what-a-plan-starts-from"),
        ("alt-test", "alt-test"),
        ("95 % intervals", "targets-of-inference"),
    ),
}
