"""The one text of a persona, for raters and models alike: an opening and groups, or the paper's list. Pure."""

from personas.text.card import VERSION, PersonaCard, Style, persona_card, persona_text
from personas.text.groups import Group, Item
from personas.text.summary import short_summary

__all__ = ["VERSION", "Group", "Item", "PersonaCard", "Style", "persona_card", "persona_text", "short_summary"]
