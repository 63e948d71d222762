"""Promises 7, 8, 16 and 18: what a friend who never signed up can rely on."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from canaries import bytes_holding
from lived_in import ALL, Built, browser_of, card, house_at, join, key_of, listed_names, neighbors, phone, post, work
from promised import ana_with, signed_in

from app import journey
from app.friends.circles import open_circles
from app.friends.finding import match_all
from app.house import House
from app.voter_file import voters_of
from graph.digests import normalise_phone
from graph.model import SupporterId
from oauth.suppression import is_suppressed


def link_of(house: House, who: SupporterId, name: str) -> str:
    """The path of the link in her message to this friend."""
    draft = journey.message_draft(house, who, key_of(house, who, name), 0, "en", "other")
    return draft.link.removeprefix(house.base_url)


def test_p07_a_friend_opts_out_without_an_account_and_stays_out_in_every_spelling(house: House) -> None:
    ana, known = ana_with(house, 3)
    gone = known[0]
    stranger = browser_of(house)
    page = stranger.post("/leave-out", data={"phone": "+1 (919) 211 0000", "email": "M.A.R.I.A+kith@gmail.example"})
    assert "You are left out" in page.text
    work(house)
    assert gone.name not in listed_names(house, ana)

    spellings = (
        card(gone, phone="919.211.0000"),
        card(gone, 1, email="Maria@GMAIL.example", spelled=gone.name.upper()),
        card(gone, 2, phone="+19192110000", spelled=f"{gone.family}, {gone.given}"),
    )
    for number, spelled in enumerate(spellings):
        who = join(house, f"Jo {number}", agrees=ALL, near=gone)
        journey.bring(house, who, [spelled, card(known[1], 9, phone=phone(1))])
        work(house)
        assert gone.ref not in {match.voter for match in house.graph.matches_of(who)}
        assert all(ask.voter != gone.ref for ask in house.graph.asks_of(who))


def test_p07_the_answer_is_the_same_for_somebody_nobody_knows(house: House) -> None:
    ana_with(house, 2)
    pages = [browser_of(house).post("/leave-out", data={"phone": phone(number)}).text for number in (0, 8888)]
    hidden = [re.sub(r"<dd>[0-9a-f]{8}</dd>|lang=\w+", "…", page) for page in pages]
    assert hidden[0] == hidden[1]
    assert browser_of(house).post("/leave-out", data={"phone": "no number"}).status_code == 422


def test_p07_the_page_says_that_a_mere_name_may_not_be_recognised(house: House) -> None:
    ana, known = ana_with(house, 1)
    for page in (browser_of(house).get(link_of(house, ana, known[0].name)), browser_of(house).get("/leave-out")):
        assert "known here only by name may not be recognised" in page.text


def test_p08_the_list_of_those_left_out_cannot_be_turned_back(house: House, tmp_path: Path) -> None:
    number = normalise_phone(phone(1234))
    journey.leave_out_by_address(house, phone=number, email="maria@leak.example")
    kept = [record.key for record in house.install.all("suppression")]
    guesses = [number, number[1:], number[2:], "maria@leak.example"]
    hashes = {make(guess.encode()).hexdigest()[:32] for guess in guesses for make in (hashlib.sha256, hashlib.md5)}

    assert not hashes & set(kept)
    assert bytes_holding(tmp_path, ("9192111234", "maria@leak.example")) == set()
    assert is_suppressed(house.install, house.vault, phones=(number,))
    secret = house.vault.install_secret("suppression")
    stores = list(tmp_path.rglob("*.db*"))
    assert stores
    assert not [
        path.name for path in stores if secret in path.read_bytes() or secret.hex().encode() in path.read_bytes()
    ]


def test_p08_who_was_left_out_stays_out_after_every_key_was_exchanged(
    built: Built, house: House, tmp_path: Path
) -> None:
    known = neighbors(house, 2)
    journey.leave_out_by_address(house, phone=phone(0))
    house.vault.rotate()
    data = tmp_path / "data"
    old = (data / "keys" / "master.key").read_text(encoding="ascii").strip()
    both = house_at(data, built.town, master_key="ab" * 32, old_master_key=old)
    assert both.vault.exchange_master_key() > 0
    alone = house_at(data, built.town, master_key="ab" * 32)

    assert is_suppressed(alone.install, alone.vault, phones=("+1 919.211.0000",))
    ana = join(alone, "Ana Whitfield", near=known[0])
    journey.bring(alone, ana, [card(known[0], phone="(919) 211 0000"), card(known[1], 1, phone=phone(1))])
    work(alone)
    assert {match.voter for match in alone.graph.matches_of(ana)} & {one.ref for one in known} == {known[1].ref}


def test_p12_a_friend_sees_what_is_held_of_him_and_of_nobody_else(house: House) -> None:
    ana, known = ana_with(house, 3)
    jo = join(house, "Jo Becker", near=known[0])
    journey.bring(house, jo, [card(known[0], phone=phone(0))])
    work(house)
    path = link_of(house, ana, known[0].name)
    friend = browser_of(house)
    assert "Show me what you hold of me" in friend.get(path).text
    page, file = friend.post(f"{path}/held"), friend.post(f"{path}/held", data={"as": "file"})
    held = file.json()

    assert held["names"][0] == known[0].name
    assert held["phones"] == [phone(0)]
    assert (held["supporter_name"], held["is_linked"], held["others"]) == ("Ana Whitfield", True, 1)
    assert {"purpose", "source", "kept_until", "campaign", "seen_by"} <= set(held)
    for text in (page.text, file.text):
        assert "Jo Becker" not in text
        assert not [one for one in known[1:] if one.name in text or phone(known.index(one)) in text]
    assert friend.get(f"{path}/held").status_code == 405
    assert browser_of(house).post(f"/f/{'0' * 32}/held").status_code == 404


def test_p16_nobody_under_18_is_ranked(house: House) -> None:
    columns = voters_of(house).columns
    known = neighbors(house, 4)
    row = columns.row(known[0].ref)
    years, votes = columns.birth_year.copy(), columns.voted.copy()
    years[row], votes[row] = house.election.day.year - 17, 0
    younger = replace(columns, birth_year=years.astype(columns.birth_year.dtype), voted=np.asarray(votes))
    house.voters.switch(house.voters.build(younger, layout="nc", created_from={"voters": "young"}).generation_id)
    ana = join(house, "Ana Whitfield", near=known[0])
    journey.bring(house, ana, [card(one, at, phone=phone(at)) for at, one in enumerate(known)])
    work(house)

    assert known[0].ref in {match.voter for match in house.graph.matches_of(ana)}
    assert known[0].ref not in {ask.voter for ask in house.graph.asks_of(ana)}
    assert house.graph.asks_of(ana)


def test_p16_whom_she_marks_as_never_to_contact_is_suggested_to_nobody(house: House) -> None:
    ana, _ = ana_with(house, 4)
    name = listed_names(house, ana)[0]
    key = key_of(house, ana, name)
    browser = signed_in(house, ana)
    post(browser, f"/friends/{key}/report", f"/friends/{key}/write", outcome="asked_to_stop")
    work(house)
    match_all(house, open_circles(house))
    journey.rank(house)
    assert name not in listed_names(house, ana)
    assert key not in {ask.contact_key for ask in house.graph.asks_of(ana)}


def test_p18_the_message_says_whom_she_helps_and_carries_one_link_to_who_why_and_leave_me_out(house: House) -> None:
    ana, known = ana_with(house, 1)
    draft = journey.message_draft(house, ana, key_of(house, ana, known[0].name), 0, "en", "other")
    for text in draft.wordings:
        assert house.campaign.candidate in text
        assert len(re.findall(r"https?://", text)) == 1
    friend = browser_of(house)
    page = friend.get(draft.link).text
    assert "Ana Whitfield thought of you" in page
    assert "You are here because Ana Whitfield wrote to you" in page
    assert friend.post(draft.link, data={"answer": "left"}).text.count("You are left out")
