"""Whom Ana could ask to join: a friend from where nobody is known, never anybody who may not be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import coded, precinct

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
    RelationshipType,
    SourceKind,
    Supporter,
    SupporterId,
    VoterRef,
)
from graph.voters import Ballots
from prioritization.invite import invitations, with_invitation
from prioritization.policy import Policy
from prioritization.ties import Tie

DAY = date(2026, 11, 3)
ANA, BEA = SupporterId("ana"), SupporterId("bea")
ALONE = frozenset({Purpose.MATCH})
COLUMNS = replace(
    precinct(["CY DAY"] * 8), precinct=coded(["FAR", "FAR", "NEAR", "NEAR", "NEAR", "FULL", "FULL", "FULL"])
)
NEW = {"FAR": 30.0, "NEAR": 5.0, "FULL": 0.2}


def ref(number: int) -> VoterRef:
    return VoterRef("NC", f"V{number:05d}")


def circle(name: SupporterId, friends, *, purposes=None):
    keys = [ContactKey(f"{name}-{number}") for number in friends]
    cards = {key: ContactRecord("book", at, SourceKind.VCARD, display_name="Cy Day") for at, key in enumerate(keys)}
    matches = [Match(key, MatchStatus.AUTO, (Candidate(ref(n), 0.9),)) for key, n in zip(keys, friends, strict=True)]
    return Circle(Supporter(name, name, purposes=purposes), cards), matches


def invited(*brought, policy=None, ballots=None, helping=(), asked=None, own=None, ties=None, new=NEW):
    return invitations(
        [c for c, _ in brought], {c.supporter.supporter_id: m for c, m in brought}, COLUMNS, own_voter=own or {},
        policy=policy or Policy(), ballots=ballots or Ballots(), day=DAY, expected_new=new, helping=helping,
        asked=asked or {}, ties=ties or {},
    )  # fmt: skip


def test_the_friend_from_where_nobody_is_known_is_invited_with_a_plain_reason() -> None:
    ask = invited(circle(ANA, [0, 2, 5]))[ANA]
    assert (ask.voter, ask.kind, ask.expected_votes) == (ref(0), AskKind.INVITE, 0.0)
    assert ask.reason.endswith("Perhaps this friend would like to help too.")
    assert "FAR" not in ask.reason  # nothing of the voter file is in it
    assert ask.factors["new_people"] == 30.0


def test_a_close_friend_outweighs_a_better_place() -> None:
    ties = {
        ContactKey("ana-0"): Tie(0.05, RelationshipType.UNKNOWN),
        ContactKey("ana-2"): Tie(0.9, RelationshipType.FAMILY),
    }
    assert invited(circle(ANA, [0, 2]), ties=ties)[ANA].voter == ref(2)


def test_where_everybody_is_known_nobody_is_invited() -> None:
    assert invited(circle(ANA, [5, 6, 7])) == {}
    assert invited(circle(ANA, [0, 1]), new={}) == {}
    assert invited(circle(ANA, [])) == {}


def test_two_who_coordinate_do_not_invite_the_same_friend_and_one_who_decides_alone_does_not_care() -> None:
    both = invited(circle(ANA, [0, 2]), circle(BEA, [0, 3]))
    assert sorted(ask.voter for ask in both.values()) == [ref(0), ref(3)]
    alone = invited(circle(ANA, [0, 2]), circle(BEA, [0, 3], purposes=ALONE))
    assert [alone[who].voter for who in (ANA, BEA)] == [ref(0), ref(0)]


def test_the_invitation_stands_behind_all_asks() -> None:
    ask = invited(circle(ANA, [0]))[ANA]
    asks = [replace(ask, rank=rank, kind=AskKind.VOTE, voter=ref(rank)) for rank in (1, 2, 3)]
    assert with_invitation(asks, ask) == [*asks, replace(ask, rank=4)]
    assert with_invitation(asks, None) == asks
    assert with_invitation([], ask) == [ask]
    reserve = replace(asks[1], voter=ask.voter)  # she is asked for one thing only
    assert with_invitation([asks[0], reserve], ask) == [asks[0], replace(ask, rank=2)]


few = st.sets(st.integers(0, 7), max_size=3)


@settings(deadline=None, max_examples=60)
@given(st.sets(st.integers(0, 7), max_size=8), few, few, few, few)
def test_nobody_who_may_not_be_asked_helps_already_or_is_asked_anyway_is_ever_invited(
    friends, voted, opted_out, helping, asked
) -> None:
    found = invited(
        circle(ANA, sorted(friends)),
        ballots=Ballots({f"V{n:05d}": BallotStatus.VOTED for n in voted}),
        policy=Policy(opted_out=frozenset(map(ref, opted_out))),
        helping={ref(n) for n in helping},
        asked={ANA: {ref(n) for n in asked}},
        own={ANA: ref(0)},
    )
    may = {n for n in friends - voted - opted_out - helping - asked - {0} if n < 5}
    assert {ask.voter for ask in found.values()} <= {ref(n) for n in may}
    assert bool(found) == bool(may)


def test_a_friend_who_is_held_out_is_not_invited() -> None:
    held = Policy(holdout_share=1.0, holdout_salt="salt")
    assert invited(circle(ANA, [0, 2]), policy=held) == {}
    assert np.isclose(invited(circle(ANA, [0]), policy=replace(held, holdout_share=0.0))[ANA].factors["new_people"], 30)
