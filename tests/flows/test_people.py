"""The page of one person: only what supporters shared, with time and source; Ana and Jo both know somebody in town."""

from __future__ import annotations

import re

import pytest
from lived_in import ALL, browser_of, card, join, key_of, neighbors, phone, work

from app import journey
from app.house import House
from app.roles import Role
from app.web.sessions import new_session
from graph.errors import NotFoundError
from graph.model import Candidate, Match, MatchStatus, Outcome, Purpose, SupporterId
from oauth.audit import acts_about


def bringing(house: House, name: str, known, *, agrees=ALL) -> SupporterId:
    """Somebody joins and brings these neighbors."""
    who = join(house, name, agrees=agrees, near=known[0])
    journey.bring(house, who, [card(one, at, phone=phone(at)) for at, one in enumerate(known)])
    work(house)
    return who


@pytest.fixture
def ana_shared(house: House):
    """Ana talked to a friend and said that the campaign may know; nothing else of the residents is shared."""
    for resident in house.graph.supporters():
        journey.withdraw(house, resident.supporter_id)
    known = neighbors(house, 8)
    ana = bringing(house, "Ana Whitfield", known)
    friend = journey.supporter_list(house, ana, "en").open_cards[0].name
    journey.report(house, ana, key_of(house, ana, friend), Outcome.TALKED, True)
    return ana, friend, known


def only_one(house: House):
    (line,) = journey.known_people(house)
    return line, journey.known_person(house, line.token)


def organizer_of(house: House):
    browser = browser_of(house)
    session = new_session(house.records, now=house.clock(), supporter_id=SupporterId("user:kim"), role=Role.ORGANIZER)
    browser.cookies.set("kith_session", session.id)
    return browser


def test_a_shared_talk_makes_a_person_with_time_and_source(house, ana_shared):
    _, friend, _ = ana_shared
    line, person = only_one(house)
    assert (line.name, line.supporters, person.name) == (friend, ("Ana Whitfield",), friend)
    assert person.registered_name
    assert [(m.what, m.told_by) for m in person.timeline if m.source == "supporter"] == [("talked", "Ana Whitfield")]
    assert all(m.at is not None for m in person.timeline if m.source != "engine")
    assert {m.source for m in person.timeline} <= {"supporter", "engine", "voter_file"}


def test_what_she_keeps_to_herself_is_on_no_page(house, ana_shared):
    ana, friend, known = ana_shared
    others = [one.name for one in known if one.name != friend]
    journey.report(house, ana, key_of(house, ana, others[0]), Outcome.TALKED, False)
    desk = organizer_of(house)
    text = desk.get("/desk/people").text
    text += "".join(desk.get(path).text for path in re.findall(r'href="(/desk/people/[^"]+)"', text))
    assert friend in text
    assert [name for name in others if name in text] == []


def test_a_second_supporter_of_the_same_friend_stays_unknown_until_she_shares(house, ana_shared):
    _, friend, known = ana_shared
    jo = bringing(house, "Jo Becker", known)
    assert [tie.supporter for tie in only_one(house)[1].ties] == ["Ana Whitfield"]
    journey.report(house, jo, key_of(house, jo, friend), Outcome.HAS_PLAN, True)
    assert [tie.supporter for tie in only_one(house)[1].ties] == ["Ana Whitfield", "Jo Becker"]


def test_a_rejected_match_parts_the_person_from_the_list_of_voters(house, ana_shared):
    ana, friend, _ = ana_shared
    before, _ = only_one(house)
    key = key_of(house, ana, friend)
    voter = next(match.voter for match in house.graph.matches_of(ana) if match.contact_key == key)
    house.graph.put_matches(ana, [Match(key, MatchStatus.REJECTED, (Candidate(voter, 0.0),))])
    after, person = only_one(house)
    assert (after.name, person.registered_name, after.place) == (friend, "", "")
    assert "voter_file" not in {moment.source for moment in person.timeline}
    with pytest.raises(NotFoundError):
        journey.known_person(house, before.token)


@pytest.mark.parametrize("says", [Outcome.ASKED_TO_STOP, Outcome.LEFT])
def test_a_friend_who_asked_to_be_left_out_is_on_no_page(house, ana_shared, says):
    ana, friend, _ = ana_shared
    line, _ = only_one(house)
    key = key_of(house, ana, friend)
    if says is Outcome.LEFT:
        code = journey.message_draft(house, ana, key, 0, "en", "android").link.rsplit("/", 1)[1]
        journey.friend_answers(house, code, Outcome.LEFT)
    else:
        journey.report(house, ana, key, says, True)
    assert journey.known_people(house) == ()
    with pytest.raises(NotFoundError):
        journey.known_person(house, line.token)


def test_taking_the_consent_to_share_back_takes_effect_at_once(house, ana_shared):
    ana, _, _ = ana_shared
    journey.agree(house, ana, {purpose: purpose is not Purpose.SHARE_RESULTS for purpose in Purpose}, "en")
    assert journey.known_people(house) == ()


def test_whoever_looks_is_written_down_and_she_can_read_it(house, ana_shared):
    ana, friend, _ = ana_shared
    only_one(house)
    told = [(act.what, act.whom) for act in acts_about(house.records, ana)]
    key = key_of(house, ana, friend)
    assert [one for one in told if one[0] in ("people", "person")] == [("people", key), ("person", key)]


def test_the_pages_say_it_in_words_and_hold_no_id(house, ana_shared):
    ana, friend, _ = ana_shared
    desk = organizer_of(house)
    page = desk.get(re.findall(r'href="(/desk/people/[^"]+)"', desk.get("/desk/people").text)[0])
    assert page.status_code == 200
    assert "A friend talked to this person" in page.text
    assert "Told by Ana Whitfield" in page.text
    match = next(m for m in house.graph.matches_of(ana) if m.contact_key == key_of(house, ana, friend))
    assert [one for one in (match.voter.voter_id, match.contact_key, ana) if one in page.text] == []


def test_an_address_that_stands_for_nobody_says_what_to_do(house):
    answer = organizer_of(house).get(f"/desk/people/{'0' * 43}")
    assert answer.status_code == 404
    assert "Go back to the people" in answer.text
