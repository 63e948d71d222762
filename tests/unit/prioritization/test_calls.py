"""Callers ring first whom a call can move, nobody too often, and nobody who said no."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_precinct import precinct

from graph.model import BallotStatus, VoterRef
from graph.voters import Ballots
from prioritization.calls import FINAL, Blocked, Call, CallRules, Disposition, call_list

TODAY, DAY = date(2026, 10, 20), date(2026, 11, 3)
PEOPLE = 6
LONG_AGO = TODAY - timedelta(days=30)


def ref(number):
    return VoterRef("NC", f"V{number:05d}")


def chosen(*, support=None, turnout=None, made=(), opted_out=(), universe=None, size=10, ballots=None, columns=None):
    return call_list(
        columns or precinct(["CY DAY"] * PEOPLE),
        universe=np.ones(PEOPLE, dtype=np.bool_) if universe is None else np.array(universe),
        support=np.array(support or [0.5] * PEOPLE),
        turnout=np.array(turnout or [0.8] * PEOPLE),
        made=made, opted_out=opted_out, ballots=ballots or Ballots(), day=DAY, as_of=TODAY, size=size,
    )  # fmt: skip


def rung(made):
    return [int(line.voter.voter_id[1:]) for line in made.lines]


def test_who_could_go_either_way_and_votes_comes_first():
    made = chosen(support=[0.95, 0.5, 0.05, 0.5, 0.6, 0.9], turnout=[0.9, 0.9, 0.9, 0.2, 0.9, 0.9])
    assert rung(made)[:2] == [1, 4]
    assert made.lines[0].persuasion == pytest.approx(0.9)


def test_only_the_universe_is_rung():
    assert rung(chosen(universe=[False, True, False, True, False, False])) == [1, 3]
    assert chosen(universe=[False] * PEOPLE).lines == ()


@pytest.mark.parametrize("disposition", sorted(FINAL))
def test_nobody_is_rung_after_a_final_answer(disposition):
    made = chosen(made=[Call(ref(0), LONG_AGO, disposition)])
    assert 0 not in rung(made)
    assert made.blocked[Blocked.DONE] == 1


def test_three_tries_are_enough_and_two_days_too_soon():
    thrice = [Call(ref(0), LONG_AGO, Disposition.NOT_HOME)] * 3
    lately = [Call(ref(1), TODAY - timedelta(days=2), Disposition.BUSY)]
    once = [Call(ref(2), TODAY - CallRules().cool_down, Disposition.NOT_HOME)]
    made = chosen(made=[*thrice, *lately, *once])
    assert rung(made) == [2, 3, 4, 5]
    assert made.blocked == {Blocked.CALLED_ENOUGH: 1, Blocked.CALLED_RECENTLY: 1}


@given(st.sets(st.integers(0, PEOPLE - 1)), st.sets(st.integers(0, PEOPLE - 1)), st.integers(0, PEOPLE))
def test_nobody_who_must_not_be_rung_is_and_all_are_counted(voted, opted_out, size):
    ballots = Ballots({ref(n).voter_id: BallotStatus.VOTED for n in voted})
    made = chosen(opted_out=[ref(n) for n in opted_out], ballots=ballots, size=size)
    assert not (voted | opted_out) & set(rung(made))
    assert len(made.lines) <= size
    assert len(made.lines) + sum(made.blocked.values()) == PEOPLE


def test_a_minor_is_not_rung():
    made = chosen(columns=precinct(["CY DAY"] * PEOPLE, birth_years=[2009, *[1980] * (PEOPLE - 1)]))
    assert 0 not in rung(made)
    assert made.blocked == {Blocked.UNDER_AGE: 1}
