"""An ask changes most where voting is uncertain, nothing where it is settled."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_precinct import precinct

from prioritization.effect import EffectModel, gain, salience, tie_factor
from prioritization.support import support_probability

MODEL = EffectModel()
probabilities = st.floats(0.02, 0.98)


@given(p=probabilities, shift=st.floats(0.001, 0.1))
def test_a_small_shift_does_most_near_one_half(p, shift):
    assert gain(p, shift) <= gain(0.5, shift) + shift**2 / 10


@given(p=probabilities, shift=st.floats(0.0, 2.0), more=st.floats(0.0, 1.0))
def test_a_larger_shift_never_does_less_and_never_carries_past_certainty(p, shift, more):
    assert -1e-12 <= gain(p, shift) <= gain(p, shift + more) + 1e-12
    assert p + gain(p, shift + more) <= 1.0


@given(p=probabilities, shift=st.floats(-1.0, 1.0))
def test_the_shift_is_the_change_in_log_odds(p, shift):
    after = p + float(gain(p, shift))
    assert np.log(after / (1 - after)) - np.log(p / (1 - p)) == pytest.approx(shift, abs=1e-6)


def test_nobody_who_has_voted_or_may_not_vote_is_worth_an_ask():
    assert gain([0.0, 1.0, float("nan")], 0.3).tolist() == [0.0, 0.0, 0.0]


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2).map(sorted))
def test_a_closer_tie_never_carries_less(pair):
    weaker, closer = tie_factor(pair, MODEL)
    assert weaker <= closer


def test_an_unknown_tie_counts_as_the_model_says():
    assert tie_factor(float("nan"), MODEL) == tie_factor(MODEL.unknown_tie, MODEL)


@pytest.mark.parametrize(
    ("day", "left"),
    [(date(2028, 11, 7), 0.5), (date(2026, 11, 3), 0.75), (date(2027, 11, 2), 1.0), (date(2026, 3, 3), 1.0)],
)
def test_messages_do_less_when_everybody_talks_of_the_election(day, left):
    assert salience(day, MODEL) == left


def test_support_is_the_vendors_score_then_the_party_then_certain():
    parties = ["DEM", "UNA", "REP"]
    names = ["ANA LEE", "BO RAY", "CY DAY"]
    score = np.array([0.3, np.nan, np.nan], dtype=np.float32)
    assert support_probability(precinct(names, parties=parties)).tolist() == [1.0, 1.0, 1.0]
    by_party = support_probability(precinct(names, parties=parties), own_parties={"DEM"})
    assert by_party[0] > 0.5 <= by_party[1]
    assert by_party[2] < 0.5
    scored = support_probability(precinct(names, parties=parties, scores={"support": score}), own_parties={"DEM"})
    assert scored[0] == pytest.approx(0.3)
    assert scored[1:].tolist() == by_party[1:].tolist()
