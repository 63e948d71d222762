"""Asks that stand already: what one more ask of the same voter adds, and where there is room for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graph.model import Ask, SupporterId, VoterRef

Floats = NDArray[np.float64]

BY_CHANCE, GAVE_WAY = "by_chance", "gave_way"
"""Factors of an ask that chance drew (how probable that was), and of one that gave its place to such a one today."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of asks that stand, without whose they are: only ``kept`` names pairs, those of the lists solved now.

    ``gains``: of each voter what the asks by other coordinating supporters were worth as a first ask. ``counts``: how many asks of him
    stand by others who are not in this plan. ``kept``: pairs on the present lists, which stay unless another ask is clearly better.
    """

    gains: Mapping[VoterRef, Sequence[float]] = field(default_factory=dict)
    counts: Mapping[VoterRef, int] = field(default_factory=dict)
    kept: AbstractSet[tuple[SupporterId, VoterRef]] = frozenset()


def kept_of(asks: Sequence[Ask], k: int) -> list[VoterRef]:
    """Whom a list of ``k`` asks with its reserves keeps when it is solved again: those who were chosen, not those whom chance drew.

    Were chance's friends kept, those who gave way would lose their places to others, and lists would move though nothing did.
    """
    return [
        ask.voter for at, ask in enumerate(asks) if GAVE_WAY in ask.factors or (at < k and BY_CHANCE not in ask.factors)
    ]


def first_gain(ask: Ask) -> float:
    """What an ask would be worth if nobody else asked the same voter."""
    return ask.expected_votes / (ask.factors.get("share") or 1.0)


def marginal_gain(gain: ArrayLike, others: Sequence[Sequence[float]], *, cap: int, decay: float) -> Floats:
    """What an ask adds where ``others`` stand: 0 where there are ``cap`` already, its whole gain where there is none.

    The asks of one voter are sorted by gain and the n-th is worth ``decay**(n-1)`` of its own, so that a better one pushes the
    others down.
    """
    hers = np.asarray(gain, dtype=np.float64)
    standing = np.array([_padded(each, cap) for each in others], dtype=np.float64).reshape(len(hers), cap)
    together = -np.sort(-np.column_stack([standing, hers]), axis=1)[:, :cap]
    weights = decay ** np.arange(cap, dtype=np.float64)
    added = together @ weights - standing @ weights
    return np.where([len(each) < cap for each in others], np.maximum(added, 0.0), 0.0)


def _padded(gains: Sequence[float], cap: int) -> list[float]:
    best = sorted(gains, reverse=True)[:cap]
    return best + [0.0] * (cap - len(best))
