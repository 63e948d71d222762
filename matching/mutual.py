"""Whom friends point to: a friend is often a friend twice over, or lives with one (Bhattacharya and Getoor 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled
from matching.prior_kernel import numbered

Density = NDArray[np.float64]


def known_density(supporter: NDArray[Any], claim: NDArray[Any], believed: Density) -> Density:
    """P(voter) when a person is a friend whom another card of the same supporter shows: her believed friends, evenly.

    Doubtful ones count for little, lest two cards of one stranger vouch for each other.
    """
    return _density_of_known(supporter, claim, believed)


@compiled
def _density_of_known(supporter: NDArray[np.int32], claim: NDArray[np.int64], believed: Density) -> Density:
    friends = _sums(supporter, believed)
    sure = np.empty(len(believed))
    for pair in range(len(believed)):
        sure[pair] = believed[pair] * believed[pair] * believed[pair] * believed[pair]
    of_claim, density = _sums(claim, sure), np.empty(len(believed))
    for pair in range(len(believed)):
        by_others = of_claim[claim[pair]] - sure[pair]
        density[pair] = min(max(by_others, 0.0), 1.0) / max(friends[supporter[pair]], 1.0)
    return density


@compiled
def _sums(group: NDArray[Any], values: Density) -> Density:
    """The sum of each group."""
    groups = 0
    for at in range(len(group)):
        groups = max(groups, group[at] + 1)
    sums = np.zeros(groups)
    for at in range(len(group)):
        sums[group[at]] += values[at]
    return sums


@dataclass(frozen=True, slots=True)
class Homes:
    """Pairs grouped by where the voter lives: by supporter and household, and by card and household.

    Numbers start at 1; 0 stands for no household.
    """

    of_supporter: NDArray[np.int64]
    of_card: NDArray[np.int64]
    rooms: NDArray[np.int64]
    """How many others live in the voter's household, at least one."""

    @classmethod
    def of(cls, supporter: NDArray[Any], card: NDArray[Any], household: NDArray[Any], sizes: NDArray[Any]) -> Homes:
        """Group the pairs; ``household`` is -1 where nobody counts: the supporter's own, which the prior knows."""
        of_supporter = numbered(supporter, household)
        of_card = numbered(card, household)
        return cls(of_supporter, of_card, np.maximum(sizes[np.maximum(household, 0)] - 1, 1))


def home_density(supporter: NDArray[Any], claim: NDArray[Any], homes: Homes, believed: Density) -> Density:
    """P(voter) when a person lives with another friend of the supporter: the housemates of her believed friends, evenly.

    Neither the person's own card nor other cards of the same voter speak for him.
    """
    return _density_at_home(supporter, claim, homes.of_supporter, homes.of_card, homes.rooms, believed)


@compiled
def _density_at_home(
    supporter: NDArray[np.int32],
    claim: NDArray[np.int64],
    home: NDArray[np.int64],
    home_of_card: NDArray[np.int64],
    rooms: NDArray[np.int64],
    believed: Density,
) -> Density:
    friends = _sums(supporter, believed)
    sure = np.zeros(len(believed))
    for pair in range(len(believed)):
        sure[pair] = believed[pair] * believed[pair] if home[pair] > 0 else 0.0
    at_home, of_card, of_claim = _sums(home, sure), _sums(home_of_card, sure), _sums(claim, sure)
    density = np.zeros(len(believed))
    for pair in range(len(believed)):
        if home[pair] > 0:
            itself = of_card[home_of_card[pair]] + of_claim[claim[pair]] - sure[pair]
            others = max(at_home[home[pair]] - itself, 0.0)
            density[pair] = others / rooms[pair] / max(friends[supporter[pair]], 1.0)
    return density
