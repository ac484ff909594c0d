"""Contrast and tints of the association's colour, by the formulas of WCAG 2.2."""

import re
from itertools import product

from organisations.profile import Look

HEX = re.compile(r"#[0-9a-f]{6}")
SOFT = 0.16
LEAST = 4.5
# Ground, surface and sunk of both themes, as the look's tokens have them.
GROUNDS = {
    "light": {"ground": "#f5f4f1", "surface": "#ffffff", "sunk": "#ebe9e4"},
    "dark": {"ground": "#161513", "surface": "#24221e", "sunk": "#0f0e0d"},
}


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def soft(accent: str, theme: str) -> str:
    """The accent at 16 % over the theme's surface."""
    surface = channels(GROUNDS[theme]["surface"])
    mixed = (round(SOFT * a + (1 - SOFT) * s) for a, s in zip(channels(accent), surface, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def look(accent_light: str, accent_dark: str) -> Look:
    """A look with its soft colours computed."""
    return Look(accent_light, accent_dark, soft(accent_light, "light"), soft(accent_dark, "dark"))


def weak(of: Look) -> list[tuple[str, str, float]]:
    """(theme, ground, ratio) wherever the accent stands below 4.5:1."""
    accents = {"light": (of.accent_light, of.soft_light), "dark": (of.accent_dark, of.soft_dark)}
    found = []
    for theme, ground in product(GROUNDS, ("ground", "surface", "sunk", "soft")):
        accent, own = accents[theme]
        ratio = contrast(accent, own if ground == "soft" else GROUNDS[theme][ground])
        found += [(theme, ground, ratio)] if ratio < LEAST else []
    return found
