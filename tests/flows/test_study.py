"""Chance sets some friends aside: once, written down before anybody sees a list, and kept when a supporter leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lived_in import NOW, card, copy_of, join, key_of, neighbors, work

from app import journey
from app.friends.ranking import rank, rank_hers
from app.house import House
from app.organizing import study
from app.rights.sweep import sweep
from graph.model import Outcome, VoterRef

FRIENDS = 30


@pytest.fixture
def chancy(built, tmp_path) -> House:
    """The campaign with every slot left to chance: half of them, and now and then none of hers would be."""
    house = copy_of(built, tmp_path)
    return replace(house, campaign=replace(house.campaign, explore_share=1.0))


@pytest.fixture
def drawing(built, tmp_path) -> House:
    """The campaign with half of the households set aside."""
    return copy_of(built, tmp_path, holdout="0.5", explore="0")


def rows(house: House) -> dict[str, dict]:
    return {record.key: dict(record.value) for record in house.records.all(study.STUDY)}


def row_of(house: House, ref: VoterRef) -> dict | None:
    return rows(house).get(study.voter_name(house, ref))


def bring(house: House, name: str = "Ana Whitfield", *, count: int = FRIENDS):
    friends = neighbors(house, count)
    ana = join(house, name, near=friends[0])
    journey.bring(house, ana, [card(friend, at) for at, friend in enumerate(friends)])
    work(house)
    return ana, friends


def suggested(house: House, who) -> set[VoterRef]:
    return {ask.voter for ask in house.graph.asks_of(who)}


def test_who_is_set_aside_is_written_down_with_the_probability_and_never_suggested(drawing):
    ana, friends = bring(drawing)
    drawn = {friend.ref: row for friend in friends if (row := row_of(drawing, friend.ref))}
    aside = {ref for ref, row in drawn.items() if row["aside"]}
    assert len(drawn) > 20
    assert 4 < len(aside) < len(drawn) - 4
    assert {row["chance"] for row in drawn.values()} == {0.5}
    assert not aside & suggested(drawing, ana)
    assert suggested(drawing, ana)


def test_who_was_set_aside_stays_so_through_every_ranking_and_another_share(drawing):
    ana, _ = bring(drawing)
    before = rows(drawing)
    rank(drawing)
    rank_hers(drawing, ana)
    assert before.items() <= rows(drawing).items()
    none = replace(drawing, campaign=replace(drawing.campaign, holdout_share=0.0))
    rank(none)
    assert before.items() <= rows(none).items()
    aside = {friend for friend, row in before.items() if row["aside"]}
    assert not aside & {study.voter_name(none, ref) for ref in suggested(none, ana)}


def test_friends_she_typed_herself_are_never_drawn(drawing):
    friends = neighbors(drawing, 12)
    ana = join(drawing, "Ana Whitfield", near=friends[0])
    journey.bring_typed(drawing, ana, "\n".join(f"{friend.name}, {friend.city}" for friend in friends))
    work(drawing)
    assert all(row_of(drawing, friend.ref) is None for friend in friends)


def test_to_her_who_is_set_aside_looks_like_everybody_else(drawing):
    ana, friends = bring(drawing)
    listed = {friend.key for friend in journey.all_friends(drawing, ana, "en") if friend.is_listed}
    aside = next(f for f in friends if (row_of(drawing, f.ref) or {}).get("aside"))
    key = key_of(drawing, ana, aside.name)
    assert key not in listed
    assert journey.message_draft(drawing, ana, key, 0, "en", "ios").link  # she may write to him all the same


def test_a_small_campaign_sets_nobody_aside_and_keeps_no_row(house):
    bring(house)
    assert rows(house) == {}


def test_rows_outlive_who_brought_them_and_name_nobody(drawing):
    ana, friends = bring(drawing)
    key = key_of(drawing, ana, friends[0].name)
    journey.report(drawing, ana, key, Outcome.SENT, None)
    before = rows(drawing)
    journey.withdraw(drawing, ana)
    assert rows(drawing) == before
    text = repr(before)
    assert not [
        word for friend in friends for word in (friend.ref.voter_id, friend.name, friend.family) if word in text
    ]
    assert ana not in text
    assert key not in text


def test_who_asks_to_be_left_out_is_in_no_study(drawing):
    ana, friends = bring(drawing)
    friend = next(f for f in friends if row_of(drawing, f.ref))
    journey.report(drawing, ana, key_of(drawing, ana, friend.name), Outcome.ASKED_TO_STOP, None)
    assert row_of(drawing, friend.ref) is None
    work(drawing)
    assert row_of(drawing, friend.ref) is None


def test_what_she_wrote_is_noted_once_and_can_be_taken_back(drawing):
    ana, friends = bring(drawing)
    friend = next(f for f in friends if row_of(drawing, f.ref))
    key = key_of(drawing, ana, friend.name)
    for _ in range(2):
        journey.report(drawing, ana, key, Outcome.SENT, None)
    assert len(row_of(drawing, friend.ref)["by"]) == 1
    journey.undo(drawing, ana, key)
    assert row_of(drawing, friend.ref)["by"] == []


def test_a_year_after_the_election_nothing_is_left_of_it(drawing):
    bring(drawing)
    sweep(replace(drawing, clock=lambda: NOW + timedelta(days=200)))
    assert rows(drawing)
    sweep(replace(drawing, clock=lambda: NOW + timedelta(days=420)))
    assert rows(drawing) == {}
    assert drawing.records.all(study.STUDY_HOME) == []


def test_a_friend_whom_somebody_just_wrote_to_waits_for_the_others(house):
    ana, friends = bring(house)
    jo = join(house, "Jo Beckham", near=friends[0])
    first = next(iter(suggested(house, ana)))
    friend = next(f for f in friends if f.ref == first)
    journey.report(house, ana, key_of(house, ana, friend.name), Outcome.SENT, None)
    journey.bring(house, jo, [card(one, at) for at, one in enumerate(friends)])
    work(house)
    assert first not in suggested(house, jo)
    rank(house)
    assert first in suggested(house, ana)  # on her own list he stands as done


def test_what_chance_put_on_a_list_is_told_on_the_page_and_kept_with_its_probability(chancy):
    house = chancy
    bring(house)
    rank(house)
    asks = {one.supporter_id: house.graph.asks_of(one.supporter_id) for one in house.graph.supporters()}
    by_chance = [ask for hers in asks.values() for ask in hers if "by_chance" in ask.factors]
    assert by_chance
    whose = next(who for who, hers in asks.items() if by_chance[0] in hers)
    assert journey.supporter_list(house, whose, "en").explored
    entries = house.records.read(study.EXPLORED)
    kept = {name: chance for entry in entries for name, chance in entry.value["asks"]}
    assert {study.voter_name(house, ask.voter): ask.factors["by_chance"] for ask in by_chance}.items() <= kept.items()


def test_a_list_with_chance_in_it_is_the_same_all_day(chancy):
    house = chancy
    ana, _ = bring(house)
    rank(house)
    first = house.graph.asks_of(ana)[: house.asks_per_supporter]
    for again in (rank, lambda one: rank_hers(one, ana), rank):
        again(house)
        assert {ask.voter for ask in house.graph.asks_of(ana)[: house.asks_per_supporter]} == {
            ask.voter for ask in first
        }
    assert any("by_chance" in ask.factors for ask in house.graph.asks_of(ana))
