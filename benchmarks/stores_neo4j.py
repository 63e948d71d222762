"""The part of ``benchmarks.stores`` that wants a server: ours beside plain queries through the driver."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, LiteralString

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity

from benchmarks.stores_measure import (
    MOST_GROWTH,
    MOST_OF_BARE_EXPORT,
    MOST_OF_DRIVER,
    Line,
    Size,
    asked,
    contacts_of,
    load,
    matches_of,
    medians,
    moved,
    shown,
    supporter_of,
)
from graph.model import CampaignId, Contact
from graph.neo4j.graph_store import Neo4jGraphStores
from graph.store import GraphStore

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import neo4j_server

OURS, BARE = CampaignId("ours"), "bare"
_BATCH = 10_000


def of_neo4j(size: Size) -> Iterator[Line]:
    """Load, upsert and friends of one, at a tenth and at the whole, beside the driver; the export."""
    booted = neo4j_server.boot(heap="2g")
    running = booted.running
    server = running.connect()
    bare = BareDriver(quiet_driver(running))
    store = Neo4jGraphStores(server).for_campaign(OURS)
    try:
        tenth = range(size.supporters // 10)
        first = both_loads(store, bare, size, tenth)
        print(f"{'Neo4j: load of a tenth':44}{first[0]:10.1f}{first[1]:10.1f} s")
        small = both_medians(store, bare, size, len(tenth))
        then = both_loads(store, bare, size, range(len(tenth), size.supporters))
        yield shown(Line("Neo4j: full load", first[0] + then[0], first[1] + then[1], MOST_OF_DRIVER, "s"))
        whole = both_medians(store, bare, size, size.supporters)
        for what, at_tenth, at_whole in zip(("upsert of 300 friends", "friends of one"), small, whole, strict=True):
            yield shown(Line(f"Neo4j: {what}, whole beside a tenth", at_whole[0], at_tenth[0], MOST_GROWTH))
            yield shown(Line(f"Neo4j: {what}, p50", *at_whole, MOST_OF_DRIVER))
        yield shown(export_line(store, bare))
    finally:
        bare.close()
        server.close()
        booted.remove()


def both_loads(store: GraphStore, bare: BareDriver, size: Size, numbers: range) -> tuple[float, float]:
    """Seconds to keep these supporters with all that is theirs, a part by us, then by the bare driver, then the other way."""
    ours = by_driver = 0.0
    for turn, start in enumerate(range(0, len(numbers), step := max(1, size.supporters // 20))):
        part = numbers[start : start + step]
        if turn % 2:
            ours += load(store, size, part)
        by_driver += bare.load(size, part)
        if not turn % 2:
            ours += load(store, size, part)
    return ours, by_driver


def both_medians(store: GraphStore, bare: BareDriver, size: Size, there: int) -> list[tuple[float, float]]:
    """Upsert of 300 friends and friends of one, in milliseconds; ``there``: how many supporters are kept by now."""
    newcomer = size.supporters + there
    store.put_supporter(supporter_of(newcomer))
    bare.keep_supporters([newcomer])
    upsert = medians(
        lambda turn: store.put_contacts(supporter_of(newcomer).supporter_id, moved(newcomer, turn)),
        lambda turn: bare.keep_contacts(moved(newcomer, turn)),
        asked(size, 1),
    )
    friends = medians(
        lambda number: store.contacts_of(supporter_of(number).supporter_id),
        bare.friends_of,
        [number % there for number in asked(size, 2)],
    )
    return [upsert, friends]


def export_line(store: GraphStore, bare: BareDriver) -> Line:
    """The whole network as arrays, beside its ties read as two lists a supporter; each for the second time."""
    for _ in range(2):
        started = time.perf_counter()
        ties = store.export_edges()
        between = time.perf_counter()
        bare.export()
        ended = time.perf_counter()
    line = f"Neo4j: export of {len(ties):,} ties"
    return Line(line, between - started, ended - between, MOST_OF_BARE_EXPORT, "s")


def quiet_driver(running: neo4j_server.Running) -> Driver:
    """A driver of the usual kind that keeps its remarks to itself."""
    return GraphDatabase.driver(
        running.address.uri,
        auth=(running.address.user, running.password),
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    )


class BareDriver:
    """The same work as plain queries in big batches, without a turn, a digest or a look at what was there."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def load(self, size: Size, numbers: range) -> float:
        """Keep these supporters with all that is theirs; seconds."""
        started = time.perf_counter()
        self.keep_supporters(numbers)
        self.keep_contacts([contact for number in numbers for contact in contacts_of(number, size.each)])
        self.keep_matches([
            [f"s{number:06}", one.contact_key, *one.candidates[0].voter, one.candidates[0].match_probability, list(one.candidates[0].reasons)]
            for number in numbers for one in matches_of(number, size.each, size.voters)
        ])  # fmt: skip
        return time.perf_counter() - started

    def keep_supporters(self, numbers: Sequence[int]) -> None:
        """Nodes of supporters."""
        people = map(supporter_of, numbers)
        self._unwind(
            "UNWIND $rows AS row MERGE (s:Supporter {campaign: $campaign, supporter_id: row[0]})"
            " SET s.display_name = row[1], s.postal_code = row[2]",
            [[one.supporter_id, one.display_name, one.postal_code] for one in people],
        )

    def keep_contacts(self, contacts: Sequence[Contact]) -> None:
        """Nodes of contacts and the ties to them."""
        self._unwind(
            "UNWIND $rows AS row MATCH (s:Supporter {campaign: $campaign, supporter_id: row[0]})"
            " MERGE (c:Contact {campaign: $campaign, supporter_id: row[0], contact_key: row[1]})"
            " SET c.source = row[2], c.position = row[3], c.sealed_details = row[4]"
            " MERGE (s)-[k:KNOWS]->(c) SET k.relationship_type = row[5], k.tie_strength = row[6]",
            [
                [
                    c.supporter_id,
                    c.key,
                    c.source,
                    c.position,
                    c.sealed_details,
                    c.relationship_type.value,
                    c.tie_strength,
                ]
                for c in contacts
            ],
        )

    def keep_matches(self, rows: Sequence[list[Any]]) -> None:
        """What each contact is taken for."""
        self._unwind(
            "UNWIND $rows AS row MATCH (c:Contact {campaign: $campaign, supporter_id: row[0], contact_key: row[1]})"
            " SET c.match_status = 'auto', c.match_reason = ''"
            " MERGE (v:Voter {campaign: $campaign, state: row[2], voter_id: row[3]})"
            " CREATE (c)-[:MAY_BE {place: 0, match_probability: row[4], reasons: row[5]}]->(v)",
            rows,
        )

    def friends_of(self, number: int) -> list[Any]:
        """A supporter's contacts as one list."""
        found, _, _ = self._driver.execute_query(
            "MATCH (s:Supporter {campaign: $campaign, supporter_id: $who}) RETURN [(s)-[k:KNOWS]->(c) |"
            " [c.contact_key, c.source, c.position, c.sealed_details, k.relationship_type, k.tie_strength]]",
            campaign=BARE, who=f"s{number:06}", routing_="r",
        )  # fmt: skip
        return list(found[0][0])

    def export(self) -> list[Any]:
        """Whom everybody knows, as two lists for each supporter."""
        found, _, _ = self._driver.execute_query(
            "MATCH (s:Supporter {campaign: $campaign})-[k:KNOWS]->(c)"
            " RETURN s.supporter_id, collect(c.contact_key), collect(k.tie_strength)",
            campaign=BARE, routing_="r",
        )  # fmt: skip
        return [record.values() for record in found]

    def close(self) -> None:
        """Close the driver."""
        self._driver.close()

    def _unwind(self, query: LiteralString, rows: Sequence[list[Any]]) -> None:
        for start in range(0, len(rows), _BATCH):
            self._driver.execute_query(query, rows=rows[start : start + _BATCH], campaign=BARE)
