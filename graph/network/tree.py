"""A breadth-first tree over a two-sided network, and sums and extremes over its branches, level by level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from graph.network.arrays import Whole

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree in breadth-first order: position 0 is a root that stands above the first person of every part.

    ``order`` holds the person at each position (the root has the highest number), ``position`` the position of each
    person, ``above`` the person over each; ``parent`` the position over each position, ``children`` where those below it
    start and end, ``levels`` where each level starts.
    """

    order: Whole
    position: Whole
    above: Whole
    parent: Whole
    children: tuple[Positions, Positions]
    levels: list[int]

    def __len__(self) -> int:
        """How many positions, the root's included."""
        return len(self.order)

    def upward(self) -> list[tuple[slice, slice]]:
        """Each level with the one below it, from the lowest."""
        ends = [*self.levels[1:], len(self)]
        slices = [slice(start, end) for start, end in zip(self.levels, ends, strict=True)]
        return list(pairwise(slices))[::-1]

    def downward(self) -> list[tuple[slice, slice]]:
        """Each level with the one below it, from the root."""
        return self.upward()[::-1]


def grown(indices: Whole, starts: Positions, firsts: Whole) -> Tree:
    """The tree of a symmetric graph in compressed rows; ``firsts`` names one person of every part."""
    people = len(starts) - 1
    rooted = sparse.csr_array(
        (np.ones(len(indices) + len(firsts)), np.append(indices, firsts), np.append(starts, starts[-1] + len(firsts))),
        shape=(people + 1, people + 1),
    )
    order, above = csgraph.breadth_first_order(rooted, people, directed=True)
    position = np.empty(people + 1, dtype=np.int32)
    position[order] = np.arange(people + 1, dtype=np.int32)
    parent = np.append(np.int32(-1), position[above[order[1:]]])
    everybody = np.arange(people + 1)
    children = (np.searchsorted(parent, everybody, "left"), np.searchsorted(parent, everybody, "right"))
    return Tree(order, position, above, parent, children, _levels(children[1]))


def _levels(last_child: Positions) -> list[int]:
    starts, end = [0], 1
    while end < len(last_child):
        starts.append(end)
        end = int(last_child[end - 1])
    return starts


def branch_sizes(tree: Tree) -> Whole:
    """How many stand in the branch of each position, itself included."""
    sizes = np.ones(len(tree), dtype=np.int32)
    first, last = tree.children
    for level, below in tree.upward():
        summed = np.concatenate([[0], np.cumsum(sizes[below])])
        sizes[level] += summed[last[level] - below.start] - summed[first[level] - below.start]
    return sizes


def numbered(tree: Tree, sizes: Whole) -> Whole:
    """Numbers by which every branch is one range: from its top's own number on, as many as it has people."""
    numbers = np.zeros(len(tree), dtype=np.int32)
    first = tree.children[0]
    for _, below in tree.downward():
        before = np.cumsum(sizes[below]) - sizes[below]
        above = tree.parent[below]
        numbers[below] = numbers[above] + 1 + before - before[first[above] - below.start]
    return numbers


def over_branches(tree: Tree, values: Whole, choose: np.ufunc) -> Whole:
    """The least (``np.minimum``) or greatest (``np.maximum``) value in each branch."""
    chosen = values.copy()
    first, last = tree.children
    for level, below in tree.upward():
        has = np.flatnonzero(last[level] > first[level]) + level.start
        chosen[has] = choose(chosen[has], choose.reduceat(chosen[below], first[has] - below.start))
    return chosen
