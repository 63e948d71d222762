"""Friends live near and are near in age, as far as anything is known."""

from __future__ import annotations

import numpy as np
import pytest
from small_register import Neighbor, crowd, register

from matching.index import MatchIndex
from matching.prior import (
    LEVELS,
    age_factors,
    age_laws,
    default_family_gaps,
    default_gaps,
    family_apart,
    friends_law,
    level_ages,
    level_shares,
    nearer_friends,
    pair_places,
    place_and_age_law,
    place_law,
    smoothed_gaps,
    surroundings,
    years_counted,
)

PEOPLE = [
    Neighbor("ROSA", "QUILL", home=1),
    Neighbor("LUIS", "QUILL", home=1),
    Neighbor("FAR", "AWAY", city="OTHERTOWN"),
]
COLUMNS = register([*PEOPLE, *crowd(200)])
INDEX = MatchIndex.build(COLUMNS)
LEVEL_SHARES = np.array([0.1, 0.05, 0.2, 0.3, 0.2, 0.1, 0.05])


def around(own_row: int):
    years = np.zeros(1, dtype=np.int32)
    return surroundings(
        COLUMNS, INDEX, own_rows=np.array([own_row], dtype=np.int32), postal_codes=[""], birth_years=years
    )


@pytest.mark.parametrize("own_row", [0, -1])
def test_the_prior_over_all_voters_sums_to_one(own_row):
    rows = np.arange(len(COLUMNS))
    near, nobody = around(own_row), np.zeros(len(COLUMNS), dtype=np.int64)
    law = place_law(pair_places(near, nobody, rows), nobody, level_shares(LEVEL_SHARES, near))
    assert law.sum() == pytest.approx(1.0, rel=1e-5)


def test_a_housemate_is_likelier_than_a_townsman_and_he_than_a_stranger():
    rows = np.array([1, 50, 2])
    near, one = around(0), np.zeros(3, dtype=np.int64)
    law = place_law(pair_places(near, one, rows), one, level_shares(LEVEL_SHARES, near))
    assert law[0] > law[1] > law[2] > 0


def test_every_level_has_a_name_and_a_default_share():
    from matching.model import MatchModel

    assert len(MatchModel().levels) == len(MatchModel().kin_levels) == len(LEVELS)


def test_near_ages_are_likelier_and_found_friends_move_the_law():
    nobody = np.zeros((1, years_counted()))
    factors = age_factors(around(0), default_gaps(), nobody)[0]
    born = 1980 - 1900
    assert factors[born] > factors[born - 20] > 0
    older = nobody.copy()
    older[0, born - 20] = 100
    assert age_factors(around(0), default_gaps(), older)[0, born - 20] > factors[born - 20]


def test_the_law_of_gaps_is_a_law_before_and_after_learning():
    for law in (default_gaps(), smoothed_gaps(np.eye(1, 161, 80)[0] * 500)):
        assert law.sum() == pytest.approx(1.0)
        assert law.argmax() == 80


def test_a_child_is_a_likely_relative_and_an_unlikely_friend():
    relatives, friends = default_family_gaps(), default_gaps()
    assert relatives.sum() == pytest.approx(1.0)
    assert relatives[80 + 28] > 4 * friends[80 + 28]


def test_where_friends_are_found_takes_nothing_from_the_family():
    rows, nobody, near = np.arange(len(COLUMNS)), np.zeros(len(COLUMNS), dtype=np.int32), around(0)
    places = pair_places(near, nobody, rows)
    family, others = family_apart(level_shares(LEVEL_SHARES, near))
    assert family.sum() + others.sum() == pytest.approx(1.0)
    law = place_law(places, nobody, others)
    friends = np.full((1, len(COLUMNS.precinct.values)), 50.0)
    found = nearer_friends(
        law,
        places,
        nobody,
        friends=friends,
        sizes=near.sizes[1],
        own=np.zeros(len(rows)),
        mass=np.full(len(rows), others.sum()),
        law_friends=40.0,
    )
    assert found.sum() == pytest.approx(others.sum(), rel=1e-3)
    assert place_law(places, nobody, family)[1] > 0


def test_every_level_may_have_a_law_of_ages_of_its_own():
    laws = age_laws(())
    assert laws.sum(axis=1) == pytest.approx(np.ones(len(LEVELS)))
    near, rows, nobody = around(0), np.arange(len(COLUMNS)), np.zeros(len(COLUMNS), dtype=np.int32)
    places, shares, ages = pair_places(near, nobody, rows), level_shares(LEVEL_SHARES, near), level_ages(near, laws)
    expected = sum(
        places.densities[level] * shares[level, 0] * ages[level, 0, places.year] for level in range(len(LEVELS))
    )
    assert place_and_age_law(places, nobody, shares, ages) == pytest.approx(expected, rel=1e-5)
    assert friends_law(laws, LEVEL_SHARES) == pytest.approx(default_gaps())
