"""The community picture is laid out by a job, kept, and only read by the page."""

from __future__ import annotations

from dataclasses import replace

from lived_in import card as entry
from lived_in import join, neighbors, phone, work

from app import journey
from app.house import House
from app.memory import Memory
from app.organizing.layouts import count_places, draw_circles, drawn_circles
from app.rights.leaving import withdraw
from graph.model import Outcome, Purpose


def bring_friends(house: House, count: int = 12, *, agrees=frozenset(Purpose)):
    known = neighbors(house, count)
    ana = join(house, "Ana Whitfield", agrees=agrees, near=known[0])
    journey.bring(house, ana, [entry(who, at, phone=phone(at)) for at, who in enumerate(known)])
    return ana


def test_a_page_only_reads_what_the_job_drew(house):
    before = journey.reach(house)
    bring_friends(house)
    journey.find(house, house.graph.supporters()[-1].supporter_id)
    stale = journey.reach(house)
    assert (stale.groups, stale.drawn_at) == (before.groups, before.drawn_at)
    assert stale.is_drawing  # the page says that a newer picture is on its way, and has asked for it
    work(house)
    assert not journey.reach(house).is_drawing


def test_the_same_network_is_drawn_the_same(house):
    work(house)
    first = draw_circles(house)
    assert first.groups
    second = draw_circles(replace(house, memory=Memory()))  # as another process would
    assert (first.version, first.groups, first.lines) == (second.version, second.groups, second.lines)
    assert drawn_circles(house) == second  # what was kept is what was drawn


def test_a_word_to_a_friend_is_in_the_next_picture(house):
    work(house)
    ana = bring_friends(house)
    work(house)
    journey.reach(house)
    work(house)
    version = drawn_circles(house).version
    for card in journey.supporter_list(house, ana, "en").open_cards:
        journey.report(house, ana, card.key, Outcome.SENT, None)
    assert journey.reach(house).is_drawing
    work(house)
    assert drawn_circles(house).version != version


def test_nobody_is_in_the_picture_without_having_agreed_and_nobodys_name_is_kept_in_it(house):
    everybody = journey.reach(house).supporters
    quiet = bring_friends(house, agrees={Purpose.MATCH})
    work(house)
    assert journey.reach(house).supporters == everybody
    draw_circles(house)
    kept = str(house.records.get("picture", "circles").value)
    told = [
        quiet,
        *(edge.voter.voter_id for edge in house.graph.edges()),
        *(s.display_name for s in house.graph.supporters()),
    ]
    assert [one for one in told if one in kept] == []


def test_before_the_first_picture_the_page_says_so_and_asks_for_it(house):
    house.records.delete("picture", "circles")
    found = journey.reach(house)
    assert (found.groups, found.drawn_at, found.is_drawing) == ((), None, True)
    assert "layout" in {result.kind for result in work(house)}
    assert journey.reach(house).groups


def test_when_everybody_has_left_there_is_nothing_to_draw(house):
    for supporter in house.graph.supporters():
        withdraw(house, supporter.supporter_id)
    drawn = draw_circles(house)
    assert (drawn.groups, drawn.lines, drawn.bridges) == ((), (), None)


def test_a_supporter_is_shown_by_name_whom_she_could_invite_and_organizers_the_place_alone(house):
    draw_circles(house)
    count_places(house)
    ana = bring_friends(house)
    work(house)
    mine = journey.supporter_list(house, ana, "en")
    assert mine.invitation is not None
    assert mine.invitation.name not in {card.name for card in mine.open_cards}
    assert mine.invitation.reason.endswith("Perhaps this friend would like to help too.")
    assert mine.invitation.until == ""
    assert len(mine.open_cards) == 5  # the invitation takes no place
    draft = journey.message_draft(house, ana, mine.invitation.key, 0, "en", "android")
    assert "Would you like to help too?" in draft.text
    assert mine.invitation.name not in str(journey.reach(house))

    journey.report(house, ana, mine.invitation.key, Outcome.SENT, None)
    assert journey.supporter_list(house, ana, "en").invitation is None
