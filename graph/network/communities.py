"""Groups of people who know each other: communities of the two-sided graph of supporters and voters.

The method of Louvain (Blondel et al. 2008) with its moves made many at once, a side of the graph at a time, and taken back
to single people after each round (Rotta and Noack 2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.network.arrays import TieArrays, Whole
from graph.network.moves import Level, merged, modularity, settled, turns_of
from graph.network.tree import Positions

_PARTS = 4
_MOST_ROUNDS = 4
_STARTS, _FEW_TIES = 8, 5_000
"""A small network is begun several times, since there a single bad move weighs more; the best is taken."""
_LEAST_ROUND = 5e-4
"""A round that adds less modularity than this is the last."""


@dataclass(frozen=True, slots=True)
class Communities:
    """The community of each supporter and each voter, numbered from 0 in the order of ``TieArrays``."""

    count: int
    supporter: Whole
    voter: Whole
    modularity: float


def find_communities(ties: TieArrays, *, seed: int) -> Communities:
    """Communities of supporters and voters, ties weighted by the match probability; the same for the same ``seed``.

    No ties give no communities.
    """
    people, level, random = len(ties.supporters), two_sided(ties), np.random.default_rng(seed)
    starts = _STARTS if len(ties) <= _FEW_TIES else 1
    label = max((_found(level, people, random) for _ in range(starts)), key=lambda found: modularity(level, found))
    _, first, number = np.unique(label, return_index=True, return_inverse=True)
    place = np.argsort(np.argsort(first))[number].astype(np.int32)
    return Communities(len(first), place[:people], place[people:], modularity(level, label))


def _found(level: Level, people: int, random: np.random.Generator) -> Positions:
    """A label for each supporter and voter, from one start."""
    sides = [*_split(np.arange(people, len(level)), random), *_split(np.arange(people), random)]
    label, best = np.arange(len(level)), -1.0
    for _ in range(_MOST_ROUNDS):
        candidate = _risen(level, settled(level, label, sides), random)
        now = modularity(level, candidate)
        if now > best:
            label = candidate
        if now < best + _LEAST_ROUND:
            break
        best = now
    return label


def two_sided(ties: TieArrays) -> Level:
    """Supporters, then voters, as one weighted graph."""
    people, everybody = len(ties.supporters), len(ties.supporters) + len(ties.voters)
    knows = ties.by_supporter()
    knows = sparse.csr_array((ties.probability, knows.indices, knows.indptr), shape=knows.shape)
    known_by = knows.T.tocsr()
    indices = np.concatenate([knows.indices + np.int32(people), known_by.indices], dtype=np.int32)
    starts = np.concatenate([knows.indptr, known_by.indptr[1:] + knows.indptr[-1]], dtype=np.int32)
    near = sparse.csr_array(
        (np.concatenate([knows.data, known_by.data]), indices, starts), shape=(everybody, everybody)
    )
    return Level(near, near.sum(axis=1))


def _split(side: Positions, random: np.random.Generator) -> list[Positions]:
    return [side[part] for part in turns_of(len(side), _PARTS, random)]


def _risen(level: Level, label: Positions, random: np.random.Generator) -> Positions:
    """Communities merged with each other as long as that helps."""
    above, number = merged(level, label)
    while True:
        start = np.arange(len(above))
        moved = settled(above, start, turns_of(len(above), 2 * _PARTS, random))
        if np.array_equal(moved, start):
            return number
        above, higher = merged(above, moved)
        number = higher[number]
