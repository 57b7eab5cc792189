"""Colours of figures. Pure."""

from __future__ import annotations

# Okabe and Ito's palette, told apart under every common colour blindness; a model keeps its colour on every page.
MODELS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
INK = "#1d1c1a"
GREY = "#8a8680"
UNDEFINED = "#d8d4cd"

# Ends and middle of the diverging scale in CIELAB: equal lightness at both ends, so that +k and -k weigh the same.
NEGATIVE, ZERO, POSITIVE = (38.0, 42.0, 44.0), (96.0, 0.0, 0.0), (38.0, 4.0, -42.0)
STEPS = 10
WHITE = (0.95047, 1.0, 1.08883)
Colour = tuple[float, float, float]


def model_colour(hue: int) -> str:
    """Return the colour of the study's n-th model; runs of one model share it.

    >>> model_colour(0), model_colour(7)
    ('#0072B2', '#0072B2')
    """
    return MODELS[hue % len(MODELS)]


def diverging_scale() -> list[list[float | str]]:
    """Return plotly's colour scale for kappa from -1 (brown) over 0 (near white) to 1 (blue).

    Lightness falls in equal steps on both sides, so that equal differences of kappa look equally large; blue and brown
    stay apart under every common colour blindness.

    >>> scale = diverging_scale()
    >>> scale[0][0], scale[10], scale[-1][0]
    (0.0, [0.5, '#f3f3f3'], 1.0)
    """
    count = 2 * STEPS
    return [[step / count, hex_of(lab_at(step / STEPS - 1))] for step in range(count + 1)]


def lab_at(kappa: float) -> Colour:
    """Return the CIELAB colour of a kappa from -1 to 1.

    >>> lab_at(0.0), lab_at(-1.0)
    ((96.0, 0.0, 0.0), (38.0, 42.0, 44.0))
    """
    end = POSITIVE if kappa > 0 else NEGATIVE
    lightness, a, b = (middle + abs(kappa) * (last - middle) for middle, last in zip(ZERO, end, strict=True))
    return lightness, a, b


def hex_of(lab: Colour) -> str:
    """Return a CIELAB colour (D65) as sRGB.

    >>> hex_of((100.0, 0.0, 0.0)), hex_of((0.0, 0.0, 0.0))
    ('#ffffff', '#000000')
    """
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in _srgb(*_xyz(lab)))


def ink_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour: the contrast is 4.58 at least.

    >>> ink_on("#f3f3f3"), ink_on("#0b3d6b")
    ('#000000', '#ffffff')
    """
    return "#000000" if contrast("#000000", colour) >= contrast("#ffffff", colour) else "#ffffff"


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG defines it, from 1 to 21.

    >>> contrast("#ffffff", "#000000")
    21.0
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def colour_of(kappa: float) -> str:
    """Return the colour of a kappa, as on the scale.

    >>> colour_of(0.0)
    '#f3f3f3'
    """
    return hex_of(lab_at(max(-1.0, min(1.0, kappa))))


def _xyz(lab: Colour) -> Colour:
    y = (lab[0] + 16) / 116
    x, z = y + lab[1] / 500, y - lab[2] / 200
    values = (f**3 if f**3 > 0.008856 else (f - 16 / 116) / 7.787 for f in (x, y, z))
    first, second, third = (value * white for value, white in zip(values, WHITE, strict=True))
    return first, second, third


def _srgb(x: float, y: float, z: float) -> Colour:
    linear = (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )
    red, green, blue = (_gamma(max(0.0, min(1.0, channel))) for channel in linear)
    return red, green, blue


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
