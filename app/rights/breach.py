"""Who is affected when something got out: one list for whoever has to tell them. Ids and counts, no names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.house import House
from app.web.sessions import SESSION_KIND
from app.web.sign_in_links import LINK_KIND
from graph.errors import UsageError
from graph.model import SupporterId
from oauth.connections import CONNECTION_KIND


class Leak(StrEnum):
    """What may get out, and with it whom it concerns."""

    MASTER_KEY = "master-key"
    CAMPAIGN_KEY = "campaign-key"
    SUPPORTER_KEY = "supporter-key"
    TOKEN = "token"  # noqa: S105 (the word for it, not one)
    LINK = "link"


_NEXT = {
    Leak.MASTER_KEY: "Exchange the master key and every campaign's key, then tell everybody listed.",
    Leak.CAMPAIGN_KEY: "Exchange the campaign's key, then tell everybody listed.",
    Leak.SUPPORTER_KEY: "Ask her to bring her friends again after she left: a new key is made. Tell her.",
    Leak.TOKEN: "Take the grants back: each can be removed on “My data”, and at the provider. Tell everybody listed.",
    Leak.LINK: "End the sessions and links of everybody listed, and send new ones.",
}


@dataclass(frozen=True, slots=True)
class Affected:
    """A supporter whose data somebody could have read, and how many friends of hers."""

    supporter_id: SupporterId
    friends: int


@dataclass(frozen=True, slots=True)
class Breach:
    """What got out, whom it concerns by id, and what to do first."""

    leak: Leak
    affected: tuple[Affected, ...]
    next_step: str


def affected_by(house: House, leak: Leak, *, which: str = "") -> Breach:
    """Everybody concerned, by id. ``which`` narrows it: a supporter's id for her key or link, a provider's for tokens.

    Raises ``UsageError`` for a supporter's key without her id.
    """
    if leak is Leak.SUPPORTER_KEY and not which:
        raise UsageError("Whose key got out is not said.", next_step="Add the supporter's id.")
    here = {supporter.supporter_id for supporter in house.graph.supporters()}
    found = sorted(here & _named(house, leak, which, here))
    lines = tuple(Affected(one, len(house.graph.contacts_of(one))) for one in found)
    return Breach(leak, lines, _NEXT[leak])


def _named(house: House, leak: Leak, which: str, here: set[SupporterId]) -> set[SupporterId]:
    if leak is Leak.TOKEN:
        connections = house.records.all(CONNECTION_KIND)
        return {SupporterId(one.value["supporter"]) for one in connections if which in ("", one.value["provider"])}
    if leak is Leak.LINK:
        doors = [*house.records.all(LINK_KIND), *house.records.all(SESSION_KIND)]
        named = {SupporterId(str(one.value["supporter"])) for one in doors}
        return {one for one in named if which in ("", one)}
    return {one for one in here if leak is not Leak.SUPPORTER_KEY or one == which}
