"""Turnout is learned from what stood before, scored forward, and honest when there is little to learn from."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_precinct import ELECTIONS, precinct, town_with_habits

from graph.model import BallotStatus, Election
from graph.voters import Ballots, RegistrationStatus
from prioritization.turnout import turnout_probability

NAMES = ["ANA LEE", "BO RAY", "CY DAY"]
MIDTERM = Election("General", date(2026, 11, 3), "NC")
AS_OF = date(2026, 10, 24)
NO_BALLOTS = Ballots()
TOWN, TRUTH = town_with_habits(4_000)


def scores(columns, *, as_of=AS_OF, election=MIDTERM, ballots=NO_BALLOTS):
    return turnout_probability(columns, election, as_of=as_of, ballots=ballots)


def test_it_learns_who_votes_and_how_many():
    learned = scores(TOWN)
    assert learned.report.method == "learned"
    assert learned.report.learned_from == (date(2020, 11, 3), date(2022, 11, 8), date(2024, 11, 5))
    assert np.corrcoef(learned.probability, TRUTH)[0, 1] > 0.7
    assert learned.probability.mean() == pytest.approx(TRUTH.mean(), abs=0.06)


def test_the_same_file_gives_the_same_scores():
    assert np.array_equal(scores(TOWN).probability, scores(TOWN).probability)


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_nothing_later_than_as_of_is_read(seed):
    before = date(2023, 1, 1)
    later = [place for place, past in enumerate(ELECTIONS) if past.day >= before]
    mixed = np.random.default_rng(seed).permutation(len(TOWN))
    mask = np.uint64(sum(1 << place for place in later))
    shuffled = replace(
        TOWN,
        voted=(TOWN.voted & ~mask) | (TOWN.voted[mixed] & mask),
        eligible=(TOWN.eligible & ~mask) | (TOWN.eligible[mixed] & mask),
    )
    assert np.array_equal(scores(TOWN, as_of=before).probability, scores(shuffled, as_of=before).probability)


def test_without_history_age_and_the_kind_of_election_decide():
    columns = precinct(NAMES, birth_years=[2004, 1956, 0], elections=(), eligible=[0, 0, 0])
    young, old, unknown = scores(columns).probability
    assert young < unknown < old
    assert scores(columns).report.method == "prior"
    presidential = scores(columns, election=Election("General", date(2028, 11, 7), "NC")).probability
    assert (presidential > scores(columns).probability).all()


def test_with_one_like_election_in_the_file_it_still_learns():
    two = replace(TOWN, elections=ELECTIONS[4:5], voted=(TOWN.voted >> np.uint64(4)) & np.uint64(1))
    two = replace(two, eligible=np.ones(len(TOWN), np.uint64))
    assert scores(two).report.learned_from == (date(2022, 11, 8),)


def test_a_midterm_learns_from_presidential_years_only_with_a_correction():
    only = replace(TOWN, elections=ELECTIONS[2:3], voted=(TOWN.voted >> np.uint64(2)) & np.uint64(1))
    learned = scores(replace(only, eligible=np.ones(len(TOWN), np.uint64)))
    turned_out = float(only.voted.mean())
    assert learned.report.learned_from == (date(2020, 11, 3),)
    assert learned.probability.mean() < turned_out - 0.1


def test_a_vendors_score_comes_first_where_there_is_one():
    vendor = np.array([0.9, np.nan, 0.1], dtype=np.float32)
    columns = precinct(NAMES, scores={"turnout": vendor})
    probability = scores(columns).probability
    assert probability[[0, 2]].tolist() == vendor[[0, 2]].tolist()
    assert probability[1] == scores(precinct(NAMES)).probability[1]
    assert scores(columns).report.method == "vendor"


def test_who_has_voted_is_certain_and_who_may_not_is_nothing():
    active, removed = RegistrationStatus.ACTIVE, RegistrationStatus.REMOVED
    columns = precinct(
        [*NAMES, "DI FAY"], status=[active, removed, active, active], birth_years=[1980, 1980, 2010, 1980]
    )
    ballots = Ballots({"V00000": BallotStatus.VOTED, "V00003": BallotStatus.NEEDS_CHECK})
    voted, gone, child, checked = scores(columns, ballots=ballots).probability
    assert (voted, gone, child) == (1.0, 0.0, 0.0)
    assert 0.0 < checked < 1.0


def test_an_inactive_registration_makes_voting_less_likely():
    active, inactive = scores(
        precinct(NAMES[:2], status=[RegistrationStatus.ACTIVE, RegistrationStatus.INACTIVE])
    ).probability
    assert inactive < active


def test_an_empty_file_has_no_scores():
    assert len(scores(precinct([])).probability) == 0
