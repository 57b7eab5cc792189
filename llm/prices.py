"""What calls cost, from the endpoint's price list; unknown where anything is unknown, never 0."""

from __future__ import annotations

from dataclasses import dataclass

from llm.endpoints import Endpoint

MILLION = 1_000_000


@dataclass(frozen=True)
class Tokens:
    """The tokens of many calls. ``uncounted``: calls whose server did not count them."""

    calls: int = 0
    input: int = 0
    output: int = 0
    uncounted: int = 0


def cost_of(endpoint: Endpoint, tokens: Tokens) -> float | None:
    """In the endpoint's currency; None = unknown.

    >>> large = Endpoint("large", "https://api.example.org/v1", "large", price_input=0.5, price_output=2)
    >>> cost_of(large, Tokens(calls=10, input=1_000_000, output=500_000))
    1.5
    >>> cost_of(large, Tokens(calls=10, uncounted=1)) is None
    True
    """
    if endpoint.price_input is None or endpoint.price_output is None or tokens.uncounted:
        return None
    return (tokens.input * endpoint.price_input + tokens.output * endpoint.price_output) / MILLION


def cost_in_words(cost: float | None, currency: str) -> str:
    """
    >>> cost_in_words(None, "USD"), cost_in_words(0.0, "USD"), cost_in_words(0.004, "USD"), cost_in_words(12.5, "EUR")
    ('unknown', '0.00 USD', 'less than 0.01 USD', '12.50 EUR')
    """
    if cost is None:
        return "unknown"
    return f"less than 0.01 {currency}" if 0 < cost < 0.01 else f"{cost:,.2f} {currency}"
