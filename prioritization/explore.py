"""A few slots by chance, so that what is believed of friends can be found wrong.

Of each supporter's ``k`` slots every one is given to chance with a small probability, and chance then draws evenly among her best
``3 k`` friends who may be asked. The draw is a hash of campaign, day, supporter and friend: the same all day, another tomorrow. Its
probability is known and kept with the ask, which is what an honest later estimate of a tie needs (Horvitz and Thompson 1952).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from prioritization.policy import chance_of

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

USUAL_SHARE = 0.05
_AMONG = 3


@dataclass(frozen=True, slots=True)
class Exploration:
    """How chance is let in: the share of slots (0: never), the campaign's salt, the day."""

    share: float
    salt: str
    day: date

    def is_by_chance(self, supporter: str, slot: int) -> bool:
        """Whether this slot of hers is chance's today."""
        return chance_of(self.salt, f"{self.day}|{supporter}|{slot}".encode()) < self.share

    def place_of(self, supporter: str, voter_id: bytes) -> float:
        """Where a friend stands in today's draw, 0 to 1; the lowest are drawn."""
        return chance_of(self.salt, f"{self.day}|{supporter}|".encode() + voter_id)


def with_chance(
    picks: Indices,
    names: Sequence[str],
    voter_ids: Sequence[bytes],
    value: Floats,
    room: Indices,
    *,
    k: int,
    exploration: Exploration,
) -> tuple[Indices, dict[int, float]]:
    """The picks with chance's friends in the place of the least worth, and of each one who came by chance how probable that was.

    Everything is by link: whose it is, the voter, what an ask is worth (0: may not be asked, never drawn), how many asks he has room
    for. Nobody gets more than ``k`` and no voter more than his room; a friend drawn who was picked anyway stays as he is.
    """
    hers = _by_supporter(names, value)
    chosen: dict[str, list[int]] = {}
    for at in picks:
        chosen.setdefault(names[at], []).append(int(at))
    asked = Counter(voter_ids[at] for at in picks)
    by_chance: dict[int, float] = {}
    for name, open_links in sorted(hers.items()):
        among = open_links[: _AMONG * k]
        drawn = _drawn(name, among, voter_ids, k=k, exploration=exploration)
        mine = chosen.setdefault(name, [])
        for at in drawn:
            if at in mine or asked[voter_ids[at]] >= room[at]:
                continue
            if len(mine) >= k:
                given_up = min((one for one in mine if one not in drawn), key=lambda one: (value[one], one))
                mine.remove(given_up)
                asked[voter_ids[given_up]] -= 1
            mine.append(at)
            asked[voter_ids[at]] += 1
            by_chance[at] = probability(k, len(among), exploration.share)
    return np.array(sorted(at for mine in chosen.values() for at in mine), dtype=np.int64), by_chance


def probability(k: int, friends: int, share: float) -> float:
    """How probable it was that chance drew one of ``friends``: the expected number of draws, at most all, shared evenly."""
    if not friends:
        return 0.0
    draws = (
        min(slots, friends) * math.comb(k, slots) * share**slots * (1 - share) ** (k - slots) for slots in range(k + 1)
    )
    return sum(draws) / friends


def _by_supporter(names: Sequence[str], value: Floats) -> dict[str, list[int]]:
    """Of each supporter the links that may be asked, the most worth first."""
    hers: dict[str, list[int]] = {}
    for at in np.argsort(-value, kind="stable"):
        if value[at] > 0.0:
            hers.setdefault(names[at], []).append(int(at))
    return hers


def _drawn(
    name: str, among: Sequence[int], voter_ids: Sequence[bytes], *, k: int, exploration: Exploration
) -> tuple[int, ...]:
    slots = sum(exploration.is_by_chance(name, slot) for slot in range(k))
    if not slots:
        return ()
    return tuple(sorted(among, key=lambda at: (exploration.place_of(name, voter_ids[at]), at))[:slots])
