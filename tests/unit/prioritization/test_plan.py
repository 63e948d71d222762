"""Ana and Bea bring their friends; each is asked of at most once a list, and of nobody who must not be asked."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import precinct

from graph.model import (
    AskKind,
    BallotStatus,
    Candidate,
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    MatchStatus,
    Purpose,
    SourceKind,
    Supporter,
    SupporterId,
    VoterRef,
)
from graph.voters import Ballots, RegistrationStatus
from prioritization.elections import find_election
from prioritization.evaluate import compare, true_value
from prioritization.plan import plan_asks
from prioritization.policy import LeftOut, Policy
from prioritization.standing import Standing, first_gain, kept_of
from prioritization.turnout import TurnoutReport, TurnoutScores

DAY = date(2026, 11, 3)
ELECTION = find_election(DAY, state="NC")
ANA, BEA = SupporterId("ana"), SupporterId("bea")
PEOPLE = 12


def ref(number):
    return VoterRef("NC", f"V{number:05d}")


def circle(name, friends, *, purposes=None):
    keys = [ContactKey(f"{name}-{at}") for at in range(len(friends))]
    cards = {key: ContactRecord("book", at, SourceKind.VCARD, phones=("+13365550101",)) for at, key in enumerate(keys)}
    matches = [
        Match(key, MatchStatus.AUTO, (Candidate(ref(n), sure),)) for key, (n, sure) in zip(keys, friends, strict=True)
    ]
    return Circle(Supporter(name, name, purposes=purposes), cards), matches


def plan(
    *brought,
    columns=None,
    turnout=None,
    as_of=date(2026, 10, 20),
    ballots=None,
    policy=None,
    own=None,
    k=5,
    mix=None,
    standing=None,
):
    columns = columns or precinct(["CY DAY"] * PEOPLE)
    probability = np.array(turnout or [0.5] * len(columns), dtype=np.float32)
    circles = [c for c, _ in brought]
    matches = {c.supporter.supporter_id: m for c, m in brought}
    if mix is not None:
        circles = mix.sample(circles, len(circles))
        matches = {name: mix.sample(m, len(m)) for name, m in matches.items()}
        circles = [replace(c, contacts=dict(mix.sample(sorted(c.contacts.items()), len(c.contacts)))) for c in circles]
    return plan_asks(
        circles, matches, columns, turnout=TurnoutScores(probability, TurnoutReport("learned", (), 0, 0.5)),
        ballots=ballots or Ballots(), election=ELECTION, as_of=as_of, own_voter=own or {}, relationships={},
        policy=policy or Policy(), asks_per_supporter=k, standing=standing,
    )  # fmt: skip


def asked(made, name=ANA):
    return [int(ask.voter.voter_id[1:]) for ask in made.asks[name]]


friends = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.floats(0.3, 1.0)), max_size=10)
chances = st.lists(st.floats(0.05, 0.95), min_size=PEOPLE, max_size=PEOPLE)


@settings(deadline=None, max_examples=40)
@given(friends, friends, chances, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(hers, others, turnout, mix):
    brought = circle(ANA, hers), circle(BEA, others)
    straight, mixed = plan(*brought, turnout=turnout), plan(*brought, turnout=turnout, mix=mix)
    assert straight.asks == mixed.asks
    assert straight.expected_votes == mixed.expected_votes
    assert straight.left_out == mixed.left_out


@settings(deadline=None, max_examples=60)
@given(friends, st.data())
def test_nobody_who_must_not_be_asked_ever_is(hers, data):
    some = st.sets(st.integers(0, PEOPLE - 1), max_size=4)
    voted, checked, opted_out, removed, minors = (data.draw(some) for _ in range(5))
    columns = precinct(
        ["CY DAY"] * PEOPLE,
        status=[RegistrationStatus.REMOVED if n in removed else RegistrationStatus.ACTIVE for n in range(PEOPLE)],
        birth_years=[2008 if n in minors else 1980 for n in range(PEOPLE)],
    )
    ballots = Ballots(
        {f"V{n:05d}": BallotStatus.NEEDS_CHECK for n in checked} | {f"V{n:05d}": BallotStatus.VOTED for n in voted}
    )
    policy = Policy(opted_out=frozenset(map(ref, opted_out)))
    made = plan(circle(ANA, hers), columns=columns, ballots=ballots, policy=policy, own={ANA: ref(0)})
    never = {0} | voted | checked | opted_out | removed | minors
    assert not never & set(asked(made))
    assert len(asked(made)) == len(set(asked(made))) <= 5
    cards_of_asked = len({n for n, _ in hers})
    assert len(asked(made)) + sum(made.left_out.values()) == cards_of_asked


@settings(deadline=None, max_examples=30)
@given(st.lists(friends, min_size=4, max_size=6))
def test_of_one_voter_at_most_three_asks_are_made(lists):
    made = plan(*(circle(SupporterId(f"s{at}"), hers) for at, hers in enumerate(lists)))
    everybody = [ask.voter for hers in made.asks.values() for ask in hers]
    assert max((everybody.count(voter) for voter in everybody), default=0) <= 3


@settings(deadline=None, max_examples=30)
@given(st.floats(0.5, 1.0), st.floats(0.5, 1.0))
def test_a_surer_match_never_lowers_what_an_ask_is_worth(one, other):
    less, more = sorted((one, other))
    values = [plan(circle(ANA, [(1, sure)])).expected_votes for sure in (less, more)]
    assert values[0] <= values[1]


def test_of_two_asks_worth_nearly_the_same_the_surer_friend_is_asked_and_no_number_is_changed_for_it():
    sure, doubtful = (0, 1.0), (1, 0.9)
    turnout = [0.3, 0.5] + [0.5] * 10
    (chosen,) = plan(circle(ANA, [sure, doubtful]), turnout=turnout, k=1).asks[ANA]
    (other,) = plan(circle(ANA, [doubtful]), turnout=turnout, k=1).asks[ANA]
    assert chosen.voter == ref(0)
    assert chosen.expected_votes < other.expected_votes
    assert other.expected_votes == pytest.approx(0.9 * other.factors["support_probability"] * other.factors["effect"])


def test_the_friend_on_the_edge_comes_before_the_sure_voter_and_the_lost_one():
    turnout = [0.5, 0.97, 0.03] + [0.5] * 9
    made = plan(circle(ANA, [(1, 0.9), (2, 0.9), (0, 0.9)]), turnout=turnout)
    assert asked(made)[0] == 0
    assert [ask.rank for ask in made.asks[ANA]] == [1, 2, 3]
    assert all(ask.kind is AskKind.VOTE_EARLY for ask in made.asks[ANA])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"own": {ANA: ref(1)}}, LeftOut.OWN_RECORD),
        ({"policy": Policy(asked_recently=frozenset({(ANA, ref(1))}))}, LeftOut.ASKED_RECENTLY),
        ({"policy": Policy(holdout_share=1.0)}, LeftOut.HELD_OUT),
        ({"policy": Policy(own_parties=frozenset({"DEM"}), least_support=0.6)}, LeftOut.NOT_SUPPORTIVE),
        ({"policy": Policy(least_match_probability=0.95)}, LeftOut.NOT_SURE),
        ({"as_of": date(2026, 11, 4)}, LeftOut.NOTHING_TO_ASK),
    ],
)
def test_the_summary_says_why_a_friend_is_left_out(changes, why):
    made = plan(circle(ANA, [(1, 0.9)]), **changes)
    assert made.asks == {ANA: ()}
    assert made.left_out == {str(why): 1}
    assert made.expected_votes == 0.0


def test_a_friend_she_starred_herself_is_never_held_out():
    hers, matches = circle(ANA, [(1, 0.9)])
    starred = replace(hers, contacts={key: replace(record, is_starred=True) for key, record in hers.contacts.items()})
    assert asked(plan((starred, matches), policy=Policy(holdout_share=1.0))) == [1]


def test_a_household_is_held_out_together():
    columns = precinct(["CY DAY"] * 40, household=[n // 2 for n in range(40)])
    made = plan(circle(ANA, [(n, 0.9) for n in range(40)]), columns=columns, policy=Policy(holdout_share=0.5), k=40)
    held = set(range(40)) - set(asked(made))
    assert 0 < len(held) < 40
    assert all((n ^ 1) in held for n in held)


def test_of_two_cards_of_one_friend_the_one_with_a_number_is_used():
    keys = ContactKey("a"), ContactKey("b")
    cards = {
        keys[0]: ContactRecord("facebook", 0, SourceKind.FACEBOOK_EXPORT, display_name="Cy Day"),
        keys[1]: ContactRecord("book", 0, SourceKind.VCARD, phones=("+13365550101",)),
    }
    matches = [
        Match(key, MatchStatus.AUTO, (Candidate(ref(3), sure),)) for key, sure in zip(keys, (0.95, 0.9), strict=True)
    ]
    made = plan((Circle(Supporter(ANA, "Ana"), cards), matches))
    assert [ask.contact_key for ask in made.asks[ANA]] == [keys[1]]


def test_only_who_agreed_to_coordinate_gives_way_to_others():
    shared, own = (1, 0.9), (2, 0.9)
    turnout = [0.5, 0.5, 0.45] + [0.5] * 9
    together = plan(circle(ANA, [shared, own]), circle(BEA, [shared]), turnout=turnout, k=1)
    assert (asked(together), asked(together, BEA)) == ([2], [1])
    alone = frozenset({Purpose.MATCH})
    apart = plan(circle(ANA, [shared, own], purposes=alone), circle(BEA, [shared]), turnout=turnout, k=1)
    assert (asked(apart), asked(apart, BEA)) == ([1], [1])


def test_unmatched_and_rejected_contacts_get_no_ask_and_are_counted():
    hers, _ = circle(ANA, [(1, 0.9), (2, 0.9)])
    no, yes = hers.contacts
    matches = [Match(no, MatchStatus.REJECTED, (Candidate(ref(1), 0.9),)), Match(yes, MatchStatus.NO_MATCH)]
    made = plan((hers, matches))
    assert made.left_out == {str(LeftOut.UNMATCHED): 2}


def test_the_factors_multiply_to_the_expected_votes():
    made = plan(circle(ANA, [(1, 0.8)]), circle(BEA, [(1, 0.8)]))
    for hers in made.asks.values():
        factors = hers[0].factors
        product = factors["match_probability"] * factors["support_probability"] * factors["effect"] * factors["share"]
        assert hers[0].expected_votes == pytest.approx(product)
    assert sorted(hers[0].factors["share"] for hers in made.asks.values()) == [0.5, 1.0]


def test_nobody_brings_nobody():
    assert plan().asks == {}
    assert plan(circle(ANA, [])).asks == {ANA: ()}


def test_the_truth_of_an_invented_town_judges_a_list():
    effect = {(ANA, ref(1)): 0.05, (ANA, ref(2)): 0.01, (BEA, ref(1)): 0.04}
    assert true_value([(ANA, ref(1)), (BEA, ref(1)), (ANA, ref(9))], effect) == pytest.approx(0.05 + 0.02)
    worth = compare([(ANA, ref(2)), (BEA, ref(1))], effect, {ref(1): 0.5, ref(2): 0.1}, asks_per_supporter=1)
    assert worth.oracle == pytest.approx(0.07)
    assert worth.ours == pytest.approx(0.05)
    assert worth.lowest_first == pytest.approx(0.05)
    assert worth.oracle >= worth.random > 0
    assert compare([], {}, {}).share_of_oracle == 0.0


COORDINATING, ALONE = frozenset({Purpose.MATCH, Purpose.COORDINATE}), frozenset({Purpose.MATCH})


def test_a_new_supporter_is_led_to_the_friend_whom_nobody_asks_yet():
    stands = Standing(gains={ref(1): [0.2]}, counts={ref(1): 1})
    made = plan(circle(ANA, [(1, 0.9), (2, 0.8)], purposes=COORDINATING), k=1, standing=stands)
    assert asked(made) == [2]


def test_who_does_not_coordinate_is_not_led_by_what_others_do():
    stands = Standing(gains={ref(1): [0.2]}, counts={ref(1): 1})
    made = plan(circle(ANA, [(1, 0.9), (2, 0.8)], purposes=ALONE), k=1, standing=stands)
    assert asked(made) == [1]


@pytest.mark.parametrize("purposes", [COORDINATING, ALONE])
def test_nobody_is_asked_a_fourth_time(purposes):
    stands = Standing(counts={ref(1): 3})
    made = plan(circle(ANA, [(1, 0.9), (2, 0.8)], purposes=purposes), standing=stands)
    assert asked(made) == [2]


def test_those_who_decide_alone_pass_no_cap_together():
    everybody = [circle(SupporterId(f"s{n}"), [(1, 0.9)], purposes=ALONE) for n in range(5)]
    assert sum(len(asks) for asks in plan(*everybody).asks.values()) == 3


def test_an_ask_beside_another_says_what_it_adds():
    alone = plan(circle(ANA, [(1, 0.9)])).asks[ANA][0]
    beside = plan(circle(ANA, [(1, 0.9)]), standing=Standing(gains={ref(1): [1.0]}, counts={ref(1): 1})).asks[ANA][0]
    assert beside.expected_votes == pytest.approx(alone.expected_votes / 2)
    assert first_gain(beside) == pytest.approx(first_gain(alone)) == pytest.approx(alone.expected_votes)


def test_the_friend_of_yesterday_stays_unless_another_is_clearly_better():
    yesterday = Standing(kept={(ANA, ref(1))})
    assert asked(plan(circle(ANA, [(1, 0.93), (2, 0.95)]), k=1, standing=yesterday)) == [1]
    assert asked(plan(circle(ANA, [(1, 0.60), (2, 0.95)]), k=1, standing=yesterday)) == [2]


def test_whose_ballot_is_still_out_is_asked_to_send_it_back():
    made = plan(circle(ANA, [(3, 0.9), (4, 0.9)]), ballots=Ballots({"V00003": BallotStatus.SENT}))
    assert {int(ask.voter.voter_id[1:]): ask.kind for ask in made.asks[ANA]} == {
        3: AskKind.RETURN_BALLOT,
        4: AskKind.VOTE_EARLY,
    }


def listed(made):
    return {name: {ask.voter for ask in asks} for name, asks in made.asks.items()}


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10_000))
def test_solved_again_on_the_same_day_nobodys_list_moves_though_chance_has_a_part(seed):
    """Twelve supporters of whom many know the same friends; half of the places are chance's."""
    chance = np.random.default_rng(seed)
    people = 40
    brought = [
        circle(
            SupporterId(f"s{at:02}"),
            [(int(n), 0.99) for n in np.sort(chance.choice(people, 16, replace=False))],
        )
        for at in range(12)
    ]
    turnout = chance.uniform(0.1, 0.9, people).round(2).tolist()
    policy = Policy(explore_share=0.5, explore_salt="rivera")
    again = {"columns": precinct(["CY DAY"] * people), "turnout": turnout, "policy": policy, "k": 3}
    first = plan(*brought, **again)
    kept = frozenset(
        (name, voter)
        for name, asks in first.asks.items()
        for voter in kept_of([*asks, *first.gave_way.get(name, ())], 3)
    )
    second = plan(*brought, **again, standing=Standing(kept=kept))
    assert listed(second) == listed(first)
    by_chance = [
        {(ask.supporter_id, ask.voter) for asks in made.asks.values() for ask in asks if "by_chance" in ask.factors}
        for made in (first, second)
    ]
    assert by_chance[0] == by_chance[1]


def test_who_gave_way_to_chance_waits_first_behind_the_list_and_is_kept():
    brought = circle(ANA, [(n, 0.99) for n in range(PEOPLE)])
    turnout = [0.5 - 0.03 * n for n in range(PEOPLE)]
    made = plan(brought, turnout=turnout, policy=Policy(explore_share=0.5, explore_salt="rivera"), k=3)
    asks, gave_way = made.asks[ANA], made.gave_way[ANA]
    drawn = [ask for ask in asks if "by_chance" in ask.factors]
    assert len(drawn) == len(gave_way) > 0
    assert {int(v.voter_id[1:]) for v in kept_of([*asks, *gave_way], 3)} == {0, 1, 2}
