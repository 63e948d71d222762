"""The pages over a real house: somebody starts, refuses the search, types friends, writes, looks at her data, leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.house import House
from app.main import create_app
from app.settings import Settings
from app.web.sign_in_links import make_link
from app.wiring import open_house
from graph.model import SupporterId

ADDRESS = "http://127.0.0.1:8000"
NOW = datetime(2026, 10, 20, 14, tzinfo=UTC)


@pytest.fixture
def house(tmp_path) -> House:
    settings = Settings(
        data=tmp_path,
        base_url=ADDRESS,
        campaign_name="Rivera for Council",
        candidate="Elena Rivera",
        office="runs for city council",
        disclaimer="Paid for by Rivera for Council.",
        privacy_contact="privacy@rivera.example",
        election=date(2026, 11, 3),
    )
    return open_house(settings, clock=lambda: NOW)


@pytest.fixture
def browser(house) -> Iterator[TestClient]:
    with TestClient(create_app(house, with_worker=False), base_url=ADDRESS) as client:
        yield client


def token(text: str) -> str:
    """The form token of a page."""
    return re.findall(r'name="csrf" value="([^"]*)"', text)[0]


def post(browser: TestClient, path: str, at: str, **fields: object):
    """Send a form as the page ``at`` would."""
    return browser.post(path, data={"csrf": token(browser.get(at).text), **fields})


def start_as_jo(browser: TestClient):
    """Jo Whitfield says who she is."""
    return post(browser, "/start", "/start", name="Jo Whitfield", postal_code="27601")


def type_five(browser: TestClient):
    """Jo refuses the search and types friends."""
    start_as_jo(browser)
    post(browser, "/consent", "/consent", answer="refuse")
    names = "Maria Alvarez (919) 555-0123\nTom Becker\nPriya Nair"
    fields = {"csrf": (None, token(browser.get("/connect").text)), "typed": (None, names)}
    return browser.post("/connect", files=fields)


def key_of_maria(browser: TestClient) -> str:
    """The key in the link that writes to Maria."""
    return re.findall(
        r'href="/friends/(\w+)/write">[^<]*<span class="unseen"> Maria Alvarez', browser.get("/friends").text
    )[0]


def test_the_first_page_needs_nobody(browser):
    page = browser.get("/")

    assert page.status_code == 200
    assert "Elena Rivera, who runs for city council" in page.text
    assert "set-cookie" not in page.headers


def test_nothing_is_ticked_before_she_ticks_it(browser):
    page = start_as_jo(browser)

    assert page.url.path == "/consent"
    assert page.text.count('type="checkbox"') == 4
    assert "checked" not in page.text


def test_refusing_everything_still_leaves_friends_to_write_to(browser):
    page = type_five(browser)

    assert page.url.path == "/friends"
    assert "All 3 of your friends" in page.text
    assert "Maria Alvarez" in page.text


def test_the_message_goes_to_her_own_app_and_says_who_she_helps(browser):
    type_five(browser)
    page = browser.get(f"/friends/{key_of_maria(browser)}/write")

    assert "Elena Rivera" in page.text
    assert "sms:" in page.text or "mailto:" in page.text or "wa.me" in page.text
    assert re.search(rf"{ADDRESS}/f/[\w-]+", page.text)


def test_her_own_wording_goes_into_the_links_without_scripts(browser):
    type_five(browser)
    path = f"/friends/{key_of_maria(browser)}/write"
    page = post(browser, path, path, text="When will you go? & who with")

    assert "When%20will%20you%20go%3F%20%26%20who%20with" in page.text
    assert "Keep the link" in page.text


def test_what_she_reports_is_taken_and_can_be_undone(browser):
    type_five(browser)
    key = key_of_maria(browser)
    page = post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="sent")

    assert page.url.path == "/list"
    assert page.status_code == 200
    assert post(browser, f"/friends/{key}/undo", "/my-data", outcome="x").status_code == 200
    assert post(browser, f"/friends/{key}/report", "/my-data", outcome="shouted").status_code == 422


def test_the_campaign_is_told_only_when_both_choices_say_so(browser, house):
    type_five(browser)
    post(browser, "/my-data/choices", "/my-data", purpose="share_results", answer="agree")
    key = key_of_maria(browser)
    question = post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="talked")

    assert question.url.path == f"/friends/{key}/share"
    assert not any(event.is_shared for event in house.graph.events())
    post(browser, f"/friends/{key}/share", str(question.url), outcome="talked", share="yes")
    assert any(event.is_shared for event in house.graph.events())


def test_the_friends_page_acts_on_a_press_only(browser, house):
    type_five(browser)
    text = browser.get(f"/friends/{key_of_maria(browser)}/write").text
    code = re.findall(rf"{ADDRESS}(/f/[\w-]+)", unescape(text))[0]
    stranger = TestClient(browser.app, base_url=ADDRESS)
    before = house.graph.events()

    page = stranger.get(code)
    assert "Jo Whitfield thought of you" in page.text
    assert house.graph.events() == before
    receipt = stranger.post(code, data={"answer": "left"})
    assert receipt.status_code == 200
    assert "You are left out" in receipt.text
    assert stranger.post(code, data={"answer": "maybe"}).status_code == 422


def test_leaving_erases_and_gives_a_receipt(browser, house):
    type_five(browser)
    assert "Jo Whitfield" in browser.get("/my-data").text
    assert "Maria Alvarez" in browser.get("/my-data/download").text
    page = post(browser, "/my-data/delete", "/my-data/delete")

    assert "Everything is deleted" in page.text
    assert house.graph.supporters() == []
    assert browser.get("/my-data").status_code == 403


def test_the_desk_is_for_organizers(browser, house):
    start_as_jo(browser)
    assert browser.get("/desk").status_code == 403

    ends = datetime(2026, 11, 3, tzinfo=UTC)
    opened = make_link(house.records, supporter_id=SupporterId("ana"), role="organizer", now=NOW, expires=ends)
    desk = TestClient(browser.app, base_url=ADDRESS)
    page = desk.get(f"/enter/{opened}")
    assert page.url.path == "/desk"
    assert "Jo Whitfield" in page.text
    assert desk.get("/desk/truth").status_code == 404


@pytest.mark.parametrize(
    "path", ["/list", "/friends", "/connect", "/finding", "/questions", "/my-data", "/my-data/delete"]
)
def test_a_stranger_is_told_what_to_do(browser, path):
    page = browser.get(path)

    assert page.status_code == 403
    assert "Start, or open your own link." in page.text


def test_somebody_elses_friend_looks_like_nobody(browser):
    type_five(browser)
    page = browser.get(f"/friends/{'0' * 64}/write")

    assert page.status_code == 404
    assert "<h1>There is nothing here</h1>" in page.text


def test_spanish_stays_once_chosen(browser):
    assert "Empezar" in browser.get("/?lang=es").text
    assert "Empezar" in browser.get("/").text
    assert "English</a>" in browser.get("/").text


def test_errors_are_pages_and_say_what_to_do(browser):
    page = browser.get("/no/such/page")
    assert page.status_code == 404
    assert "Check the address" in page.text
    assert post(browser, "/start", "/start", name=" ").status_code == 422
    start_as_jo(browser)
    form = {"csrf": (None, token(browser.get("/consent").text)), "typed": (None, " ")}
    assert "Please type at least one name." in browser.post("/connect", files=form).text


def test_a_form_from_elsewhere_is_refused(browser):
    start_as_jo(browser)
    assert browser.post("/consent", data={"purpose": "match"}).status_code == 403


def test_our_files_are_kept_forever_and_nothing_else_is_served(browser):
    css = re.findall(r'href="(/static/site\.css\?v=\w+)"', browser.get("/").text)[0]
    assert "immutable" in browser.get(css).headers["cache-control"]
    assert browser.get("/static/..%2Fviews.py").status_code == 404


def test_a_house_without_a_voter_file_says_so(browser, house):
    type_five(browser)
    opened = make_link(
        house.records,
        supporter_id=SupporterId("ana"),
        role="organizer",
        now=NOW,
        expires=datetime(2026, 11, 3, tzinfo=UTC),
    )
    desk = TestClient(browser.app, base_url=ADDRESS)
    desk.get(f"/enter/{opened}")

    assert "Your list is empty for now" in browser.get("/list").text
    assert "No voter file has been imported yet." in desk.get("/desk/reach").text
    assert "No ask has been shared yet." in desk.get("/desk/asks").text
