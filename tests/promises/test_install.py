"""Promises 11, 12, 14, 15, 17, 19 and 20: clocks, exports, borders between campaigns, weights of buttons, logs, and a drill."""

from __future__ import annotations

import ast
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from canaries import bytes_holding
from fastapi.testclient import TestClient
from held import planted
from lived_in import ADDRESS, NOW, Built, browser_of, copy_of, form_token, post, work
from promised import (
    CANARIES,
    PEOPLE,
    Provider,
    agree_to_all,
    ana_with,
    connect,
    connect_and_keep,
    connected_house,
    pages_of,
    signed_in,
    start_as,
    who_is,
)
from providers.demo_peer import CLIENT_SECRET

from app import journey
from app.house import House
from app.rights.breach import Leak, affected_by
from app.rights.holdings import HOLDINGS
from app.rights.sweep import Swept, sweep
from app.web.sign_in_links import make_link
from graph.model import SupporterId

ROOT = Path(__file__).parents[2]


@pytest.fixture
def connected(built: Built, tmp_path: Path) -> Iterator[Provider]:
    with connected_house(built, tmp_path) as provider:
        yield provider


# --- clocks and exports --------------------------------------------------------------------------------------------------


def test_p11_nothing_is_older_than_its_clock_and_she_can_read_the_day(house: House) -> None:
    ana, _ = ana_with(house, 2)
    last = house.election.day + timedelta(days=house.campaign.keep_days_after_election)
    assert f"{last:%B} {last.day}" in signed_in(house, ana).get("/list").text
    people = len(house.graph.supporters())
    later = replace(house, clock=lambda: NOW + (last - NOW.date()) + timedelta(days=1))

    assert sweep(later).supporters == people
    assert (house.graph.supporters(), house.graph.voters(), house.graph.events()) == ([], [], [])
    assert [one.name for one in HOLDINGS if one.is_hers and planted(house.records, one, ana)] == []
    assert sweep(later) == Swept()


def test_p12_a_supporter_takes_along_all_that_is_hers_and_nothing_of_anybody_else(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Hortensia Canarywood", email="hortensia@leak.example", phone="(919) 211-7999")
    agree_to_all(browser)
    connect_and_keep(browser)
    work(house)
    jo = browser_of(house)
    start_as(jo, "Jo Becker", email="jo@else.example")
    agree_to_all(jo)
    post(jo, "/connect", "/connect", typed="Zora Quillfeather")
    work(house)
    text = browser.get("/my-data/download").text
    held = json.loads(text)

    for canary in ("Hortensia Canarywood", "hortensia@leak.example", "211-7999", *PEOPLE, "zyxcanary@leak.example"):
        assert canary in text
    assert {friend["source"] for friend in held["friends"]}
    assert {line["purpose"] for line in held["consent"]} == {"match", "coordinate", "pool", "share_results"}
    assert all(line["text"] and line["text_sha256"] and line["language"] for line in held["consent"])
    assert {"seen_by_others", "records", "reports", "kept_until"} <= set(held)
    assert not [word for word in ("Jo Becker", "jo@else.example", "Quillfeather") if word in text]


# --- borders -------------------------------------------------------------------------------------------------------------


def test_p14_the_only_parts_that_open_a_connection_are_the_listed_ones() -> None:
    listed = {
        "app.commands.serve": "listens, and asks itself whether it is well",
        "app.demo.provider_server": "the demo's own provider, on this machine",
        "app.demo.visitor": "walks through the demo, on this machine",
        "app.mail": "the campaign's own SMTP server",
        "app.commands.demo": "listens on this machine",
        "oauth.transport": "the providers a supporter connects, by an allow-list",
    }
    found = {}
    for package in ("app", "oauth", "graph", "matching", "prioritization"):
        for path in sorted((ROOT / package).rglob("*.py")):
            opens = _opens(ast.parse(path.read_text(encoding="utf-8")))
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if opens:
                found[name] = opens
    assert {name: opens for name, opens in found.items() if name not in listed} == {}


def _opens(tree: ast.Module) -> set[str]:
    """The modules by which a file could reach another machine, apart from a database's driver."""
    ways = {"socket", "smtplib", "urllib.request", "http.client", "requests", "ftplib", "aiohttp", "websockets"}
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names & ways


def test_p15_campaigns_are_apart_and_only_the_list_of_those_left_out_spans_them(built: Built, tmp_path: Path) -> None:
    here = copy_of(built, tmp_path)
    ana, _ = ana_with(here, 2)
    there = copy_of_settings(here, tmp_path)

    assert there.graph.supporters() == []
    assert there.records.all("supporter_key") == []
    assert there.vault.campaign_secret("links") != here.vault.campaign_secret("links")
    journey.leave_out_by_address(here, phone="(919) 211-4444")
    assert [one.key for one in there.install.all("suppression")] == [one.key for one in here.install.all("suppression")]
    assert ana not in {one.supporter_id for one in there.graph.supporters()}


def copy_of_settings(house: House, tmp_path: Path) -> House:
    """Another campaign of the same install."""
    from app.settings import Settings
    from app.wiring import open_house

    settings = Settings(
        data=tmp_path / "data", base_url=ADDRESS, campaign="harbor", campaign_name="Harbor", candidate="Kim Osei",
        disclaimer="Paid for by Harbor.", privacy_contact="privacy@harbor.example", election=house.election.day,
    )  # fmt: skip
    return open_house(settings, clock=lambda: NOW, election=house.election)


# --- weights -------------------------------------------------------------------------------------------------------------


def test_p17_refusing_is_a_button_like_agreeing_and_leaving_is_two_clicks_away_from_every_page(house: House) -> None:
    page = start_as(browser_of(house), "Ana Whitfield").text
    buttons = re.findall(r'<button class="([^"]*)" name="answer" value="(\w+)"', page)
    assert [value for _, value in buttons] == ["agree", "refuse"]
    assert all("button" in classes.split() for classes, _ in buttons)

    ana, _ = ana_with(house, 2)
    pages = pages_of(signed_in(house, ana))
    far = [
        path
        for path, text in pages.items()
        if "<footer" in text and path not in ("/", "/start", "/my-data/delete") and 'href="/my-data/delete"' not in text
    ]
    assert [path for path in far if not path.startswith(("/f/", "/sign-in", "/leave-out", "/held"))] == []


# --- nothing leaks --------------------------------------------------------------------------------------------------------


def test_p19_no_log_no_address_and_no_error_page_holds_a_person(connected: Provider, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    house, browser = connected.house, browser_of(connected.house)
    addresses: list[str] = []
    browser.event_hooks["response"].append(
        lambda answer: addresses.append(f"{answer.url} {answer.headers.get('location', '')}")
    )
    start_as(browser, "Hortensia Canarywood", email="hortensia@leak.example", phone="(919) 211-7999")
    agree_to_all(browser)
    connect_and_keep(browser)
    work(house)
    sealed = {record.value["sealed"] for record in house.records.all("connection")}
    key = re.findall(r"/friends/(\w+)/write", browser.get("/friends").text)[0]
    link = re.findall(rf"{ADDRESS}(/f/[\w-]+)", browser.get(f"/friends/{key}/write").text)[0]
    post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="talked")
    post(browser, f"/friends/{key}/share", f"/friends/{key}/share?outcome=talked", outcome="talked", share="yes")
    post(browser, f"/friends/{key}/write", f"/friends/{key}/write", text="To Zyxcanary, 2117100")
    browser_of(house).post(f"{link}/held")
    browser_of(house).post("/leave-out", data={"phone": "(919) 211-7100", "email": "zyxcanary@leak.example"})
    pages_of(browser)
    ours = " ".join(address for address in addresses if "/authorize" not in address)
    errors = "".join(_every_kind_of_error(browser, key))
    post(browser, "/my-data/delete", "/my-data/delete")
    logged = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if _is_of_the_product(record)
    )

    tokens = connected.server.grants
    secrets_of_the_login = (*sealed, *tokens._tokens, *tokens._codes, CLIENT_SECRET)  # noqa: SLF001 (the provider's own)
    assert sealed
    for canary in (*CANARIES, "Canarywood", *PEOPLE[1:]):
        assert canary.lower() not in logged.lower(), canary
        assert canary.lower() not in ours.lower(), canary
        assert canary.lower() not in errors.lower(), canary
    for secret in secrets_of_the_login:
        assert secret not in logged
        assert secret not in errors


def test_p19_a_friends_name_and_number_are_in_no_file_and_hers_in_the_store_alone(
    connected: Provider, tmp_path: Path
) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Hortensia Canarywood", email="hortensia@leak.example", phone="(919) 211-7999")
    agree_to_all(browser)
    connect(browser)
    friends = ("Zyxcanary", "Quovadis", "zyxcanary@leak.example", "2117100")
    assert bytes_holding(tmp_path, friends) == set()  # while they wait for her choice
    post(browser, "/choose", "/choose", keep=[0, 1, 2], answer="these")
    work(house)
    key = re.findall(r"/friends/(\w+)/write", browser.get("/friends").text)[0]
    post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="talked")
    tokens = tuple(connected.server.grants._tokens)  # noqa: SLF001 (the provider's own)

    assert tokens
    assert bytes_holding(tmp_path, (*friends, *tokens)) == set()
    hers = {file for file, _ in bytes_holding(tmp_path, ("Hortensia", "hortensia@leak.example"))}
    assert hers
    assert hers <= {"kith.db", "kith.db-wal"}


def _is_of_the_product(record: logging.LogRecord) -> bool:
    """Whether the product wrote it: the browser of this test speaks through the same HTTP library."""
    is_wire = record.name.startswith(("httpx2", "httpcore2", "uvicorn"))
    text = record.getMessage()
    return not (is_wire and ("/authorize" in text or "/oauth/demo/callback" in text or f"{ADDRESS}/" in text))


def _every_kind_of_error(browser: TestClient, key: str) -> Iterator[str]:
    """Error pages of requests that hold a person's name, number and address where they do not belong."""
    person = "Zyxcanary Quovadis 2117100 zyxcanary@leak.example"
    csrf = form_token(browser.get("/connect").text)
    broken = f"BEGIN:VCARD\nFN:{person}\n\x00\x01".encode()
    answers = (
        browser.get(f"/friends/{person}/write"),
        browser.get(f"/friends/{key}/write?wording={person}"),
        browser.get(f"/f/{person}"),
        browser.post(f"/f/{person}/held"),
        browser.get(f"/static/{person}"),
        browser.post(f"/friends/{key}/report", data={"csrf": csrf, "outcome": person}),
        browser.post(f"/questions/{key}", data={"csrf": csrf, "answer": person}),
        browser.post("/connect", data={"csrf": csrf}, files={"file": (f"{person}.zip", b"PK\x03\x04" + broken)}),
        browser.post("/choose", data={"csrf": csrf, "keep": person}),
        browser.get(f"/oauth/demo/callback?state={person}&code={person}"),
        browser.post("/consent", data={"csrf": person}),
    )
    for answer in answers:
        assert answer.status_code >= 400, answer.url
        yield answer.text


# --- a drill --------------------------------------------------------------------------------------------------------------


def test_p20_one_command_lists_who_is_affected(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    connect_and_keep(browser)
    ana = who_is(house, "Ana Whitfield")
    everybody = {one.supporter_id for one in house.graph.supporters()}

    tokens = affected_by(house, Leak.TOKEN, which="demo").affected
    assert [(one.supporter_id, one.friends) for one in tokens] == [(ana, len(PEOPLE))]
    assert affected_by(house, Leak.TOKEN, which="google").affected == ()
    for leak in (Leak.MASTER_KEY, Leak.CAMPAIGN_KEY):
        assert {one.supporter_id for one in affected_by(house, leak).affected} == everybody
    assert [one.supporter_id for one in affected_by(house, Leak.SUPPORTER_KEY, which=ana).affected] == [ana]
    other = SupporterId(min(everybody - {ana}))
    make_link(house.records, supporter_id=other, role="supporter", now=NOW, expires=NOW + timedelta(days=1))
    assert {one.supporter_id for one in affected_by(house, Leak.LINK).affected} == {ana, other}
    assert "Ana" not in str(affected_by(house, Leak.LINK))
