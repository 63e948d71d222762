"""Single points of failure: who, by leaving, parts people who hang together, and which ties alone hold them.

Blocks after Tarjan and Vishkin (1985) over a breadth-first tree, level by level, so that arrays do the work. In a
two-sided network a tie outside such a tree never joins somebody to one who stands above him, which makes the rules shorter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graph.network.arrays import TieArrays, Whole
from graph.network.rank import components
from graph.network.reach import Flags, friends_of, is_only_way, known_to
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
    """Supporters, then the voters known to two or more, as one symmetric graph in compressed rows.

    ``tie`` names the ties in it, ``supporter`` and ``voter`` the two ends of each as people of the graph.
    """

    tie: Positions
    supporter: Whole
    voter: Whole
    indices: Whole
    starts: Positions


@dataclass(frozen=True, slots=True)
class _Branches:
    """Of each position, the number and size of its branch, and the least and greatest number that a tie which is not the
    one above leads to from anywhere in the branch.
    """

    number: Whole
    size: Whole
    low: Whole
    high: Whole

    def escape(self, top: Whole | slice) -> Flags:
        """Of each position, whether such a tie leads out of the branch of ``top``, a position for each."""
        first, size = self.number[top], self.size[top]
        return np.asarray((self.low < first) | (self.high >= first + size), dtype=bool)


def weak_points(ties: TieArrays) -> WeakPoints:
    """Bridges and articulation points of the two-sided network. No ties give empty arrays."""
    core, people = _core(ties), len(ties.supporters)
    tree = grown(
        core.indices, core.starts, np.unique(components(ties).supporter, return_index=True)[1].astype(np.int32)
    )
    branches = _branches(core, tree)
    parts = _parting(tree, _blocks(core, tree, branches))
    is_bridge = is_only_way(ties)
    alone = np.bincount(ties.supporter[is_bridge], minlength=people)
    is_bridge[core.tie] = _bridges(core, tree, branches)
    inner = parts[tree.position[:people]]
    voter = np.zeros(len(ties.voters), dtype=bool)
    voter[known_to(ties) > 1] = parts[tree.position[people:-1]]
    return WeakPoints(is_bridge, inner | ((alone > 0) & (friends_of(ties) > 1)), voter, inner)


def _core(ties: TieArrays) -> _Core:
    """A voter whom one supporter knows hangs on her alone, so that what parts the others is found without him."""
    people, is_shared = len(ties.supporters), known_to(ties) > 1
    tie = np.flatnonzero(is_shared[ties.voter])
    place = np.cumsum(is_shared, dtype=np.int32) + np.int32(people - 1)
    knows = ties.by_supporter()[:, is_shared]
    known_by = knows.T.tocsr()
    indices = np.concatenate([knows.indices + np.int32(people), known_by.indices], dtype=np.int32)
    starts = np.concatenate([knows.indptr, known_by.indptr[1:] + knows.indptr[-1]], dtype=np.int64)
    return _Core(tie, ties.supporter[tie], place[ties.voter[tie]], indices, starts)


def _branches(core: _Core, tree: Tree) -> _Branches:
    size = branch_sizes(tree)
    number = numbered(tree, size)
    own, degree = number[tree.position], np.diff(core.starts)
    is_above = core.indices == np.repeat(tree.above[:-1], degree)
    leads_to = np.where(is_above, np.repeat(own[:-1], degree), own[core.indices])
    has = np.flatnonzero(degree)
    low, high = own.copy(), own.copy()
    if len(has):
        low[has] = np.minimum(low[has], np.minimum.reduceat(leads_to, core.starts[has]))
        high[has] = np.maximum(high[has], np.maximum.reduceat(leads_to, core.starts[has]))
    extremes = (over_branches(tree, low[tree.order], np.minimum), over_branches(tree, high[tree.order], np.maximum))
    return _Branches(number, size, *extremes)


def _bridges(core: _Core, tree: Tree, branches: _Branches) -> Flags:
    """Of each tie of the core, whether it is of the tree and no other tie leads out of the branch below it."""
    escapes = branches.escape(slice(None))[tree.position]
    down = (tree.above[core.voter] == core.supporter) & ~escapes[core.voter]
    up = (tree.above[core.supporter] == core.voter) & ~escapes[core.supporter]
    return np.asarray(down | up, dtype=bool)


def _blocks(core: _Core, tree: Tree, branches: _Branches) -> Whole:
    """The block of the tie above each position. It is that of the tie above the parent's when a tie leads from the branch
    out of the parent's branch; and two people whom a tie outside the tree joins are in one.
    """
    goes_on = branches.escape(tree.parent) & (tree.parent > 0)
    block = np.arange(len(tree), dtype=np.int32)
    for _, below in tree.downward():
        block[below] = np.where(goes_on[below], block[tree.parent[below]], block[below])
    is_branch = (tree.above[core.voter] == core.supporter) | (tree.above[core.supporter] == core.voter)
    first, second = block[tree.position[core.supporter]], block[tree.position[core.voter]]
    joins = ~is_branch & (first != second)
    pairs = (np.ones(int(joins.sum()), np.int8), (first[joins], second[joins]))
    joined = csgraph.connected_components(sparse.coo_array(pairs, shape=(len(tree), len(tree))), directed=False)[1]
    return np.asarray(joined[block], dtype=np.int32)


def _parting(tree: Tree, block: Whole) -> Flags:
    """Of each position, whether it is in two blocks or more; the ties to the root are none of the network's."""
    parts = np.zeros(len(tree), dtype=bool)
    child = np.flatnonzero(tree.parent > 0)
    above = tree.parent[child]
    is_top = tree.parent[above] == 0
    differs = np.where(is_top, block[child] != block[tree.children[0][above]], block[child] != block[above])
    parts[above[differs]] = True
    return parts
