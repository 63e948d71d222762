"""A smooth regression beside the trees: it carries on in straight lines, takes the unknown for the mean, and is never sure."""

import numpy as np
import pytest
from scipy.special import expit

from prioritization.forecaster import Forecaster
from prioritization.smooth import SmoothForecast

PEOPLE = 6_000


def lines(seed=3):
    """Habit, which decides, an age of which a tenth is unknown, and a column that tells nothing."""
    chance = np.random.default_rng(seed)
    habit, age = chance.normal(0, 1, PEOPLE), chance.uniform(18, 90, PEOPLE)
    chances = expit(1.5 * habit + (age - 54) / 40)
    age[chance.random(PEOPLE) < 0.1] = np.nan
    seen = np.column_stack([habit, age, np.full(PEOPLE, 3.0)]).astype(np.float32)
    return seen, chance.random(PEOPLE) < chances, chances


SEEN, VOTED, CHANCES = lines()
SMOOTH = SmoothForecast.fitted(SEEN, VOTED)
FORECASTER = Forecaster.fitted(SEEN, VOTED, seed=0)


def person(habit, age):
    return np.array([[habit, age, 3.0]], dtype=np.float32)


def test_the_regression_finds_the_chances_and_their_mean():
    found = expit(SMOOTH.log_odds(SEEN))
    assert np.corrcoef(found, CHANCES)[0, 1] > 0.98
    assert found.mean() == pytest.approx(VOTED.mean(), abs=0.005)


def test_it_carries_on_where_nobody_was_seen():
    odds = [float(SMOOTH.log_odds(person(habit, 50))[0]) for habit in (3.0, 5.0, 7.0)]
    assert odds[0] < odds[1] < odds[2]
    assert odds[2] - odds[1] == pytest.approx(odds[1] - odds[0], rel=0.01)


def test_an_unknown_age_is_neither_the_oldest_nor_the_youngest():
    young, unknown, old = (float(SMOOTH.log_odds(person(0.0, age))[0]) for age in (18, np.nan, 90))
    assert young < unknown < old


@pytest.mark.parametrize("all_voted", [True, False])
def test_where_all_did_alike_everybody_is_expected_to_but_not_surely(all_voted):
    alike = SmoothForecast.fitted(SEEN[:50], np.full(50, all_voted))
    chance = expit(alike.log_odds(SEEN))
    assert np.ptp(chance) == 0.0
    assert (0.98 < chance[0] < 1.0) if all_voted else (0.0 < chance[0] < 0.02)


def test_both_together_lie_between_trees_and_regression():
    trees = FORECASTER.trees.predict_proba(SEEN[:, FORECASTER.telling])[:, 1]
    smooth = expit(FORECASTER.smooth.log_odds(SEEN[:, FORECASTER.telling]))
    both = FORECASTER.probability(SEEN)
    assert (both >= np.minimum(trees, smooth) - 1e-5).all()
    assert (both <= np.maximum(trees, smooth) + 1e-5).all()
    assert ((both > 0.0) & (both < 1.0)).all()


def test_a_column_in_which_nobody_differs_is_not_read():
    changed = SEEN.copy()
    changed[:, 2] = 99.0
    assert np.array_equal(FORECASTER.probability(changed), FORECASTER.probability(SEEN))


def test_people_are_forecast_one_by_one():
    assert FORECASTER.probability(SEEN[::-1]) == pytest.approx(FORECASTER.probability(SEEN)[::-1], abs=1e-6)
    assert len(FORECASTER.probability(SEEN[:0])) == 0
