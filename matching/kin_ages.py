"""How far in age people with a word for kin are from the supporter, learned from those who were found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.kin import GENERATIONS, default_kin_gaps
from matching.prior import WIDEST_GAP, gap_places, smoothed_gaps
from matching.resolve import Resolved
from matching.search import LaidOut


def learned_kin_ages(believed: Sequence[tuple[LaidOut, Resolved]]) -> tuple[tuple[float, ...], ...]:
    """By generation the law of age gaps, shrunk to its default; nobody found gives the defaults."""
    counts = np.zeros((GENERATIONS, 2 * WIDEST_GAP + 1))
    for laid, resolved in believed:
        _count(counts, laid, resolved)
    laws = [smoothed_gaps(found, default) for found, default in zip(counts, default_kin_gaps(), strict=True)]
    return tuple(tuple(float(share) for share in law) for law in laws)


def _count(counts: NDArray[np.float64], laid: LaidOut, resolved: Resolved) -> None:
    generation = laid.cards.generation[laid.features.card]
    own = laid.around.own_birth_year[laid.features.supporter]
    known = np.flatnonzero((generation >= 0) & (own > 0) & (laid.places.year > 0) & ~laid.is_own)
    place = gap_places(laid.places.year[known], own[known])
    np.add.at(counts, (generation[known], place), resolved.probability[known])
