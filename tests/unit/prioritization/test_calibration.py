"""A forecast of a past election, made from what stood before it, is held against who came."""

from datetime import date

import numpy as np
import pytest
from small_precinct import town_with_habits

from graph.errors import InputError
from prioritization.calibration import BackTest, Calibration, back_test, calibration, forecastable

TOWN, _ = town_with_habits(4_000)


def test_as_many_come_as_to_the_last_election_of_these_stakes():
    tested = back_test(TOWN, date(2022, 11, 8))
    assert tested.method == "learned"
    assert max(tested.learned_from) < tested.day
    assert abs(tested.calibration.error) < 0.03
    assert tested.calibration.order > 0.6
    assert tested.level_from == date(2018, 11, 6)
    assert tested.spread_error_at_level <= tested.calibration.spread_error + 0.01


def told(error: float, *, level_from: date | None = date(2018, 11, 6)) -> str:
    """What is said of the level where the forecast was so much too high and half of the people came."""
    held = Calibration(1_000, 0.5 + error, 0.5, abs(error), 0.8)
    return BackTest(date(2022, 11, 8), "learned", (), held, level_from, 0.5 + error, 0.02).level


def test_a_level_that_nobody_could_know_is_said_plainly():
    assert told(0.008).startswith("as many came as were expected")
    assert told(-0.07) == (
        "not to be known beforehand: 43.0% came to the last like it, on 2018-11-06, and 50.0% to this one; "
        "with the level known, forecasts are off by 2.0%"
    )
    assert "no earlier election of the same stakes" in told(0.07, level_from=None)


def test_elections_that_another_of_their_kind_precedes_can_be_forecast():
    assert forecastable(TOWN, most=2) == (date(2022, 11, 8), date(2024, 11, 5))
    assert len(forecastable(TOWN, most=9)) == 4  # neither the first general election nor the only primary


def test_the_table_holds_everybody_and_its_rows_rise():
    chance = np.random.default_rng(1).random(1_000)
    voted = np.random.default_rng(2).random(1_000) < chance
    table = calibration(chance, voted).table
    assert sum(row.people for row in table) == 1_000
    assert [row.forecast for row in table] == sorted(row.forecast for row in table)
    assert sum(row.people * row.voted for row in table) == pytest.approx(voted.sum())


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
