"""A store in trouble: the doctor and the pages say what is wrong, and a list that can be read is still shown.

Each fault is tried on a real store: the embedded one, and a Neo4j of this test's own that is stopped, filled up and
forbidden to write.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import neo4j_server
import neo4j_tools
import pytest
from command_line import Said, finished, kith, start_kith
from fastapi.testclient import TestClient
from lived_in import NOW, Built, browser_of, card, form_token, house_at, join, neighbors, phone, work
from neo4j_server import the_server
from no_room import no_room
from old_bolt import old_server

from app import journey
from app.house import House
from app.jobs import run_until_idle
from app.moving import copy_graph, copy_records
from app.settings import read_settings
from app.web.sign_in_links import make_link
from app.wiring import open_stores
from app.work import handlers
from graph.errors import StoreError
from graph.model import CampaignId, SupporterId

CAMPAIGN = CampaignId("rivera")
INSTALL = {
    "KITH_CAMPAIGN": CAMPAIGN, "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera",
    "KITH_ELECTION": "2026-11-03", "KITH_DISCLAIMER": "Paid for by Rivera for Council.",
    "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
}  # fmt: skip


WITHOUT_POWERS = """
import ctypes, os
if os.geteuid() == 0:  # root may write whatever the file's rights say; this takes that away
    version, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(version, nothing) == 0
"""
"""Python that makes the rights of files count for root too."""


@dataclass
class Clock:
    """A clock that the test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Somewhere:
    """A campaign over some store, with a browser in which one of its supporters is signed in."""

    house: House
    clock: Clock
    store: str
    browser: TestClient = field(init=False)

    def __post_init__(self) -> None:
        graph = self.house.graph
        who = next(one.supporter_id for one in graph.supporters() if graph.asks_of(one.supporter_id))
        never = datetime.max.replace(tzinfo=UTC)
        token = make_link(self.house.records, supporter_id=who, role="supporter", now=NOW, expires=never)
        self.browser = browser_of(self.house)
        assert self.browser.get(f"/enter/{token}").status_code == 200
        self.clock.now += timedelta(minutes=30)  # long enough that the next page wants to note that she was here

    def shows_her_list(self) -> bool:
        page = self.browser.get("/list")
        return page.status_code == 200 and page.text.count("<article") == 5

    def shows_her_list_or_says_that_it_cannot(self) -> bool:
        """A look at friends is written down before it is shown: where nothing can be written it may be refused."""
        return self.shows_her_list() or self.says_that_it_cannot()

    def says_that_it_cannot(self, path: str = "/list") -> bool:
        page = self.browser.get(path)
        sentences = (
            "We cannot reach our records right now",
            "Nothing that you saved was lost.",
            "Try again in a minute.",
        )
        return page.status_code == 503 and all(sentence in page.text for sentence in sentences)

    def refuses_a_report(self) -> bool:
        """Whether a report of hers is refused in the same words."""
        page = self.browser.get("/my-data")
        fields = {"csrf": form_token(page.text), "purpose": "match"}
        answer = self.browser.post("/my-data/choices", data=fields)
        return answer.status_code == 503 and "Nothing that you saved was lost." in answer.text


def doctor(capsys: pytest.CaptureFixture[str], store: str) -> tuple[int, str]:
    said: Said = kith(capsys, "doctor", "--json", *(("--store", store) if store else ()))
    found = json.loads(said.out)
    return said.code, found["store"]


@pytest.fixture
def embedded(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Somewhere:
    """The town over SQLite."""
    shutil.copytree(built.folder / "data", tmp_path / "data")
    told(monkeypatch, tmp_path / "data")
    clock = Clock()
    return Somewhere(house_at(tmp_path / "data", built.town, clock=clock), clock, "")


def told(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    """Tell the commands what the house was told."""
    for name, value in {**INSTALL, "KITH_DATA": str(data)}.items():
        monkeypatch.setenv(name, value)


# --- the embedded store ---------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_what_is_kept_can_be_read(
    embedded: Somewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    with no_room():
        assert embedded.shows_her_list_or_says_that_it_cannot()
        assert embedded.browser.get("/my-data/download").status_code == 200
        assert embedded.refuses_a_report()
        code, found = doctor(capsys, "")
    assert code == 1
    assert "The disk gave an error. Check the disk and try again: nothing was half written." in found
    assert embedded.shows_her_list()
    assert not embedded.refuses_a_report()
    assert doctor(capsys, "") == (0, "ok")


def test_a_file_that_may_only_be_read_is_told(embedded: Somewhere, tmp_path: Path) -> None:
    file = file_of(embedded)
    for store in (embedded.house.graph, embedded.house.records):
        store.close()
    file.chmod(0o400)
    told = {**INSTALL, "KITH_DATA": str(tmp_path / "data")}
    for words in (("doctor",), ("serve", "--port", "8999")):
        said = finished(start_kith(*words, cwd=tmp_path, environment=told, before=WITHOUT_POWERS))
        assert said.code == 1
        assert "kith.db: The folder cannot be used (Permission denied). Choose a folder" in said.out + said.err


def test_a_missing_index_is_found_and_said(embedded: Somewhere, capsys: pytest.CaptureFixture[str]) -> None:
    with apsw.Connection(str(file_of(embedded))) as raw:
        (name,) = raw.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL LIMIT 1"
        ).fetchone()
        raw.execute(f'DROP INDEX "{name}"')
    assert doctor(capsys, "") == (1, f"fail kith.db: tables or indexes are missing: {name}; put a backup in its place")
    assert embedded.shows_her_list()


def file_of(somewhere: Somewhere) -> Path:
    (path,) = Path(read_settings().data).glob("campaigns/*/kith.db")
    return path


@pytest.mark.parametrize("words", [("doctor",), ("serve", "--port", "8999"), ("worker", "--once")])
def test_data_of_a_newer_program_are_left_alone_on_sqlite(
    embedded: Somewhere, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with apsw.Connection(str(file_of(embedded))) as raw:
        raw.execute("INSERT INTO migration VALUES ('graph', 99, 'later', 'x')")
    said = kith(capsys, *words)
    assert said.code == 1
    assert "These data are at schema 99; this program knows up to" in said.out + said.err
    assert "Update Kith to the release that wrote them" in said.out + said.err
    assert embedded.shows_her_list()  # what was open before goes on


# --- Neo4j ----------------------------------------------------------------------------------------------------------


def test_a_server_that_is_too_old_is_told(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, tmp_path)
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", "irrelevant")
    with old_server() as port:
        code, found = doctor(capsys, f"bolt://kith@127.0.0.1:{port}")
        served = kith(capsys, "serve", "--store", f"bolt://kith@127.0.0.1:{port}", "--port", "8999")
    sentence = "The server is older than Neo4j 5.13, or the store's address does not fit it. Use the 5.26 line"
    assert (code, served.code) == (1, 1)
    assert sentence in found
    assert sentence in served.sentence


@pytest.fixture
def shared(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Somewhere:
    """The town over the Neo4j of all tests."""
    neo4j_tools.open_graph(tmp_path)
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", the_server().password)
    return over_neo4j(built, tmp_path / "data", str(the_server().address), monkeypatch)


def over_neo4j(built: Built, data: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> Somewhere:
    """The town moved to Neo4j."""
    shutil.copytree(built.folder / "data", data)
    told(monkeypatch, data)
    move(data, store)
    clock = Clock()
    house = house_at(data, built.town, clock=clock, store=store, neo4j_retry_seconds="0.5")
    return Somewhere(house, clock, store)


def move(data: Path, store: str) -> None:
    """Copy what an embedded store holds to Neo4j."""
    old, new = open_stores(read_settings(store=f"sqlite:{data}")), open_stores(read_settings(store=store))
    copy_graph(old.graph.for_campaign(CAMPAIGN), new.graph.for_campaign(CAMPAIGN), say=lambda _: None)
    copy_records(old.records.for_campaign(CAMPAIGN), new.records.for_campaign(CAMPAIGN), say=lambda _: None)
    copy_records(old.records.install(), new.records.install(), say=lambda _: None)


@pytest.mark.slow
def test_a_missing_constraint_is_found_and_said(shared: Somewhere, capsys: pytest.CaptureFixture[str]) -> None:
    neo4j_tools.run("DROP CONSTRAINT voter_once")
    try:
        code, found = doctor(capsys, shared.store)
        assert shared.shows_her_list()
    finally:
        neo4j_tools.run(
            "CREATE CONSTRAINT voter_once FOR (v:Voter) REQUIRE (v.campaign, v.state, v.voter_id) IS UNIQUE"
        )
    assert code == 1
    assert "constraints are missing: voter_once; create them again from the migration's file" in found
    assert doctor(capsys, shared.store) == (0, "ok")


@pytest.mark.slow
def test_data_of_a_newer_program_are_left_alone_on_neo4j(shared: Somewhere, tmp_path: Path) -> None:
    neo4j_tools.run("CREATE (:KithMigration {number: 99, name: 'later', sha256: 'x'})")
    environment = {**INSTALL, "KITH_DATA": str(tmp_path / "data"), **neo4j_tools.environment(shared.store)}
    try:
        for words in (("doctor",), ("serve", "--port", "8999"), ("worker", "--once")):
            process = start_kith(*words, "--store", shared.store, cwd=tmp_path, environment=environment)
            said = finished(process)
            assert said.code == 1
            assert "These data are at schema 99; this program knows up to" in said.out + said.err
            assert "Update Kith to the release that wrote them" in said.out + said.err
        assert shared.shows_her_list()  # what was open before goes on
    finally:
        neo4j_tools.run("MATCH (m:KithMigration {number: 99}) DELETE m")


@pytest.fixture(scope="module")
def own_server() -> Iterator[neo4j_server.Booted]:
    """A Neo4j that this file may ill-treat."""
    booted = neo4j_server.boot()
    yield booted
    booted.remove()


@pytest.fixture
def alone(
    own_server: neo4j_server.Booted, built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Somewhere]:
    """The town over a Neo4j of this test's own."""
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", own_server.running.password)
    store = str(own_server.running.address)
    open_stores(read_settings(store=store)).graph.erase_campaign(CAMPAIGN)  # type: ignore[attr-defined]  # Neo4j's own
    yield over_neo4j(built, tmp_path / "data", store, monkeypatch)
    own_server.restart()


@pytest.mark.full
def test_a_database_that_may_only_be_read_is_told(
    own_server: neo4j_server.Booted, alone: Somewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    own_server.restart()  # it mends what the last stop left: a database that may only be read cannot
    own_server.restart("server.databases.read_only=neo4j")
    assert alone.shows_her_list_or_says_that_it_cannot()
    assert alone.browser.get("/my-data/download").status_code == 200
    assert alone.refuses_a_report()
    code, found = doctor(capsys, alone.store)
    assert code == 1
    assert "nothing can be kept" in found
    assert "This database cannot be written. Make it writable, or name another server." in found
    own_server.restart()
    assert alone.shows_her_list()
    assert not alone.refuses_a_report()
    assert doctor(capsys, alone.store) == (0, "ok")


@pytest.mark.full
def test_a_server_whose_disk_is_full_is_told_and_loses_nothing(
    own_server: neo4j_server.Booted, alone: Somewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    before = held(alone.house)
    with no_room(own_server.process_id):
        with pytest.raises(
            StoreError, match=r"its disk is full or broken\. Free some space, then start the server again"
        ):
            alone.house.records.put("a", "b", {})
        assert alone.says_that_it_cannot()
        code, found = doctor(capsys, alone.store)
    assert code == 1
    assert "The server's database has stopped after a fault of its disk. Look into the server's log" in found
    own_server.restart()
    assert held(alone.house) == before
    assert alone.house.records.get("a", "b") is None
    assert alone.shows_her_list()
    assert doctor(capsys, alone.store) == (0, "ok")


def held(house: House) -> object:
    """What a house holds of people and ties."""
    everybody = [one.supporter_id for one in house.graph.supporters()]
    return [(house.graph.contacts_of(one), house.graph.matches_of(one), house.graph.asks_of(one)) for one in everybody]


# --- a server that stops in the middle of the search -----------------------------------------------------------------


@pytest.mark.full
def test_a_search_that_the_server_left_in_the_middle_is_finished_and_finds_the_same(
    own_server: neo4j_server.Booted, built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana brings forty friends; her search runs on SQLite in peace, and on a Neo4j that is killed in its middle."""
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", own_server.running.password)
    store = str(own_server.running.address)
    open_stores(read_settings(store=store)).graph.erase_campaign(CAMPAIGN)  # type: ignore[attr-defined]  # Neo4j's own
    shutil.copytree(built.folder / "data", tmp_path / "data")
    told(monkeypatch, tmp_path / "data")
    peaceful = house_at(tmp_path / "data", built.town)
    known = neighbors(peaceful, 40)
    ana = join(peaceful, "Ana Whitfield", near=known[0])
    journey.bring(peaceful, ana, [card(who, at, phone=phone(at)) for at, who in enumerate(known)])
    move(tmp_path / "data", store)
    work(peaceful)

    clock = Clock()
    house = house_at(tmp_path / "data", built.town, clock=clock, store=store, neo4j_retry_seconds="0.2")
    searching = threading.Thread(target=search, args=(house,))
    searching.start()
    until_begun(house, ana)
    own_server.kill()
    searching.join()
    own_server.start()
    begun = house.records.get("progress", ana)
    assert begun is not None
    assert begun.value["state"] != "done"
    for _ in range(3):
        clock.now += timedelta(hours=1)
        run_until_idle(house.records, handlers(house), worker="second", now=clock.now)
    assert journey.progress(house, ana).state == "done"
    assert house.graph.matches_of(ana) == peaceful.graph.matches_of(ana)
    assert [ask.contact_key for ask in house.graph.asks_of(ana)] == [
        ask.contact_key for ask in peaceful.graph.asks_of(ana)
    ]
    assert len(house.graph.contacts_of(ana)) == 40
    assert house.graph.check() == []


def search(house: House) -> None:
    """Do what is due until the server goes away."""
    with pytest.raises(StoreError):
        run_until_idle(house.records, handlers(house), worker="first", now=house.clock())


def until_begun(house: House, who: SupporterId) -> None:
    """Wait until her search runs."""
    until = time.monotonic() + 300
    while journey.progress(house, who).state != "running":
        assert time.monotonic() < until
        time.sleep(0.01)
