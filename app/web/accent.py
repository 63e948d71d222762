"""A campaign sets one accent; here it is darkened or lightened until text in it, and text on it, can be read.

Contrast is WCAG 2.2's: (L1 + 0.05) / (L2 + 0.05) of relative luminances, at least 4.5 for text.
"""

from __future__ import annotations

import colorsys
import re

LEAST_CONTRAST = 4.5
DEFAULT_ACCENT = "#1F4E8C"
_LIGHT_GROUNDS = ("#FFFFFF", "#FAF8F3", "#E9EFF7")
_DARK_GROUNDS = ("#1D2024", "#15171A", "#22303F")
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def accent_css(accent: str) -> str:
    """The style sheet that sets a campaign’s accent; the house’s own (or what is not ``#RRGGBB``) stays
    as ``site.css`` has it.
    """
    if not _HEX.fullmatch(accent) or accent.upper() == DEFAULT_ACCENT:
        return "/* the house's own accent */\n"
    light, dark = readable(accent, _LIGHT_GROUNDS, darker=True), readable(accent, _DARK_GROUNDS, darker=False)
    return (
        f":root {{ --accent: {light}; --on-accent: #FFFFFF; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; --on-accent: #10151C; }} }}\n"
    )


def readable(colour: str, grounds: tuple[str, ...], *, darker: bool) -> str:
    """The nearest colour of the same hue that reads on every ground, found by changing its lightness in small steps."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for step in range(101):
        moved = lightness - step / 100 if darker else lightness + step / 100
        tried = _hexadecimal(colorsys.hls_to_rgb(hue, min(max(moved, 0.0), 1.0), saturation))
        if all(contrast(tried, ground) >= LEAST_CONTRAST for ground in grounds):
            return tried
    return "#000000" if darker else "#FFFFFF"


def contrast(first: str, second: str) -> float:
    """Contrast of two ``#RRGGBB`` colours, from 1 (the same) to 21 (black on white)."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hexadecimal(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in channels)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
