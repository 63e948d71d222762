"""Promises 9, 10 and 13: who sees what of whom, and that it is written down."""

from __future__ import annotations

import re
from dataclasses import replace

import apsw
import numpy as np
import pytest
from fastapi.testclient import TestClient
from lived_in import NOW, card, join, key_of, listed_names, phone, work
from promised import ana_with, pages_of, resident_asked, signed_in

from app import journey
from app.house import House
from app.organizing.small_cells import SMALLEST_CELL
from app.voter_file import voters_of
from graph.model import BallotStatus, Outcome, SupporterId
from graph.voters import Ballots, Coded
from oauth.audit import acts, acts_about, verify


@pytest.fixture
def marked(house: House) -> House:
    """The house with a voter file in which every column that no supporter may see holds a canary."""
    columns = voters_of(house).columns
    same = np.zeros(len(columns), dtype=np.int32)
    hidden = {
        name: Coded(same, (f"CANARY {name.upper()}",))
        for name in ("street", "party", "middle_name", "county", "precinct", "gender")
    }
    generation = house.voters.build(replace(columns, **hidden), layout="nc", created_from={"voters": "marked"})
    house.voters.switch(generation.generation_id)
    return house


def test_p09_no_page_of_a_supporter_holds_a_column_of_the_voter_file(marked: House) -> None:
    who = resident_asked(marked)
    journey.find(marked, who)
    pages = pages_of(signed_in(marked, who))
    columns = voters_of(marked).columns
    candidates = {c.voter for match in marked.graph.matches_of(who) for c in match.candidates}
    years = {str(columns.birth_year[columns.row(ref)]) for ref in candidates}

    assert {"/questions", "/friends", "/my-data/download"} <= set(pages)
    for path, text in pages.items():
        assert "canary" not in text.lower(), path
        assert not re.search(r"\bA[A-Z]\d{6}\b", text), path
        if path != "/my-data/download":
            assert not years & set(re.findall(r"\b(19\d\d|20[01]\d)\b", text)), path
            assert not re.search(r"turnout|probabilit|score|democrat|republican", text, re.IGNORECASE), path


def test_p09_only_the_question_card_shows_a_town_and_an_age(marked: House) -> None:
    who = resident_asked(marked)
    pages = pages_of(signed_in(marked, who))

    assert re.search(r"· age \d0–\d9", pages.pop("/questions"))
    assert not [path for path, text in pages.items() if re.search(r"\bage \d0–\d9", text)]


def test_p09_who_voted_who_left_and_who_is_not_in_the_file_look_alike(house: House) -> None:
    ana, known = ana_with(house, 4)
    stranger = replace(known[0], given="Quillon", family="Nobodyhere")
    journey.bring(house, ana, [card(stranger, 4, phone=phone(4))])
    voted, left, stays, _ = known
    house.voters.put_ballots(Ballots({voted.ref.voter_id: BallotStatus.VOTED}, NOW.date()))
    link = journey.message_draft(house, ana, key_of(house, ana, left.name), 0, "en", "other").link
    journey.friend_answers(house, link.rpartition("/")[2], Outcome.LEFT)
    work(house)
    browser = signed_in(house, ana)

    names = listed_names(house, ana)
    assert stays.name in names
    assert not {voted.name, left.name, stranger.name} & set(names)
    alike = {_masked(browser, house, ana, who) for who in (voted, left, stranger)}
    assert len(alike) == 1


def _masked(browser: TestClient, house: House, ana: SupporterId, who) -> tuple[str, str]:
    """What she sees of a friend, on the page of all and on the page to write, without his name, number and link."""
    key = key_of(house, ana, who.name)
    line = next(part for part in browser.get("/friends").text.split("<li ") if key in part).partition("</li>")[0]
    letter = browser.get(f"/friends/{key}/write").text
    hide = (
        rf"{key}|{who.name}|{who.given}|{who.name.replace(' ', '%20')}|/f/\w+|%2Ff%2F\w+|\+1919211\d+|1919211\d+|>\w\w<"
    )
    hide += r"|\d+ of 300<|name=\"csrf\" value=\"\w+\""
    return re.sub(hide, "…", line), re.sub(hide, "…", letter)


# --- the desk -----------------------------------------------------------------------------------------------------------


def test_p10_an_organizer_reads_no_name_of_a_friend_who_was_not_shared(house: House) -> None:
    ana, known = ana_with(house, 6)
    names = listed_names(house, ana)
    shared, kept = names[0], names[1]
    for name, share in ((shared, True), (kept, False)):
        journey.report(house, ana, key_of(house, ana, name), Outcome.TALKED, share)
    desk = signed_in(house, SupporterId("user:kim"), "organizer")
    text = "".join(
        desk.get(path).text for path in ("/desk", "/desk?everybody=1", "/desk/reach", "/desk/asks", "/desk/calls")
    )

    assert shared in text
    assert not [one.name for one in known if one.name != shared and one.name in text]


def test_p10_no_count_about_friends_below_ten_is_shown_nor_can_be_subtracted(house: House) -> None:
    ana_with(house, 3)
    reach = journey.reach(house)
    for group in reach.groups:
        assert group.people >= SMALLEST_CELL
        assert group.heard is None or min(group.heard, group.people - group.heard) >= SMALLEST_CELL
    counts = [reach.known, reach.known_to_two, *(place.unreached for place in reach.places)]
    assert all(count is None or count >= SMALLEST_CELL for count in counts)
    assert reach.known_to_two is None or (reach.known or 0) - reach.known_to_two >= SMALLEST_CELL


# --- the audit ----------------------------------------------------------------------------------------------------------


def test_p13_every_look_at_a_friend_is_written_down_and_she_can_read_it(house: House) -> None:
    ana, _ = ana_with(house, 5)
    browser = signed_in(house, ana)
    for page in ("/list", "/friends", "/questions"):
        browser.get(page)
    name = listed_names(house, ana)[0]
    key = key_of(house, ana, name)
    browser.get(f"/friends/{key}/write")
    journey.report(house, ana, key, Outcome.TALKED, True)
    signed_in(house, SupporterId("user:kim"), "organizer").get("/desk/asks")

    looks = {(act.who, act.what) for act in acts(house.records) if act.whom == key}
    assert {(ana, "list"), (ana, "all_friends"), (ana, "message")} <= looks
    others = [act for act in acts_about(house.records, ana) if act.whom == key]
    assert others
    page = browser.get("/my-data").text
    assert "Who saw what" in page
    assert name in page.partition("Who saw what")[2]
    assert len(browser.get("/my-data/download").json()["seen_by_others"]) >= len(others)


def test_p13_trying_somebody_elses_friend_is_refused_and_written_down(house: House) -> None:
    ana, known = ana_with(house, 2)
    jo = join(house, "Jo Becker", near=known[0])
    key = key_of(house, ana, known[0].name)
    assert signed_in(house, jo).get(f"/friends/{key}/write").status_code == 404
    assert [(act.who, act.whom) for act in acts(house.records) if act.what == "refused"] == [(jo, key)]


def test_p13_a_line_that_was_taken_out_is_noticed(house: House, tmp_path) -> None:
    ana, _ = ana_with(house, 2)
    signed_in(house, ana).get("/friends")
    assert verify(house.records) == []
    raw = apsw.Connection(str(next(tmp_path.rglob("kith.db"))))
    raw.execute("DELETE FROM entry WHERE stream = ? AND sequence = 1", (f"audit:{ana}",))
    raw.close()
    assert verify(house.records) != []
