"""Where everybody votes by mail, a ballot that is still out tells something; elsewhere nothing is concluded from it."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_precinct import precinct

from graph.model import BallotStatus
from graph.voters import Ballots
from prioritization.elections import find_election
from prioritization.returned import not_back_yet, turnout_now
from prioritization.turnout import turnout_probability

DAY = date(2026, 11, 3)
ELECTION = find_election(DAY, state="NC")
OCTOBER = date(2026, 10, 20)
PEOPLE = 1_000
COLUMNS = precinct(["CY DAY"] * PEOPLE, birth_years=[1940 + one % 60 for one in range(PEOPLE)])


def ballots(back: int, out: int) -> Ballots:
    statuses = [BallotStatus.VOTED] * back + [BallotStatus.SENT] * out
    return Ballots({f"V{at:05d}": status for at, status in enumerate(statuses)}, as_of=OCTOBER)


def test_it_is_bayes_on_a_simulated_election_by_mail():
    chance = np.random.default_rng(4)
    p = chance.beta(2, 2, 400_000).astype(np.float32)
    votes = chance.random(len(p)) < p
    is_back = votes & (chance.random(len(p)) < 0.6)
    to_come = not_back_yet(p, is_back=is_back, is_out=~is_back)
    for low in (0.2, 0.4, 0.6, 0.8):
        band = ~is_back & (p > low) & (p < low + 0.1)
        assert to_come[band].mean() == pytest.approx(votes[band].mean(), abs=0.01)
    assert is_back.sum() + to_come[~is_back].sum() == pytest.approx(votes.sum(), rel=0.01)


def test_in_an_election_by_mail_whose_ballot_is_out_is_less_likely_and_who_voted_is_certain():
    before = turnout_probability(COLUMNS, ELECTION, as_of=OCTOBER, ballots=Ballots()).probability
    now = turnout_now(COLUMNS, ELECTION, as_of=OCTOBER, ballots=ballots(300, 700)).probability
    assert (now[:300] == 1.0).all()
    assert (now[300:] < before[300:]).all()
    assert (np.argsort(now[300:], kind="stable") == np.argsort(before[300:], kind="stable")).all()


@pytest.mark.parametrize("some", [ballots(0, 0), ballots(300, 0), ballots(100, 100)])
def test_where_most_vote_in_person_the_forecast_stays(some):
    now, before = (
        how(COLUMNS, ELECTION, as_of=OCTOBER, ballots=some).probability for how in (turnout_now, turnout_probability)
    )
    assert (now == before).all()


@given(st.integers(0, 50), st.lists(st.floats(0.0, 1.0, width=32), min_size=60, max_size=60))
def test_it_is_a_probability_and_never_more_than_before(back, chances):
    p = np.array(chances, dtype=np.float32)
    is_back = np.arange(60) < back
    to_come = not_back_yet(p, is_back=is_back, is_out=~is_back)
    assert ((to_come >= 0.0) & (to_come <= p + 1e-6)).all()
