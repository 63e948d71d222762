"""Whom another supporter knows: a help among those who agreed, and among nobody else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_register import AS_OF, KEY, Neighbor, card, circle, crowd, register

from graph.model import Circle, Match, SupporterId
from matching.index import MatchIndex
from matching.link import match_circles
from matching.model import MatchModel
from matching.shared_friends import Friendships, SharedFriends

PEOPLE = [
    Neighbor("ROSA", "QUILL", born=1982, home=1, phone="9102110001"),
    Neighbor("VERA", "STONE", born=1982, home=2, phone="9102110002"),
    Neighbor("ANN", "SMITH", born=1981, home=3),
    Neighbor("ANN", "SMITH", born=1983, home=4, phone="9102110003"),
    Neighbor("DANA", "VANTERPOOL", born=1984, home=6),
    *crowd(300),
]
COLUMNS = register(PEOPLE)
INDEX = MatchIndex.build(COLUMNS)
ROSA, VERA = SupporterId("s-rosa"), SupporterId("s-vera")


def matched(*circles: Circle, agreed: Sequence[str] = ()) -> list[Match]:
    found = match_circles(
        COLUMNS, INDEX, circles, key=KEY, model=MatchModel(), as_of=AS_OF, learning=False, agreed=agreed
    )
    return list(found.matches[ROSA])


def belief(match: Match, voter_id: str) -> float:
    return max((c.match_probability for c in match.candidates if c.voter.voter_id == voter_id), default=0.0)


ROSAS = circle(card("Ann Smith", 0), card("Dana Vanterpool", 1))
VERAS = circle(
    card("Ann Smith", 0, phones=("9102110003",)), card("Dana Vanterpool", 1), supporter="s-vera", name="Vera Stone"
)


def test_of_two_namesakes_the_one_whom_a_friend_of_friends_knows_is_likelier():
    alone, together = matched(ROSAS, VERAS)[0], matched(ROSAS, VERAS, agreed=(ROSA, VERA))[0]
    assert belief(together, "V00003") > belief(alone, "V00003") + 0.05
    assert belief(together, "V00003") > belief(together, "V00002")


names = st.lists(st.sampled_from(["Ann Smith", "Dana Vanterpool", "David Baker", "Linda M", "Ann"]), max_size=5)


@settings(max_examples=15, deadline=None)
@given(told=names, agreed=st.sampled_from([(), ("s-rosa",), ("s-vera",)]))
def test_nobodys_contacts_help_or_hurt_anybody_unless_both_agreed(told, agreed):
    other = circle(*(card(name, at) for at, name in enumerate(told)), supporter="s-vera", name="Vera Stone")
    assert matched(ROSAS, other, agreed=agreed) == matched(ROSAS)


def test_a_circle_that_shares_more_friends_lends_more():
    rows, sure = np.arange(10, dtype=np.int64), np.ones(10)
    near = Friendships(np.full(10, 1, dtype=np.int64), rows, sure)
    far = Friendships(np.full(10, 2, dtype=np.int64), np.r_[rows[:1], rows[1:] + 50], sure)
    shared = SharedFriends.of([near, far], np.full(3, -1), np.ones(3, dtype=bool))
    hers = np.r_[rows[:8], 9, 59]
    density = shared.mixed(np.zeros(10, dtype=np.int64), hers, np.full(10, 1e-4), np.r_[np.ones(8), 0.0, 0.0])
    assert density[8] > 2 * density[9] > 2e-4


def test_nobody_agreeing_changes_nothing():
    nothing = SharedFriends.of([], np.full(2, -1), np.zeros(2, dtype=bool))
    density = np.array([0.1, 0.2])
    assert nothing.mixed(np.array([0, 1]), np.array([3, 4]), density, density) is density
