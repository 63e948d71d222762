"""The whole program on Neo4j: what an operator is told when the server is not as it should be, and what a visitor sees."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import neo4j_tools
import pytest
from command_line import kith
from fastapi.testclient import TestClient
from neo4j_server import the_server
from relay import Relay

from app.main import create_app
from app.settings import Settings
from app.web.sign_in_links import make_link
from app.wiring import open_house
from graph.neo4j.address import Address
from people import ANA, NOW

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
