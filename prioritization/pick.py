"""Which links become asks: coordinating supporters together, each other one alone, beside the asks that stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from prioritization.allocate import allocate
from prioritization.effect import EffectModel
from prioritization.explore import Exploration, with_chance
from prioritization.links import Link
from prioritization.standing import Standing, marginal_gain

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_DOUBT_COUNTS = 3
"""How often the doubt of a match counts when asks are chosen. Whatever makes a stranger look like close kin raises his probability and his
gain together, so that of those picked nearly twice as many are wrong as their probabilities say (19 for 11, in ten invented towns of 3,000
asks together); and to name somebody who is no voter costs her trust, not just one ask.
"""
_STAYING = 1.1
"""An ask on today's list gives way only to one worth a tenth more: a supporter should find the friends whom she saw yesterday."""


def offers_of(
    links: Sequence[Link], value: Floats, columns: VoterColumns, standing: Standing, *, model: EffectModel
) -> Floats:
    """What each ask adds beside those that stand: less for those who coordinate, the same for who decides alone."""
    none: Sequence[float] = ()
    others = [standing.gains.get(columns.ref(link.row), none) if link.coordinates else none for link in links]
    return marginal_gain(value, others, cap=model.cap, decay=model.decay)


def pick(
    links: Sequence[Link], offers: Floats, columns: VoterColumns, standing: Standing, *, k: int, model: EffectModel
) -> Indices:
    """Positions of the picked links: coordinating supporters together, then each other one alone where there is room."""
    names = np.array([link.supporter.supporter_id for link in links], dtype=np.str_)
    row = np.array([link.row for link in links], dtype=np.int64)
    room = _room(links, columns, standing, model)
    liked = np.array([(link.supporter.supporter_id, columns.ref(link.row)) in standing.kept for link in links])
    value = np.where(room > 0, offers, 0.0) * np.where(liked, _STAYING, 1.0) * _caution(links)
    together = np.flatnonzero([link.coordinates for link in links])
    picks = together[
        allocate(names[together], row[together], value[together], k=k, cap=model.cap, decay=model.decay).picks
    ]
    return np.sort(np.concatenate([picks, _alone(names, row, value, room, picks=picks, together=together, k=k)]))


def _caution(links: Sequence[Link]) -> Floats:
    """What is left of each offer: ``match_probability`` is in it once already. Only the choice is careful; what is told is not changed."""
    sure = np.array([link.match_probability for link in links], dtype=np.float64)
    return np.where(sure > 0.0, sure, 0.0) ** (_DOUBT_COUNTS - 1)


def explored(
    links: Sequence[Link],
    picks: Indices,
    value: Floats,
    columns: VoterColumns,
    standing: Standing,
    *,
    k: int,
    model: EffectModel,
    exploration: Exploration,
) -> tuple[Indices, dict[int, float]]:
    """The picks with a few slots given to chance, and how probable each of those was; see ``prioritization.explore``."""
    if exploration.share <= 0.0:
        return picks, {}
    names = [str(link.supporter.supporter_id) for link in links]
    voter_ids = [bytes(columns.voter_ids[link.row]) for link in links]
    room = _room(links, columns, standing, model)
    return with_chance(picks, names, voter_ids, value, room, k=k, exploration=exploration)


def _room(links: Sequence[Link], columns: VoterColumns, standing: Standing, model: EffectModel) -> Indices:
    return np.array([model.cap - standing.counts.get(columns.ref(link.row), 0) for link in links], dtype=np.int64)


def _alone(
    names: NDArray[np.str_], row: Indices, value: Floats, room: Indices, *, picks: Indices, together: Indices, k: int
) -> Indices:
    """The picks of those who do not coordinate: each her own best, of voters who are not asked by enough others."""
    asked = Counter(row[picks].tolist())
    alone = np.setdiff1d(np.arange(len(names)), together)
    taken: list[int] = []
    made: Counter[str] = Counter()
    for at in alone[np.lexsort((row[alone], -value[alone], names[alone]))]:
        if value[at] > 0.0 and made[names[at]] < k and asked[row[at]] < room[at]:
            taken.append(int(at))
            made[names[at]] += 1
            asked[row[at]] += 1
    return np.array(taken, dtype=np.int64)
