"""Who is reached, by whom, and what each supporter adds. Exact; every answer is in the order of ``TieArrays``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.model import SupporterId
from graph.network.arrays import TieArrays, Whole

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the people we want to reach in a precinct some supporter knows."""

    precinct: str
    wanted: int
    reached: int


@dataclass(frozen=True, slots=True)
class Addition:
    """A supporter and how many voters she adds to all who stand before her."""

    supporter_id: SupporterId
    adds: int


@dataclass(frozen=True, slots=True)
class Reached:
    """How many voters a supporter is linked to, and how many of them nobody else is."""

    supporter_id: SupporterId
    known: int
    alone: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another supporter, and how many voters both are linked to; at least one."""

    supporter_id: SupporterId
    shared: int


def friends_of(ties: TieArrays) -> Counts:
    """How many voters each supporter knows."""
    return np.bincount(ties.supporter, minlength=len(ties.supporters))


def known_to(ties: TieArrays) -> Counts:
    """How many supporters know each voter; at least one."""
    return np.bincount(ties.voter, minlength=len(ties.voters))


def is_only_way(ties: TieArrays) -> Flags:
    """Of each tie, whether nobody else knows its voter."""
    return np.asarray(known_to(ties)[ties.voter] == 1, dtype=bool)


def unique_reach(ties: TieArrays) -> Counts:
    """How many voters each supporter alone knows: those who would be lost if she left."""
    return np.bincount(ties.supporter[is_only_way(ties)], minlength=len(ties.supporters))


def reached(ties: TieArrays) -> list[Reached]:
    """How many voters each supporter knows and how many she alone knows, by id."""
    counts = zip(ties.supporters, friends_of(ties).tolist(), unique_reach(ties).tolist(), strict=True)
    return [Reached(*each) for each in counts]


def overlap_of(ties: TieArrays, supporter_id: SupporterId) -> list[Overlap]:
    """Who else knows voters of hers, the most shared first, then by id. Nobody for somebody without a tie."""
    at = bisect_left(ties.supporters, supporter_id)
    if at == len(ties.supporters) or ties.supporters[at] != supporter_id:
        return []
    is_hers = np.zeros(len(ties.voters), dtype=bool)
    is_hers[ties.voter[ties.supporter == at]] = True
    shared = np.bincount(ties.supporter[is_hers[ties.voter]], minlength=len(ties.supporters))
    shared[at] = 0
    others = np.flatnonzero(shared)
    ordered = others[np.lexsort((others, -shared[others]))]
    return [Overlap(ties.supporters[other], int(shared[other])) for other in ordered]


def coverage(ties: TieArrays, universe: Mapping[str, int], is_wanted: Flags | None = None) -> list[Coverage]:
    """For each precinct of the universe, by name, how many are wanted there and how many of them are reached.

    ``universe`` counts the people wanted in each precinct; ``is_wanted`` says of each voter of ``ties`` whether he is
    one of them (all, unless given).
    """
    codes = ties.precinct if is_wanted is None else ties.precinct[is_wanted]
    counts = np.bincount(codes, minlength=len(ties.precincts)).tolist()
    reached = dict(zip(ties.precincts, counts, strict=True))
    return [Coverage(precinct, universe[precinct], reached.get(precinct, 0)) for precinct in sorted(universe)]


def marginal_coverage(ties: TieArrays, most: int | None = None) -> list[Addition]:
    """Supporters in the order in which each next one adds the most voters, at most ``most`` of them.

    The greedy order, which no order of as many supporters beats by more than 1 - 1/e (Nemhauser, Wolsey and Fisher
    1978). Equal additions go by id; those who add nobody are left out.
    """
    adds, known = friends_of(ties), known_to(ties)
    by_voter = np.argsort(ties.voter, kind="stable")
    voters_of = _lists(ties.voter, ties.supporter, len(adds))
    knowing = _lists(ties.supporter[by_voter], ties.voter[by_voter], len(known))
    is_reached = np.zeros(len(known), dtype=bool)
    chosen: list[Addition] = []
    while len(adds) and len(chosen) != most:
        best = int(np.argmax(adds))
        if adds[best] == 0:
            break
        chosen.append(Addition(ties.supporters[best], int(adds[best])))
        new = voters_of.of(best)
        new = new[~is_reached[new]]
        is_reached[new] = True
        adds[best] = 0
        others = knowing.of_all(new[known[new] > 1])
        np.subtract.at(adds, others[others != best], 1)
    return chosen


@dataclass(frozen=True, slots=True)
class _Lists:
    """Lists of positions, one after the other, with where each starts."""

    positions: Whole
    starts: Counts

    def of(self, at: int) -> Whole:
        return self.positions[self.starts[at] : self.starts[at + 1]]

    def of_all(self, chosen: Whole) -> Whole:
        """The lists of several, one after the other."""
        first, lengths = self.starts[chosen], self.starts[chosen + 1] - self.starts[chosen]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(first - before, lengths) + np.arange(lengths.sum())
        return np.asarray(self.positions[places], dtype=np.int32)


def _lists(positions: Whole, of_whom: Whole, count: int) -> _Lists:
    """Lists from two arrays of equal length, the second in order."""
    return _Lists(positions, np.searchsorted(of_whom, np.arange(count + 1)))
