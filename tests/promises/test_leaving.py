"""Promises 5 and 6: leaving takes everything along, at once, whatever the provider does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from canaries import bytes_holding
from held import plant, planted
from lived_in import ADDRESS, Built, browser_of, form_token, post, work
from promised import (
    CANARIES,
    PEOPLE,
    Provider,
    agree_to_all,
    connect_and_keep,
    connected_house,
    start_as,
    who_is,
)
from providers.demo_peer import consent

from app.rights.holdings import HOLDINGS


@pytest.fixture
def connected(built: Built, tmp_path: Path) -> Iterator[Provider]:
    with connected_house(built, tmp_path) as provider:
        yield provider


def test_p05_withdrawing_revokes_and_leaves_no_byte_of_her(connected: Provider, tmp_path: Path) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Hortensia Canarywood", email="hortensia@leak.example", phone="(919) 211-7999")
    agree_to_all(browser)
    connect_and_keep(browser)
    who = who_is(house, "Hortensia Canarywood")
    work(house)
    key = re.findall(r"/friends/(\w+)/write", browser.get("/friends").text)[0]
    link = re.findall(rf"{ADDRESS}(/f/[\w-]+)", browser.get(f"/friends/{key}/write").text)[0]
    post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="sent")
    connection = house.records.all("connection")[0]
    assert any(word == "Hortensia" for _, word in bytes_holding(tmp_path, CANARIES))
    held = {
        "Friends": len(house.graph.contacts_of(who)),
        "Links to voters": len(house.graph.matches_of(who)),
        "Suggestions": len(house.graph.asks_of(who)),
        "Reports": len(house.graph.events(supporter_id=who)),
        "Choices": len(house.records.read(f"consent:{who}")),
    }
    page = unescape(post(browser, "/my-data/delete", "/my-data/delete").text)

    for label, count in held.items():
        assert re.search(rf"<dt>{label}</dt><dd class=\"figure\">{count}</dd>", page), label
    assert held["Friends"] == len(PEOPLE)
    assert connected.paths()[-1] == "POST /revoke"
    assert house.records.all("connection") == []
    assert house.graph.supporter(who) is None
    kept = [one for kind in house.records.kinds() if kind != "chain" for one in house.records.all(kind)]
    assert [one.kind for one in kept if who in f"{one.kind} {one.key} {one.value}"] == []
    assert bytes_holding(tmp_path, (*CANARIES, "Canarywood", connection.value["sealed"][:40])) == set()
    assert browser.get("/list").status_code == 403
    assert browser_of(house).get(link).status_code == 404


def test_p05_whatever_is_declared_as_hers_goes(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    ana = who_is(house, "Ana Whitfield")
    hers = [one for one in HOLDINGS if one.is_hers]
    for one in hers:
        plant(house.records, one, ana)
    browser_page = post(browser, "/my-data/delete", "/my-data/delete")
    assert browser_page.status_code == 200
    assert [one.name for one in hers if planted(house.records, one, ana)] == []


def test_p06_a_provider_that_is_down_does_not_stop_the_erasure(connected: Provider, tmp_path: Path) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Hortensia Canarywood")
    agree_to_all(browser)
    connect_and_keep(browser)
    connected.server.client = replace(connected.server.client, client_secret="changed meanwhile")
    page = post(browser, "/my-data/delete", "/my-data/delete")

    assert "Everything is deleted" in page.text
    assert house.records.all("connection") == []
    assert bytes_holding(tmp_path, ("Hortensia",)) == set()


def test_p06_coming_back_from_the_provider_after_she_left_keeps_nothing(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    away = browser.post(
        "/oauth/demo/start", data={"csrf": form_token(browser.get("/connect").text)}, follow_redirects=False
    )
    query = consent(away.headers["location"])
    post(browser, "/my-data/delete", "/my-data/delete")
    late = browser.get(f"/oauth/demo/callback?{query}")

    assert late.status_code in (400, 403, 404)
    assert "POST /token" not in connected.paths()
    assert house.records.all("connection") == []
