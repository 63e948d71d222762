"""Hold-outs as an experiment: who was set aside by chance, whether chance was fair, and whether there are enough to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.voters import Ballots, VoterColumns
from prioritization.experiment import sample_needed
from prioritization.history import age_on
from prioritization.links import Link, is_chosen
from prioritization.policy import Links, Policy, held_out, why_left_out
from prioritization.support import support_probability

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
    return tuple(compared(name, values, aside) for name, values in before.items())


def compared(name: str, values: Floats, aside: NDArray[np.bool_]) -> Balance:
    """One line of a balance table; unknown values are left out, and an arm without any gives zeros."""
    known = ~np.isnan(values)
    hers, others = values[known & aside], values[known & ~aside]
    if not len(hers) or not len(others):
        return Balance(name, 0.0, 0.0, 0.0)
    spread = float(values[known].std())
    gap = (float(hers.mean()) - float(others.mean())) / spread if spread else 0.0
    return Balance(name, float(hers.mean()), float(others.mean()), gap)


def may_be_drawn(
    links: Sequence[Link], columns: VoterColumns, *, policy: Policy, ballots: Ballots, day: date
) -> NDArray[np.int64]:
    """The rows of linked friends for whom chance decides: who may be asked, and whom the supporter did not choose herself.

    Each row once, in order. ``day`` is the election's.
    """
    rows = np.array([link.row for link in links], dtype=np.int64)
    arrays = Links(
        row=rows,
        match_probability=np.array([link.match_probability for link in links], dtype=np.float64),
        support=support_probability(columns, own_parties=policy.own_parties)[rows],
        is_own=np.array([link.is_own for link in links], dtype=np.bool_),
        is_chosen=np.array([is_chosen(link.record) for link in links], dtype=np.bool_),
        is_asked_recently=np.zeros(len(links), dtype=np.bool_),
    )
    nobody_aside = replace(policy, holdout_share=0.0, set_aside=frozenset())
    reasons = why_left_out(arrays, columns, policy=nobody_aside, ballots=ballots, day=day)
    open_rows = np.array([reason is None for reason in reasons], dtype=np.bool_)
    chosen = rows[arrays.is_chosen]
    drawn: NDArray[np.int64] = np.setdiff1d(rows[open_rows], chosen)
    return drawn


def home_heads(columns: VoterColumns, rows: NDArray[np.int64]) -> list[bytes]:
    """For each row the id that stands for its household: its first voter's, her own where no household is known."""
    homes, first = np.unique(columns.household, return_index=True)
    home = columns.household[rows]
    heads = np.where(home >= 0, first[np.searchsorted(homes, home)], rows) if len(rows) else rows
    return [bytes(columns.voter_ids[head]) for head in heads]
