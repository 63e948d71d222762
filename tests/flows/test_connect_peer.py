"""Maria's whole way with a certified provider in the middle: sign up, consent, log in there, three pages of contacts, match, list,
withdraw, receipt. Once with plain requests and once in Chromium, where cookies, CSP and clicks are real.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from chromium import open_page, started_chromium
from fastapi.testclient import TestClient
from lived_in import NOW, Built, browser_of, copy_of, form_token, neighbors, post, work
from playwright.sync_api import Browser, Page, expect
from providers.demo_peer import person
from providers.openid_peer import OpenIdPeer, openid_peer, sign_in_at

from app.demo.provider_server import loopback_url, open_loopback, serving
from app.house import House
from app.jobs import run_until_idle
from app.main import create_app
from app.web.providers import callback_of
from app.web.sessions import SESSION_KIND
from app.work import handlers
from graph.model import SupporterId
from oauth.connections import CONNECTION_KIND, note_reading_ended
from oauth.identities import IDENTITY_KIND
from oauth.revocations import REVOCATION_KIND

FRIENDS = 25
CONTACTS = "/v1/people/me/connections"


@dataclasses.dataclass(frozen=True)
class Campaign:
    """A campaign's house, and the provider that it offers."""

    house: House
    peer: OpenIdPeer


@pytest.fixture
def campaign(built: Built, tmp_path: Path) -> Iterator[Campaign]:
    """The address is known before the house is opened: the provider sends people back to that one place alone."""
    listener = open_loopback()
    base_url = loopback_url(listener)
    whom = neighbors(copy_of(built, tmp_path / "look"), FRIENDS)
    people = {"maria": [person(number, one.name) for number, one in enumerate(whom)]}
    with openid_peer(redirect_uris=[callback_of(base_url, "openid")], people=people, now=NOW) as peer:
        house = copy_of(built, tmp_path, providers=[peer.provider], base_url=base_url)
        with serving(create_app(house, with_worker=False), listener):
            yield Campaign(house, peer)


def sign_up(browser: TestClient) -> None:
    browser.post("/start", data={"name": "Maria Osei", "postal_code": "27601"})
    post(browser, "/consent", "/consent", purpose="match", answer="agree")


def go_there(browser: TestClient, path: str, at: str, **options: bool) -> httpx2.URL:
    """Press a button that leads to the provider, answer there as Maria, and give the address that she is sent back to."""
    form = {"csrf": form_token(browser.get(at).text)}
    away = browser.post(path, data=form, follow_redirects=False)
    assert away.status_code == 303, away.text
    return httpx2.URL(sign_in_at(away.headers["location"], account="maria", **options))


def connect(browser: TestClient) -> None:
    back = go_there(browser, "/oauth/openid/start", "/connect")
    page = browser.get(back.raw_path.decode())
    assert page.url.path == "/choose", page.text
    assert "code=" not in str(page.url)


def test_the_whole_way(campaign: Campaign) -> None:
    house, peer = campaign.house, campaign.peer
    browser = browser_of(house)
    sign_up(browser)
    assert peer.calls(CONTACTS) == 0
    connect(browser)
    assert peer.calls(CONTACTS) == 3

    choices = re.findall(r'name="keep" value="(\d+)"', browser.get("/choose").text)
    assert len(choices) == FRIENDS
    browser.post(
        "/choose", data={"csrf": form_token(browser.get("/choose").text), "keep": choices[:-1], "answer": "these"}
    )
    work(house)
    listed = browser.get("/list")
    assert listed.status_code == 200
    assert len(re.findall(r'href="/friends/[0-9a-f]+/write"', listed.text)) >= 1

    receipt = post(browser, "/my-data/delete", "/my-data/delete")

    assert "Everything is deleted" in receipt.text
    assert f'<dd class="figure">{FRIENDS - 1}</dd>' in receipt.text
    assert peer.calls("/token/revocation") == 1
    for kind in (CONNECTION_KIND, IDENTITY_KIND, REVOCATION_KIND):
        assert house.records.all(kind) == []


def test_a_provider_that_refuses_to_revoke_is_asked_again_and_nothing_waits_for_it(campaign: Campaign) -> None:
    house, peer = campaign.house, campaign.peer
    browser = browser_of(house)
    sign_up(browser)
    connect(browser)
    peer.refuse_revocation(on=True)
    assert "Everything is deleted" in post(browser, "/my-data/delete", "/my-data/delete").text
    assert house.records.all(CONNECTION_KIND) == []
    assert len(house.records.all(REVOCATION_KIND)) == 1

    at = NOW
    for minutes in (2, 10):
        at += timedelta(minutes=minutes)
        run_until_idle(house.records, handlers(at_time(house, at)), worker="test", now=at)
    asked = peer.calls("/token/revocation")
    peer.refuse_revocation(on=False)
    at += timedelta(hours=7)
    run_until_idle(house.records, handlers(at_time(house, at)), worker="test", now=at)

    assert asked == 3
    assert peer.calls("/token/revocation") == 4
    assert house.records.all(REVOCATION_KIND) == []


def at_time(house: House, at: object) -> House:
    return dataclasses.replace(house, clock=lambda: at)  # type: ignore[arg-type, return-value]  # an instant


def test_an_address_book_that_is_connected_is_read_again_with_a_fresh_token(campaign: Campaign) -> None:
    browser = browser_of(campaign.house)
    sign_up(browser)
    connect(browser)
    assert "Read The peer again" in browser.get("/connect").text
    asked, read = campaign.peer.calls("/token"), campaign.peer.calls(CONTACTS)
    later = TestClient(
        create_app(at_time(campaign.house, NOW + timedelta(hours=2)), with_worker=False),
        base_url=campaign.house.base_url,
        cookies=browser.cookies,
    )

    page = post(later, "/oauth/openid/again", "/connect")

    assert page.url.path == "/choose", page.text
    assert len(re.findall(r'name="keep"', page.text)) == FRIENDS
    assert (campaign.peer.calls("/token"), campaign.peer.calls(CONTACTS)) == (asked + 1, read + 3)


def test_what_stopped_in_the_middle_is_marked_until_it_is_read_whole(campaign: Campaign) -> None:
    house, browser = campaign.house, browser_of(campaign.house)
    sign_up(browser)
    connect(browser)
    record = house.records.all(CONNECTION_KIND)[0]
    who = SupporterId(str(record.value["supporter"]))
    note_reading_ended(house.records, supporter=who, provider_id="openid", problem="busy")
    assert "was read only in part" in browser.get("/connect").text

    post(browser, "/oauth/openid/again", "/connect")

    assert "was read only in part" not in browser.get("/connect").text


def test_saying_no_at_the_provider_leaves_everything_as_it_was(campaign: Campaign) -> None:
    browser = browser_of(campaign.house)
    sign_up(browser)
    page = browser.get(go_there(browser, "/oauth/openid/start", "/connect", is_cancelled=True).raw_path.decode())
    assert page.status_code == 400
    assert "you did not agree" in page.text
    assert browser.get("/connect").status_code == 200
    assert campaign.house.records.all(CONNECTION_KIND) == []


def test_she_comes_back_by_her_account_and_a_stranger_goes_on_to_start(campaign: Campaign) -> None:
    house = campaign.house
    browser = browser_of(house)
    sign_up(browser)
    connect(browser)
    phone = browser_of(house)
    back = phone.get(go_there(phone, "/oauth/openid/login", "/sign-in").raw_path.decode())
    assert back.url.path in ("/list", "/finding")
    assert "Maria Osei" in phone.get("/my-data").text

    post(browser, "/my-data/delete", "/my-data/delete")
    again = browser_of(house)
    started = again.get(go_there(again, "/oauth/openid/login", "/sign-in").raw_path.decode())
    assert started.url.path == "/start"
    planted = again.cookies["kith_session"]
    again.post("/start", data={"csrf": form_token(started.text), "name": "Maria Again", "postal_code": "27601"})
    assert again.cookies["kith_session"] != planted
    third = browser_of(house)
    third.get(go_there(third, "/oauth/openid/login", "/sign-in").raw_path.decode())
    assert "Maria Again" in third.get("/my-data").text


# --- in a real browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.mark.browser
@pytest.mark.slow
def test_the_whole_way_in_chromium(campaign: Campaign, chromium: Browser) -> None:
    page, heard = open_page(chromium, width=360)
    page.goto(f"{campaign.house.base_url}/start")
    page.get_by_label("Your name").fill("Maria Osei")
    page.get_by_label("ZIP code").fill("27601")
    press(page, "Continue")
    page.locator('input[name="purpose"][value="match"]').check()
    page.locator('button[name="answer"][value="agree"]').click()
    ours = list(heard)
    press(page, "Connect The peer")
    answer_there(page)
    page.wait_for_url("**/choose")
    heard.clear()  # the peer's own pages ask for fonts from elsewhere
    page.locator('button[name="answer"][value="these"]').click()
    page.wait_for_load_state()
    work(campaign.house)
    page.goto(f"{campaign.house.base_url}/list")
    assert page.locator('a[href$="/write"]').count() >= 1
    cookie = next(one for one in page.context.cookies() if one["name"] == "kith_session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    page.get_by_role("link", name="Leave and delete everything").click()
    press(page, "Delete everything")

    expect(page.get_by_role("heading", name="Everything is deleted")).to_be_visible()
    assert campaign.peer.calls("/token/revocation") == 1
    assert [one.value["supporter"] for one in campaign.house.records.all(SESSION_KIND) if one.value["supporter"]] == []
    assert ours + heard == []
    page.context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def answer_there(page: Page) -> None:
    """The peer's own login and consent pages."""
    page.locator('input[name="login"]').fill("maria")
    page.locator('input[name="password"]').fill("any")
    page.locator('button[type="submit"]').click()
    page.locator('input[name="prompt"][value="consent"]').wait_for(state="attached")
    page.locator('button[type="submit"]').click()
