"""Questions over the network beside networkx, in one process on the same ties.

    python -m benchmarks.network --edges 1000000 --seed 1

Seconds are CPU seconds; what networkx needs to make its graph of the same arrays is told apart, as is what ours need to be
made from rows. "equal" compares the answers: numbers to 1e-8, sets as sets, communities by modularity (ours may be higher,
and at most 0.005 lower). Closeness is asked of networkx for a sample of the pairs and scaled up. Louvain by networkx takes
a minute for each million ties; ``--without-louvain`` leaves it out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from graph.model import SupporterId, VoterRef
from graph.network.arrays import Spot, TieArrays, tie_arrays
from graph.network.bridges import weak_points
from graph.network.closeness import closeness
from graph.network.communities import Communities, find_communities
from graph.network.rank import components, pagerank
from graph.network.reach import marginal_coverage, unique_reach

CIRCLES, FRIENDS, SHARE_INSIDE = 200, 50, 0.85
SAMPLED_PAIRS = 20_000
LEAST_RATIO = 20.0
Graph = Any


class Line(NamedTuple):
    """One question: what it took both, and whether the answers are equal."""

    question: str
    ours: float
    theirs: float
    equal: bool


def main() -> int:
    """Print the table; 1 when an answer differs or a ratio is below the promise."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--edges", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--without-louvain", action="store_true")
    chosen = options.parse_args()
    ties, made = timed(lambda: town(chosen.edges, chosen.seed))
    network, built = timed(lambda: graph_of(ties))
    print(f"{len(ties):,} ties, {len(ties.supporters):,} supporters, {len(ties.voters):,} voters")
    print(
        f"made: ours {made:.2f} s, networkx {built:.2f} s more\n\n{'':18}{'ours':>8}{'networkx':>10}{'times':>8}  equal"
    )
    asks = [reach_line, parts_line, rank_line, weak_line, closeness_line]
    lines = [ask(ties, network) for ask in asks]
    if not chosen.without_louvain:
        lines.append(communities_line(ties, network))
    for line in lines:
        ratio = line.theirs / line.ours
        print(f"{line.question:18}{line.ours:8.3f}{line.theirs:10.2f}{ratio:8.0f}  {'yes' if line.equal else 'NO'}")
    _, greedy = timed(lambda: marginal_coverage(ties))
    print(f"{'greedy coverage':18}{greedy:8.3f}{'none':>10}")
    return int(any(not line.equal or line.theirs < LEAST_RATIO * line.ours for line in lines))


def town(edges: int, seed: int) -> TieArrays:
    """Supporters with fifty friends each, most of them inside her own of 200 circles; some voters are known to many."""
    chance = np.random.default_rng(seed)
    people, voters = max(edges // FRIENDS, CIRCLES), max(edges // 5, CIRCLES)
    supporter = chance.integers(0, people, edges)
    inside = (chance.power(0.6, edges) * (voters // CIRCLES)).astype(np.int64) * CIRCLES + supporter % CIRCLES
    voter = np.where(chance.random(edges) < SHARE_INSIDE, inside, chance.integers(0, voters, edges))
    return tie_arrays(
        [SupporterId(f"s{at:06}") for at in range(people)],
        refs := [VoterRef("NC", f"{at:07}") for at in range(voters)],
        {ref: Spot(f"P-{at % CIRCLES:03}") for at, ref in enumerate(refs)},
        supporter=supporter, voter=voter, probability=chance.uniform(0.5, 1.0, edges),
    )  # fmt: skip


def graph_of(ties: TieArrays) -> Graph:
    """The same as a networkx graph: supporters are 0, 1, ..., voters follow."""
    network: Graph = nx.Graph()
    voter = (ties.voter + np.int32(len(ties.supporters))).tolist()
    network.add_weighted_edges_from(zip(ties.supporter.tolist(), voter, ties.probability.tolist(), strict=True))
    return network


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gave, and its CPU seconds."""
    started = time.process_time()
    given = work()
    return given, max(time.process_time() - started, 1e-4)


def reach_line(ties: TieArrays, network: Graph) -> Line:
    """Voters whom a supporter alone knows."""
    people = range(len(ties.supporters))
    ours, fast = timed(lambda: unique_reach(ties))
    theirs, slow = timed(lambda: [sum(network.degree(voter) == 1 for voter in network[one]) for one in people])
    return Line("unique reach", fast, slow, ours.tolist() == theirs)


def parts_line(ties: TieArrays, network: Graph) -> Line:
    """Connected components."""
    ours, fast = timed(lambda: components(ties))
    theirs, slow = timed(lambda: list(nx.connected_components(network)))
    label = np.concatenate([ours.supporter, ours.voter])
    whole = all(len(np.unique(label[list(part)])) == 1 for part in theirs)
    return Line("components", fast, slow, whole and ours.count == len(theirs))


def rank_line(ties: TieArrays, network: Graph) -> Line:
    """PageRank; ours goes to 1e-10, networkx is timed with its own far looser stop, then made as exact to compare."""
    ours, fast = timed(lambda: pagerank(ties))
    _, slow = timed(lambda: nx.pagerank(network, weight=None))
    exact = nx.pagerank(network, weight=None, tol=1e-10 / len(network), max_iter=500)
    label = np.concatenate([ours.supporter, ours.voter])
    expected = np.array([exact[at] for at in range(len(label))])
    return Line("pagerank", fast, slow, bool(np.abs(label - expected).max() < 1e-8))


def weak_line(ties: TieArrays, network: Graph) -> Line:
    """Bridges and articulation points."""
    ours, fast = timed(lambda: weak_points(ties))
    (points, bridges), slow = timed(lambda: (set(nx.articulation_points(network)), set(nx.bridges(network))))
    found = set(np.flatnonzero(np.concatenate([ours.supporter, ours.voter])).tolist())
    people, at = len(ties.supporters), np.flatnonzero(ours.is_bridge)
    held = set(zip(ties.supporter[at].tolist(), (ties.voter[at] + people).tolist(), strict=True))
    return Line("weak points", fast, slow, found == points and held == {tuple(sorted(bridge)) for bridge in bridges})


def closeness_line(ties: TieArrays, network: Graph) -> Line:
    """Shared friends of every pair of supporters: both coefficients."""
    ours, fast = timed(lambda: closeness(ties))
    count = min(SAMPLED_PAIRS, len(ours))
    at = np.sort(np.random.default_rng(1).choice(len(ours), count, replace=False))
    pairs = list(zip(ours.first[at].tolist(), ours.second[at].tolist(), strict=True))
    theirs, slow = timed(
        lambda: [
            [value for *_, value in question(network, pairs)]
            for question in (nx.jaccard_coefficient, nx.adamic_adar_index)
        ]
    )
    equal = np.allclose([ours.overlap[at], ours.strength[at]], theirs, rtol=0, atol=1e-8)
    return Line("closeness (scaled)", fast, slow * len(ours) / max(count, 1), bool(equal))


def communities_line(ties: TieArrays, network: Graph) -> Line:
    """Louvain."""
    ours: Communities
    ours, fast = timed(lambda: find_communities(ties, seed=1))
    theirs, slow = timed(lambda: nx.community.louvain_communities(network, seed=1))
    reached = nx.community.modularity(network, theirs)
    print(f"modularity: ours {ours.modularity:.4f}, networkx {reached:.4f}", file=sys.stderr)
    return Line("communities", fast, slow, ours.modularity >= reached - 0.005)


if __name__ == "__main__":
    sys.exit(main())
