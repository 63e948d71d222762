"""What the page of calls shows: newcomers, ballots that need a check, and who leads where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CallLine:
    """A newcomer to call, on the local day ``due``; ``is_late`` when that day is over."""

    supporter_id: str
    name: str
    phone: str
    postal_code: str
    due: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class CallQueue:
    """One leader's open calls, the longest due first; without a leader they are the organizer's."""

    leader: str
    lines: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A leader, her ZIP codes and her precincts."""

    leader_id: str
    name: str
    postal_codes: tuple[str, ...]
    precincts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CureLine:
    """A voter whose ballot needs a check, as the list of voters names her, and the leader whose call that is (empty: yours)."""

    name: str
    town: str
    postal_code: str
    voter_id: str
    leader: str


@dataclass(frozen=True, slots=True)
class CallDesk:
    """The organizer's page of calls; ``could_lead`` are supporters, by id and name, who lead nowhere yet. ``to_cure`` are the first
    voters whose ballot needs a check, of ``to_cure_in_all``.
    """

    queues: tuple[CallQueue, ...]
    leaders: tuple[LeaderLine, ...]
    could_lead: tuple[tuple[str, str], ...]
    to_cure: tuple[CureLine, ...] = ()
    to_cure_in_all: int = 0
    is_quiet: bool = False
