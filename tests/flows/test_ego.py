"""The ego pictures: her own circles for Ana alone, her reach by place for organizers, laid out in a job."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lived_in import ALL, browser_of, card, join, key_of, neighbors, phone, work

from app import journey
from app.friends.ego import circles_of
from app.house import House
from app.rights.leaving import withdraw
from app.roles import Role
from app.web.sessions import new_session
from graph.errors import NotFoundError
from graph.model import ContactRecord, Outcome, Place, Purpose, RelationshipType, SourceKind, SupporterId


def ana_with(house: House, count: int = 24, *, agrees=ALL):
    """Ana joins with so many neighbors; every fourth is family."""
    known = neighbors(house, count)
    ana = join(house, "Ana Whitfield", agrees=agrees, near=known[0])
    cards = [card(one, at, phone=phone(at)) for at, one in enumerate(known)]
    journey.bring(
        house, ana, [replace(one, labels=("family",)) if at % 4 == 0 else one for at, one in enumerate(cards)]
    )
    return ana, known


def signed_in(house: House, who: SupporterId, role: Role):
    browser = browser_of(house)
    browser.cookies.set("kith_session", new_session(house.records, now=house.clock(), supporter_id=who, role=role).id)
    return browser


def test_every_friend_she_brought_is_in_one_circle_and_the_picture_is_drawn_by_the_job(house):
    ana, known = ana_with(house)
    work(house)
    mine = journey.her_circles(house, ana, "en")
    assert sum(row.friends for row in mine.rows) == mine.friends == len(known)
    assert [group.name for group in mine.picture.groups] == [row.name for row in mine.rows]
    assert mine.picture.you is not None


def test_the_picture_is_the_same_each_time_and_what_is_kept_names_nobody(house):
    ana, known = ana_with(house)
    work(house)
    first = journey.her_circles(house, ana, "en")
    house.records.delete("ego_picture", ana)
    assert journey.her_circles(house, ana, "en").picture.you is None
    work(house)
    assert journey.her_circles(house, ana, "en") == first
    kept = str(house.records.get("ego_picture", ana).value)
    words = {one.name for one in known} | {one.city for one in known} | {row.name for row in first.rows}
    assert [word for word in words if word in kept] == []


def test_a_word_to_a_friend_fills_her_circle(house):
    ana, _ = ana_with(house)
    work(house)
    friend = journey.supporter_list(house, ana, "en").open_cards[0]
    journey.report(house, ana, key_of(house, ana, friend.name), Outcome.SENT, None)
    mine = journey.her_circles(house, ana, "en")
    assert sum(row.written for row in mine.rows) == 1
    assert sum(row.listed for row in mine.rows) == 5
    assert sum(group.heard or 0 for group in mine.picture.groups) == 1


def test_new_friends_are_in_the_table_at_once_and_in_the_picture_after_the_job(house):
    ana, known = ana_with(house)
    work(house)
    journey.bring_typed(house, ana, "Zora Quill\nYann Marsh\nXenia Holt\n")
    waiting = journey.her_circles(house, ana, "en")
    assert waiting.friends == len(known) + 3
    assert waiting.picture.you is None
    work(house)
    assert journey.her_circles(house, ana, "en").picture.you is not None


def test_the_pictures_go_with_her_and_a_job_that_comes_too_late_keeps_nothing(house):
    ana, _ = ana_with(house)
    work(house)
    assert house.records.get("ego_picture", ana)
    withdraw(house, ana)
    assert house.records.get("ego_picture", ana) is None
    with pytest.raises(NotFoundError):
        journey.supporter_reach(house, ana)


def test_an_organizer_sees_places_of_ten_and_more_and_no_friend(house):
    ana, known = ana_with(house)
    work(house)
    found = journey.supporter_reach(house, ana)
    assert found.agrees
    assert (found.known or 0) >= 20
    assert found.picture.groups
    assert all(group.people >= 10 for group in found.picture.groups)
    page = signed_in(house, SupporterId("user:kim"), Role.ORGANIZER).get(f"/desk/supporters/{ana}")
    assert page.status_code == 200
    assert [one.name for one in known if one.name in page.text] == []


def test_few_people_are_no_place(house):
    ana, _ = ana_with(house, 6)
    work(house)
    found = journey.supporter_reach(house, ana)
    assert (found.known, found.picture.groups, found.overlap) == (None, (), ())


def test_who_shares_ten_friends_is_named_and_who_shares_fewer_is_not(house):
    ana, known = ana_with(house)
    work(house)
    jo = join(house, "Jo Becker", near=known[0])
    journey.bring(house, jo, [card(one, at, phone=phone(at)) for at, one in enumerate(known[:16])])
    lee = join(house, "Lee Osgood", near=known[0])
    journey.bring(house, lee, [card(one, at, phone=phone(at)) for at, one in enumerate(known[:4])])
    work(house)
    names = [line.name for line in journey.supporter_reach(house, ana).overlap]
    assert "Jo Becker" in names
    assert "Lee Osgood" not in names


def test_without_her_yes_to_coordinate_an_organizer_sees_nothing_and_others_do_not_see_her(house):
    ana, known = ana_with(house, agrees={Purpose.MATCH})
    work(house)
    found = journey.supporter_reach(house, ana)
    assert (found.agrees, found.known, found.alone, found.picture.groups, found.overlap) == (False, None, None, (), ())
    assert journey.her_circles(house, ana, "en").friends == len(known)  # to her it is her own


def test_her_page_says_it_in_words_and_before_she_brought_anybody_too(house):
    ana = join(house, "Ana Whitfield")
    hers = signed_in(house, ana, Role.SUPPORTER)
    assert "Your circles stand here" in hers.get("/friends/circles").text
    journey.bring(house, ana, [card(one, at) for at, one in enumerate(neighbors(house, 6))])
    assert "being drawn" in hers.get("/friends/circles").text
    work(house)
    assert 'class="circles"' in hers.get("/friends/circles").text
    assert "Tus círculos" in hers.get("/friends/circles?lang=es").text


def test_a_circle_is_made_of_what_she_brought() -> None:
    aunt = ContactRecord("a.vcf", 0, SourceKind.VCARD, display_name="Aunt Rosa", places=(Place(city="RAEFORD"),))
    assert circles_of(aunt, RelationshipType.FAMILY) == ("family", "town Raeford")
    assert circles_of(aunt, RelationshipType.UNKNOWN) == ("town Raeford",)
    typed = ContactRecord("typed", 0, SourceKind.TYPED, display_name="Tom")
    assert circles_of(typed, RelationshipType.OTHER) == ("typed",)
