"""Streets written alike: the words that the postal service abbreviates (Publication 28, appendix C), the common ones."""

from __future__ import annotations

_STREET_WORDS = {
    "STREET": "ST", "AVENUE": "AVE", "ROAD": "RD", "DRIVE": "DR", "LANE": "LN", "COURT": "CT", "CIRCLE": "CIR",
    "PLACE": "PL", "BOULEVARD": "BLVD", "TERRACE": "TER", "PARKWAY": "PKWY", "HIGHWAY": "HWY", "TRAIL": "TRL",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "APARTMENT": "APT", "UNIT": "APT", "SUITE": "STE",
}  # fmt: skip


def comparable_street(street: str) -> str:
    """A normalised street with its common words abbreviated.

    >>> comparable_street("12 NORTH ELM STREET UNIT 4")
    '12 N ELM ST APT 4'
    """
    return " ".join(_STREET_WORDS.get(word, word) for word in street.split())
