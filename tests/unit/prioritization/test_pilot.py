"""A campaign's own pilot moves the effect as far as it is worth, told for a friend's word in a quiet election."""

from datetime import date

import numpy as np
import pytest

from graph.errors import InputError
from prioritization.effect import EffectModel
from prioritization.experiment import Trial
from prioritization.pilot import learned_from_pilot

PRIMARY, PRESIDENTIAL = date(2026, 3, 3), date(2024, 11, 5)
FRIENDS = 40_000


def pilot(shift, *, seed=3, people=FRIENDS):
    """Friends with a known chance of voting, half of them asked."""
    chance = np.random.default_rng(seed)
    turnout = 1 / (1 + np.exp(-chance.normal(-1.0, 1.2, people)))
    asked = chance.random(people) < 0.5
    odds = turnout / (1 - turnout) * np.exp(shift * asked)
    return Trial(chance.random(people) < odds / (1 + odds), asked, np.arange(people), np.zeros((people, 0))), turnout


def learned(trial, turnout, *, part=1.0, day=PRIMARY):
    return learned_from_pilot(
        trial, turnout=turnout, part=np.full(len(trial), part), day=day, model=EffectModel(learned_from="")
    )


def test_a_large_pilot_is_believed_and_a_small_one_hardly():
    large = learned(*pilot(0.4))
    assert large.shift == pytest.approx(0.4, abs=4 * large.shift_deviation)
    small = learned(*pilot(0.4, people=200))
    assert small.shift_deviation > 0.9 * EffectModel().shift_deviation


def test_half_an_ask_is_told_as_a_whole_one():
    trial, turnout = pilot(0.15)
    whole, half = learned(trial, turnout), learned(trial, turnout, part=0.5)
    assert half.shift == pytest.approx(2 * whole.shift, abs=2 * half.shift_deviation)
    assert half.shift > whole.shift


def test_the_same_result_in_a_loud_election_says_more_of_an_ask():
    trial, turnout = pilot(0.15)
    assert learned(trial, turnout, day=PRESIDENTIAL).shift > learned(trial, turnout).shift


def test_what_was_known_before_makes_it_surer():
    trial, turnout = pilot(0.2, people=4_000)
    blind = learned(trial, np.full(len(trial), np.nan))
    told = learned(trial, turnout)
    assert abs(told.shift - 0.2) <= abs(blind.shift - 0.2) + told.shift_deviation
    assert told.shift_deviation != blind.shift_deviation


def test_the_order_of_rows_does_not_matter():
    trial, turnout = pilot(0.2, people=2_000)
    back = Trial(trial.voted[::-1], trial.assigned[::-1], trial.cluster[::-1], trial.known[::-1])
    assert learned(back, turnout[::-1]).shift == pytest.approx(learned(trial, turnout).shift, abs=1e-9)


def test_a_pilot_that_asked_everybody_teaches_nothing():
    trial, turnout = pilot(0.2, people=200)
    everybody = Trial(trial.voted, np.ones(200, dtype=bool), trial.cluster, trial.known)
    with pytest.raises(InputError, match="no control arm"):
        learned(everybody, turnout)
