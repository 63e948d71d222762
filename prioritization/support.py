"""Whether a friend would vote as the campaign hopes. It never makes anybody an opponent; it only withholds a nudge."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns

_OWN, _NONE, _OTHER = 0.85, 0.55, 0.15
"""Priors by registered party: most keep to their party, most without one lean (Keith et al. 1992, chapter 4)."""
_NO_PARTY = frozenset({"", "UNA", "NPA", "NOPTY", "IND", "UN", "U"})


def support_probability(columns: VoterColumns, *, own_parties: Collection[str] = ()) -> NDArray[np.float64]:
    """The probability of support for each row, 0 to 1.

    A vendor's ``support`` score where there is one; else by party, when the campaign says which parties are its own; else
    1 for everybody, because a campaign that says nothing wants every friend to vote.
    """
    prior = _by_party(columns, own_parties) if own_parties else np.ones(len(columns))
    score = columns.scores.get("support")
    return prior if score is None else np.where(np.isnan(score), prior, score).astype(np.float64)


def believed_support(columns: VoterColumns, *, own_parties: Collection[str] = ()) -> NDArray[np.float64]:
    """The same for callers, who ring whoever could go either way: where nobody says anything of anybody, all may."""
    if own_parties or "support" in columns.scores:
        return support_probability(columns, own_parties=own_parties)
    return np.full(len(columns), _NONE)


def _by_party(columns: VoterColumns, own_parties: Collection[str]) -> NDArray[np.float64]:
    own = {party.upper() for party in own_parties}
    chance = [_OWN if party in own else _NONE if party in _NO_PARTY else _OTHER for party in columns.party.values]
    return np.array(chance or [_NONE])[columns.party.codes]
