"""What the organizer's home page and the shared asks show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from graph.model import AskKind


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step from invitation to vote; a count about friends that is too small to show is ``None``."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """One line of "What needs you": a count, what it counts (one, many), the reason, one link."""

    count: int
    one: str
    many: str
    why: str
    link: str
    link_text: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A supporter on the organizer's home page; the counts are her own. The day of her newest report says more than her last
    step, how many are ``left`` to write to more than her next.
    """

    supporter_id: str
    name: str
    last_step: str
    next_step: str
    tag: str
    wrote: int
    talked: int
    reported_on: date | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class DeskHome:
    """The organizer's home page."""

    today: date
    days_to_go: int
    ballots_as_of: date | None
    needs: tuple[Need, ...]
    people: tuple[PersonLine, ...]
    people_in_all: int
    funnel: tuple[FunnelStep, ...]
    expected_votes: float
    expected_low: float
    expected_high: float
    new_file_on: date | None = None
    """The day of a new voter file, as long as that is news."""


@dataclass(frozen=True, slots=True)
class SharedAsk:
    """An ask whose tie the supporter shared: the organizer sees the name and every factor."""

    supporter_name: str
    friend_name: str
    ask: AskKind
    reason: str
    factors: Mapping[str, float]
    expected_votes: float
