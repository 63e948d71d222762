"""Who asks whom: the choice of asks that adds the most votes together.

Each supporter makes at most ``k`` asks; of one voter at most ``cap`` asks count, sorted by gain, the n-th worth ``decay**(n-1)`` of its
own. That is a flow of least cost, so that the best there is can be bounded exactly: an auction finds asks within a small part of it
and its prices prove how near (``Allocation.bound``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graph.errors import UsageError
from prioritization import auction

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

DECAY = 0.5
"""What the next ask of one voter is worth, beside the one before."""

_FINEST, _COARSEST, _FOR_EACH_TIE = 1e-4, 1e-2, 1e-8
"""The auction's step as a part of the mean gain: finer is nearer to the best and slower, so that it grows with the ties."""
_ROUNDING = 1.0 + 1e-12
"""Sums of a million gains differ in their last digits by the order; a bound has to hold for every order."""
_LEAST_STEP = 1e-6
"""The same as a part of the largest gain, so that one huge gain among small ones does not bring a million tiny bids."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Positions of the picked ties, sorted; what they are worth together; what no choice could pass (never below the optimum)."""

    picks: Indices
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The part of the bound that is missing at most, 0 to 1."""
        return 0.0 if self.bound <= 0.0 else max(0.0, 1.0 - self.value / self.bound)


def allocate(
    supporter: ArrayLike, voter: ArrayLike, gain: ArrayLike, *, k: int, cap: int = 3, decay: float = DECAY
) -> Allocation:
    """The asks to make. ``gain`` is what a first ask is worth; ties worth nothing are never picked, no tie gives no ask.

    Deterministic whatever the order of the input; a tie given twice is taken once, the better of the two. Raises ``UsageError`` for
    a negative ``k`` or ``cap``, a ``decay`` outside 0 to 1, or a gain without end.
    """
    every = np.asarray(gain, dtype=np.float64)
    _refuse_odd_limits(k, cap, decay)
    if np.isinf(every).any():
        raise UsageError("A gain has no end.", thing="an ask", next_step="Give each ask a gain that is a number.")
    order = _canonical(np.asarray(supporter), np.asarray(voter), every)
    if not len(order) or k == 0 or cap == 0:
        return Allocation(np.zeros(0, dtype=np.int64), 0.0, 0.0)
    market = auction.open_market(
        _number(np.asarray(supporter)[order]),
        _number(np.asarray(voter)[order]),
        every[order],
        decay ** np.arange(cap, dtype=np.float64),
    )
    return _solve(market, order, k)


def _refuse_odd_limits(k: int, cap: int, decay: float) -> None:
    if k < 0 or cap < 0 or not 0.0 <= decay <= 1.0:
        raise UsageError(
            "The limits of asks make no sense.",
            thing=f"{k} for each supporter, {cap} of each voter, the next worth {decay} of the one before",
            next_step="Give whole numbers from 0 and a part from 0 to 1.",
        )


def _solve(market: auction.Market, order: Indices, k: int) -> Allocation:
    part = min(max(_FINEST, _FOR_EACH_TIE * len(market.gain)), _COARSEST)
    auction.run(market, k, max(part * float(market.gain.mean()), _LEAST_STEP * float(market.gain.max())))
    picks = np.flatnonzero(market.place != auction.NOBODY)
    value = _worth(market, picks)
    by_voter = np.lexsort((-market.gain, market.voter))
    bound = auction.dual_bound(market, by_voter, auction.slot_prices(market, k), k)
    return Allocation(np.sort(order[picks]), value, max(value, bound) * _ROUNDING)


def _worth(market: auction.Market, picks: Indices) -> float:
    who, gain = market.voter[picks], market.gain[picks]
    order = np.lexsort((-gain, who))
    return float((gain[order] * market.weights[_place_in_group(who[order])]).sum())


def shared_value(voter: ArrayLike, gain: ArrayLike, *, cap: int = 3, decay: float = DECAY) -> float:
    """What asks are worth together: of each voter the best ``cap`` count, the n-th times ``decay**(n-1)``."""
    return float((np.asarray(gain, dtype=np.float64) * shares(voter, gain, cap=cap, decay=decay)).sum())


def shares(voter: ArrayLike, gain: ArrayLike, *, cap: int = 3, decay: float = DECAY) -> Floats:
    """The share of its gain that each ask keeps: 1 for the best ask of a voter, ``decay`` for the second, 0 past the cap."""
    who, worth = np.asarray(voter), np.asarray(gain, dtype=np.float64)
    order = np.lexsort((-worth, who))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = _place_in_group(who[order])
    return np.where(place < cap, decay ** np.minimum(place, cap), 0.0)


def _place_in_group(groups: NDArray[np.generic]) -> Indices:
    """For sorted ``groups``: 0, 1, 2 ... inside each."""
    starts = np.searchsorted(groups, groups, side="left") if len(groups) else np.zeros(0, dtype=np.int64)
    return np.arange(len(groups)) - starts


def _canonical(supporter: NDArray[np.generic], voter: NDArray[np.generic], gain: Floats) -> Indices:
    order = np.lexsort((-gain, voter, supporter)) if len(gain) else np.zeros(0, dtype=np.int64)
    if len(order) > 1:
        same = (supporter[order][1:] == supporter[order][:-1]) & (voter[order][1:] == voter[order][:-1])
        order = order[np.concatenate(([True], ~same))]
    return order[gain[order] > 0.0]


def _number(names: NDArray[np.generic]) -> Indices:
    """Numbers from 0 in the order of the names."""
    numbers: Indices = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return numbers
