"""Where one more supporter helps most: how many people whom nobody here knows she may be expected to bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.network.arrays import Real, TieArrays, Whole
from graph.network.reach import friends_of, is_only_way

_POOLED = 5
"""A place's own supporters weigh as much as all others together once they are this many."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """What supporters of each precinct are like: how many voters they know there, and elsewhere."""

    at_home: Real
    elsewhere: float


def home_precincts(ties: TieArrays) -> Whole:
    """Of each supporter, the precinct where most voters whom she knows live; of equal ones the first by name."""
    places = max(len(ties.precincts), 1)
    pair, count = np.unique(ties.supporter.astype(np.int64) * places + ties.precinct[ties.voter], return_counts=True)
    who, place = pair // places, pair % places
    order = np.lexsort((place, -count, who))
    _, first = np.unique(who[order], return_index=True)
    return np.asarray(place[order][first], dtype=np.int32)


def new_from_one(ties: TieArrays, unreached: Mapping[str, int]) -> dict[str, float]:
    """For each place, by name, how many people whom nobody knows one more supporter from there is expected to bring.

    She is taken to know as many people at home and elsewhere as supporters do (a place's own count for more the more
    they are), and each to be new with the chance that a tie is the only one to its voter: the share of the unseen of
    Good and Turing (Good 1953, equation 9), kept from zero by one tie more, which is new, so that where nobody is known
    everybody is new. At home she brings at most the ``unreached``. No ties give zeros: nothing is known of anybody yet.
    """
    if not len(ties):
        return dict.fromkeys(sorted(unreached), 0.0)
    habit, new_at_home = _habit(ties), _share_new(ties)
    place = {precinct: at for at, precinct in enumerate(ties.precincts)}
    usual = float(habit.at_home[-1])
    away = habit.elsewhere * float(is_only_way(ties).mean())
    found = {}
    for precinct in sorted(unreached):
        at = place.get(precinct)
        at_home = usual if at is None else float(habit.at_home[at] * new_at_home[at])
        found[precinct] = min(at_home, unreached[precinct]) + away
    return found


def _share_new(ties: TieArrays) -> Real:
    """Of each precinct, the chance that one more tie there is to somebody new."""
    there, places = ties.precinct[ties.voter], len(ties.precincts)
    only = np.bincount(there[is_only_way(ties)], minlength=places)
    return np.asarray((only + 1) / (np.bincount(there, minlength=places) + 1), dtype=np.float64)


def _habit(ties: TieArrays) -> _Habit:
    """Of each precinct, and at the end of a precinct that nobody is from."""
    homes, places = home_precincts(ties), len(ties.precincts)
    is_home = homes[ties.supporter] == ties.precinct[ties.voter]
    at_home = np.bincount(ties.supporter[is_home], minlength=len(homes)).astype(np.float64)
    from_there = np.bincount(homes, minlength=places + 1)
    known_there = np.bincount(homes, weights=at_home, minlength=places + 1)
    pooled = (known_there + _POOLED * at_home.mean()) / (from_there + _POOLED)
    return _Habit(pooled, float((friends_of(ties) - at_home).mean()))
