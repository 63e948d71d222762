"""Addresses as address books write them."""

from __future__ import annotations

import re

from graph.model import Place
from oauth.readers.cleaning import clean
from oauth.readers.limits import LONGEST_FIELD_CHARACTERS

_TOWN_LINE = re.compile(r"(.{1,80}?),? +([A-Z]{2})(?: +(\d{5})(?:-\d{4})?)?")
_COUNTRIES = frozenset({"us", "usa", "u.s.", "u.s.a.", "united states", "united states of america"})


def make_place(street: str, city: str, region: str, postal_code: str) -> Place | None:
    """The parts cleaned, or ``None`` when every one is empty."""
    place = Place(clean(street), clean(city), clean(region), clean(postal_code))
    return place if place != Place() else None


def read_formatted(text: str) -> Place | None:
    """An address on several lines, the last of which names the town; what is not understood stays in ``street``."""
    lines = [clean(line) for line in text[:LONGEST_FIELD_CHARACTERS].split("\n")]
    lines = [line for line in lines if line and line.lower() not in _COUNTRIES]
    if not lines:
        return None
    if match := _TOWN_LINE.fullmatch(lines[-1]):
        city, region, postal_code = match.groups(default="")
        return make_place(" ".join(lines[:-1]), city, region, postal_code)
    return make_place(" ".join(lines), "", "", "")
