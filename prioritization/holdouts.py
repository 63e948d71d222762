"""Hold-outs as an experiment: who was set aside by chance, whether chance was fair, and whether there are enough to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from prioritization.experiment import sample_needed
from prioritization.history import age_on
from prioritization.policy import Policy, held_out

Floats = NDArray[np.float64]

FEWEST_MATCHES = 5_000
USUAL_SHARE = 0.1
_POINTS = 2.0
"""Percentage points that an experiment should be able to see: about what one message does to who is undecided."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One thing known before: its mean among those held out and the others, and the gap in standard deviations (beyond .1 is a lot)."""

    name: str
    held_out: float
    others: float
    gap: float


@dataclass(frozen=True, slots=True)
class HoldoutReport:
    """What the hold-out is so far. ``needed``: how many people it takes to see a lift of two percentage points."""

    share: float
    salt: str
    people: int
    held_out: int
    needed: int
    balance: tuple[Balance, ...]

    @property
    def verdict(self) -> str:
        """In words what may be learned from it."""
        if not self.held_out:
            return "nobody is held out: the effect stays assumed"
        return "enough to see two points" if self.people >= self.needed else "not enough yet"


def usual_share(expected_matches: int) -> float:
    """The share to hold out: none below 5,000 expected matches, for so few teach nothing and cost votes; a tenth above."""
    return USUAL_SHARE if expected_matches >= FEWEST_MATCHES else 0.0


def salt_of(state: str, election: date) -> str:
    """The salt where the campaign gives none: the same for every run for this election, so that nobody moves."""
    return f"{state} {election}"


def holdout_report(
    columns: VoterColumns, rows: Sequence[int], policy: Policy, *, day: date, turnout: float
) -> HoldoutReport:
    """The hold-out among matched voters (each row once). ``turnout`` is the share expected to vote; nobody matched gives zeros."""
    row = np.unique(np.asarray(rows, dtype=np.int64))
    aside = held_out(columns, row, policy)
    share = policy.holdout_share
    needed = sample_needed(turnout, points=_POINTS, share_held_out=share) if 0.0 < share < 1.0 else 0
    return HoldoutReport(
        share, policy.holdout_salt, len(row), int(aside.sum()), needed, _balance(columns, row, aside, day)
    )


def _balance(columns: VoterColumns, row: NDArray[np.int64], aside: NDArray[np.bool_], day: date) -> tuple[Balance, ...]:
    if not aside.any() or aside.all():
        return ()
    before = {
        "age": age_on(columns, day)[row].astype(np.float64),
        "past votes": np.bitwise_count(columns.voted[row]).astype(np.float64),
        "elections she could vote in": np.bitwise_count(columns.eligible[row]).astype(np.float64),
    }
    return tuple(_compared(name, values, aside) for name, values in before.items())


def _compared(name: str, values: Floats, aside: NDArray[np.bool_]) -> Balance:
    known = ~np.isnan(values)
    hers, others = values[known & aside], values[known & ~aside]
    if not len(hers) or not len(others):
        return Balance(name, 0.0, 0.0, 0.0)
    spread = float(values[known].std())
    gap = (float(hers.mean()) - float(others.mean())) / spread if spread else 0.0
    return Balance(name, float(hers.mean()), float(others.mean()), gap)
