"""An auction of voters' places among supporters, and a bound on what any choice of asks could be worth.

Each voter has a few places, the n-th worth ``weights[n]`` of a tie's gain; each supporter wants at most ``k`` places, no two of one
voter. A supporter with room bids for her best places up to the point where her next best would serve her as well, and a little
more; whoever is outbid bids again (Bertsekas 1988, The auction algorithm). The places' prices only rise, nobody pays for a
place that is left over, and the result is within ``step`` for each ask of the best that there is. Every order is fixed, so that
the same ties give the same asks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

NOBODY = -1


class Market(NamedTuple):
    """Ties sorted by supporter, and the places of voters. Place ``voter * len(weights) + n`` is the n-th place of a voter.

    ``first_tie[s]`` to ``first_tie[s + 1]`` are the ties of supporter ``s``; ``holder`` names the tie that has a place, ``place``
    the place that a tie has.
    """

    first_tie: Indices
    supporter: NDArray[np.int32]
    voter: NDArray[np.int32]
    gain: Floats
    weights: Floats
    price: Floats
    holder: NDArray[np.int32]
    place: NDArray[np.int64]


class Best(NamedTuple):
    """The best ties of one supporter, best first: value over price, the tie, its place, and what its voter's next place offers."""

    value: Floats
    tie: NDArray[np.int64]
    place: NDArray[np.int64]
    other: Floats


def open_market(supporter: Indices, voter: Indices, gain: Floats, weights: Floats) -> Market:
    """A market without a bid, from ties sorted by supporter, supporters and voters numbered from 0."""
    people, places = int(supporter.max(initial=-1)) + 1, (int(voter.max(initial=-1)) + 1) * len(weights)
    first_tie = np.searchsorted(supporter, np.arange(people + 1)).astype(np.int64)
    return Market(
        first_tie, supporter.astype(np.int32), voter.astype(np.int32), gain, weights,
        price=np.zeros(places), holder=np.full(places, NOBODY, dtype=np.int32), place=np.full(len(gain), NOBODY, dtype=np.int64),
    )  # fmt: skip


@compiled
def run(market: Market, k: int, step: float) -> None:
    """Bid until nobody with room wants another place. ``step``: the least that a bid goes above the one before."""
    people = len(market.first_tie) - 1
    waiting, is_waiting = np.arange(people), np.ones(people, dtype=np.bool_)
    held = np.zeros(people, dtype=np.int64)
    best = _no_best(k + 1)
    front, length = 0, people
    while length > 0:
        one = waiting[front]
        front, length = (front + 1) % people, length - 1
        is_waiting[one] = False
        room = k - held[one]
        found = _find_best(market, one, room + 1, best)
        floor = best.value[room] if found > room else 0.0
        for at in range(min(found, room)):
            outbid = _take(market, best, at, floor, step)
            held[one] += 1
            if outbid == NOBODY:
                continue
            held[outbid] -= 1
            if not is_waiting[outbid]:
                waiting[(front + length) % people] = outbid
                is_waiting[outbid], length = True, length + 1


@compiled
def _no_best(size: int) -> Best:
    return Best(np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64), np.zeros(size))


@compiled
def _find_best(market: Market, one: int, most: int, best: Best) -> int:
    """Her ``most`` best ties without a place, into ``best``; returns how many there are. Of equals the first stays first."""
    found = 0
    for tie in range(market.first_tie[one], market.first_tie[one + 1]):
        if market.place[tie] != NOBODY:
            continue
        value, place, other = _best_place(market, tie)
        if value > 0.0 and (found < most or value > best.value[found - 1]):
            found = min(found + 1, most)
            _insert(best, found - 1, value, tie, place, other)
    return found


@compiled
def _best_place(market: Market, tie: int) -> tuple[float, int, float]:
    """What the best place of this tie's voter is worth over its price, which one, and the same of the next best (0 at least)."""
    first = market.voter[tie] * len(market.weights)
    value, place, other = 0.0, NOBODY, 0.0
    for nth in range(len(market.weights)):
        worth = market.weights[nth] * market.gain[tie] - market.price[first + nth]
        if worth > value:
            value, place, other = worth, first + nth, value
        elif worth > other:
            other = worth
    return value, place, other


@compiled
def _insert(best: Best, last: int, value: float, tie: int, place: int, other: float) -> None:
    at = last
    while at > 0 and best.value[at - 1] < value:
        best.value[at], best.tie[at] = best.value[at - 1], best.tie[at - 1]
        best.place[at], best.other[at] = best.place[at - 1], best.other[at - 1]
        at -= 1
    best.value[at], best.tie[at], best.place[at], best.other[at] = value, tie, place, other


@compiled
def _take(market: Market, best: Best, at: int, floor: float, step: float) -> int:
    """Give her the place, raise its price until ``floor`` is as good; returns the supporter who had it, or ``NOBODY``."""
    tie, place = best.tie[at], best.place[at]
    before = market.holder[place]
    market.price[place] += best.value[at] - max(floor, best.other[at]) + step
    market.holder[place], market.place[tie] = tie, place
    if before == NOBODY:
        return NOBODY
    market.place[before] = NOBODY
    return int(market.supporter[before])


@compiled
def slot_prices(market: Market, k: int) -> Floats:
    """What one more ask of each supporter would be worth to her at the places' prices: her (k+1)-th best, 0 when she has room."""
    people = len(market.first_tie) - 1
    prices, top = np.zeros(people), np.zeros(k + 1)
    for one in range(people):
        top[:] = 0.0
        for tie in range(market.first_tie[one], market.first_tie[one + 1]):
            _keep_largest(top, _best_place(market, tie)[0])
        prices[one] = top[k]
    return prices


@compiled
def _keep_largest(top: Floats, value: float) -> None:
    at = len(top) - 1
    if value <= top[at]:
        return
    while at > 0 and top[at - 1] < value:
        top[at] = top[at - 1]
        at -= 1
    top[at] = value


@compiled
def dual_bound(market: Market, by_voter: Indices, prices: Floats, k: int) -> float:
    """No choice of asks is worth more (the Lagrangian dual, each voter's best choice made exactly, whatever the prices).

    ``by_voter``: ties sorted by voter, the largest gain first. ``prices``: of supporters' slots, never below 0.
    """
    most = len(market.weights)
    bound, best = k * prices.sum(), np.zeros(most + 1)
    before = NOBODY
    for tie in by_voter:
        if market.voter[tie] != before:
            bound += best.max()
            best[:] = -np.inf
            best[0], before = 0.0, market.voter[tie]
        for nth in range(most, 0, -1):
            asked = best[nth - 1] + market.weights[nth - 1] * market.gain[tie] - prices[market.supporter[tie]]
            best[nth] = max(best[nth], asked)
    return float(bound + best.max())
