"""People and ties of a campaign in Neo4j, behind ``graph.store.GraphStore``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from types import TracebackType
from typing import LiteralString, Self

from graph.errors import StoreError
from graph.model import (
    Ask,
    CampaignId,
    Contact,
    ContactKey,
    Event,
    Match,
    Supporter,
    SupporterId,
    Voter,
    VoterRef,
)
from graph.neo4j import erasing, hers, queries, rows
from graph.neo4j.checking import problems_of
from graph.neo4j.connection import Bound, Server, Space, whole
from graph.neo4j.erasing import erase_contacts, erase_supporter, erase_voter
from graph.neo4j.loading import put_brought
from graph.network.arrays import Spot, TieArrays, ties_from
from graph.network.reach import Overlap, Reached
from graph.rules import microseconds, supporter_from
from graph.store import Brought, Edge, Removed, Upserted

PART = "graph"
_BEFORE_EVERYTHING = -(2**63)


class Neo4jGraphStore:
    """People and ties of one campaign."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def put_supporter(self, supporter: Supporter) -> Upserted:
        """Keep a supporter by id."""
        return self._space.write(lambda bound: hers.put_supporter(bound, supporter))

    def put_brought(self, brought: Sequence[Brought]) -> Upserted:
        """Keep several supporters with all that is theirs, in one transaction."""
        return self._space.write(lambda bound: put_brought(bound, brought))

    def supporter(self, supporter_id: SupporterId) -> Supporter | None:
        """The supporter, or ``None``."""
        row = self._space.read(lambda bound: bound.one(queries.SUPPORTER, supporter_id=supporter_id))
        return None if row is None else supporter_from(row)

    def supporters(self) -> list[Supporter]:
        """All supporters, by id."""
        found = self._space.read(lambda bound: bound.rows(queries.SUPPORTERS))
        return sorted(map(supporter_from, found), key=lambda supporter: supporter.supporter_id)

    def put_contacts(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        """Keep contacts of one supporter by key."""
        return self._space.write(lambda bound: hers.put_contacts(bound, supporter_id, contacts))

    def put_ties(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        """Keep how she knows contacts that are there."""
        return self._space.write(lambda bound: hers.put_ties(bound, supporter_id, contacts))

    def contacts_of(self, supporter_id: SupporterId) -> list[Contact]:
        """Her contacts by source, position and key."""
        found = whole(self._space, lambda bound: hers.contact_rows(bound, supporter_id))
        found.sort(key=itemgetter(1, 2, 0))
        return hers.contacts_in(supporter_id, found)

    def remove_contacts(self, supporter_id: SupporterId, keys: Sequence[ContactKey]) -> Removed:
        """Erase contacts of hers with their matches, asks and events."""
        return self._space.write(lambda bound: erase_contacts(bound, supporter_id, keys))

    def put_voters(self, voters: Sequence[Voter]) -> Upserted:
        """Keep what the graph needs of voters."""
        return self._space.write(lambda bound: hers.put_voters(bound, voters))

    def voters(self) -> list[Voter]:
        """All voters that are kept, by ref."""
        found = self._space.read(lambda bound: bound.rows(queries.ALL_VOTERS))
        return sorted((Voter(VoterRef(*row[:2]), *row[2:]) for row in found), key=lambda voter: voter.ref)

    def put_matches(
        self, supporter_id: SupporterId, matches: Sequence[Match], *, voters: Sequence[Voter] = ()
    ) -> Upserted:
        """Keep what is believed of her contacts, with the voters they name; her own answers stand."""
        return self._space.write(lambda bound: hers.put_matches(bound, supporter_id, matches, voters))

    def matches_of(self, supporter_id: SupporterId) -> list[Match]:
        """Her matches by contact key."""
        found = whole(self._space, lambda bound: hers.match_rows(bound, supporter_id))
        return sorted(map(rows.match_of, found), key=lambda match: match.contact_key)

    def edges(self) -> list[Edge]:
        """All ties to linked voters, by supporter, voter and contact key."""
        found = self._space.read_still(lambda bound: bound.rows(queries.EDGES))
        edges = [rows.edge_of(supporter_id, row) for supporter_id, ties in found for row in ties]
        return sorted(edges, key=lambda edge: (edge.supporter_id, edge.voter, edge.contact_key))

    def export_edges(self) -> TieArrays:
        """All ties as arrays, one for each supporter and voter."""

        def find(bound: Bound) -> TieArrays:
            places = bound.rows(queries.SPOTS)
            spots = {VoterRef(state, one): Spot(*place) for *place, state, ids in places for one in ids}
            return ties_from(((her, rows.ties_of(circle)) for her, circle in bound.rows(queries.TIES)), spots)

        return self._space.read_still(find)

    def supporters_of(self, voter: VoterRef) -> list[SupporterId]:
        """Who is linked to this voter, by id."""
        him = {"state": voter.state, "voter_id": voter.voter_id}
        found = self._space.read(lambda bound: bound.rows(queries.SUPPORTERS_OF, **him))
        return sorted(SupporterId(row[0]) for row in found)

    def reach(self) -> list[Reached]:
        """Whom each supporter reaches, by id."""
        found = self._space.read_still(lambda bound: bound.rows(queries.REACH))
        return sorted((Reached(*row) for row in found), key=lambda one: one.supporter_id)

    def overlap(self, supporter_id: SupporterId) -> list[Overlap]:
        """Who else is linked to voters of hers, the most shared first."""
        found = self._space.read_still(lambda bound: bound.rows(queries.OVERLAP, supporter_id=supporter_id))
        return sorted((Overlap(*row) for row in found), key=lambda one: (-one.shared, one.supporter_id))

    def replace_asks(self, supporter_id: SupporterId, asks: Sequence[Ask]) -> Upserted:
        """Make these her whole list."""
        return self._space.write(lambda bound: hers.replace_asks(bound, supporter_id, asks))

    def asks_of(self, supporter_id: SupporterId) -> list[Ask]:
        """Her list by rank."""
        found = whole(self._space, lambda bound: hers.ask_rows(bound, supporter_id))
        return [rows.ask_of(supporter_id, row) for row in sorted(found, key=lambda row: row[:2])]

    def asks_about(self, voters: Iterable[VoterRef]) -> list[Ask]:
        """The asks of these voters on anybody's list."""
        named = [list(voter) for voter in sorted(set(voters))]
        found = self._space.read_still(lambda bound: bound.rows(queries.ASKS_ABOUT, rows=named))
        asks = [rows.ask_of(SupporterId(supporter_id), row) for supporter_id, row in found]
        return sorted(asks, key=lambda ask: (ask.voter, ask.supporter_id, ask.rank, ask.contact_key))

    def record_event(self, event: Event) -> None:
        """Append something that happened, once."""
        values = rows.event_values(event)

        def put(bound: Bound) -> None:
            hers.require(bound, event.supporter_id, [event.contact_key] if event.contact_key else [])
            bound.rows(queries.PUT_EVENT, **values)

        self._space.write(put)

    def events(self, *, supporter_id: SupporterId | None = None, since: datetime | None = None) -> list[Event]:
        """Events by time, supporter and contact key."""
        start = _BEFORE_EVERYTHING if since is None else microseconds(since)

        def find(bound: Bound) -> list[Event]:
            if supporter_id is None:
                (found,) = bound.rows(queries.EVENTS_SINCE, since=start)
            else:
                (found,) = bound.rows(queries.EVENTS_OF, since=start, supporter_id=supporter_id)
            return [rows.event_of(row) for row in found[0]]

        return sorted(self._space.read(find), key=rows.event_order)

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        """Erase a supporter with all that is hers, and voters that nobody else is matched to."""
        return self._space.write(lambda bound: erase_supporter(bound, supporter_id))

    def forget_voter(self, voter: VoterRef) -> Removed:
        """Erase a voter, his matches and his asks."""
        return self._space.write(lambda bound: erase_voter(bound, voter))

    def check(self) -> list[str]:
        """Problems found in the store, in words."""
        try:
            return self._space.read(problems_of)
        except StoreError as error:
            return [str(error)]

    def close(self) -> None:
        """Release the store; a second call does nothing."""
        self._space.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


class Neo4jGraphStores:
    """Graph stores on one server; whoever made the server closes it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def for_campaign(self, campaign_id: CampaignId) -> Neo4jGraphStore:
        """A store of this campaign, made when it is new. Raises ``StoreError`` when the server cannot be used."""
        return Neo4jGraphStore(Space.of_campaign(self._server, campaign_id, PART))

    def refuse_held(self, campaign_id: CampaignId) -> None:
        """Nothing: a server does not tell who else works on it; who serves a campaign says so in its records."""

    def erase_campaign(self, campaign_id: CampaignId) -> int:
        """Remove all that a campaign has on this server, its records too; how many nodes went. It is done in steps."""
        space = Space.of_campaign(self._server, campaign_id, PART)
        return sum(_emptied(space, query) for query in erasing.EVERYTHING)


def _emptied(space: Space, query: LiteralString) -> int:
    gone = 0
    while step := space.write_out_of_turn(lambda bound: bound.number(query)):
        gone += step
    return gone
