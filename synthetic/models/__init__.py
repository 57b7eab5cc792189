from synthetic.models.generation import Draw, DrawState, Generation
from synthetic.models.pairs import BaselineAnswer, Pair, PairSet, Part, Preference
from synthetic.models.prompts import Prompt, PromptSet, Split

__all__ = [
    "BaselineAnswer",
    "Draw",
    "DrawState",
    "Generation",
    "Pair",
    "PairSet",
    "Part",
    "Preference",
    "Prompt",
    "PromptSet",
    "Split",
]
