"""People and ties of a campaign in SQLite: the embedded default behind ``graph.store.GraphStore``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

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
from graph.network.arrays import Spot, TieArrays, ties_from
from graph.network.reach import Overlap, Reached
from graph.rules import contacts_from, microseconds, supporter_from, supporter_row
from graph.sqlite import hers, rows
from graph.sqlite.connection import BUSY_SECONDS
from graph.sqlite.erasing import erase_contacts, erase_supporter, erase_voter
from graph.sqlite.matches import matches_of
from graph.sqlite.shared import Lease, SharedFiles
from graph.sqlite.table import fetched
from graph.store import Brought, Edge, Removed, Upserted

_EDGES = """
SELECT m.supporter_id, m.contact_key, c.state, c.voter_id, c.match_probability, k.tie_strength, m.status,
       ifnull(v.precinct, ''), ifnull(v.city, '')
FROM match m
JOIN candidate c ON c.supporter_id = m.supporter_id AND c.contact_key = m.contact_key AND c.place = 0
JOIN contact k ON k.supporter_id = m.supporter_id AND k.contact_key = m.contact_key
LEFT JOIN voter v ON v.state = c.state AND v.voter_id = c.voter_id
WHERE m.status IN ('auto', 'confirmed')
ORDER BY m.supporter_id, c.state, c.voter_id, m.contact_key
"""
_TIES = """
SELECT m.supporter_id, json_group_array(c.state), json_group_array(c.voter_id), json_group_array(c.match_probability)
FROM match m
JOIN candidate c ON c.supporter_id = m.supporter_id AND c.contact_key = m.contact_key AND c.place = 0
WHERE m.status IN ('auto', 'confirmed')
GROUP BY m.supporter_id
"""
"""A row for each supporter, not for each tie: Python's cost is by the row, and three lists are read ten times faster."""
_SPOTS = "SELECT state, voter_id, precinct, city FROM voter"
_SUPPORTERS_OF = """
SELECT DISTINCT supporter_id FROM candidate JOIN match USING (supporter_id, contact_key)
WHERE state = ? AND voter_id = ? AND place = 0 AND status IN ('auto', 'confirmed') ORDER BY supporter_id
"""
_REACH = """
WITH tie AS (
    SELECT DISTINCT supporter_id, state, voter_id FROM candidate JOIN match USING (supporter_id, contact_key)
    WHERE place = 0 AND status IN ('auto', 'confirmed')
), known AS (SELECT state, voter_id, count(*) AS times FROM tie GROUP BY state, voter_id)
SELECT supporter_id, count(*), sum(times = 1) FROM tie JOIN known USING (state, voter_id)
GROUP BY supporter_id ORDER BY supporter_id
"""
_OVERLAP = """
WITH hers AS (
    SELECT DISTINCT state, voter_id FROM candidate JOIN match USING (supporter_id, contact_key)
    WHERE supporter_id = ?1 AND place = 0 AND status IN ('auto', 'confirmed')
)
SELECT supporter_id, count(*) AS shared FROM (
    SELECT DISTINCT supporter_id, state, voter_id
    FROM hers JOIN candidate USING (state, voter_id) JOIN match USING (supporter_id, contact_key)
    WHERE supporter_id <> ?1 AND place = 0 AND status IN ('auto', 'confirmed')
) GROUP BY supporter_id ORDER BY shared DESC, supporter_id
"""
_EVENTS = rows.EVENT.select(
    "WHERE (?1 IS NULL OR supporter_id = ?1) AND at >= ?2 ORDER BY at, supporter_id, ifnull(contact_key, ''), kind,"
    " ifnull(state, ''), ifnull(voter_id, ''), is_shared"
)
_CONTACTS = """
SELECT contact_key, supporter_id, source, position, sealed_details, relationship_type, tie_strength
FROM contact WHERE supporter_id = ? ORDER BY source, position, contact_key
"""
_ASKS_ABOUT = rows.ASK.select("WHERE state = ? AND voter_id = ? ORDER BY supporter_id, rank, contact_key")
_BEFORE_EVERYTHING = -(2**63)


class SqliteGraphStore:
    """People and ties of one campaign."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def put_supporter(self, supporter: Supporter) -> Upserted:
        """Keep a supporter by id."""
        with self._lease.database.writing() as connection:
            return rows.SUPPORTER.keep(connection, [supporter_row(supporter)])

    def put_brought(self, brought: Sequence[Brought]) -> Upserted:
        """Keep several supporters with all that is theirs, in one transaction."""
        with self._lease.database.writing() as connection:
            return sum((hers.put_all(connection, one) for one in brought), Upserted())

    def supporter(self, supporter_id: SupporterId) -> Supporter | None:
        """The supporter, or ``None``."""
        with self._lease.database.reading() as connection:
            row = connection.execute(rows.SUPPORTER.select("WHERE supporter_id = ?"), (supporter_id,)).fetchone()
        return None if row is None else supporter_from(row)

    def supporters(self) -> list[Supporter]:
        """All supporters, by id."""
        with self._lease.database.reading() as connection:
            found = connection.execute(rows.SUPPORTER.select("ORDER BY supporter_id"))
            return [supporter_from(row) for row in found]

    def put_contacts(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        """Keep contacts of one supporter by key."""
        with self._lease.database.writing() as connection:
            return hers.put_contacts(connection, supporter_id, contacts)

    def put_ties(self, supporter_id: SupporterId, contacts: Sequence[Contact]) -> Upserted:
        """Keep how she knows contacts that are there."""
        with self._lease.database.writing() as connection:
            return hers.put_ties(connection, supporter_id, contacts)

    def contacts_of(self, supporter_id: SupporterId) -> list[Contact]:
        """Her contacts by source, position and key."""
        with self._lease.database.reading() as connection:
            return contacts_from(fetched(connection, _CONTACTS, (supporter_id,)))

    def remove_contacts(self, supporter_id: SupporterId, keys: Sequence[ContactKey]) -> Removed:
        """Erase contacts of hers with their matches, asks and events."""
        with self._lease.database.erasing() as connection:
            return erase_contacts(connection, supporter_id, list(dict.fromkeys(keys)))

    def put_voters(self, voters: Sequence[Voter]) -> Upserted:
        """Keep what the graph needs of voters."""
        with self._lease.database.writing() as connection:
            return rows.VOTER.keep(connection, map(rows.voter_row, voters))

    def voters(self) -> list[Voter]:
        """All voters that are kept, by ref."""
        with self._lease.database.reading() as connection:
            found = connection.execute(rows.VOTER.select("ORDER BY state, voter_id"))
            return [rows.voter_of(row) for row in found]

    def put_matches(
        self, supporter_id: SupporterId, matches: Sequence[Match], *, voters: Sequence[Voter] = ()
    ) -> Upserted:
        """Keep what is believed of her contacts, with the voters they name; her own answers stand."""
        with self._lease.database.writing() as connection:
            return hers.put_matches(connection, supporter_id, matches, voters)

    def matches_of(self, supporter_id: SupporterId) -> list[Match]:
        """Her matches by contact key."""
        with self._lease.database.reading() as connection:
            return list(matches_of(connection, supporter_id).values())

    def edges(self) -> list[Edge]:
        """All ties to linked voters, by supporter, voter and contact key."""
        with self._lease.database.reading() as connection:
            return [rows.edge_of(row) for row in connection.execute(_EDGES)]

    def export_edges(self) -> TieArrays:
        """All ties as arrays, one for each supporter and voter."""
        with self._lease.database.reading() as connection:
            spots = {VoterRef(*row[:2]): Spot(*row[2:]) for row in connection.execute(_SPOTS)}
            circles = connection.execute(_TIES)
            return ties_from(((row[0], zip(*map(json.loads, row[1:]), strict=True)) for row in circles), spots)

    def supporters_of(self, voter: VoterRef) -> list[SupporterId]:
        """Who is linked to this voter, by id."""
        with self._lease.database.reading() as connection:
            return [SupporterId(row[0]) for row in connection.execute(_SUPPORTERS_OF, voter)]

    def reach(self) -> list[Reached]:
        """Whom each supporter reaches, by id."""
        with self._lease.database.reading() as connection:
            return [Reached(SupporterId(row[0]), *row[1:]) for row in connection.execute(_REACH)]

    def overlap(self, supporter_id: SupporterId) -> list[Overlap]:
        """Who else is linked to voters of hers, the most shared first."""
        with self._lease.database.reading() as connection:
            return [Overlap(SupporterId(row[0]), row[1]) for row in connection.execute(_OVERLAP, (supporter_id,))]

    def replace_asks(self, supporter_id: SupporterId, asks: Sequence[Ask]) -> Upserted:
        """Make these her whole list."""
        with self._lease.database.writing() as connection:
            return hers.replace_asks(connection, supporter_id, asks)

    def asks_of(self, supporter_id: SupporterId) -> list[Ask]:
        """Her list by rank."""
        with self._lease.database.reading() as connection:
            return [rows.ask_of(row) for row in connection.execute(hers.ASKS, (supporter_id,))]

    def asks_about(self, voters: Iterable[VoterRef]) -> list[Ask]:
        """The asks of these voters on anybody's list."""
        with self._lease.database.reading() as connection:
            return [rows.ask_of(row) for him in sorted(set(voters)) for row in connection.execute(_ASKS_ABOUT, him)]

    def record_event(self, event: Event) -> None:
        """Append something that happened, once."""
        with self._lease.database.writing() as connection:
            keys = [] if event.contact_key is None else [event.contact_key]
            hers.require_contacts(connection, event.supporter_id, keys)
            connection.execute(rows.EVENT.insert("ON CONFLICT DO NOTHING"), rows.event_row(event))

    def events(self, *, supporter_id: SupporterId | None = None, since: datetime | None = None) -> list[Event]:
        """Events by time, supporter and contact key."""
        start = _BEFORE_EVERYTHING if since is None else microseconds(since)
        with self._lease.database.reading() as connection:
            return [rows.event_of(row) for row in connection.execute(_EVENTS, (supporter_id, start))]

    def withdraw(self, supporter_id: SupporterId) -> Removed:
        """Erase a supporter with all that is hers, and voters that nobody else is matched to."""
        with self._lease.database.erasing() as connection:
            return erase_supporter(connection, supporter_id)

    def forget_voter(self, voter: VoterRef) -> Removed:
        """Erase a voter, his matches and his asks."""
        with self._lease.database.erasing() as connection:
            return erase_voter(connection, voter)

    def check(self) -> list[str]:
        """Problems found in the store, in words."""
        return self._lease.database.check()

    def close(self) -> None:
        """Release the store; a second call does nothing."""
        self._lease.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


class SqliteGraphStores:
    """Graph stores under one data folder, a file for each campaign."""

    def __init__(self, folder: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._files = SharedFiles(folder, families=("graph",), busy_seconds=busy_seconds)

    def for_campaign(self, campaign_id: CampaignId) -> SqliteGraphStore:
        """A store of this campaign, made when it is new."""
        return SqliteGraphStore(self._files.of_campaign(campaign_id))

    def refuse_held(self, campaign_id: CampaignId) -> None:
        """Raise ``StoreError`` when this or another program has the campaign's file open."""
        self._files.refuse_held(campaign_id)

    def erase_campaign(self, campaign_id: CampaignId) -> int:
        """Overwrite the campaign's file, records and all, and remove it with its folder; how many files went."""
        return self._files.erase(campaign_id)
