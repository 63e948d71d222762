"""Maria comes back: by a link that a real mail server delivers, and goes again, here or everywhere."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lived_in import NOW, Built, browser_of, copy_of, form_token, work
from mail_box import MailBox

from app.house import House
from app.jobs import JobState, run_until_idle
from app.mail import MailSecurity
from app.sign_in import LINK_ASK
from app.web.sign_in_links import LINK_KIND
from app.work import handlers
from graph.errors import InputError, StoreError

MARIAS = "maria@mail.example"


@pytest.fixture
def house(mailing_house: House) -> House:
    return mailing_house


@pytest.fixture
def maria(house: House) -> TestClient:
    """Maria's browser, signed in; she gave her address."""
    browser = browser_of(house)
    browser.post("/start", data={"name": "Maria Osei", "postal_code": "27601", "email": " Maria@Mail.example "})
    assert browser.get("/my-data").status_code == 200
    return browser


def ask(house: House, address: str) -> str:
    """The page that somebody gets who asks for a link, and what is due is done."""
    page = browser_of(house).post("/sign-in", data={"email": address})
    assert page.status_code == 200
    work(house)
    return page.text


def link_in(box: MailBox) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/enter/\S+)", box.body())
    assert found
    return found[1]


def test_a_link_comes_by_mail_and_lets_her_in_once(house: House, maria: TestClient, box: MailBox) -> None:
    ask(house, "MARIA@mail.example")
    assert [message["To"] for message in box.messages] == ["Maria@Mail.example"]
    assert "Rivera for Council" in box.messages[0]["Subject"]
    path, phone = link_in(box), browser_of(house)

    before = phone.get(path)
    assert "Sign in" in before.text
    assert phone.get("/my-data").status_code == 403
    assert phone.get(path).status_code == 200  # a scanner that follows links uses nothing up
    assert phone.post(path).url.path == "/list"

    assert "Maria Osei" in phone.get("/my-data").text
    assert browser_of(house).post(path).status_code == 403


def test_somebody_who_started_with_her_address_is_signed_out_when_she_comes(
    house: House, maria: TestClient, box: MailBox
) -> None:
    ask(house, MARIAS)
    hers = browser_of(house)
    hers.post(link_in(box))
    assert hers.get("/my-data").status_code == 200
    assert maria.get("/my-data").status_code == 403


def test_an_unknown_address_gets_the_same_page_and_no_mail(house: House, maria: TestClient, box: MailBox) -> None:
    known, unknown = ask(house, MARIAS), ask(house, "nobody@mail.example")
    assert known == unknown
    assert len(box.messages) == 1
    assert house.records.all(LINK_ASK) == []


def test_the_link_is_dead_after_a_quarter_of_an_hour(house: House, maria: TestClient, box: MailBox) -> None:
    ask(house, MARIAS)
    later = dataclasses.replace(house, clock=lambda: NOW + timedelta(minutes=15, seconds=1))
    assert browser_of(later).post(link_in(box)).status_code == 403


def test_nobody_is_flooded_and_the_page_does_not_tell(house: House, maria: TestClient, box: MailBox) -> None:
    pages = {ask(house, MARIAS) for _ in range(6)}
    assert len(pages) == 1
    assert len(box.messages) == 3


def test_one_caller_cannot_try_addresses_without_end(house: House, box: MailBox) -> None:
    browser = browser_of(house)
    answers = [browser.post("/sign-in", data={"email": f"{n}@mail.example"}) for n in range(22)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
    later = dataclasses.replace(house, clock=lambda: NOW + timedelta(hours=1, seconds=1))
    assert browser_of(later).post("/sign-in", data={"email": "a@mail.example"}).status_code == 200


@pytest.mark.parametrize(
    "address", ["", "maria", "a b@mail.example", "a@b\r\nBcc: evil@mail.example", "x" * 300 + "@a"]
)
def test_what_is_no_address_is_said_to_be_none(house: House, address: str, box: MailBox) -> None:
    assert browser_of(house).post("/sign-in", data={"email": address}).status_code == 422
    assert box.messages == []


def test_an_address_rests_sealed_and_is_in_no_job(house: House, maria: TestClient) -> None:
    browser_of(house).post("/sign-in", data={"email": MARIAS})
    kept = "".join(str(house.records.all(kind)) for kind in house.records.kinds())
    assert MARIAS not in kept.casefold()


def test_a_mail_server_that_asks_to_wait_is_asked_again(house: House, maria: TestClient, box: MailBox) -> None:
    box.refusal = "450 later"
    browser_of(house).post("/sign-in", data={"email": MARIAS})
    first = run_until_idle(house.records, handlers(house), worker="test", now=NOW)
    assert JobState.READY in {result.state for result in first}
    box.refusal = ""
    run_until_idle(house.records, handlers(house), worker="test", now=NOW + timedelta(seconds=10))
    assert len(box.messages) == 1


@pytest.mark.parametrize(("refusal", "kind"), [("550 no such user", InputError), ("451 later", StoreError)])
def test_what_the_server_says_decides_whether_it_is_tried_again(
    box: MailBox, refusal: str, kind: type[Exception]
) -> None:
    box.refusal = refusal
    with pytest.raises(kind) as problem:
        box.server.send(MARIAS, "Hello", "text")
    assert "maria" not in f"{problem.value}{problem.value!r}".casefold()
    box.refusal = ""


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"security": MailSecurity.STARTTLS}, "KITH_SMTP_SECURITY"),
        ({"user": "rivera", "password": "open-sesame"}, "KITH_SMTP_PASSWORD"),
        ({"port": 9}, "KITH_SMTP_PORT"),
    ],
    ids=["no TLS where it is wanted", "a password that is not hers", "nobody at that port"],
)
def test_nothing_is_sent_where_a_setting_is_wrong_and_it_is_named(box: MailBox, wrong: dict, setting: str) -> None:
    box.messages.clear()
    with pytest.raises(StoreError, match=setting) as problem:
        dataclasses.replace(box.server, **wrong).send(MARIAS, "Hello", "text")
    assert not [word for word in ("maria", "sesame") if word in f"{problem.value}{problem.value!r}".casefold()]
    assert box.messages == []


def test_without_a_mail_server_the_page_offers_none(built: Built, tmp_path: Path) -> None:
    silent = browser_of(copy_of(built, tmp_path))
    assert 'name="email"' not in silent.get("/sign-in").text
    assert silent.post("/sign-in", data={"email": MARIAS}).status_code == 400


# --- going ---------------------------------------------------------------------------------------------------------------


def sign_out(browser: TestClient, **fields: str) -> int:
    return browser.post("/sign-out", data={"csrf": form_token(browser.get("/sign-out").text), **fields}).status_code


def test_27_signing_out_makes_the_cookie_worthless(house: House, maria: TestClient) -> None:
    stolen = maria.cookies["kith_session"]
    assert "/sign-out" in maria.get("/my-data").text
    assert sign_out(maria) == 200

    thief = browser_of(house)
    thief.cookies.set("kith_session", stolen)
    assert thief.get("/my-data").status_code == 403
    assert maria.get("/my-data").status_code == 403


def test_27_signing_out_everywhere_ends_every_device_of_hers(house: House, maria: TestClient, box: MailBox) -> None:
    phone, laptop = browser_of(house), browser_of(house)
    for device in (phone, laptop):
        box.messages.clear()
        ask(house, MARIAS)
        device.post(link_in(box))
    assert {device.get("/my-data").status_code for device in (phone, laptop)} == {200}

    sign_out(laptop, everywhere="yes")

    assert {device.get("/my-data").status_code for device in (phone, laptop)} == {403}


def test_29_nobody_is_signed_out_by_a_page_of_somebody_else(maria: TestClient) -> None:
    assert maria.post("/sign-out", data={"csrf": "0" * 64}).status_code == 403
    assert maria.post("/sign-out", headers={"origin": "https://evil.example"}).status_code == 403
    assert maria.get("/my-data").status_code == 200


def test_whoever_is_not_signed_in_may_sign_out(house: House) -> None:
    assert browser_of(house).post("/sign-out").status_code == 200


def test_leaving_makes_her_mailed_links_useless(house: House, maria: TestClient, box: MailBox) -> None:
    ask(house, MARIAS)
    maria.post("/my-data/delete", data={"csrf": form_token(maria.get("/my-data/delete").text)})
    assert browser_of(house).post(link_in(box)).status_code == 403
    assert house.records.all(LINK_KIND) == []
