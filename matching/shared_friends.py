"""Whom other supporters know, where they agreed to pool: circles overlap, and more so within one crowd.

A supporter's friend may be a friend of another supporter too. How much two circles overlap is learned from the friends
that both are believed to have, by expectation-maximisation of a mixture (Dempster, Laird and Rubin 1977), so that a class
of 1969 lends much to its own members and nothing to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.index import expand

LEAST_BELIEVED = 0.5
SURENESS = 4
"""Doubtful friends count for little, lest two namesakes elsewhere vouch for each other."""
_SHARED = 0.05
"""The share of friends who are another supporter's too, before anything is learned."""
_PRIOR_FRIENDS = 20.0
_ROUNDS = 4

_Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Friendships:
    """Who is believed to be whose friend: numbers of supporters, rows of voters, probabilities."""

    supporter: NDArray[np.int64]
    row: NDArray[np.int64]
    probability: _Numbers


@dataclass(frozen=True, slots=True)
class SharedFriends:
    """The believed friends of those who agreed, sorted by row; ``chance`` is P(row | a friend of that supporter)."""

    agreed: NDArray[np.bool_]
    row: NDArray[np.int64]
    supporter: NDArray[np.int64]
    chance: _Numbers

    @classmethod
    def of(cls, found: Sequence[Friendships], own_rows: NDArray[Any], agreed: NDArray[np.bool_]) -> Self:
        """Gather what was found. Each supporter counts herself among her friends: others of her crowd know her."""
        known = np.flatnonzero((own_rows >= 0) & agreed)
        supporter = np.concatenate([known, *(part.supporter for part in found)]).astype(np.int64)
        row = np.concatenate([own_rows[known], *(part.row for part in found)]).astype(np.int64)
        probability = np.concatenate([np.ones(len(known)), *(part.probability for part in found)])
        keep = agreed[supporter] & (probability >= LEAST_BELIEVED)
        keys, at = np.unique(row[keep] * len(agreed) + supporter[keep], return_inverse=True)
        sure = np.zeros(len(keys))
        np.maximum.at(sure, at, probability[keep] ** SURENESS)
        of = keys % max(len(agreed), 1)
        friends = np.maximum(np.bincount(of, weights=sure, minlength=len(agreed)), 1.0)
        return cls(agreed, keys // max(len(agreed), 1), of, sure / friends[of])

    def mixed(self, supporter: NDArray[Any], row: NDArray[Any], density: _Numbers, believed: _Numbers) -> _Numbers:
        """P(voter | supporter) of each pair, from ``density`` without the others and from the circles that overlap hers.

        ``believed`` is the probability of each pair so far; a pair does not speak for itself. Pairs of those who did not
        agree keep their density.
        """
        others = int(self.agreed.sum()) - 1
        if others < 1:
            return density
        pair, place = self._named_by_others(supporter, row)
        share = np.full(len(pair), _SHARED / others)
        total = np.where(self.agreed, _SHARED, 0.0)
        for _ in range(_ROUNDS):
            lent = share * self.chance[place]
            mixed = _mixture(density, total[supporter], pair, lent)
            came = believed[pair] * lent / np.maximum(mixed[pair], 1e-300)
            share, total = self._learned(supporter, believed, pair=pair, place=place, came=came)
        return _mixture(density, total[supporter], pair, share * self.chance[place])

    def _named_by_others(
        self, supporter: NDArray[Any], row: NDArray[Any]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every pair of one who agreed beside every other supporter who is believed to know the voter."""
        pairs = np.flatnonzero(self.agreed[supporter])
        start, stop = np.searchsorted(self.row, row[pairs], "left"), np.searchsorted(self.row, row[pairs], "right")
        at, place = expand(start.astype(np.int64), stop.astype(np.int64))
        is_other = self.supporter[place] != supporter[pairs[at]]
        return pairs[at[is_other]], place[is_other]

    def _learned(
        self,
        supporter: NDArray[Any],
        believed: _Numbers,
        *,
        pair: NDArray[np.int64],
        place: NDArray[np.int64],
        came: _Numbers,
    ) -> tuple[_Numbers, _Numbers]:
        """The share of friends who came through each other circle (without the pair itself), and by supporter in all."""
        size = len(self.agreed)
        lender = supporter[pair].astype(np.int64) * size + self.supporter[place]
        through = np.bincount(lender, weights=came, minlength=size * size)
        friends = np.bincount(supporter, weights=believed, minlength=size) + _PRIOR_FRIENDS
        each = _PRIOR_FRIENDS * _SHARED / max(int(self.agreed.sum()) - 1, 1)
        share = (through[lender] - came + each) / np.maximum(friends[supporter[pair]] - believed[pair], 1.0)
        total = (through.reshape(size, size).sum(axis=1) + _PRIOR_FRIENDS * _SHARED) / friends
        return share, np.where(self.agreed, np.minimum(total, 0.9), 0.0)


def _mixture(density: _Numbers, total: _Numbers, pair: NDArray[np.int64], lent: _Numbers) -> _Numbers:
    """The density where ``total`` of the friends come through others, who lend ``lent`` to each ``pair``."""
    added = np.bincount(pair, weights=lent, minlength=len(density))
    return np.asarray(density * (1 - total) + added, dtype=np.float64)
