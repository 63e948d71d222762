"""A ranking is judged by what its first asks bring, not by whom it puts first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from prioritization.uplift import Ranking, bootstrapped, personal_effects

EFFECT = np.array([1.0, 1.0, 0.0, 0.0])
ALL = np.ones(4)


def test_the_best_the_worst_and_no_ranking_by_hand():
    """Of four people two can be moved: the curve is .25, .5, .5, .5, its area .375, the triangle's .25 (Radcliffe 2007)."""
    assert Ranking([4, 3, 2, 1], EFFECT).qini(ALL) == pytest.approx(0.5)
    assert Ranking([1, 2, 3, 4], EFFECT).qini(ALL) == pytest.approx(-0.5)
    assert Ranking([7, 7, 7, 7], EFFECT).qini(ALL) == 0.0
    assert Ranking([4, 3, 2, 1], EFFECT).per_ask(ALL, 0.5) == pytest.approx(1.0)
    assert Ranking([4, 3, 2, 1], EFFECT).per_ask(ALL, 1.0) == pytest.approx(0.5)


effects = st.lists(st.floats(-1, 1), min_size=1, max_size=30)


@given(effects, st.data())
def test_the_order_of_the_input_changes_nothing(effect, data):
    score = data.draw(st.lists(st.integers(0, 5), min_size=len(effect), max_size=len(effect)))
    mixed = data.draw(st.permutations(range(len(effect))))
    weight = np.ones(len(effect))
    straight = Ranking(score, effect).qini(weight)
    again = Ranking([score[n] for n in mixed], [effect[n] for n in mixed]).qini(weight)
    assert straight == pytest.approx(again, abs=1e-6, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_000))
def test_personal_effects_are_right_on_average_even_with_a_bad_forecast(seed):
    chance = np.random.default_rng(seed)
    assigned = chance.random(40_000) < 0.3
    voted = chance.random(40_000) < np.where(assigned, 0.5, 0.4)
    effect = personal_effects(voted, assigned, share=0.3, without=0.9, treated=0.1)
    assert effect.mean() == pytest.approx(0.1, abs=0.06)


def test_households_that_vote_alike_make_the_interval_wider():
    chance = np.random.default_rng(5)
    home = np.repeat(np.arange(500), 4)
    effect = np.repeat(chance.normal(size=500), 4)

    def mean(weight):
        return float((weight * effect).sum() / weight.sum())

    by_home, alone = bootstrapped(mean, home), bootstrapped(mean, np.arange(2_000))
    assert by_home.high - by_home.low > 1.5 * (alone.high - alone.low)
    assert by_home.low < by_home.value < by_home.high
    assert by_home == bootstrapped(mean, home)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_one_arm_alone_tells_nothing(share):
    with pytest.raises(InputError, match="one arm"):
        personal_effects([True], [True], share=share, without=0.5, treated=0.5)


def test_a_score_that_is_no_number_is_refused_and_nobody_is_worth_nothing():
    with pytest.raises(InputError, match="not a number"):
        Ranking([float("nan")], [0.1])
    assert Ranking([], []).qini(np.zeros(0)) == 0.0
    assert Ranking([], []).per_ask(np.zeros(0), 0.3) == 0.0
