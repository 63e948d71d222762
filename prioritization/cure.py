"""Ballots that came back and were not counted: a leader rings their voters while there is time. No friend is ever told by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus, SupporterId, VoterRef
from graph.voters import Ballots, RegistrationStatus, VoterColumns
from prioritization.policy import named_rows
from prioritization.welcome import Leader, Newcomer, leader_of

LEAST_SUPPORT = 0.5


@dataclass(frozen=True, slots=True)
class CureCall:
    """One voter whose ballot needs a check, and whose call that is (``None``: the organizer's)."""

    voter: VoterRef
    row: int
    leader_id: SupporterId | None


def needs_check(columns: VoterColumns, ballots: Ballots, support: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows have a ballot to put right: registered, and not less than half likely to support."""
    names = [voter_id for voter_id, status in ballots.status.items() if status is BallotStatus.NEEDS_CHECK]
    if not names:
        return np.zeros(len(columns), dtype=np.bool_)
    stands = np.isin(columns.status, (RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE))
    named = named_rows(columns, np.arange(len(columns), dtype=np.int64), names)
    return np.asarray(named & stands & (support >= LEAST_SUPPORT), dtype=np.bool_)


def cure_calls(
    columns: VoterColumns,
    *,
    ballots: Ballots,
    support: NDArray[np.float64],
    leaders: Sequence[Leader],
    opted_out: Collection[VoterRef],
    at: datetime,
) -> tuple[CureCall, ...]:
    """The calls by precinct and voter, each with the leader who lives nearest by the rules of the newcomers' calls."""
    rows = np.flatnonzero(needs_check(columns, ballots, support)).tolist()
    calls = []
    for row in sorted(rows, key=lambda row: (columns.precinct[row], bytes(columns.voter_ids[row]))):
        ref = columns.ref(row)
        if ref not in opted_out:
            who = Newcomer(SupporterId(str(ref)), at, columns.postal_code[row], columns.precinct[row])
            calls.append(CureCall(ref, row, leader_of(who, leaders)))
    return tuple(calls)
