"""What people said at doors teaches how parties and places lean; who was asked keeps what she said."""

from dataclasses import replace

import numpy as np
import pytest
from small_precinct import coded, precinct

from graph.errors import InputError
from prioritization.support import support_probability
from prioritization.support_levels import FEWEST, LEVELS, learned_support

PEOPLE = 4_000
CHANCE = np.random.default_rng(8)
PARTY = CHANCE.choice(["DEM", "REP", "UNA"], PEOPLE)
PLACE = CHANCE.choice(["north", "south"], PEOPLE)
TRUE = np.select([PARTY == "DEM", PARTY == "REP"], [0.9, 0.1], 0.5) + np.where(PLACE == "north", 0.08, -0.08)
TOWN = replace(precinct(["CY DAY"] * PEOPLE, parties=PARTY.tolist()), precinct=coded(PLACE.tolist()))


def answers(count, seed=1):
    chance = np.random.default_rng(seed)
    asked = chance.choice(PEOPLE, count, replace=False)
    supports = chance.random(count) < TRUE[asked]
    return {int(row): int(level) for row, level in zip(asked, np.where(supports, 1, 5), strict=True)}


def test_parties_and_places_are_learned_without_any_being_named():
    support = learned_support(TOWN, answers(800), np.full(PEOPLE, 0.5))
    for party in ("DEM", "REP", "UNA"):
        for place in ("north", "south"):
            here = (party == PARTY) & (place == PLACE)
            assert np.median(support[here]) == pytest.approx(np.median(TRUE[here]), abs=0.1)


def test_who_was_asked_keeps_what_she_said():
    said = answers(800)
    support = learned_support(TOWN, said, np.full(PEOPLE, 0.5))
    assert all(support[row] == LEVELS[level] for row, level in said.items())


def test_few_answers_move_those_who_gave_them_alone():
    prior = support_probability(TOWN, own_parties=("DEM",))
    said = answers(FEWEST - 1)
    support = learned_support(TOWN, said, prior)
    others = np.setdiff1d(np.arange(PEOPLE), list(said))
    assert (support[others] == prior[others]).all()
    assert (learned_support(TOWN, {}, prior) == prior).all()


def test_where_everybody_says_the_same_nothing_is_learned_of_the_others():
    prior = support_probability(TOWN, own_parties=("DEM",))
    support = learned_support(TOWN, dict.fromkeys(range(100), 1), prior)
    assert (support[100:] == prior[100:]).all()


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_that_is_none_is_refused(level):
    with pytest.raises(InputError, match="no support level"):
        learned_support(TOWN, {1: level}, np.ones(PEOPLE))


def test_it_is_a_probability_for_everybody():
    support = learned_support(TOWN, answers(400), support_probability(TOWN, own_parties=("REP",)))
    assert ((support > 0.0) & (support < 1.0)).all()
