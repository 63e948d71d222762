"""Who asks whom: the choice of asks that adds the most votes together.

Each supporter makes at most ``k`` asks; of one voter at most ``cap`` asks count, sorted by gain, the n-th worth ``decay**(n-1)`` of its
own. Prices on supporters' slots guide a greedy pass, then best-response rounds let each supporter choose again while the others
stand still; every such step can only raise the total. Greedy alone is sure of one half (Nemhauser, Wolsey and Fisher 1978); own
lists, the better for being short, are kept whenever they are worth more.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_ROUNDS = 8
_LEAST_STEP = 1e-12


@dataclass(frozen=True, slots=True)
class _Ties:
    """Edges with supporters and voters numbered from 0, in the order of their names."""

    supporter: Indices
    voter: Indices
    gain: Floats
    of_supporter: list[Indices]

    @property
    def voters(self) -> int:
        return int(self.voter.max(initial=-1)) + 1


def allocate(
    supporter: ArrayLike, voter: ArrayLike, gain: ArrayLike, *, k: int, cap: int = 3, decay: float = 0.5
) -> Indices:
    """Positions of the picked edges, sorted. ``gain`` is what a first ask is worth; edges worth nothing are never picked.

    Deterministic: equal gains go to the smaller supporter, then the smaller voter, whatever the order of the input. An
    edge given twice is taken once, the better of the two.
    """
    every = np.asarray(gain, dtype=np.float64)
    order = _canonical(np.asarray(supporter), np.asarray(voter), every)
    if not len(order) or k < 1 or cap < 1:
        return np.zeros(0, dtype=np.int64)
    ties = _number(np.asarray(supporter)[order], np.asarray(voter)[order], every[order])
    answers = [_greedy(ties, k=k, cap=cap, decay=decay), _own_lists(ties, k=k, cap=cap)]
    answers = [_improve(ties, picked, k=k, cap=cap, decay=decay) for picked in answers]
    best = max(answers, key=lambda picked: _worth(ties, picked, cap=cap, decay=decay))
    return np.sort(order[best])


def shared_value(voter: ArrayLike, gain: ArrayLike, *, cap: int = 3, decay: float = 0.5) -> float:
    """What asks are worth together: of each voter the best ``cap`` count, the n-th times ``decay**(n-1)``."""
    return float((np.asarray(gain, dtype=np.float64) * shares(voter, gain, cap=cap, decay=decay)).sum())


def shares(voter: ArrayLike, gain: ArrayLike, *, cap: int = 3, decay: float = 0.5) -> Floats:
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


def _number(supporter: NDArray[np.generic], voter: NDArray[np.generic], gain: Floats) -> _Ties:
    _, numbered = np.unique(supporter, return_inverse=True)
    _, voters = np.unique(voter, return_inverse=True)
    bounds = np.flatnonzero(np.diff(numbered)) + 1
    return _Ties(numbered, voters, gain, np.split(np.arange(len(gain)), bounds))


def _worth(ties: _Ties, picked: Indices, *, cap: int, decay: float) -> float:
    return shared_value(ties.voter[picked], ties.gain[picked], cap=cap, decay=decay)


def _own_lists(ties: _Ties, *, k: int, cap: int) -> Indices:
    """Each supporter's own best, cut where a voter is already full."""
    chosen = np.concatenate([own[np.argsort(-ties.gain[own], kind="stable")[:k]] for own in ties.of_supporter])
    order = chosen[np.lexsort((-ties.gain[chosen], ties.voter[chosen]))]
    return np.sort(order[_place_in_group(ties.voter[order]) < cap])


def _greedy(ties: _Ties, *, k: int, cap: int, decay: float) -> Indices:
    """Edges by their price-adjusted gain: a supporter whose k-th friend is nearly as good gives way to one who has no other."""
    price = np.array([_spare(ties.gain[own], k) for own in ties.of_supporter])
    left, taken = [k] * len(ties.of_supporter), [0] * ties.voters
    queue = [(price[s] - g, i, 0) for i, (s, g) in enumerate(zip(ties.supporter, ties.gain, strict=True))]
    heapq.heapify(queue)
    picked: list[int] = []
    while queue:
        _, edge, seen = heapq.heappop(queue)
        s, v = int(ties.supporter[edge]), int(ties.voter[edge])
        if not left[s] or taken[v] >= cap:
            continue
        if taken[v] != seen:
            heapq.heappush(queue, (price[s] - ties.gain[edge] * decay ** taken[v], edge, taken[v]))
            continue
        picked.append(edge)
        left[s] -= 1
        taken[v] += 1
    return np.sort(np.array(picked, dtype=np.int64))


def _spare(own: Floats, k: int) -> float:
    """What a slot of hers is worth elsewhere: the gain of her first friend who finds no place among the k."""
    return float(np.sort(own)[-k - 1]) if len(own) > k else 0.0


def _improve(ties: _Ties, picked: Indices, *, k: int, cap: int, decay: float) -> Indices:
    """Best response, round by round, until a whole round adds nothing."""
    chosen = np.zeros(len(ties.gain), dtype=np.bool_)
    chosen[picked] = True
    asked = _AskedOf(ties, chosen, cap=cap, decay=decay)
    for _ in range(_MOST_ROUNDS):
        gained = sum(asked.respond(own, k) for own in ties.of_supporter)
        if gained <= _LEAST_STEP:
            break
    return np.flatnonzero(chosen)


class _AskedOf:
    """The standing asks of each voter, sorted, best first."""

    def __init__(self, ties: _Ties, chosen: NDArray[np.bool_], *, cap: int, decay: float) -> None:
        self._ties, self._chosen, self._cap = ties, chosen, cap
        self._weight = decay ** np.arange(cap + 1)
        self._standing: list[list[float]] = [[] for _ in range(ties.voters)]
        for edge in np.flatnonzero(chosen):
            self._standing[int(ties.voter[edge])].append(float(ties.gain[edge]))

    def respond(self, own: Indices, k: int) -> float:
        """Let one supporter choose again while the others stand still; returns what that added, never below 0."""
        before = own[self._chosen[own]]
        self._lift(before)
        marginal = np.array([self._marginal(int(self._ties.voter[e]), float(self._ties.gain[e])) for e in own])
        best = np.lexsort((own, -marginal))[:k]
        after = own[best[marginal[best] > 0.0]]
        added = float(marginal[best].clip(0.0).sum() - marginal[np.isin(own, before)].sum())
        kept = after if added > _LEAST_STEP else before
        self._place(kept)
        return max(0.0, added)

    def _marginal(self, voter: int, gain: float) -> float:
        standing = self._standing[voter]
        if not standing:
            return gain
        if len(standing) >= self._cap:
            return 0.0
        return self._value([*standing, gain]) - self._value(standing)

    def _value(self, gains: list[float]) -> float:
        return float(sum(w * g for w, g in zip(self._weight, sorted(gains, reverse=True), strict=False)))

    def _lift(self, edges: Indices) -> None:
        for edge in edges:
            self._standing[int(self._ties.voter[edge])].remove(float(self._ties.gain[edge]))
        self._chosen[edges] = False

    def _place(self, edges: Indices) -> None:
        for edge in edges:
            self._standing[int(self._ties.voter[edge])].append(float(self._ties.gain[edge]))
        self._chosen[edges] = True
