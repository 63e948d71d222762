"""Turnout where elections are by mail, once ballots come back: whose ballot is still out is less likely to vote than before.

If a share F of the ballots that will come is in, and ballots come early or late whatever the voter's chance, then by Bayes
P(vote | not yet back) = p (1 - F) / (1 - p F). F is what came back over what is expected in all, so that ballots in and ballots to come still
add up to the forecast. Where most people vote in person nothing is concluded: who votes early there is another kind of voter, and on
invented towns that vote so the rule lost a tenth of what asks are worth.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus, Election
from graph.voters import Ballots, VoterColumns
from prioritization.policy import named_rows
from prioritization.turnout import TurnoutScores, turnout_probability

Floats = NDArray[np.float32]
Truths = NDArray[np.bool_]

_MOST_IN = 0.95
"""More is never taken for in: a forecast that was too low would leave nobody to ask."""
_BY_MAIL = 0.5
"""From this share of voters with a ballot an election is by mail."""


def turnout_now(
    columns: VoterColumns, election: Election, *, as_of: date, ballots: Ballots, seed: int = 0
) -> TurnoutScores:
    """``turnout_probability``, and where the election is by mail looked at again in the light of the ballots that are back."""
    scores = turnout_probability(columns, election, as_of=as_of, ballots=ballots, seed=seed)
    is_back, is_out = (_with(columns, ballots, status) for status in (BallotStatus.VOTED, BallotStatus.SENT))
    if not is_out.any() or (is_back | is_out).sum() < _BY_MAIL * (scores.probability > 0.0).sum():
        return scores
    before = turnout_probability(columns, election, as_of=as_of, ballots=Ballots(), seed=seed)
    to_come = not_back_yet(before.probability, is_back=is_back, is_out=is_out)
    probability = np.where(is_out, to_come, scores.probability).astype(np.float32)
    return TurnoutScores(probability, replace(scores.report, mean_probability=float(probability.mean())))


def not_back_yet(probability: Floats, *, is_back: Truths, is_out: Truths) -> Floats:
    """For each row P(vote | her ballot is not yet back), from forecasts made before any came."""
    expected = float(probability[is_back | is_out].sum(dtype=np.float64))
    share_in = min(_MOST_IN, float(is_back.sum()) / expected) if expected > 0.0 else 0.0
    return np.asarray(probability * (1.0 - share_in) / (1.0 - probability * share_in), dtype=np.float32)


def _with(columns: VoterColumns, ballots: Ballots, wanted: BallotStatus) -> Truths:
    names = [voter_id for voter_id, status in ballots.status.items() if status is wanted]
    return named_rows(columns, np.arange(len(columns), dtype=np.int64), names)
