"""A few of Ana's slots are chance's: rarely, the same all day, with a probability that is told, and never for who may not be asked."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import precinct

from graph.model import (
    Candidate,
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    SourceKind,
    Supporter,
    VoterRef,
)
from graph.voters import Ballots
from prioritization.alone import PLAN_ALONE, plan_factor
from prioritization.elections import find_election
from prioritization.explore import Exploration, probability, with_chance
from prioritization.plan import plan_asks
from prioritization.policy import Policy
from prioritization.turnout import TurnoutReport, TurnoutScores

DAY = date(2026, 10, 20)
ELECTION = find_election(date(2026, 11, 3), state="NC")
FRIENDS = 30


def her_list(share, *, day=DAY, left_out=frozenset(), aside=frozenset(), supporters=1):
    columns = precinct(["CY DAY"] * FRIENDS)
    circles, matches = [], {}
    for one in range(supporters):
        name = f"ana-{one}"
        keys = [ContactKey(f"{name}-{at}") for at in range(FRIENDS)]
        cards = {key: ContactRecord("book", at, SourceKind.VCARD) for at, key in enumerate(keys)}
        circles.append(Circle(Supporter(name, name), cards))
        refs = [VoterRef("NC", f"V{at:05d}") for at in range(FRIENDS)]
        matches[name] = [
            Match(key, MatchStatus.AUTO, (Candidate(ref, 0.99),)) for key, ref in zip(keys, refs, strict=True)
        ]
    turnout = np.linspace(0.5, 0.9, FRIENDS).astype(np.float32)
    made = plan_asks(
        circles, matches, columns, turnout=TurnoutScores(turnout, TurnoutReport("learned", (), 0, 0.5)), ballots=Ballots(),
        election=ELECTION, as_of=day, own_voter={}, relationships={},
        policy=Policy(explore_share=share, explore_salt="rivera", opted_out=left_out, set_aside=aside),
    )  # fmt: skip
    return made.asks


def test_without_exploring_nobody_comes_by_chance():
    assert all("by_chance" not in ask.factors for ask in her_list(0.0)["ana-0"])
    assert any("by_chance" in ask.factors for ask in her_list(1.0)["ana-0"])


def test_of_many_slots_a_twentieth_is_chances_and_its_probability_is_told():
    names = [f"s{one}" for one in range(2_000) for _ in range(40)]
    ids = [f"V{one}-{at}".encode() for one in range(2_000) for at in range(40)]
    value = np.tile(np.linspace(1.0, 0.1, 40), 2_000)
    picks = np.array([40 * one + at for one in range(2_000) for at in range(5)])
    room = np.full(len(names), 3)
    after, by_chance = with_chance(picks, names, ids, value, room, k=5, exploration=Exploration(0.05, "rivera", DAY))
    assert len(after) == len(picks)
    fifteen_best = {at for at in range(len(names)) if at % 40 < 15}
    assert set(by_chance) <= fifteen_best
    told = probability(5, 15, 0.05)
    assert set(by_chance.values()) == {told}
    drawn_beyond_five = 2_000 * 10 * told  # ten of the fifteen are not picked anyway
    assert len(by_chance) == pytest.approx(drawn_beyond_five, rel=0.15)
    places = Counter(at % 40 for at in by_chance)
    assert max(places.values()) < 2 * min(places.values())


def test_a_list_is_the_same_all_day_and_another_tomorrow():
    days = [DAY + timedelta(days=one) for one in range(10)]
    first, again = ([her_list(1.0, day=day)["ana-0"] for day in days] for _ in range(2))
    assert first == again
    assert len({tuple(ask.voter for ask in asks) for asks in first}) > 5


@settings(deadline=None, max_examples=20)
@given(st.sets(st.integers(0, 14), max_size=10), st.sets(st.integers(0, 14), max_size=10), st.integers(0, 14))
def test_chance_never_brings_who_is_left_out_or_set_aside_and_no_voter_passes_three(left, aside, days):
    refs = [frozenset(VoterRef("NC", f"V{at:05d}") for at in some) for some in (left, aside)]
    asks = her_list(1.0, day=DAY + timedelta(days=days), left_out=refs[0], aside=refs[1], supporters=5)
    everybody = [ask.voter for hers in asks.values() for ask in hers]
    assert not set(everybody) & (refs[0] | refs[1])
    assert max(Counter(everybody).values()) <= 3
    assert all(len(hers) <= 5 and len({ask.voter for ask in hers}) == len(hers) for hers in asks.values())


def test_who_has_few_friends_keeps_them_all():
    value = np.array([3.0, 2.0, 0.0])
    after, by_chance = with_chance(
        np.array([0, 1]),
        ["ana"] * 3,
        [b"a", b"b", b"c"],
        value,
        np.full(3, 3),
        k=5,
        exploration=Exploration(1.0, "", DAY),
    )
    assert (after.tolist(), by_chance) == ([0, 1], {})
    assert probability(5, 0, 0.05) == 0.0
    assert probability(5, 2, 1.0) == 1.0


def test_a_question_of_plan_counts_more_where_somebody_lives_alone():
    columns = precinct(["CY DAY"] * 4, household=[0, 1, 1, -1])
    assert plan_factor(columns, np.arange(4)).tolist() == [PLAN_ALONE, 1.0, 1.0, 1.0]
    assert plan_factor(columns, np.zeros(0, np.int64)).tolist() == []


def test_an_ask_tells_every_part_of_its_number():
    ask = her_list(0.0)["ana-0"][0]
    told = ask.factors
    shift = told["shift"] * told["salience_factor"] * told["tie_factor"] * told["plan_factor"]
    p = told["turnout_probability"]
    moved = p / (1 - p) * np.exp(shift)
    effect = moved / (1 + moved) - p
    assert told["effect"] == pytest.approx(effect)
    product = told["match_probability"] * told["support_probability"] * told["effect"] * told["share"]
    assert ask.expected_votes == pytest.approx(product)
