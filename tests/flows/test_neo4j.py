"""The whole program on Neo4j: what an operator is told when the server is not as it should be, and what a visitor sees."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import neo4j_tools
import pytest
from command_line import finished, kith, start_kith
from contract.test_graph_store import everything, filled
from fastapi.testclient import TestClient
from neo4j_server import the_server
from pydantic import SecretStr
from relay import Relay

import people
from app.commands.demo import running_demo
from app.demo.passing import REGISTER, SILENT_FOR
from app.demo.seed import build_town, move_in
from app.main import create_app
from app.settings import Settings, read_settings
from app.web.sign_in_links import make_link
from app.wiring import Stores, open_house, open_stores, utc_now
from graph.neo4j.address import Address
from graph.records import Record
from people import ANA, NOW, RIVERA

ADDRESS = "http://127.0.0.1:8000"
CAMPAIGN = {
    "KITH_CAMPAIGN_NAME": "Rivera for Council", "KITH_CANDIDATE": "Elena Rivera", "KITH_ELECTION": "2036-11-04",
    "KITH_DISCLAIMER": "Paid for by Rivera for Council.", "KITH_PRIVACY_CONTACT": "privacy@rivera.example",
}  # fmt: skip


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An install whose settings name the server of the tests; its address."""
    neo4j_tools.open_graph(tmp_path)
    monkeypatch.setenv("KITH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", the_server().password)
    for name, value in CAMPAIGN.items():
        monkeypatch.setenv(name, value)
    return str(the_server().address)


def test_the_doctor_says_which_server_it_found(install: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(kith(capsys, "doctor", "--json", "--store", install).out)
    assert re.fullmatch(r"ok \d+\.\d+\.\d+", found["neo4j"])
    assert found["store"] == "ok"


@pytest.mark.parametrize("words", [("doctor",), ("serve", "--port", "8999"), ("worker", "--once"), ("lists", "links")])
def test_a_server_that_is_down_is_told_in_one_sentence(
    install: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    said = kith(capsys, *words, "--store", "bolt://kith@127.0.0.1:9")
    told = said.out if words == ("doctor",) else said.sentence
    assert said.code == 1
    assert "bolt://kith@127.0.0.1:9: The Neo4j server cannot be reached. Start it, or check the host" in told


def test_a_wrong_password_is_told_without_being_shown(
    install: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KITH_NEO4J_PASSWORD", "open-sesame")
    said = kith(capsys, "doctor", "--store", install)
    assert said.code == 1
    assert "does not take this user and password" in said.out
    assert "open-sesame" not in said.out + said.err


def test_the_password_may_come_from_a_file(
    install: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "password").write_text(the_server().password + "\n", encoding="utf-8")
    monkeypatch.delenv("KITH_NEO4J_PASSWORD")
    monkeypatch.setenv("KITH_NEO4J_PASSWORD_FILE", str(tmp_path / "password"))
    assert json.loads(kith(capsys, "doctor", "--json", "--store", install).out)["store"] == "ok"


@pytest.mark.parametrize(
    ("store", "sentence"),
    [
        ("neo4j://kith:open-sesame@127.0.0.1", "A password stands in the store's address"),
        ("postgres://db.example", "The store's address cannot be read"),
        ("somewhere", "This is not a store that Kith knows"),
    ],
)
def test_an_address_that_cannot_be_used_is_wrong_use(
    install: str, store: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = kith(capsys, "serve", "--store", store)
    assert said.code == 2
    assert sentence in said.sentence
    assert "open-sesame" not in said.err


def test_no_password_at_all_is_wrong_use(
    install: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KITH_NEO4J_PASSWORD")
    said = kith(capsys, "serve", "--store", install)
    assert (said.code, "There is no password for Neo4j" in said.sentence) == (2, True)


def test_a_visitor_is_told_what_happened_what_is_safe_and_what_to_do(install: str, tmp_path: Path) -> None:
    real: Address = the_server().address
    with Relay(real.host, real.port) as relay:
        through = replace(real, scheme="bolt", host="127.0.0.1", port=relay.port)
        settings = Settings(data=tmp_path / "data", base_url=ADDRESS, store=str(through), neo4j_retry_seconds=0.3)
        house = open_house(settings)
        token = make_link(
            house.records, supporter_id=ANA, role="supporter", now=NOW, expires=datetime.max.replace(tzinfo=UTC)
        )
        with TestClient(create_app(house, with_worker=False), base_url=ADDRESS) as browser:
            assert browser.get("/start").status_code == 200
            relay.cut()
            page = browser.get(f"/enter/{token}")
            assert page.status_code == 503
            assert "We cannot reach our records right now" in page.text
            assert "Nothing that you saved was lost." in page.text
            assert "Try again in a minute." in page.text
            assert "KITH_" not in page.text
            assert browser.get("/healthz").status_code == 200
            assert browser.get("/readyz").status_code == 503


@pytest.mark.full
def test_the_whole_demo_runs_on_neo4j_and_leaves_nothing_there(
    install: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = kith(capsys, "demo", "--voters", "2000", "--supporters", "14", "--check", "--store", install)
    assert (said.code, "Every page answered" in said.err) == (0, True)
    assert neo4j_tools.run("MATCH (n) WHERE NOT n:KithMigration RETURN count(n)") == [(0,)]


@pytest.mark.full
def test_lists_on_neo4j_are_those_on_sqlite(install: str, tmp_path: Path) -> None:
    today = datetime(2026, 10, 13, 14, tzinfo=UTC)
    town = build_town(tmp_path / "town", today.date(), say=lambda _: None, voters=4_000, supporters=24)
    lists: list[dict[str, Any]] = []
    keys: list[Record] = []
    for name, store in (("sqlite", ""), ("neo4j", install)):
        settings = Settings(data=tmp_path / name, base_url=ADDRESS, store=store, master_key=SecretStr("ab" * 32))
        house = open_house(settings, clock=lambda: today, election=town.election)
        house.records.restore(keys)  # both campaigns of one key, from which the keys of contacts come
        move_in(house, town, say=lambda _: None)
        keys = house.records.all("campaign_key")
        everybody = [supporter.supporter_id for supporter in house.graph.supporters()]
        lists.append(
            {
                "contacts": {one: house.graph.contacts_of(one) for one in everybody},
                "matches": {one: house.graph.matches_of(one) for one in everybody},
                "asks": {one: house.graph.asks_of(one) for one in everybody},
                "edges": house.graph.edges(),
                "events": house.graph.events(),
            }
        )
    sqlite, neo4j = lists
    assert sum(map(len, sqlite["asks"].values())) > 50
    assert neo4j["asks"] == sqlite["asks"]
    assert neo4j["matches"] == sqlite["matches"]
    assert (neo4j["edges"], neo4j["events"]) == (sqlite["edges"], sqlite["events"])
    unsealed = [
        {who: [replace(c, sealed_details=b"") for c in hers] for who, hers in each["contacts"].items()}
        for each in lists
    ]
    assert unsealed[0] == unsealed[1]


# --- moving ---------------------------------------------------------------------------------------------------------


def lived_in(folder: Path) -> Stores:
    """A store in which Ana and Jo have been for a while."""
    stores = open_stores(Settings(store=f"sqlite:{folder}"))
    filled(stores.graph.for_campaign(RIVERA))
    for records in (stores.records.for_campaign(RIVERA), stores.records.install()):
        for number in range(3):
            records.append("audit", {"number": number}, at=NOW)
            records.put("session", "k", {"number": number}, expires_at=NOW)
    return stores


def held(stores: Stores) -> object:
    """All that stores hold."""
    spaces = (stores.records.for_campaign(RIVERA), stores.records.install())
    records = [[space.all(kind) for kind in space.kinds()] for space in spaces]
    return everything(stores.graph.for_campaign(RIVERA)), records, [space.read("audit") for space in spaces]


def test_a_campaign_moves_to_neo4j_and_back_and_a_move_may_be_repeated(
    install: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = held(lived_in(tmp_path / "old"))
    for source, target in (
        (f"sqlite:{tmp_path / 'old'}", install),
        (f"sqlite:{tmp_path / 'old'}", install),
        (install, f"sqlite:{tmp_path / 'new'}"),
    ):
        said = kith(capsys, "store", "copy", source, target, "--campaign", RIVERA, "--json")
        assert (said.code, json.loads(said.out)["contacts"]) == (0, 4)
        assert held(open_stores(read_settings(store=target))) == before
    checked = kith(capsys, "store", "check", install, "--campaign", RIVERA, "--json")
    assert (checked.code, json.loads(checked.out)) == (0, json.loads(said.out))


def test_a_move_that_was_cut_off_goes_on(install: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = lived_in(tmp_path / "old")
    half = open_stores(read_settings(store=install))
    graph = half.graph.for_campaign(RIVERA)
    graph.put_supporter(people.ana())
    graph.put_contacts(ANA, old.graph.for_campaign(RIVERA).contacts_of(ANA)[:1])
    half.records.install().append("audit", {"number": 0}, at=NOW)
    assert kith(capsys, "store", "copy", f"sqlite:{tmp_path / 'old'}", install, "--campaign", RIVERA).code == 0
    assert held(half) == held(old)


def test_a_move_onto_something_else_is_told(install: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lived_in(tmp_path / "old")
    there = open_stores(read_settings(store=install))
    there.graph.for_campaign(RIVERA).put_supporter(people.lee())
    said = kith(capsys, "store", "copy", f"sqlite:{tmp_path / 'old'}", install, "--campaign", RIVERA)
    assert (said.code, "do not hold the same: supporters 2 and 3" in said.sentence) == (1, True)
    there.records.for_campaign(RIVERA).erase_stream("audit")
    there.records.for_campaign(RIVERA).append("audit", {"number": "another"}, at=NOW)
    said = kith(capsys, "store", "copy", f"sqlite:{tmp_path / 'old'}", install, "--campaign", RIVERA)
    assert (said.code, "says something else" in said.sentence) == (1, True)


def test_a_store_that_is_damaged_is_told(install: str, capsys: pytest.CaptureFixture[str]) -> None:
    neo4j_tools.run("CREATE (:Contact {contact_key: 'nobody'})")
    said = kith(capsys, "store", "check", install)
    assert (said.code, "1 nodes belong to no campaign" in said.sentence) == (1, True)


# --- a demo that was killed -----------------------------------------------------------------------------------------


def campaigns_there() -> set[str]:
    return {name for (name,) in neo4j_tools.run("MATCH (n) WHERE n.campaign IS NOT NULL RETURN DISTINCT n.campaign")}


@pytest.mark.slow
def test_what_a_killed_demo_left_goes_with_the_next_and_nothing_else_does(install: str, tmp_path: Path) -> None:
    open_stores(read_settings(store=install)).graph.for_campaign(RIVERA).put_supporter(people.ana())
    told = {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1", **neo4j_tools.environment(install)}
    small = ("demo", "--port", "0", "--voters", "500", "--supporters", "5", "--store", install)
    killed = start_kith(*small, cwd=tmp_path, environment=told)
    assert killed.stdout is not None
    assert any("Ctrl-C stops it" in line for line in killed.stdout)
    killed.kill()
    finished(killed)
    left = campaigns_there() - {RIVERA}
    assert len([name for name in left if re.fullmatch(r"demo-[0-9a-f]{8}", name)]) == 1

    with running_demo(voters=500, supporters=5, say=lambda _: None, store=install):
        assert left < campaigns_there()  # it may be alive: it was heard of a moment ago
    assert campaigns_there() == left | {RIVERA}

    hours_ago = (utc_now() - SILENT_FOR * 2).isoformat()
    register = open_stores(read_settings(store=install)).records.for_campaign(REGISTER)
    (line,) = register.all("demo")
    register.put("demo", line.key, {"seen_at": hours_ago})
    with running_demo(voters=500, supporters=5, say=lambda _: None, store=install):
        assert line.key not in campaigns_there()
    assert campaigns_there() == {RIVERA}
