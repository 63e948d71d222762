"""A leaning says how likely a voter is to vote, as far as her own votes and her household's can tell."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import ELECTIONS, precinct

from prioritization.forecaster import between
from prioritization.leaning import Leanings

DAY = date(2026, 10, 24)
MIDTERM = 4
EVERY, NONE = (1 << len(ELECTIONS)) - 1, 0


def town(people, *, own=1.2, shared=0.8, seed=0):
    """Pairs that live together, everybody of age all the time, and the true leaning of each."""
    chance = np.random.default_rng(seed)
    leaning = chance.normal(0.0, own, people) + np.repeat(chance.normal(0.0, shared, people // 2), 2)
    did = chance.random((people, len(ELECTIONS))) < 1.0 / (1.0 + np.exp(-leaning[:, None]))
    voted = (did * (1 << np.arange(len(ELECTIONS)))).sum(axis=1)
    homes = (np.arange(people) // 2).tolist()
    return precinct(["ANA LEE"] * people, voted=voted.tolist(), household=homes), leaning


TOWN, LEANING = town(6_000)
EVERYBODY = np.arange(len(TOWN))
LEARNED = Leanings.fitted(TOWN, EVERYBODY, known=DAY, seed=0)


def chance_of(columns, row):
    return float(LEARNED.probability(columns, np.array([row]), like=MIDTERM)[0])


def with_votes(votes, eligible=(EVERY, EVERY)):
    """The town, in which Ana (row 0) and Bo, who lives with her, voted and could vote as told."""
    columns = replace(TOWN, voted=TOWN.voted.copy(), eligible=TOWN.eligible.copy())
    columns.voted[:2], columns.eligible[:2] = votes, eligible
    return columns


def test_it_finds_how_much_people_and_homes_differ():
    assert LEARNED.own == pytest.approx(1.2, abs=0.15)
    assert LEARNED.shared == pytest.approx(0.8, abs=0.15)
    assert np.abs(LEARNED.level).max() < 0.2
    assert abs(LEARNED.habit) < 0.15


def test_as_many_are_expected_in_each_part_as_come():
    chance = LEARNED.probability(TOWN, EVERYBODY, like=MIDTERM)
    comes = 1.0 / (1.0 + np.exp(-LEANING))
    for part in np.array_split(np.argsort(chance), 5):
        assert chance[part].mean() == pytest.approx(comes[part].mean(), abs=0.03)


def test_ten_votes_of_ten_say_more_than_one_of_one():
    always = with_votes((EVERY, NONE), eligible=(EVERY, NONE))
    once = with_votes((1 << 5, NONE), eligible=(1 << 5, NONE))
    nobody_knows = with_votes((NONE, NONE), eligible=(NONE, NONE))
    assert chance_of(always, 0) > chance_of(once, 0) > chance_of(nobody_knows, 0)


def test_ana_is_likelier_to_vote_when_bo_at_home_always_does():
    assert chance_of(with_votes((0b000111, EVERY)), 0) > chance_of(with_votes((0b000111, NONE)), 0) + 0.05


def test_without_a_known_address_nobody_tells_of_another():
    alone = replace(with_votes((0b000111, EVERY)), household=np.full(len(TOWN), -1, np.int32))
    beside = replace(with_votes((0b000111, NONE)), household=np.full(len(TOWN), -1, np.int32))
    assert chance_of(alone, 0) == pytest.approx(chance_of(beside, 0))


@settings(max_examples=20, deadline=None)
@given(voted=st.integers(0, EVERY), missed=st.integers(1, len(ELECTIONS) - 1))
def test_one_vote_more_never_makes_her_less_likely(voted, missed):
    """The newest vote aside, whose habit counts by itself."""
    without = voted & ~(1 << (missed - 1))
    assert (
        chance_of(with_votes((without | 1 << (missed - 1), NONE)), 0)
        >= chance_of(with_votes((without, NONE)), 0) - 0.02
    )


@settings(max_examples=10, deadline=None)
@given(rows=st.sets(st.integers(0, 5_999), min_size=1, max_size=20))
def test_it_does_not_matter_who_else_is_scored(rows):
    some = np.array(sorted(rows))
    everybody = LEARNED.probability(TOWN, EVERYBODY, like=MIDTERM)
    np.testing.assert_allclose(LEARNED.probability(TOWN, some, like=MIDTERM), everybody[some], rtol=1e-5)


def test_nothing_later_than_known_is_learned_from():
    known = date(2022, 1, 1)
    later = replace(TOWN, voted=TOWN.voted & np.uint64(0b000111))
    of_all, of_few = (Leanings.fitted(columns, EVERYBODY, known=known, seed=0) for columns in (TOWN, later))
    assert of_all.places == (0, 1, 2)
    np.testing.assert_array_equal(
        of_all.probability(TOWN, EVERYBODY, like=1), of_few.probability(later, EVERYBODY, like=1)
    )


def test_a_large_file_is_learned_from_by_some_of_its_homes_and_the_same_each_time():
    large, _ = town(30_000, seed=2)
    first, second = (Leanings.fitted(large, np.arange(30_000), known=DAY, seed=0) for _ in range(2))
    np.testing.assert_array_equal(first.level, second.level)
    assert first.own == pytest.approx(1.2, abs=0.12)


@given(one=st.floats(0.0, 1.0), other=st.floats(0.0, 1.0), part=st.floats(0.0, 1.0))
def test_two_forecasts_as_one_lie_between_them(one, other, part):
    mean = float(between(np.array([one], np.float32), np.array([other], np.float32), part)[0])
    assert min(one, other) - 1e-5 <= mean <= max(one, other) + 1e-5


def test_who_else_is_asked_about_changes_nothing():
    large, _ = town(51_000)  # more than are worked on at once
    everybody = np.arange(len(large))
    some = np.sort(np.random.default_rng(1).choice(everybody, 2_000, replace=False))
    of_all, of_some = (LEARNED.probability(large, rows, like=MIDTERM) for rows in (everybody, some))
    assert of_all[some] == pytest.approx(of_some, abs=1e-6)
    assert of_all.min() > 0.0
