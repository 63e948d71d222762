"""Single points of failure: who, by leaving, parts people who hang together, and which ties alone hold them.

Blocks after Tarjan and Vishkin (1985) over a breadth-first tree, level by level, so that arrays do the work. In a
two-sided network a tie outside such a tree never joins somebody to one who stands above him, which makes the rules shorter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from graph.network.arrays import TieArrays
from graph.network.reach import Flags, friends_of, known_to
from graph.network.tree import Positions, Tree, branch_sizes, grown, numbered, over_branches


@dataclass(frozen=True, slots=True)
class WeakPoints:
    """Where the network comes apart.

    ``is_bridge``: of each tie, whether without it two people are no longer joined. ``supporter`` and ``voter``: of each,
    whether the network falls into more parts without him or her (articulation). ``parts_supporters``: of each supporter,
    whether her leaving parts other supporters from each other, not just friends whom she alone knows.
    """

    is_bridge: Flags
    supporter: Flags
    voter: Flags
    parts_supporters: Flags


@dataclass(frozen=True, slots=True)
class _Core:
    """Supporters, then the voters known to two or more, as one symmetric graph; ``tie`` names the ties in it."""

    tie: Positions
    supporter: Positions
    voter: Positions
    indices: npt.NDArray[np.int32]
    starts: Positions


def weak_points(ties: TieArrays) -> WeakPoints:
    """Bridges and articulation points of the two-sided network. No ties give empty arrays."""
    core = _core(ties)
    tree = grown(core.indices, core.starts)
    upper, lower = _upper_and_lower(core, tree)
    is_branch = tree.parent[lower] == upper
    numbers, sizes, low, high = _reached(core, tree)
    stays_inside = (low >= numbers) & (high < numbers + sizes)
    is_bridge = known_to(ties)[ties.voter] == 1
    alone = np.bincount(ties.supporter[is_bridge], minlength=len(ties.supporters))
    is_bridge[core.tie] = is_branch & stays_inside[lower]
    parts = np.zeros(len(tree), dtype=bool)
    above = tree.parent
    leaves = (low < numbers[above]) | (high >= (numbers + sizes)[above])
    block = _blocks(tree, (upper[~is_branch], lower[~is_branch]), leaves)
    parts[_parting(tree, block)] = True
    inner = parts[tree.position[: len(ties.supporters)]]
    voter = np.zeros(len(ties.voters), dtype=bool)
    voter[np.unique(ties.voter[core.tie])] = parts[tree.position[len(ties.supporters) : -1]]
    return WeakPoints(is_bridge, inner | ((alone > 0) & (friends_of(ties) > 1)), voter, inner)


def _core(ties: TieArrays) -> _Core:
    """A voter whom one supporter knows hangs on her alone, so that what parts the others is found without him."""
    tie = np.flatnonzero(known_to(ties)[ties.voter] > 1)
    people = len(ties.supporters)
    shared, voter = np.unique(ties.voter[tie], return_inverse=True)
    supporter = ties.supporter[tie].astype(np.int64)
    by_voter = np.argsort(voter, kind="stable")
    indices = np.concatenate([voter + people, supporter[by_voter]]).astype(np.int32)
    counts = np.concatenate([np.bincount(supporter, minlength=people), np.bincount(voter, minlength=len(shared))])
    return _Core(tie, supporter, voter + people, indices, np.concatenate([[0], np.cumsum(counts)]))


def _upper_and_lower(core: _Core, tree: Tree) -> tuple[Positions, Positions]:
    ends = tree.position[core.supporter], tree.position[core.voter]
    return np.minimum(*ends), np.maximum(*ends)


def _reached(core: _Core, tree: Tree) -> tuple[Positions, Positions, Positions, Positions]:
    """Numbers and sizes of branches, and the least and greatest number that a tie outside the tree leads to from each."""
    sizes = branch_sizes(tree)
    numbers = numbered(tree, sizes)
    number_of = numbers[tree.position]
    degree = np.diff(core.starts)
    own = np.repeat(tree.position[:-1], degree)
    other = tree.position[core.indices]
    is_branch = (tree.parent[own] == other) | (tree.parent[other] == own)
    leads_to = np.where(is_branch, numbers[own], numbers[other])
    has = np.flatnonzero(degree)
    low, high = number_of.copy(), number_of.copy()
    if len(has):
        low[has] = np.minimum(low[has], np.minimum.reduceat(leads_to, core.starts[has]))
        high[has] = np.maximum(high[has], np.maximum.reduceat(leads_to, core.starts[has]))
    return (
        numbers,
        sizes,
        over_branches(tree, low[tree.order], np.minimum),
        over_branches(tree, high[tree.order], np.maximum),
    )


def _blocks(tree: Tree, outside: tuple[Positions, Positions], leaves: Flags) -> Positions:
    """The block of the tie above each position: of two people whom a tie outside the tree joins, and of somebody and the
    one above when a tie from his branch ``leaves`` the other's branch.
    """
    lower = np.flatnonzero(leaves & (tree.parent > 0))
    first, second = np.concatenate([outside[0], lower]), np.concatenate([outside[1], tree.parent[lower]])
    joined = sparse.coo_array((np.ones(len(first), np.int8), (first, second)), shape=(len(tree), len(tree)))
    return csgraph.connected_components(joined, directed=False)[1].astype(np.int64)


def _parting(tree: Tree, block: Positions) -> Positions:
    """Positions in two blocks or more; the ties to the root are none of the network's."""
    child = np.flatnonzero(tree.parent > 0)
    above = tree.parent[child]
    is_top = tree.parent[above] == 0
    below = child[~is_top]
    inner = tree.parent[below][block[below] != block[tree.parent[below]]]
    top, first = np.unique(above[is_top], return_index=True)
    differs = block[child[is_top]] != np.repeat(block[child[is_top]][first], np.bincount(above[is_top])[top])
    return np.concatenate([inner, above[is_top][differs]])
