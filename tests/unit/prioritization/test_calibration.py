"""A forecast of a past election, made from what stood before it, is held against who came."""

from datetime import date

import numpy as np
import pytest
from small_precinct import town_with_habits

from graph.errors import InputError
from prioritization.calibration import back_test, calibration

TOWN, _ = town_with_habits(4_000)


def test_as_many_come_as_to_the_last_election_of_these_stakes():
    tested = back_test(TOWN, date(2022, 11, 8))
    assert tested.method == "learned"
    assert max(tested.learned_from) < tested.day
    assert abs(tested.calibration.error) < 0.03
    assert tested.calibration.order > 0.6


def test_an_election_that_the_file_does_not_know_cannot_be_tested():
    with pytest.raises(InputError, match="does not know"):
        back_test(TOWN, date(2021, 5, 4))


def test_true_chances_are_found_calibrated_and_turned_ones_are_not():
    chance = np.random.default_rng(1).random(50_000)
    voted = np.random.default_rng(2).random(50_000) < chance
    right, wrong = calibration(chance, voted), calibration(1 - chance, voted)
    assert abs(right.error) < 0.01
    assert right.spread_error < 0.02 < wrong.spread_error
    assert right.order + wrong.order == pytest.approx(1.0)
    with pytest.raises(InputError, match="everybody or nobody"):
        calibration([0.5, 0.5], [True, True])
