"""The inner loops of matching that profiles show to matter, over all pairs of a batch at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled

Odds = NDArray[np.float64]


@compiled
def share_claims(
    odds: Odds,
    card: NDArray[Any],
    nobody: Odds,
    claim: NDArray[Any],
    claims: int,
    is_exempt: NDArray[np.bool_],
    rounds: int,
) -> Odds:
    """The posterior of each pair, after some rounds of messages between persons and the voters they claim.

    See ``matching.posterior``. Only pairs whose claim is contested are touched in a round.
    """
    pairs = len(odds)
    wanted = np.zeros(claims, np.int64)
    for pair in range(pairs):
        wanted[claim[pair]] += 1
    contested = np.empty(pairs, np.int64)
    size = 0
    certain = nobody.copy()
    for pair in range(pairs):
        if wanted[claim[pair]] > 1:
            contested[size] = pair
            size += 1
        else:
            certain[card[pair]] += odds[pair]
    left = np.ones(pairs)
    asked = np.empty(size)
    strong = np.zeros(claims)
    weak = np.zeros(claims)
    total = certain.copy()
    for _ in range(rounds if size else 0):
        total[:] = certain
        for place in range(size):
            pair = contested[place]
            total[card[pair]] += odds[pair] * left[pair]
            strong[claim[pair]] = 0.0
            weak[claim[pair]] = 0.0
        for place in range(size):
            pair = contested[place]
            others = max(total[card[pair]] - odds[pair] * left[pair], nobody[card[pair]])
            asked[place] = odds[pair] / others
            if is_exempt[pair]:
                strong[claim[pair]] += asked[place]
            else:
                weak[claim[pair]] += asked[place]
        for place in range(size):
            pair = contested[place]
            rivals = weak[claim[pair]]
            if not is_exempt[pair]:
                rivals += strong[claim[pair]] - asked[place]
            left[pair] = 1.0 / (1.0 + max(rivals, 0.0))
    total[:] = certain
    for place in range(size):
        pair = contested[place]
        total[card[pair]] += odds[pair] * left[pair]
    found = np.empty(pairs)
    for pair in range(pairs):
        found[pair] = odds[pair] * left[pair] / total[card[pair]]
    return found
