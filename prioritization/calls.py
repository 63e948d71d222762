"""Call lists: whom the campaign's callers ring first, taken from the voters of its universe and from nowhere else.

They are ordered by whose mind a call may change (``prioritization.persuasion``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus, VoterRef
from graph.voters import Ballots, RegistrationStatus, VoterColumns
from prioritization.persuasion import PersuasionModel, persuasion_probability
from prioritization.policy import first_reasons, named_rows, surely_of_age

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Disposition(StrEnum):
    """What came of a call."""

    CONVERSATION = "conversation"
    NOT_HOME = "not home"
    BUSY = "busy"
    LEFT_MESSAGE = "left message"
    CALL_BACK = "call back"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong number"
    MOVED = "moved"
    DECEASED = "deceased"
    LANGUAGE_BARRIER = "language barrier"
    DO_NOT_CALL = "do not call"


FINAL = frozenset({
    Disposition.CONVERSATION, Disposition.REFUSED, Disposition.WRONG_NUMBER, Disposition.MOVED, Disposition.DECEASED,
    Disposition.DO_NOT_CALL,
})  # fmt: skip
"""After one of these nobody is rung again."""


class Blocked(StrEnum):
    """Why a voter of the universe is not on today's list."""

    OPTED_OUT = "asked to be left out"
    ALREADY_VOTED = "has voted"
    NOT_REGISTERED = "registration removed, denied or not yet valid"
    UNDER_AGE = "not surely 18 on election day"
    DONE = "reached, refused, moved or not at this number"
    CALLED_ENOUGH = "rung as often as allowed"
    CALLED_RECENTLY = "rung a few days ago"
    NOT_REACHED_TODAY = "further down the list"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made."""

    voter: VoterRef
    on: date
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class CallRules:
    """How often and how soon a voter may be rung."""

    most_calls: int = 3
    cool_down: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class CallLine:
    """One voter to ring; ``persuasion`` is 0 to 1."""

    rank: int
    voter: VoterRef
    precinct: str
    persuasion: float
    support: float
    turnout: float


@dataclass(frozen=True, slots=True)
class CallList:
    """Whom to ring, best first, and how many of the universe are not on it, by the first reason that holds."""

    lines: tuple[CallLine, ...]
    blocked: Mapping[Blocked, int] = field(default_factory=dict)


def call_list(
    columns: VoterColumns,
    *,
    universe: Truths,
    support: Floats,
    turnout: Floats,
    made: Collection[Call],
    opted_out: Collection[VoterRef],
    ballots: Ballots,
    day: date,
    as_of: date,
    size: int,
    rules: CallRules | None = None,
    persuasion: PersuasionModel | None = None,
) -> CallList:
    """The ``size`` voters to ring on ``as_of``, of the rows where ``universe`` is true; equal scores go by voter id.

    ``day`` is the election's; ``persuasion`` is what the campaign's own calls taught. An empty universe gives an empty list. Friends whom supporters brought have no part in it: a call list
    never reads a tie.
    """
    row = np.flatnonzero(universe)
    why = _why_blocked(columns, row, made, opted_out, ballots, day=day, as_of=as_of, rules=rules or CallRules())
    score = persuasion_probability(columns, support=support, turnout=turnout, model=persuasion)[row]
    free = np.flatnonzero([reason is None for reason in why])
    chosen = free[np.lexsort((row[free], -score[free]))][: max(size, 0)]
    lines = tuple(
        CallLine(rank, columns.ref(int(row[at])), columns.precinct[int(row[at])], float(score[at]),
                 float(support[row[at]]), float(turnout[row[at]]))
        for rank, at in enumerate(chosen, start=1)
    )  # fmt: skip
    counts = Counter(reason for reason in why if reason is not None)
    counts[Blocked.NOT_REACHED_TODAY] = len(free) - len(chosen)
    return CallList(lines, {reason: counts[reason] for reason in Blocked if counts[reason]})


def _why_blocked(
    columns: VoterColumns,
    row: Rows,
    made: Collection[Call],
    opted_out: Collection[VoterRef],
    ballots: Ballots,
    *,
    day: date,
    as_of: date,
    rules: CallRules,
) -> list[Blocked | None]:
    calls = _by_voter(made, columns.state)
    voted = [name for name, status in ballots.status.items() if status is BallotStatus.VOTED]
    table: tuple[tuple[Blocked, Truths], ...] = (
        (
            Blocked.OPTED_OUT,
            named_rows(columns, row, (ref.voter_id for ref in opted_out if ref.state == columns.state)),
        ),
        (Blocked.ALREADY_VOTED, named_rows(columns, row, voted)),
        (
            Blocked.NOT_REGISTERED,
            ~np.isin(columns.status[row], (RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE)),
        ),
        (Blocked.UNDER_AGE, ~surely_of_age(columns, row, day)),
        (Blocked.DONE, named_rows(columns, row, _whose(calls, lambda his: any(c.disposition in FINAL for c in his)))),
        (Blocked.CALLED_ENOUGH, named_rows(columns, row, _whose(calls, lambda his: len(his) >= rules.most_calls))),
        (Blocked.CALLED_RECENTLY, named_rows(columns, row, _whose(calls, lambda his: _is_recent(his, as_of, rules)))),
    )
    return first_reasons(table, len(row))


def _by_voter(made: Collection[Call], state: str) -> dict[str, list[Call]]:
    calls: dict[str, list[Call]] = {}
    for call in made:
        if call.voter.state == state:
            calls.setdefault(call.voter.voter_id, []).append(call)
    return calls


def _whose(calls: Mapping[str, Sequence[Call]], holds: Callable[[Sequence[Call]], bool]) -> list[str]:
    return [voter_id for voter_id, his in calls.items() if holds(his)]


def _is_recent(calls: Sequence[Call], as_of: date, rules: CallRules) -> bool:
    return as_of - max(call.on for call in calls) < rules.cool_down
