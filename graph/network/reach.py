"""Who is reached, by whom, and what each supporter adds. Exact; every answer is in the order of ``TieArrays``."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.model import SupporterId
from graph.network.arrays import TieArrays

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


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
