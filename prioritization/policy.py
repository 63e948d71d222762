"""Whom never to ask, and why: one table, read from top to bottom, the first rule that holds decides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus, SupporterId, VoterRef
from graph.voters import UNKNOWN_DAY, Ballots, RegistrationStatus, VoterColumns
from prioritization.calendar import day_number

Rows = NDArray[np.int64]
Truths = NDArray[np.bool_]
Reason = TypeVar("Reason", bound=StrEnum)

SURE_ENOUGH_TO_ASK = 0.9
"""How sure a match must be before a friend is suggested by name; those below are asked about first ("is this your friend?").

Picks are the worst of judges: what is chosen for its gain is wrong more often than its probability says. As doubt counts threefold there
(``pick``), few above this limit are wrong: in ten invented towns 5 asks in 1,000 went to people who are no voters here, as many as with a
limit of .95 and doubt counted once, and the asks were worth a hundredth more.
"""

_ADULT_WHEN_REGISTERED_DAYS = 3 * 366
"""Preregistration begins at 16 at the earliest, so three years later everybody is of age."""


class LeftOut(StrEnum):
    """Why a friend is not asked. Supporters never see it: to them all of these look alike."""

    UNMATCHED = "not found among the voters"
    OWN_RECORD = "the supporter's own record"
    NOT_SURE = "not sure enough that this is the voter"
    OPTED_OUT = "asked to be left out"
    ALREADY_VOTED = "has voted"
    NEEDS_CHECK = "the ballot needs a check: for the leaders"
    NOT_REGISTERED = "registration removed, denied or not yet valid"
    UNDER_AGE = "not surely 18 on election day"
    NOT_SUPPORTIVE = "not likely to support"
    HELD_OUT = "held out by chance"
    ASKED_RECENTLY = "asked too recently"
    NOTHING_TO_ASK = "nothing can be asked on this day"
    NOT_PICKED = "another friend, or another supporter, adds more"


@dataclass(frozen=True, slots=True)
class Policy:
    """The campaign's rules. The defaults hold out nobody and know of no party and no opt-out.

    Chance sets aside by share and salt where nothing is kept (``kith run``); an install keeps its draw and names whom it set aside.
    """

    least_match_probability: float = 0.5
    least_support: float = 0.5
    own_parties: frozenset[str] = frozenset()
    opted_out: frozenset[VoterRef] = frozenset()
    asked_recently: frozenset[tuple[SupporterId, VoterRef]] = frozenset()
    holdout_share: float = 0.0
    holdout_salt: str = ""
    set_aside: frozenset[VoterRef] = frozenset()
    explore_share: float = 0.0
    explore_salt: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Linked friends as arrays of equal length: the voter's row, how sure, her support, whether she is the supporter herself, whether
    the supporter chose her herself (starred or typed: such friends are never held out), whether asked too recently.
    """

    row: Rows
    match_probability: NDArray[np.float64]
    support: NDArray[np.float64]
    is_own: Truths
    is_chosen: Truths
    is_asked_recently: Truths


def why_left_out(
    links: Links, columns: VoterColumns, *, policy: Policy, ballots: Ballots, day: date
) -> list[LeftOut | None]:
    """For each link the reason it gets no ask, or ``None`` when it may have one. ``day`` is the election's."""
    row = links.row
    status = columns.status[row]
    table: tuple[tuple[LeftOut, Truths], ...] = (
        (LeftOut.OWN_RECORD, links.is_own),
        (LeftOut.NOT_SURE, ~(links.match_probability >= policy.least_match_probability)),
        (LeftOut.OPTED_OUT, _named(columns, row, policy.opted_out)),
        (LeftOut.ALREADY_VOTED, named_rows(columns, row, _with_status(ballots, BallotStatus.VOTED))),
        (LeftOut.NEEDS_CHECK, named_rows(columns, row, _with_status(ballots, BallotStatus.NEEDS_CHECK))),
        (LeftOut.NOT_REGISTERED, ~np.isin(status, (RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE))),
        (LeftOut.UNDER_AGE, ~surely_of_age(columns, row, day)),
        (LeftOut.NOT_SUPPORTIVE, ~(links.support >= policy.least_support)),
        (
            LeftOut.HELD_OUT,
            (held_out(columns, row, policy) | _named(columns, row, policy.set_aside)) & ~links.is_chosen,
        ),
        (LeftOut.ASKED_RECENTLY, links.is_asked_recently),
    )
    return first_reasons(table, len(row))


def first_reasons(table: Sequence[tuple[Reason, Truths]], count: int) -> list[Reason | None]:
    """For each of ``count`` rows the first reason of the table that holds, or ``None``."""
    reasons: list[Reason | None] = [None] * count
    for reason, holds in reversed(table):
        for at in np.flatnonzero(holds):
            reasons[at] = reason
    return reasons


def surely_of_age(columns: VoterColumns, row: Rows, day: date) -> Truths:
    """Whether each is certainly 18 on ``day``: where only the year of birth is known, who turns 18 that year is not.

    Without a year, somebody who could vote before, or registered three years ago, is.
    """
    age = day.year - columns.birth_year[row].astype(np.int64)
    month, born_on = columns.birth_month[row].astype(np.int64), columns.birth_day[row].astype(np.int64)
    birthday_came = (month > 0) & ((month < day.month) | ((month == day.month) & (born_on > 0) & (born_on <= day.day)))
    registered = columns.registered_on[row].astype(np.int64)
    long_ago = (registered != UNKNOWN_DAY) & (int(day_number(day)) - registered >= _ADULT_WHEN_REGISTERED_DAYS)
    without_year = (columns.voted[row] != 0) | long_ago
    with_year = (age > 18) | ((age == 18) & birthday_came)
    return np.asarray(np.where(columns.birth_year[row] > 0, with_year, without_year), dtype=np.bool_)


def held_out(columns: VoterColumns, row: Rows, policy: Policy) -> Truths:
    """Whether chance has set each household aside, by a hash of the salt and the household's first voter id."""
    if policy.holdout_share <= 0.0 or not len(row):
        return np.zeros(len(row), dtype=np.bool_)
    home = columns.household[row]
    _, first = np.unique(columns.household, return_index=True)
    first_of = dict(zip(columns.household[first].tolist(), first.tolist(), strict=True))
    heads = [first_of[int(h)] if h >= 0 else int(r) for h, r in zip(home, row, strict=True)]
    chances = [chance_of(policy.holdout_salt, bytes(columns.voter_ids[head])) for head in heads]
    return np.array(chances) < policy.holdout_share


def chance_of(salt: str, name: bytes) -> float:
    """A number from 0 to 1 that is always the same for this salt and name, and looks like chance."""
    digest = hashlib.blake2b(name, key=salt.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def _with_status(ballots: Ballots, wanted: BallotStatus) -> list[str]:
    return [voter_id for voter_id, status in ballots.status.items() if status is wanted]


def _named(columns: VoterColumns, row: Rows, refs: Iterable[VoterRef]) -> Truths:
    return named_rows(columns, row, [ref.voter_id for ref in refs if ref.state == columns.state])


def named_rows(columns: VoterColumns, row: Rows, voter_ids: Iterable[str]) -> Truths:
    """Which rows are those of the named voters; names of nobody are ignored."""
    return np.isin(columns.voter_ids[row], np.array(sorted(voter_ids), dtype=np.bytes_))
