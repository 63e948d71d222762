"""Whom friends point to: a friend is often a friend twice over, or lives with one (Bhattacharya and Getoor 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.prior_kernel import numbered

_SURENESS = 4
_HOME_SURENESS = 2

Density = NDArray[np.float64]


def known_density(supporter: NDArray[Any], claim: NDArray[Any], believed: Density) -> Density:
    """P(voter) when a person is a friend whom another card of the same supporter shows: her believed friends, evenly.

    Doubtful ones count for little, lest two cards of one stranger vouch for each other.
    """
    if not len(believed):
        return believed
    sure = believed**_SURENESS
    by_others = _summed(claim, sure) - sure
    return np.asarray(np.clip(by_others, 0.0, 1.0) / _friends_of(supporter, believed), dtype=np.float64)


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
    if not len(believed):
        return believed
    sure = np.where(homes.of_supporter > 0, believed**_HOME_SURENESS, 0.0)
    itself = _summed(homes.of_card, sure) + _summed(claim, sure) - sure
    others = np.maximum(_summed(homes.of_supporter, sure) - itself, 0.0)
    shared = np.where(homes.of_supporter > 0, others, 0.0)
    return np.asarray(shared / homes.rooms / _friends_of(supporter, believed), dtype=np.float64)


def _friends_of(supporter: NDArray[Any], believed: Density) -> Density:
    """How many friends the supporter of each pair is believed to have, at least one."""
    return np.asarray(np.maximum(np.bincount(supporter, weights=believed)[supporter], 1.0), dtype=np.float64)


def _summed(group: NDArray[Any], values: Density) -> Density:
    """For each element the sum of its group."""
    return np.asarray(np.bincount(group, weights=values)[group], dtype=np.float64)
