"""The leader's call: whoever joins hears from the neighborhood leader on the next local day.

Pure arithmetic over who joined when and where; who has been called is handed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from graph.model import SupporterId

HAND_OVER_AFTER = timedelta(days=2)
"""A call that is so late goes to the organizer: a newcomer who waits three days has been forgotten."""


class CallState(StrEnum):
    """Where a leader's call stands."""

    DUE = "due"
    OVERDUE = "overdue"
    HANDED_OVER = "handed over"


@dataclass(frozen=True, slots=True)
class Leader:
    """A neighborhood leader and her turf; without one she takes whoever lives in nobody's."""

    leader_id: SupporterId
    name: str
    postal_codes: frozenset[str] = frozenset()
    precincts: frozenset[str] = frozenset()

    @property
    def has_turf(self) -> bool:
        """Whether she has a place of her own."""
        return bool(self.postal_codes or self.precincts)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A supporter who agreed to be called, when she joined (an instant with its zone) and where she lives, as far as known."""

    supporter_id: SupporterId
    joined_at: datetime
    postal_code: str = ""
    precinct: str = ""


@dataclass(frozen=True, slots=True)
class WelcomeCall:
    """One call: by whom (``None``: the organizer), on which local day, and how it stands."""

    supporter_id: SupporterId
    leader_id: SupporterId | None
    due: date
    state: CallState


def welcome_calls(
    newcomers: Sequence[Newcomer],
    leaders: Sequence[Leader],
    *,
    called: AbstractSet[SupporterId],
    today: date,
    time_zone: ZoneInfo,
) -> tuple[WelcomeCall, ...]:
    """The calls that are open on ``today``, the longest due first; nobody who was called is among them.

    Due is the local day after she joined, in ``time_zone``. Two leaders of one turf share it by a hash of both ids, so that a call
    stays with its leader when others come and go. Without any leader, and two days after it was due, a call is the organizer's.
    """
    calls = [_call(one, leaders, today, time_zone) for one in newcomers if one.supporter_id not in called]
    return tuple(sorted(calls, key=lambda call: (call.due, call.supporter_id)))


def _call(newcomer: Newcomer, leaders: Sequence[Leader], today: date, time_zone: ZoneInfo) -> WelcomeCall:
    due = newcomer.joined_at.astimezone(time_zone).date() + timedelta(days=1)
    leader = leader_of(newcomer, leaders)
    if today > due + HAND_OVER_AFTER:
        return WelcomeCall(newcomer.supporter_id, None, due, CallState.HANDED_OVER)
    return WelcomeCall(newcomer.supporter_id, leader, due, CallState.OVERDUE if today > due else CallState.DUE)


def leader_of(newcomer: Newcomer, leaders: Sequence[Leader]) -> SupporterId | None:
    """Whose turf she lives in: her precinct's leader, else her ZIP's, else one without turf, else nobody; never herself."""
    others = [leader for leader in leaders if leader.leader_id != newcomer.supporter_id]
    by_precinct = [leader for leader in others if newcomer.precinct and newcomer.precinct in leader.precincts]
    by_postal_code = [
        leader for leader in others if newcomer.postal_code and newcomer.postal_code in leader.postal_codes
    ]
    return _shared_out(newcomer, by_precinct or by_postal_code or [leader for leader in others if not leader.has_turf])


def _shared_out(newcomer: Newcomer, leaders: Collection[Leader]) -> SupporterId | None:
    """Rendezvous hashing (Thaler and Ravishankar 1998): a leader who leaves moves her own calls alone."""

    def weight(leader: Leader) -> bytes:
        return hashlib.sha256(f"{newcomer.supporter_id}\0{leader.leader_id}".encode()).digest()

    return max(leaders, key=weight).leader_id if leaders else None
