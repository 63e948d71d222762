"""Parts of the network that hang together, and who stands in its middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graph.network.arrays import Real, TieArrays, Whole
from graph.network.reach import friends_of, known_to

_FEW = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """The part each supporter and each voter is in, numbered from 0."""

    count: int
    supporter: Whole
    voter: Whole


@dataclass(frozen=True, slots=True)
class Standing:
    """PageRank of each supporter and voter; all together are 1."""

    supporter: Real
    voter: Real


def components(ties: TieArrays) -> Parts:
    """Connected components. No ties give none."""
    if not len(ties):
        nobody = np.zeros(0, dtype=np.int32)
        return Parts(0, nobody, nobody)
    someone = np.zeros(len(ties.voters), dtype=np.int32)
    someone[ties.voter] = ties.supporter
    # each supporter beside one supporter of each of her voters joins all who hang together; a few of these pairs join
    # nearly everybody, and of the others only those that join more are looked at
    first, second, people = someone[ties.voter], ties.supporter, len(ties.supporters)
    label = _joined(first[::_FEW], second[::_FEW], people)
    more = np.flatnonzero(label[first] != label[second])
    label = _joined(label[first[more]], label[second[more]], people)[label]
    names, place = np.unique(label, return_inverse=True)
    number = place.astype(np.int32)
    return Parts(len(names), number, number[someone])


def _joined(first: Whole, second: Whole, count: int) -> Whole:
    """A label for each of ``count`` people, the same for those whom these pairs join."""
    pairs = sparse.coo_array((np.ones(len(first), np.int8), (first, second)), shape=(count, count))
    return np.asarray(csgraph.connected_components(pairs, directed=False)[1], dtype=np.int32)


def pagerank(ties: TieArrays, *, damping: float = 0.85, tolerance: float = 1e-10, most_steps: int = 200) -> Standing:
    """PageRank of the two-sided graph, every tie the same (Brin and Page 1998), until a step moves
    supporters by less than ``tolerance`` in all. Nobody is without a tie, so no rank is lost. No ties give empty arrays.
    """
    knows = ties.by_supporter().astype(np.float64)
    known_by = knows.T.tocsr()
    friends, known = friends_of(ties), known_to(ties)
    people, everybody = len(friends), max(len(friends) + len(known), 1)
    start = (1 - damping) / everybody
    # all supporters' and all voters' rank together are known beforehand; to start there saves most of the steps
    supporter = friends * ((start * people + damping) / (1 + damping) / max(len(ties), 1))
    voter = np.zeros(len(known))
    for _ in range(most_steps):
        before, voter = supporter, start + damping * (known_by @ (supporter / friends))
        supporter = start + damping * (knows @ (voter / known))
        if np.abs(supporter - before).sum() < tolerance:
            break
    return Standing(supporter.astype(np.float64), voter)
