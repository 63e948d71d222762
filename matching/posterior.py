"""The posterior of every candidate and of "not in the file", one-to-one inside a supporter.

A person is one voter or nobody: his candidates' odds and 1 (nobody) are normalised together. A voter is at most one
person of a supporter: sums over all one-to-one assignments are approximated by messages between persons and voters (belief
propagation for the permanent; Huang and Jebara 2009), which touches the conflicts only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 12


def posterior(
    odds: NDArray[np.float64],
    card: NDArray[Any],
    nobody: NDArray[np.float64],
    *,
    claim: NDArray[Any],
    is_exempt: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """P(person is this voter) of each pair.

    ``odds`` weighs pairs against ``nobody`` (by person, at least 1). ``claim`` numbers what is claimed: equal for pairs of
    one supporter and one voter. Pairs that are ``is_exempt`` may share a voter with each other: duplicate cards.
    """
    claimed = np.bincount(claim, minlength=1)[claim] > 1
    at = np.flatnonzero(claimed)
    left = np.ones(len(odds))
    for _ in range(_ROUNDS if len(at) else 0):
        weighed = odds * left
        total = nobody + np.bincount(card, weights=weighed, minlength=len(nobody))
        asked = odds[at] / np.maximum(total[card[at]] - weighed[at], nobody[card[at]])
        left[at] = 1.0 / (1.0 + _others(asked, claim[at], is_exempt[at]))
    weighed = odds * left
    total = nobody + np.bincount(card, weights=weighed, minlength=len(nobody))
    return np.asarray(weighed / total[card], dtype=np.float64)


def _others(asked: NDArray[np.float64], claim: NDArray[Any], is_exempt: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What other persons ask of the same voter; exempt pairs do not stand in each other's way."""
    strong = np.bincount(claim, weights=np.where(is_exempt, asked, 0.0))[claim]
    weak = np.bincount(claim, weights=np.where(is_exempt, 0.0, asked))[claim]
    others = np.where(is_exempt, weak, strong + weak - asked)
    return np.asarray(np.maximum(others, 0.0), dtype=np.float64)
