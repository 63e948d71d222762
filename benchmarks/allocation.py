"""Sharing out asks, beside the exact optimum by OR-tools in the same run, and what a newcomer's list costs.

    python -m benchmarks.allocation --ties 1000000 --shape uniform
    python -m benchmarks.allocation --ties 10000000 --without-exact --arrivals 10000

Supporters with 50 friends each; a fifth as many voters as ties, known to equally many or, heavy-tailed, to as many as a Zipf law of
1.8 says (at most 2,000 draws' weight); five asks each, three of a voter at most, the next worth half. The exact optimum is a
flow of least cost in whole numbers of 1e-7. Seconds are CPU seconds. A newcomer has 500 friends and chooses beside what stands;
afterwards everybody is solved again, to see what the newcomers' lists left on the table.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prioritization.allocate import DECAY, Allocation, allocate, shared_value
from prioritization.standing import marginal_gain

FRIENDS, ASKS, CAP = 50, 5, 3
NEWCOMER_FRIENDS = 500
LEAST_OF_OPTIMUM, LEAST_FASTER = 0.999, 8.0
LEAST_OF_BOUND, LEAST_OF_RESOLVED, MOST_MILLISECONDS, MOST_MEGABYTES = 0.995, 0.99, 20.0, 2_000.0
Indices = NDArray[np.int64]
Floats = NDArray[np.float64]


class Ties(NamedTuple):
    """Who knows whom, and what a first ask would add."""

    supporter: Indices
    voter: Indices
    gain: Floats


def main() -> int:
    """Print the table; 1 when a promise is not kept."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ties", type=int, default=1_000_000)
    options.add_argument("--shape", choices=("heavy", "uniform"), default="heavy")
    options.add_argument("--seed", type=int, default=20261123)
    options.add_argument("--arrivals", type=int, default=1_000)
    options.add_argument("--without-exact", action="store_true")
    chosen = options.parse_args()
    allocate([0], [0], [1.0], k=1)  # compiled before anything is timed
    return int(not compare(town(chosen.ties, chosen.seed, heavy=chosen.shape == "heavy"), chosen))


def compare(ties: Ties, chosen: argparse.Namespace) -> bool:
    """One town: ours, the optimum, the list that every app shows, newcomers."""
    print(f"\n{len(ties.gain):,} ties, {chosen.shape}, {ties.supporter.max() + 1:,} supporters")
    ours, seconds = timed(lambda: allocate(*ties, k=ASKS, cap=CAP))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    own = own_lists(ties)
    print(f"{'':22}{'value':>12}{'of the bound':>14}{'seconds':>9}")
    for name, value, took in (
        ("ours", ours.value, seconds),
        ("each her own best", own, None),
        ("bound", ours.bound, None),
    ):
        print(f"{name:22}{value:12,.2f}{value / ours.bound:14.3%}{'' if took is None else f'{took:9.2f}'}")
    print(f"most memory so far {megabytes:,.0f} MB")
    kept = ours.value >= LEAST_OF_BOUND * ours.bound and megabytes <= MOST_MEGABYTES
    if not chosen.without_exact:
        kept &= beside_the_optimum(ties, ours, seconds)
    return newcomers(ties, ours, chosen.arrivals, chosen.seed) and kept


def town(ties: int, seed: int, *, heavy: bool) -> Ties:
    """Ties without repeats; voters' turnout from a Beta(1.6, 1.6), an ask moves it by .3 p (1-p), more by close friends."""
    chance = np.random.default_rng(seed)
    voters = ties // 5
    supporter = np.repeat(np.arange(ties // FRIENDS, dtype=np.int64), FRIENDS)
    weight = np.minimum(chance.zipf(1.8, voters), 2_000).astype(np.float64)
    voter = (
        chance.choice(voters, len(supporter), p=weight / weight.sum())
        if heavy
        else chance.integers(0, voters, len(supporter))
    )
    pair = np.unique(supporter * voters + voter)
    supporter, voter = np.divmod(pair, voters)
    turnout = chance.beta(1.6, 1.6, voters)
    tie = chance.choice([0.35, 1.0, 1.6], len(pair), p=[0.6, 0.3, 0.1])
    return Ties(supporter, voter, 0.3 * (turnout * (1.0 - turnout))[voter] * tie)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gave, and its CPU seconds."""
    started = time.process_time()
    given = work()
    return given, max(time.process_time() - started, 1e-6)


def own_lists(ties: Ties) -> float:
    """What it is worth when each supporter asks her own best, whatever the others do."""
    order = np.lexsort((-ties.gain, ties.supporter))
    place = np.arange(len(order)) - np.searchsorted(ties.supporter[order], ties.supporter[order])
    chosen = order[place < ASKS]
    return shared_value(ties.voter[chosen], ties.gain[chosen], cap=CAP)


def beside_the_optimum(ties: Ties, ours: Allocation, seconds: float) -> bool:
    """Our part of the exact optimum, and how much longer that took."""
    optimum, slow = timed(lambda: exact(ties))
    part, faster = ours.value / optimum, slow / seconds
    print(f"{'exact (OR-tools)':22}{optimum:12,.2f}{optimum / ours.bound:14.3%}{slow:9.2f}")
    print(
        f"ours is {part:.4%} of the optimum, {faster:.1f} times faster; the bound is {ours.bound / optimum:.4%} of it"
    )
    return part >= LEAST_OF_OPTIMUM and faster >= LEAST_FASTER and ours.bound >= optimum * (1 - 1e-6)


def exact(ties: Ties) -> float:
    """The greatest value, as a flow of least cost: supporter, tie, place of a voter; a supporter's slot may stay empty."""
    from ortools.graph.python import min_cost_flow  # here, so that a run without it needs it not

    people, voters, count = int(ties.supporter.max()) + 1, int(ties.voter.max()) + 1, len(ties.gain)
    tie = people + np.arange(count)
    places = people + count + CAP * ties.voter
    sink = people + count + CAP * voters
    nobody = np.zeros(0, dtype=np.int64)
    arcs = [(ties.supporter, tie, np.ones(count), np.zeros(count))]
    arcs += [(tie, places + nth, np.ones(count), -ties.gain * DECAY**nth * 1e7) for nth in range(CAP)]
    used = people + count + np.arange(CAP * voters)
    arcs += [(used, np.full(len(used), sink), np.ones(len(used)), np.zeros(len(used)))]
    everybody = np.arange(people)
    arcs += [(everybody, np.full(people, sink), np.full(people, ASKS), np.zeros(people))]
    start, end, capacity, cost = (np.concatenate([nobody, *part]).astype(np.int64) for part in zip(*arcs, strict=True))
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(start, end, capacity, np.rint(cost).astype(np.int64))
    flow.set_nodes_supplies(np.append(everybody, sink), np.append(np.full(people, ASKS), -ASKS * people))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("OR-tools found no optimum")
    return -flow.optimal_cost() / 1e7


def newcomers(ties: Ties, ours: Allocation, count: int, seed: int) -> bool:
    """Supporters who join one after the other: how long each list takes, and what all are worth beside solving again."""
    joining = arrivals(ties, count, seed)
    standing: dict[int, list[float]] = {}
    for at in ours.picks:
        standing.setdefault(int(ties.voter[at]), []).append(float(ties.gain[at]))
    waits = np.array([join(friends, gain, standing) for friends, gain in zip(joining.voter, joining.gain, strict=True)])
    reached = sum(shared_value([0] * len(gains), gains, cap=CAP) for gains in standing.values())
    newest = ties.supporter.max() + 1 + np.repeat(np.arange(count), NEWCOMER_FRIENDS)
    together = (
        np.concatenate(pair) for pair in zip(ties, (newest, joining.voter.ravel(), joining.gain.ravel()), strict=True)
    )
    solved = allocate(*together, k=ASKS, cap=CAP)
    part, slowest = reached / solved.value, float(np.percentile(waits, 99))
    print(
        f"{count:,} newcomers of {NEWCOMER_FRIENDS} friends: p50 {np.median(waits):.2f} ms, p99 {slowest:.2f} ms, {part:.2%} of solving again"
    )
    return part >= LEAST_OF_RESOLVED and slowest <= MOST_MILLISECONDS


class Joining(NamedTuple):
    """Newcomers' friends and what a first ask would add, a row for each newcomer."""

    voter: Indices
    gain: Floats


def arrivals(ties: Ties, count: int, seed: int) -> Joining:
    """Newcomers who know people as popular as those whom the others know."""
    chance = np.random.default_rng(seed + 1)
    at = np.array(
        [np.unique(chance.integers(0, len(ties.gain), 4 * NEWCOMER_FRIENDS))[:NEWCOMER_FRIENDS] for _ in range(count)]
    )
    return Joining(ties.voter[at], ties.gain[at])


def join(voter: Indices, gain: Floats, standing: dict[int, list[float]]) -> float:
    """One newcomer's list beside what stands; returns milliseconds."""
    started = time.perf_counter()
    who = voter.tolist()
    worth = marginal_gain(gain, [standing.get(one, ()) for one in who], cap=CAP, decay=DECAY)
    taken: set[int] = set()
    for at in np.argsort(-worth, kind="stable"):
        if len(taken) == ASKS or worth[at] <= 0.0:
            break
        if who[at] not in taken:
            taken.add(who[at])
            standing.setdefault(who[at], []).append(float(gain[at]))
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    sys.exit(main())
