"""Whom chance sets aside: whole households, the same ones each day, like everybody else, and told to be too few while they are."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import precinct, town_with_habits

from prioritization.holdouts import holdout_report, salt_of, usual_share
from prioritization.policy import Policy, held_out

DAY = date(2026, 11, 3)
TOWN, _ = town_with_habits(4_000)
SALT = salt_of("NC", DAY)


def report(share, *, rows=range(4_000), columns=TOWN):
    policy = Policy(holdout_share=share, holdout_salt=SALT)
    return holdout_report(columns, list(rows), policy, day=DAY, turnout=0.5)


def test_chance_is_fair_and_the_table_shows_it():
    told = report(0.25)
    assert told.held_out / told.people == pytest.approx(0.25, abs=0.03)
    assert {line.name for line in told.balance} == {"age", "past votes", "elections she could vote in"}
    assert all(abs(line.gap) < 0.15 for line in told.balance)


def test_too_few_people_are_told_to_be_too_few():
    assert report(0.1).verdict == "not enough yet"
    assert report(0.1).needed > 50_000
    assert report(0.0).verdict == "nobody is held out: the effect stays assumed"
    assert report(0.1, rows=[]).people == 0


def test_small_campaigns_hold_out_nobody():
    assert [usual_share(matches) for matches in (0, 4_999, 5_000)] == [0.0, 0.0, 0.1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=30), st.floats(0.05, 0.5), st.text(max_size=8))
def test_a_household_is_held_out_whole_and_stays_so(homes, share, salt):
    columns = precinct(["CY DAY"] * len(homes), household=homes)
    policy = Policy(holdout_share=share, holdout_salt=salt)
    aside = held_out(columns, np.arange(len(homes)), policy)
    for home in set(homes):
        assert len({bool(each) for each, at in zip(aside, homes, strict=True) if at == home}) == 1
    assert np.array_equal(aside, held_out(columns, np.arange(len(homes)), policy))
    wider = held_out(columns, np.arange(len(homes)), Policy(holdout_share=share + 0.1, holdout_salt=salt))
    assert (wider | ~aside).all()
