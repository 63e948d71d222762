"""Maria got no message and has no account; she asks by her address what is held of her, and nobody else can."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from lived_in import NOW, Built, browser_of, card, copy_of, join, neighbors, phone, work
from mail_box import MailBox

from app import journey
from app.house import House
from app.jobs import run_until_idle
from app.limits import SPENT
from app.mail_asks import LINK_ASK
from app.rights.held_by_mail import FOR_EVERYBODY, HELD_LINK
from app.rights.held_look import HELD_LOOK, LOOK_LIVES
from app.work import handlers
from graph.model import SupporterId
from oauth.audit import acts

MARIAS = "maria@mail.example"


@pytest.fixture
def house(mailing_house: House) -> House:
    return mailing_house


@pytest.fixture
def brought(house: House) -> tuple[SupporterId, SupporterId]:
    """Ana and Jo, who both brought Maria; Ana's card holds her husband's address and number too."""
    maria, tom = neighbors(house, 2)
    ana, jo = (join(house, name, near=maria) for name in ("Ana Whitfield", "Jo Becker"))
    family = card(maria, phone=phone(1), email="Maria@MAIL.example")
    family = dataclasses.replace(
        family, phones=(phone(1), phone(45)), emails=("Maria@MAIL.example", "tom@else.example")
    )
    journey.bring(house, ana, [family, card(tom, 1, email="tom@else.example")])
    journey.bring(house, jo, [card(maria, email=MARIAS)])
    work(house)
    return ana, jo


def ask(house: House, address: str) -> str:
    """The page somebody gets who asks, and what is due is done."""
    page = browser_of(house).post("/held", data={"email": address})
    assert page.status_code == 200
    work(house)
    return page.text


def link_in(box: MailBox) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/held/\S+)", box.body())
    assert found
    return found[1]


def shown(house: House, browser: TestClient, path: str) -> Response:
    """What the page shows in the end of somebody who opened the mailed link and clicked."""
    page = browser.post(path)
    assert "We are looking" in page.text
    assert browser.get(f"{page.url.path}/state").json()["state"] == "waiting"
    work(house)
    assert browser.get(f"{page.url.path}/state").json()["state"] == "done"
    return browser.get(page.url.path)


def test_a_mailed_link_shows_her_what_is_held_once(
    house: House, brought: tuple[SupporterId, SupporterId], box: MailBox
) -> None:
    ask(house, " MARIA@mail.example ")
    assert [message["To"] for message in box.messages] == [MARIAS]
    path, browser = link_in(box), browser_of(house)
    before = browser.get(path)
    assert browser.get(path).status_code == 200  # a scanner that follows links uses nothing up
    assert "Maria" not in before.text.replace(MARIAS, "")
    page = shown(house, browser, path)

    assert page.text.count("somebody who helps Rivera for Council") == 2
    assert MARIAS in page.text.lower()
    assert browser.post(path).status_code == 403
    looks = {act.of for act in acts(house.records) if act.what == "own_data"}
    assert looks == set(brought)


def test_nobody_who_brought_her_is_named_and_nothing_of_others_on_her_card(
    house: House, brought: tuple[SupporterId, SupporterId], box: MailBox
) -> None:
    ask(house, MARIAS)
    browser = browser_of(house)
    page = shown(house, browser, link_in(box)).text
    again = re.findall(r'action="(/held/[\w-]+)"', page)[0]
    file = browser.post(again, data={"as": "file"})
    cards = file.json()["cards"]

    assert [set(one["phones"]) for one in cards if len(one["phones"]) == 2] == [{"… 01", "… 45"}]
    assert {"purpose", "kept_until", "campaign", "address"} <= set(file.json())
    for text in (page, file.text):
        assert not [
            word for word in ("Ana", "Whitfield", "Jo Becker", "tom@else.example", "0045", *brought) if word in text
        ]
    assert browser.post(again).status_code == 403  # it shows; it begins nothing


def test_the_page_is_the_same_for_every_address_and_a_stranger_is_told_that_there_is_nothing(
    house: House, brought: tuple[SupporterId, SupporterId], box: MailBox
) -> None:
    pages = {ask(house, address) for address in (MARIAS, "nobody@mail.example")}
    assert len(pages) == 1
    assert len(box.messages) == 2
    assert "Nobody brought a card with this address." in shown(house, browser_of(house), link_in(box)).text
    kept = "".join(str(house.records.all(kind)) for kind in house.records.kinds())
    assert MARIAS not in kept
    assert house.records.all(LINK_ASK) == []


def test_she_is_left_out_from_there(house: House, brought: tuple[SupporterId, SupporterId], box: MailBox) -> None:
    ask(house, MARIAS)
    browser = browser_of(house)
    page = shown(house, browser, link_in(box)).text
    assert f'name="email" value="{MARIAS}"' in page
    assert "You are left out" in browser.post("/leave-out", data={"email": MARIAS}).text
    ask(house, MARIAS)
    assert "You are left out" in shown(house, browser_of(house), link_in(box)).text


def test_a_supporter_is_sent_to_her_own_page(house: House, box: MailBox) -> None:
    browser_of(house).post("/start", data={"name": "Maria Osei", "postal_code": "27601", "email": MARIAS})
    ask(house, MARIAS)
    page = shown(house, browser_of(house), link_in(box)).text
    assert "Somebody started here with this address" in page
    assert "Maria Osei" not in page


def test_the_link_is_dead_after_an_hour(house: House, box: MailBox) -> None:
    ask(house, MARIAS)
    later = dataclasses.replace(house, clock=lambda: NOW + timedelta(hours=1, seconds=1))
    assert browser_of(later).get(link_in(box)).status_code == 403
    assert browser_of(later).post(link_in(box)).status_code == 403


def test_what_was_found_is_shown_for_half_an_hour_and_kept_for_nobody_to_read(
    house: House, brought: tuple[SupporterId, SupporterId], box: MailBox
) -> None:
    ask(house, MARIAS)
    path = shown(house, browser_of(house), link_in(box)).url.path
    (look,) = house.records.all(HELD_LOOK)
    assert not [word for word in (MARIAS, *brought, path.rpartition("/")[2]) if word in f"{look.key}{look.value}"]
    later = dataclasses.replace(house, clock=lambda: NOW + LOOK_LIVES + timedelta(seconds=1))
    assert browser_of(later).get(path).status_code == 403
    assert browser_of(later).get(f"{path}/state").json()["state"] == "done"  # so that the script asks no more


def test_what_was_erased_while_she_looked_is_not_shown(
    house: House, brought: tuple[SupporterId, SupporterId], box: MailBox
) -> None:
    ask(house, MARIAS)
    browser = browser_of(house)
    path = shown(house, browser, link_in(box)).url.path
    journey.withdraw(house, brought[0])
    assert browser.get(path).text.count("somebody who helps Rivera for Council") == 1


def test_a_look_that_did_not_work_says_so_and_is_tried_again(
    house: House, brought: tuple[SupporterId, SupporterId], box: MailBox
) -> None:
    ask(house, MARIAS)
    browser = browser_of(house)
    path = browser.post(link_in(box)).url.path
    contact = house.graph.contacts_of(brought[0])[0]
    house.graph.put_contacts(brought[0], [dataclasses.replace(contact, sealed_details=b"spoilt")])
    run_until_idle(house.records, handlers(house), worker="test", now=NOW)
    assert browser.get(f"{path}/state").json()["state"] == "failed"
    assert "We try again by ourselves" in browser.get(path).text
    assert browser.get(f"{path}/state?told=failed").json()["state"] == "waiting"
    house.graph.put_contacts(brought[0], [contact])
    run_until_idle(house.records, handlers(house), worker="test", now=NOW + timedelta(minutes=1))
    assert browser.get(path).text.count("somebody who helps Rivera for Council") == 2


def test_65_nobodys_box_is_filled(house: House, box: MailBox) -> None:
    assert len({ask(house, MARIAS) for _ in range(6)}) == 1
    assert len(box.messages) == 3
    browser = browser_of(house)
    answers = [browser.post("/held", data={"email": f"{n}@mail.example"}).status_code for n in range(16)]
    assert answers == [200] * 14 + [429] * 2
    later = dataclasses.replace(house, clock=lambda: NOW + timedelta(hours=2))
    for one in house.records.all(SPENT):
        house.records.put(SPENT, one.key, {"count": FOR_EVERYBODY.most}, expires_at=one.expires_at)
    work(house)
    sent = len(box.messages)
    browser_of(later).post("/held", data={"email": "z@mail.example"})
    work(later)
    assert len(box.messages) == sent


def test_62_a_guessed_link_shows_nothing(house: House, brought: tuple[SupporterId, SupporterId]) -> None:
    for method in ("GET", "POST"):
        assert browser_of(house).request(method, f"/held/{'A' * 43}").status_code == 403
    assert house.records.all(HELD_LINK) == []


def test_without_a_mail_server_the_page_says_what_to_do(built: Built, tmp_path: Path) -> None:
    silent = browser_of(copy_of(built, tmp_path))
    page = silent.get("/held").text
    assert 'name="email"' not in page
    assert "write from your own address to privacy@rivera.example" in page
    refused = silent.post("/held", data={"email": MARIAS})
    assert refused.status_code == 400
    assert "write from your own address" in refused.text


@pytest.mark.parametrize("address", ["", "maria", "a b@mail.example", "a@b\r\nBcc: evil@mail.example"])
def test_what_is_no_address_is_said_to_be_none(house: House, address: str, box: MailBox) -> None:
    assert browser_of(house).post("/held", data={"email": address}).status_code == 422
    assert box.messages == []
