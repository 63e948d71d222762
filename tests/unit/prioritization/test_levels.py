"""Many campaigns beside their forecasts know each one's shift better than its two arms say, and never too well."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from prioritization.experiment import Belief, Trial, measure, pooled
from prioritization.levels import Arms, arms, shifts_beside_forecasts

PRIOR = Belief(0.10, 0.12)
beliefs = st.builds(Belief, st.floats(-1, 1), st.floats(0.01, 1.0))


def campaign(chance, shift, *, off=0.0, friends=1_000, held_out=0.25):
    """Friends whose turnout is forecast ``off`` too low in log-odds; a part of them is left alone."""
    turnout = chance.beta(3, 3, friends)
    odds = turnout / (1 - turnout)
    asked = chance.random(friends) >= held_out
    voted = chance.random(friends) < 1 - 1 / (1 + odds * np.exp(off + shift * asked))
    return Trial(voted, asked, np.arange(friends), np.log(odds)[:, None]), turnout


def test_fifty_campaigns_come_nearer_than_their_arms_alone():
    chance = np.random.default_rng(20261123)
    alone, beside, inside = [], [], []
    for _ in range(4):
        truth = chance.normal(0.10, 0.12, 50)
        drawn = [campaign(chance, shift, off=chance.normal(0, 0.05)) for shift in truth]
        _, arms_alone = pooled([measure(trial).shift for trial, _ in drawn], PRIOR)
        _, with_forecast = pooled(shifts_beside_forecasts([arms(*each) for each in drawn]), PRIOR)
        alone += [one.mean - shift for one, shift in zip(arms_alone, truth, strict=True)]
        beside += [one.mean - shift for one, shift in zip(with_forecast, truth, strict=True)]
        spans = [one.interval() for one in with_forecast]
        inside += [low <= shift <= high for (low, high), shift in zip(spans, truth, strict=True)]
    assert np.std(beside) < 0.9 * np.std(alone)
    assert 0.90 <= np.mean(inside) <= 0.98


def test_forecasts_that_are_far_off_everywhere_alike_mislead_nobody():
    chance = np.random.default_rng(5)
    truth = chance.normal(0.10, 0.05, 50)
    drawn = [arms(*campaign(chance, shift, off=0.6)) for shift in truth]
    found = np.array([one.mean for one in shifts_beside_forecasts(drawn)])
    assert found.mean() == pytest.approx(truth.mean(), abs=0.07)


def test_forecasts_that_are_off_here_and_there_are_hardly_used():
    chance = np.random.default_rng(6)
    drawn = [arms(*campaign(chance, 0.1, off=chance.normal(0, 0.8))) for _ in range(50)]
    for one, each in zip(shifts_beside_forecasts(drawn), drawn, strict=True):
        assert one.deviation > 0.9 * np.hypot(each.asked.deviation, each.control.deviation)


def test_one_campaign_alone_is_what_its_arms_say():
    each = Arms(Belief(0.2, 0.1), Belief(0.5, 0.1))
    (alone,) = shifts_beside_forecasts([each])
    assert (alone.mean, alone.deviation) == (pytest.approx(0.3), pytest.approx(np.hypot(0.1, 0.1)))
    assert shifts_beside_forecasts([]) == ()


@given(st.lists(st.builds(Arms, beliefs, beliefs), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_campaigns_changes_nothing_and_none_is_less_sure_than_alone(found, random):
    order = list(range(len(found)))
    random.shuffle(order)
    told = shifts_beside_forecasts(found)
    mixed = shifts_beside_forecasts([found[at] for at in order])
    assert [mixed[order.index(at)].mean for at in range(len(found))] == pytest.approx([one.mean for one in told])
    assert all(
        one.deviation <= np.hypot(each.asked.deviation, each.control.deviation) + 1e-9
        for one, each in zip(told, found, strict=True)
    )


def test_people_of_one_household_count_as_fewer():
    trial, turnout = campaign(np.random.default_rng(2), 0.1, friends=2_000)
    twice = Trial(*(np.repeat(part, 2) for part in (trial.voted, trial.assigned, trial.cluster)), np.zeros((4_000, 0)))
    assert arms(twice, np.repeat(turnout, 2)).control.deviation == pytest.approx(arms(trial, turnout).control.deviation)


def test_an_experiment_without_a_control_arm_says_so():
    trial, turnout = campaign(np.random.default_rng(2), 0.1)
    everybody = Trial(trial.voted, np.ones(len(trial), dtype=bool), trial.cluster, trial.known)
    with pytest.raises(InputError, match="no control arm"):
        arms(everybody, turnout)
