"""The posterior of every candidate and of "not in the file", one-to-one inside a supporter.

A person is one voter or nobody: his candidates' odds and 1 (nobody) are normalised together. A voter is at most one
person of a supporter: sums over all one-to-one assignments are approximated by messages between persons and voters (belief
propagation for the permanent; Huang and Jebara 2009), which touches the conflicts only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.kernel import share_claims

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
    claims = int(claim.max(initial=-1)) + 1
    return share_claims(odds, _wide(card), nobody, _wide(claim), claims, is_exempt, _ROUNDS)


def _wide(numbers: NDArray[Any]) -> NDArray[np.int64]:
    return numbers.astype(np.int64, copy=False)
