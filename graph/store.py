"""The port for people and ties.

Life cycle: ``GraphStores.for_campaign(id)`` gives a store that is bound to one campaign and cannot see another; ``close``
releases it and may be called twice. Opening runs the migrations.
Threads: a store may be used from any thread, by several at once; each call is one transaction that happens whole or
not at all.
Errors: any method may raise ``StoreError`` (with the next step); nothing of a driver leaks out.
Time: every datetime is aware and in UTC, kept to the microsecond.
Order: every list is in the order its docstring says, ties broken by key, the same on every adapter.
Idempotence: every ``put_*`` may be repeated with the same values and changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from graph.model import (
    Ask,
    CampaignId,
    Contact,
    ContactKey,
    Event,
    Match,
    MatchStatus,
    Supporter,
    SupporterId,
    Voter,
    VoterRef,
)
from graph.network.arrays import TieArrays
from graph.network.reach import Overlap, Reached


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many rows a ``put`` made, changed and left alone."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Upserted) -> Upserted:
        """Both together."""
        return Upserted(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Brought:
    """A supporter with her contacts, what each of them is taken for, and her list."""

    supporter: Supporter
    contacts: Sequence[Contact] = ()
    matches: Sequence[Match] = ()
    asks: Sequence[Ask] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows an erasure removed, measured, not estimated."""

    supporters: int = 0
    contacts: int = 0
    matches: int = 0
    asks: int = 0
    events: int = 0
    voters: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A supporter's tie to a voter through a linked contact."""

    supporter_id: SupporterId
    contact_key: ContactKey
    voter: VoterRef
    match_probability: float
    tie_strength: float | None
    status: MatchStatus
    precinct: str = ""
    city: str = ""


class GraphStore(Protocol):
    """People and ties of one campaign."""

    # --- supporters -----------------------------------------------------------------------------------------------
    def put_supporter(self, supporter: Supporter) -> Upserted:
        """Keep a supporter by id. ``files`` and ``purposes`` are not kept here (consent lives in the records)."""

    def supporter(self, supporter_id: SupporterId) -> Supporter | None:
        """The supporter, or ``None``."""

    def supporters(self) -> list[Supporter]:
        """All supporters, by id."""

    def put_brought(self, brought: Sequence[Brought]) -> Upserted:
        """Keep several supporters with all that is theirs, in one transaction: for each as ``put_supporter``, ``put_contacts``,
        ``put_matches`` and ``replace_asks`` would, with the same errors; counts what all four would. Made for moving many.
        """

    # --- contacts and ties ----------------------------------------------------------------------------------------
    def put_contacts(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        """Keep contacts of one supporter by key. A known key is updated, its match and events stay.

        Raises ``NotFoundError`` if the supporter is unknown (so that an import that was under way when she left keeps
        nothing) and ``InputError`` if a contact is somebody else's.
        """

    def put_ties(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        """Keep how she knows contacts (``relationship_type``, ``tie_strength``) that are there; nothing else of them is looked at.

        For work that goes on while she changes her list: what she removed meanwhile stays removed, what she brought anew
        stays as it is now. Raises as ``put_contacts``.
        """

    def contacts_of(self, supporter_id: SupporterId) -> list[Contact]:
        """Her contacts by source, position and key. Empty for an unknown supporter."""

    def remove_contacts(self, supporter_id: SupporterId, keys: Sequence[ContactKey]) -> Removed:
        """Erase contacts of hers with their matches, asks and events, and voters whom no match names any more; unknown
        keys are ignored.
        """

    # --- matches --------------------------------------------------------------------------------------------------
    def put_voters(self, voters: Sequence[Voter]) -> Upserted:
        """Keep what the graph needs of voters that somebody is matched to."""

    def voters(self) -> list[Voter]:
        """All voters that are kept, by ref."""

    def put_matches(
        self, supporter_id: SupporterId, matches: Sequence[Match], *, voters: Sequence[Voter] = ()
    ) -> Upserted:
        """Keep what is believed of her contacts; the count is of matches. A confirmed or rejected match is hers and is never
        overwritten by a status of the engine (auto, unsure, no_match); an answer (confirmed, rejected) overwrites anything.
        Voters whom no match names any more go, and those of ``voters`` whom a match names are kept in the same
        transaction: nobody who leaves meanwhile takes them along. Raises ``NotFoundError`` if the supporter or a contact is
        unknown.
        """

    def matches_of(self, supporter_id: SupporterId) -> list[Match]:
        """Her matches by contact key."""

    def edges(self) -> list[Edge]:
        """All ties to linked voters (auto or confirmed), by supporter, voter and contact key."""

    def export_edges(self) -> TieArrays:
        """The ties of ``edges`` as arrays, one for each supporter and voter with the best match probability; made for
        millions. Empty arrays when nobody is linked.
        """

    def supporters_of(self, voter: VoterRef) -> list[SupporterId]:
        """Who is linked to this voter, by id."""

    def reach(self) -> list[Reached]:
        """Whom each supporter reaches, by id; those who are linked to nobody are left out. The same as ``reached`` of
        ``graph.network.reach`` over ``export_edges``, asked where the ties are.
        """

    def overlap(self, supporter_id: SupporterId) -> list[Overlap]:
        """Who else is linked to voters of hers, the most shared first, then by id; the same as ``overlap_of`` over
        ``export_edges``. Empty for somebody who is unknown or linked to nobody.
        """

    # --- asks -----------------------------------------------------------------------------------------------------
    def replace_asks(self, supporter_id: SupporterId, asks: Sequence[Ask]) -> Upserted:
        """Make these her whole list, in one transaction; asks that leave it are not counted. Raises ``NotFoundError`` if
        the supporter or a contact is unknown and ``InputError`` if an ask is somebody else's.
        """

    def asks_of(self, supporter_id: SupporterId) -> list[Ask]:
        """Her list by rank."""

    def asks_about(self, voters: Iterable[VoterRef]) -> list[Ask]:
        """The asks of these voters on anybody's list, by voter, supporter and rank."""

    # --- events ---------------------------------------------------------------------------------------------------
    def record_event(self, event: Event) -> None:
        """Append something that happened. The same event twice (all fields equal) is kept once. Raises ``NotFoundError``
        if its supporter or contact is unknown.
        """

    def events(self, *, supporter_id: SupporterId | None = None, since: datetime | None = None) -> list[Event]:
        """Events by time, supporter and contact key; of one supporter, or since an instant, when given."""

    # --- leaving --------------------------------------------------------------------------------------------------
    def withdraw(self, supporter_id: SupporterId) -> Removed:
        """Erase a supporter with all that is hers, and voters that nobody else is matched to; nobody else's rows
        change. Atomic; the log is truncated. Unknown supporters remove nothing.
        """

    def forget_voter(self, voter: VoterRef) -> Removed:
        """Erase a voter, his matches and his asks (a friend who asked to be left out). Contacts stay the supporter's,
        with their match set to ``no_match`` if it was taken for him or he was all there was, else without him; events
        stay without his name. ``matches`` counts those that named him.
        """

    # --- life cycle -----------------------------------------------------------------------------------------------
    def check(self) -> list[str]:
        """Problems found in the store, in words; empty when all is well."""

    def close(self) -> None:
        """Release the store; a second call does nothing."""

    def __enter__(self) -> Self:
        """Use as a context manager."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""


class GraphStores(Protocol):
    """Gives stores that are bound to one campaign."""

    def for_campaign(self, campaign_id: CampaignId) -> GraphStore:
        """A store of this campaign, made when it is new."""

    def refuse_held(self, campaign_id: CampaignId) -> None:
        """Raise ``StoreError`` when somebody holds a campaign that is about to be removed, as far as that can be known."""

    def erase_campaign(self, campaign_id: CampaignId) -> int:
        """Remove all that a campaign has here, its records too; how many nodes or files went. Its stores are closed before.

        Raises ``StoreError`` like ``refuse_held``.
        """
