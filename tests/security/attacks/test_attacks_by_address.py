"""Somebody starts with an address that is hers, before she does: what was open and linked then ends when she comes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lived_in import Built, browser_of, form_token, work
from mail_box import MailBox, mail_box
from promised import Provider, agree_to_all, connect, connected_house, start_as
from providers.demo_peer import consent

MARIAS = "maria@mail.example"


@pytest.fixture(scope="module")
def box() -> Iterator[MailBox]:
    with mail_box() as running:
        yield running


@pytest.fixture
def connected(built: Built, tmp_path: Path, box: MailBox) -> Iterator[Provider]:
    box.messages.clear()
    with connected_house(built, tmp_path) as provider:
        provider.house = dataclasses.replace(provider.house, mail=box.server)
        yield provider


def sign_in_by_provider(browser: TestClient):
    """By the account at the provider; the page it leads to."""
    away = browser.post(
        "/oauth/demo/login", data={"csrf": form_token(browser.get("/sign-in").text)}, follow_redirects=False
    )
    return browser.get(f"/oauth/demo/callback?{consent(away.headers['location'])}")


def come_by_mail(connected: Provider, box: MailBox):
    """Maria asks for a link to her address and opens it; her browser, and the page she comes to."""
    browser_of(connected.house).post("/sign-in", data={"email": MARIAS})
    work(connected.house)
    found = re.search(r"http://127\.0\.0\.1:8000(/enter/\S+)", box.body())
    assert found
    maria = browser_of(connected.house)
    return maria, maria.post(found[1])


def started_by_another(connected: Provider) -> TestClient:
    """Somebody's browser, who started with Maria's address and linked an account of his own."""
    thief = browser_of(connected.house)
    start_as(thief, "Maria Osei", email=MARIAS)
    agree_to_all(thief)
    connect(thief)
    return thief


def test_23_an_account_that_another_linked_opens_nothing_once_she_proved_her_address(
    connected: Provider, box: MailBox
) -> None:
    started_by_another(connected)
    assert (
        sign_in_by_provider(browser_of(connected.house)).url.path == "/list"
    )  # he may, as long as nobody proved anything
    maria, page = come_by_mail(connected, box)

    assert page.url.path == "/sign-in"
    assert "no longer sign anybody in here" in page.text
    assert maria.get("/my-data").status_code == 200
    again = browser_of(connected.house)
    assert sign_in_by_provider(again).url.path == "/start"
    assert again.get("/my-data").status_code == 403


def test_23_she_links_her_own_account_again_and_nobody_asks_twice(connected: Provider, box: MailBox) -> None:
    started_by_another(connected)
    maria, _ = come_by_mail(connected, box)
    assert sign_in_by_provider(maria).url.path == "/list"

    elsewhere = browser_of(connected.house)
    assert sign_in_by_provider(elsewhere).url.path == "/list"
    assert "Maria Osei" in elsewhere.get("/my-data").text
    _, page = come_by_mail(connected, box)
    assert page.url.path == "/list"
    assert sign_in_by_provider(browser_of(connected.house)).url.path == "/list"
