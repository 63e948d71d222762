"""What the pages of a friend, of choosing, of joining and of friends' rights show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph.model import Outcome


@dataclass(frozen=True, slots=True)
class FriendPage:
    """The page behind the link: who wrote, for whom, and the dates that are everyone's."""

    code: str
    supporter_name: str
    dates: tuple[tuple[str, str], ...]
    lookup_url: str
    answered: Outcome | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody of a file or an address book who may be brought: his place in it, his name, what else she has of him."""

    place: int
    name: str
    brought: str


@dataclass(frozen=True, slots=True)
class HeldOfFriend:
    """What is held of a friend, to be shown to him: what one supporter brought, and what became of it.

    ``others`` counts further supporters who brought somebody taken for the same voter; they are not named.
    """

    code: str
    supporter_name: str
    source: str
    names: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    places: tuple[str, ...]
    labels: tuple[str, ...]
    is_linked: bool
    is_suggested: bool
    reports: tuple[str, ...]
    seen_by: int
    others: int
    kept_until: date


@dataclass(frozen=True, slots=True)
class HeldByAddress:
    """What is held of whoever has an address that was just proved: card by card, without who brought it.

    ``token`` shows the same for a while, as a file too.
    """

    address: str
    cards: tuple[HeldOfFriend, ...]
    is_left_out: bool
    is_supporter: bool
    kept_until: date
    token: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who waits for an organizer's yes, with what she wrote about herself."""

    supporter_id: str
    name: str
    postal_code: str
