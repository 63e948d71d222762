"""What the page shows that only an invented town can have: what is true."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong link of the invented town, shown because nobody in it is real."""

    supporter_name: str
    brought: str
    linked_to: str
    truly: str
    match_probability: float


@dataclass(frozen=True, slots=True)
class TownTruth:
    """What only an invented town can know: how right the links are and what the asks are worth."""

    contacts: int
    linked: int
    right: int
    wrong: int
    missed: int
    ours: float
    random: float
    lowest_first: float
    oracle: float
    mistakes: tuple[Mistake, ...]
