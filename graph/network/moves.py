"""Moving people between communities so that modularity grows, many at once: the inner step of Louvain over arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.network.arrays import Real
from graph.network.tree import Positions

_LEAST_GAIN = 1e-9
_MOST_SWEEPS = 25
_ENOUGH = 0.002
"""A sweep that moves a smaller share of all than this is the last one."""


@dataclass(frozen=True, slots=True)
class Level:
    """A weighted graph: ``near`` is its symmetric matrix without the diagonal, ``degree`` the weight of each, loops twice."""

    near: sparse.csr_array
    degree: Real

    def __len__(self) -> int:
        """How many people, or groups of them."""
        return len(self.degree)


def modularity(level: Level, label: Positions) -> float:
    """Newman's modularity (2004) of these labels, at most 1; 0 without ties. Weight inside, less what chance would give."""
    total = float(level.degree.sum())
    if total == 0:
        return 0.0
    own = np.repeat(label, np.diff(level.near.indptr))
    loops = total - float(level.near.data.sum())
    inside = float(level.near.data[own == label[level.near.indices]].sum()) + loops
    weights = np.bincount(label, weights=level.degree)
    return inside / total - float(np.square(weights / total).sum())


def settled(level: Level, label: Positions, turns: Sequence[Positions]) -> Positions:
    """Labels after everybody has moved to the best community near, turn by turn, until few do.

    ``turns`` part the people; those of one turn move at once, each as if the others stood still, so they should have few
    ties among them. A sweep after which modularity is not higher is taken back.
    """
    rows = [(turn, level.near[turn]) for turn in turns if len(turn)]
    best = modularity(level, label)
    for _ in range(_MOST_SWEEPS):
        moved = _swept(level, label, rows)
        now = modularity(level, moved)
        if now <= best + _LEAST_GAIN:
            return label
        changed = np.count_nonzero(moved != label)
        label, best = moved, now
        if changed < _ENOUGH * len(label):
            break
    return label


def _swept(level: Level, label: Positions, rows: Iterable[tuple[Positions, sparse.csr_array]]) -> Positions:
    label = label.copy()
    for turn, near in rows:
        label[turn] = _best(level, label, turn, near)
    return label


def _best(level: Level, label: Positions, turn: Positions, near: sparse.csr_array) -> Positions:
    """The community each of a turn does best in: his own unless another is better."""
    total, people = level.degree.sum(), len(level)
    weights = np.bincount(label, weights=level.degree, minlength=people)
    member = sparse.csr_array((np.ones(people), label, np.arange(people + 1)), shape=(people, people))
    to = near @ member
    at = np.repeat(np.arange(len(turn)), np.diff(to.indptr))
    degree, own = level.degree[turn], label[turn]
    is_own = to.indices == own[at]
    gain = to.data - degree[at] * (weights[to.indices] - np.where(is_own, degree[at], 0.0)) / total
    stay = -degree * (weights[own] - degree) / total
    stay[at[is_own]] = gain[is_own]
    has = np.flatnonzero(np.diff(to.indptr))
    chosen = own.copy()
    if len(has):
        most = np.full(len(turn), -np.inf)
        most[has] = np.maximum.reduceat(gain, to.indptr[has])
        wins = np.flatnonzero((gain == most[at]) & (most > stay + _LEAST_GAIN)[at])
        chosen[at[wins][::-1]] = to.indices[wins][::-1]
    return chosen


def merged(level: Level, label: Positions) -> tuple[Level, Positions]:
    """The graph of communities, and the number of each person's community in it."""
    names, number = np.unique(label, return_inverse=True)
    people, groups = len(level), len(names)
    member = sparse.csr_array((np.ones(people), number, np.arange(people + 1)), shape=(people, groups))
    near = sparse.csr_array(member.T @ level.near @ member)
    near.setdiag(0.0)
    near.eliminate_zeros()
    degree = np.bincount(number, weights=level.degree, minlength=groups).astype(np.float64)
    return Level(near, degree), number


def turns_of(count: int, parts: int, random: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    """Everybody once, by chance, in about equal parts."""
    return [np.sort(part) for part in np.array_split(random.permutation(count), min(parts, max(count, 1)))]
