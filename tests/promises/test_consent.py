"""Promises 1 to 4: nothing before a yes, each yes by itself, she picks who is kept, and only what is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from canaries import bytes_holding
from lived_in import NOW, Built, browser_of, post, work
from promised import (
    PEOPLE,
    Provider,
    agree_to_all,
    connect,
    connect_and_keep,
    connected_house,
    start_as,
    who_is,
)

from app import journey
from graph.errors import NotAllowedError
from graph.model import Purpose
from oauth.consent import consent_texts, ledger

VCARDS = "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEND:VCARD\r\n" for name in PEOPLE).encode()


@pytest.fixture
def connected(built: Built, tmp_path: Path) -> Iterator[Provider]:
    with connected_house(built, tmp_path) as provider:
        yield provider


def test_p01_nothing_is_read_before_she_agreed_in_words_that_the_ledger_keeps(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    assert "/oauth/demo/start" not in browser.get("/connect").text
    assert post(browser, "/oauth/demo/start", "/consent").status_code == 403
    assert (connected.asked, house.records.all("connection")) == ([], [])

    agree_to_all(browser)
    shown = unescape(browser.get("/connect").text)
    connect(browser)
    line = next(line for line in ledger(house.records, who_is(house, "Ana Whitfield")) if line.about == "demo")
    assert line.shown in shown
    assert line.at == NOW
    assert (line.fields, line.language) == (("names", "phone numbers", "e-mail addresses"), "en")
    assert line.scopes
    assert line.kept_until > house.election.day.isoformat()


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_p01_what_the_ledger_keeps_is_the_hash_of_the_words_on_the_page(house, spoken: str) -> None:
    browser = browser_of(house)
    browser.get(f"/?lang={spoken}")
    shown = unescape(start_as(browser, "Ana Whitfield").text)
    agree_to_all(browser)
    texts, lines = consent_texts(spoken), ledger(house.records, who_is(house, "Ana Whitfield"))

    assert {line.purpose for line in lines} == set(Purpose)
    for line in lines:
        text = texts[line.purpose]
        assert (line.text_sha256, line.language, line.at) == (text.sha256, spoken, NOW)
        assert text.title in shown
        assert text.explanation in shown


def test_p02_each_purpose_and_each_source_is_a_choice_of_its_own_and_refusing_leaves_a_use(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    page = start_as(browser, "Ana Whitfield").text
    assert page.count('type="checkbox"') == len(Purpose)
    assert " checked" not in page
    post(browser, "/consent", "/consent", purpose=["match", "pool"], answer="agree")
    ana = who_is(house, "Ana Whitfield")
    ticked = re.findall(r'value="(\w+)" checked', browser.get("/my-data").text)
    assert ticked == ["match", "pool"]
    with pytest.raises(NotAllowedError, match="own yes"):
        journey.offer_file(house, ana, VCARDS)
    journey.agree_to_source(house, ana, "file", "en")
    assert journey.offer_file(house, ana, VCARDS) == len(PEOPLE)

    jo = browser_of(house)
    start_as(jo, "Jo Becker")
    post(jo, "/consent", "/consent", answer="refuse")
    fields = {"typed": "Priya Nair\nLee Park"}
    assert post(jo, "/connect", "/connect", **fields).url.path == "/friends"
    assert "Priya Nair" in jo.get("/friends").text


def test_p02_a_source_can_be_taken_back_by_itself(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    connect_and_keep(browser)
    post(browser, "/connect", "/connect", typed="Priya Nair")
    source = re.findall(r'name="source" value="([^"]*google[^"]*)"', browser.get("/my-data").text)[0]
    page = post(browser, "/my-data/sources/remove", "/my-data", source=source)

    assert "What came from there is erased" in page.text
    assert connected.paths()[-1] == "POST /revoke"
    assert [one.name for one in journey.all_friends(house, who_is(house, "Ana Whitfield"), "en")] == ["Priya Nair"]
    assert ledger(house.records, who_is(house, "Ana Whitfield"))[-1].agreed is False


def test_p03_she_picks_who_is_kept_and_of_the_rest_no_byte_stays(connected: Provider, tmp_path: Path) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    connect_and_keep(browser, "Zyxcanary Quovadis")
    work(house)
    ana = who_is(house, "Ana Whitfield")

    assert len(house.graph.contacts_of(ana)) == len(PEOPLE) - 1
    assert [one.name for one in journey.all_friends(house, ana, "en")] == ["Maria Alvarez", "Tom Becker"]
    assert bytes_holding(tmp_path, ("Zyxcanary", "Quovadis", "zyxcanary@leak.example", "2117100")) == set()
    assert house.records.all("upload") == []
    assert "Zyxcanary" not in browser.get("/my-data/download").text


def test_p03_a_file_too_waits_for_her_choice_without_any_script(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    token = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/connect").text)[0]
    page = browser.post("/connect", data={"csrf": token}, files={"file": ("friends.vcf", VCARDS)})
    assert page.url.path == "/choose"
    assert page.text.count(" checked>") == len(PEOPLE)
    names = re.findall(r"<strong>([^<]+)</strong>", page.text)
    assert names == sorted(names), "whoever should stay out is found by name"
    assert browser.get("/choose?none=1").text.count(" checked>") == 0
    post(browser, "/choose", "/choose", keep=[1], answer="these")
    ana = who_is(house, "Ana Whitfield")
    assert [one.name for one in journey.all_friends(house, ana, "en")] == ["Maria Alvarez"]
    assert post(browser, "/choose", "/my-data", keep=[0], answer="these").status_code == 404


def test_p03_bringing_nobody_brings_nobody(connected: Provider) -> None:
    house, browser = connected.house, browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    connect(browser)
    assert post(browser, "/choose", "/choose", keep=[0, 1, 2], answer="nobody").url.path == "/connect"
    assert house.graph.contacts_of(who_is(house, "Ana Whitfield")) == []
    assert browser.get("/list").url.path == "/list"


def test_p04_only_names_phones_and_mail_are_asked_for_and_kept(connected: Provider) -> None:
    browser = browser_of(connected.house)
    start_as(browser, "Ana Whitfield")
    agree_to_all(browser)
    connect_and_keep(browser)

    reads = [httpx2.URL(call.partition(" ")[2]) for call in connected.asked if "/v1/people" in call]
    assert {read.params["personFields"] for read in reads} == {"names,emailAddresses,phoneNumbers"}
    held = browser.get("/my-data/download").text
    assert "Zyxcanary" in held
    assert "canary biography" not in held
    assert "1951" not in held
