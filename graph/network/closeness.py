"""How close two supporters are by the voters both know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.network.arrays import Real, TieArrays, Whole
from graph.network.reach import friends_of, known_to


@dataclass(frozen=True, slots=True)
class Closeness:
    """Pairs of supporters who share a voter, by first and second (``first < second``, positions in ``TieArrays``).

    ``shared`` counts the voters both know; ``overlap`` is their share of all whom either knows, 0 to 1 (Jaccard 1901);
    ``strength`` is the sum of 1 / ln(supporters who know him) over them, so that a friend whom everybody knows says little
    (Adamic and Adar 2003).
    """

    first: Whole
    second: Whole
    shared: Whole
    overlap: Real
    strength: Real

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.first)


def closeness(ties: TieArrays) -> Closeness:
    """Every pair of supporters who share a voter. A voter known to n supporters costs n(n-1)/2 pairs of memory."""
    known = known_to(ties)
    meeting = known > 1
    knows = ties.by_supporter()[:, meeting]
    says = knows * (1.0 / np.log(known[meeting]))
    shared = sparse.triu(knows @ knows.T, 1, format="csr")
    strength = sparse.triu(says @ knows.T, 1, format="csr")
    shared.sort_indices()
    strength.sort_indices()
    first = np.repeat(np.arange(len(ties.supporters), dtype=np.int32), np.diff(shared.indptr))
    second, friends = shared.indices, friends_of(ties)
    overlap = shared.data / (friends[first] + friends[second] - shared.data)
    return Closeness(first, second, shared.data, overlap, strength.data)
