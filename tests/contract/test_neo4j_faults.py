"""What Neo4j does not do by itself and what goes wrong with it: said in a sentence, and nothing is half done or doubled."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import neo4j_server
import neo4j_tools
import pytest
from contract import second_writer
from neo4j_server import the_server
from relay import Relay

import people
from graph.errors import InputError, StoreError, UsageError
from graph.model import CampaignId
from graph.neo4j import migrate
from graph.neo4j.address import Patience, parse_address
from graph.neo4j.connection import Bound, Server, Space, refuse_old
from graph.neo4j.graph_store import Neo4jGraphStores
from graph.neo4j.record_store import Neo4jRecordStores
from graph.store import Removed, Upserted
from people import ANA, NOW, RIVERA

IMPATIENT = Patience(connect_seconds=2, retry_seconds=0.5)


@pytest.fixture
def emptied(tmp_path: Path) -> Server:
    neo4j_tools.open_graph(tmp_path)
    return neo4j_tools.connected()


@pytest.fixture
def relay(emptied: Server) -> Iterator[Relay]:
    address = the_server().address
    with Relay(address.host, address.port) as wire:
        yield wire


@pytest.fixture
def through(relay: Relay) -> Iterator[Server]:
    address = replace(the_server().address, scheme="bolt", host="127.0.0.1", port=relay.port)
    server = Server(address, the_server().password, patience=IMPATIENT)
    yield server
    server.close()


# --- getting in -----------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_refused_in_a_sentence_that_does_not_hold_it(emptied: Server) -> None:
    server = the_server().connect("not-the-password", patience=IMPATIENT)
    with pytest.raises(StoreError, match="does not take this user and password") as caught:
        Neo4jGraphStores(server).for_campaign(RIVERA)
    server.close()
    assert "KITH_NEO4J_PASSWORD" in caught.value.next_step
    assert "not-the-password" not in f"{caught.value!r} {caught.value} {caught.value.__context__!r}"


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    server = Server(parse_address("bolt://kith@127.0.0.1:9"), "irrelevant", patience=IMPATIENT)
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9: The Neo4j server cannot be reached"):
        Neo4jRecordStores(server).install()
    server.close()


def test_a_server_that_goes_away_is_told_and_what_was_kept_is_there(relay: Relay, through: Server) -> None:
    store = Neo4jGraphStores(through).for_campaign(RIVERA)
    store.put_supporter(people.ana())
    relay.cut()
    for act in (store.supporters, lambda: store.put_supporter(people.jo())):
        with pytest.raises(StoreError, match=r"(cannot be reached|went away).*What was saved is safe"):
            act()
    assert "cannot be reached" in store.check()[0]
    assert neo4j_tools.open_graph_again().for_campaign(RIVERA).supporters() == [people.ana()]


@pytest.mark.parametrize("version", ["4.4.12", "3.5.0", "5.12.0"])
def test_an_old_server_is_refused(version: str) -> None:
    with pytest.raises(StoreError, match=r"needs 5\.13 or newer"):
        refuse_old(version, "neo4j://kith@db.example:7687")


@pytest.mark.parametrize("version", ["5.13.0", "5.26.30", "2026.09.0"])
def test_a_newer_one_is_taken(version: str) -> None:
    refuse_old(version, "neo4j://kith@db.example:7687")


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"])
def test_every_scheme_of_the_driver_is_taken(scheme: str) -> None:
    address = parse_address(f"{scheme}://kith@db.example:7688")
    assert (address.uri, address.user, str(address)) == (
        f"{scheme}://db.example:7688",
        "kith",
        f"{scheme}://kith@db.example:7688",
    )
    Server(address, "irrelevant").close()


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="A password stands in the store's address") as caught:
        parse_address("neo4j://kith:open-sesame@db.example")
    assert "open-sesame" not in str(caught.value)


@pytest.mark.parametrize("url", ["neo4j://", "http://db.example", "neo4j://db.example:x", "neo4j://db.example/path"])
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be read.*neo4j://USER@HOST:PORT"):
        parse_address(url)


# --- nobody's nodes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (c:Contact {contact_key: 'k'})",
        "MERGE (c:Contact {contact_key: 'k', campaign: 'rivera-2026'})",
        "MATCH (s:Supporter {campaign: $campaign}) CREATE (s)-[:KNOWS]->(:Contact {contact_key: 'k'})",
        "MATCH (s:Supporter) RETURN s",
    ],
)
def test_a_node_without_a_campaign_cannot_be_made_or_asked_for(emptied: Server, query: str) -> None:
    space = Space.of_campaign(emptied, RIVERA, "graph")
    with pytest.raises(StoreError, match="without its campaign"):
        space.write(lambda bound: bound.rows(query))  # type: ignore[arg-type]  # a text, to see it refused
    assert neo4j_tools.run("MATCH (n) WHERE NOT n:KithMigration RETURN count(n)") == [(0,)]


@pytest.mark.parametrize("name", ["", "*install*"])
def test_a_campaign_needs_a_name_of_its_own(emptied: Server, name: str) -> None:
    with pytest.raises(InputError):
        Neo4jRecordStores(emptied).for_campaign(CampaignId(name))


def test_what_somebody_else_put_there_is_found_by_the_check(emptied: Server) -> None:
    store = Neo4jGraphStores(emptied).for_campaign(RIVERA)
    neo4j_tools.run("CREATE (:Contact {contact_key: 'nobody'}), (:Contact {campaign: 'rivera-2026', contact_key: 'k'})")
    assert store.check() == ["1 nodes belong to no campaign", "1 contacts have lost their supporter"]


def test_a_missing_constraint_is_found_by_the_check(emptied: Server) -> None:
    store = Neo4jGraphStores(emptied).for_campaign(RIVERA)
    neo4j_tools.run("DROP CONSTRAINT voter_once")
    try:
        assert "constraints are missing: voter_once" in store.check()[0]
    finally:
        neo4j_tools.run(
            "CREATE CONSTRAINT voter_once FOR (v:Voter) REQUIRE (v.campaign, v.state, v.voter_id) IS UNIQUE"
        )
    assert store.check() == []


def test_a_campaign_that_only_passed_through_leaves_nothing(emptied: Server) -> None:
    graph, records = Neo4jGraphStores(emptied), Neo4jRecordStores(emptied)
    graph.for_campaign(RIVERA).put_supporter(people.ana())
    passing = CampaignId("passing")
    graph.for_campaign(passing).put_supporter(people.ana())
    graph.for_campaign(passing).put_contacts(ANA, [people.contact(ANA, "maria")])
    records.for_campaign(passing).append("audit", {}, at=NOW)
    assert graph.erase_campaign(passing) == 5  # two turns, a supporter, a contact, an entry
    assert neo4j_tools.run("MATCH (n {campaign: 'passing'}) RETURN count(n)") == [(0,)]
    assert graph.for_campaign(RIVERA).supporters() == [people.ana()]


# --- commits whose answer is lost -------------------------------------------------------------------------------------


def test_a_write_whose_answer_was_lost_is_done_once_and_answered(relay: Relay, through: Server) -> None:
    graph = Neo4jGraphStores(through).for_campaign(RIVERA)
    records = Neo4jRecordStores(through).for_campaign(RIVERA)
    graph.put_supporter(people.ana())
    relay.lose_next_commit = True
    assert graph.put_contacts(ANA, [people.contact(ANA, "maria")]) == Upserted(created=1)
    relay.lose_next_commit = True
    assert records.append("audit", {"n": 1}, at=NOW).sequence == 1
    relay.lose_next_commit = True
    assert records.put("a", "k", {}, if_version=0).version == 1
    relay.lose_next_commit = True
    assert graph.withdraw(ANA) == Removed(supporters=1, contacts=1)
    assert relay.commits_lost == 4
    assert (len(records.read("audit")), len(records.all("a")), graph.supporters()) == (1, 1, [])


# --- the schema -----------------------------------------------------------------------------------------------------


def test_a_newer_schema_is_refused(emptied: Server) -> None:
    neo4j_tools.run("CREATE (:KithMigration {number: 99, name: 'later', sha256: 'x'})")
    late = the_server().connect()
    try:
        with pytest.raises(StoreError, match=r"schema 99; this program knows up to 1.*Update Kith"):
            Neo4jGraphStores(late).for_campaign(RIVERA)
    finally:
        late.close()
        neo4j_tools.run("MATCH (m:KithMigration {number: 99}) DELETE m")


def test_a_changed_migration_is_refused(emptied: Server) -> None:
    (step,) = migrate.known_migrations()
    changed = replace(step, cypher=step.cypher + "\n// a word")
    with pytest.raises(StoreError, match="was changed after it had run"):
        migrate.migrate(emptied.session, [changed])


def test_programs_that_open_a_new_database_at_once_migrate_it_once(emptied: Server) -> None:
    neo4j_tools.run("MATCH (m:KithMigration) DELETE m")
    barrier = threading.Barrier(3)

    def open_it(_: int) -> int:
        barrier.wait()
        return migrate.migrate(emptied.session, migrate.known_migrations())

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(open_it, range(3))) == [0, 0, 1]


def test_migrations_are_numbered_without_gaps_and_may_be_repeated() -> None:
    known = migrate.known_migrations()
    assert [one.number for one in known] == list(range(1, len(known) + 1))
    assert all("IF NOT EXISTS" in statement for one in known for statement in one.statements)


# --- the server stops in the middle -----------------------------------------------------------------------------------


@pytest.mark.full
def test_an_import_goes_on_after_the_server_was_killed_and_nothing_is_doubled_or_lost() -> None:
    booted = neo4j_server.boot()
    server = booted.running.connect(patience=replace(IMPATIENT, retry_seconds=1))
    store = Neo4jGraphStores(server).for_campaign(RIVERA)
    store.put_supporter(people.Supporter(second_writer.WRITER, "A long import"))
    acknowledged: list[int] = []

    def bring() -> None:
        for number in range(400):
            store.put_contacts(second_writer.WRITER, second_writer.contacts(number))
            acknowledged.append(number)

    def bring_until_it_fails() -> None:
        with pytest.raises(StoreError):
            bring()

    importing = threading.Thread(target=bring_until_it_fails)
    importing.start()
    while len(acknowledged) < 8:
        assert importing.is_alive()
    booted.kill()
    importing.join()
    booted.start()
    kept = store.contacts_of(second_writer.WRITER)
    assert len(kept) in (len(acknowledged) * 20, (len(acknowledged) + 1) * 20)
    counted = [store.put_contacts(second_writer.WRITER, second_writer.contacts(number)) for number in range(40)]
    assert sum(one.created for one in counted) == 800 - min(800, len(kept))
    assert len(store.contacts_of(second_writer.WRITER)) == max(800, len(kept))
    assert store.check() == []
    server.close()
    booted.remove()


def test_bound_gives_every_query_the_campaign(emptied: Server) -> None:
    def ask(bound: Bound) -> object:
        return bound.one("RETURN $campaign")

    assert Space.of_campaign(emptied, RIVERA, "graph").read(ask) == (RIVERA,)
