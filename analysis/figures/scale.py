"""The one colour bar of all panels of a page. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures.colours import diverging_scale
from analysis.figures.heatmap import shown_value
from analysis.reports.metrics import Metric


@dataclass(frozen=True)
class ColourBar:
    """``stops`` are places (0 to 1) with their colours; ``words`` say what its two ends and its middle mean."""

    name: str
    stops: tuple[tuple[float, str], ...]
    ends: tuple[str, str, str]


def scale_of(metric: Metric) -> ColourBar:
    """Return the bar of a metric, palest at what a coin reaches.

    >>> scale_of(Metric.KAPPA).ends
    ('−1.00', '0.00', '1.00')
    """
    stops = tuple((float(place), str(colour)) for place, colour in diverging_scale())
    low, middle, high = (shown_value(metric, value) for value in (metric.lowest, metric.chance, 1.0))
    return ColourBar(metric.words, stops, (low, middle, high))
