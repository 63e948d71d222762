"""Beside asks that stand, one more is worth what it adds: less for each friend who asks already, nothing where three do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritization.allocate import shared_value
from prioritization.standing import marginal_gain

gains = st.floats(0.001, 0.2)


@given(gains, st.lists(gains, max_size=2))
def test_it_adds_the_difference_that_it_makes(hers, others):
    before, after = (
        shared_value(["cy"] * len(others), others),
        shared_value(["cy"] * (len(others) + 1), [*others, hers]),
    )
    assert marginal_gain([hers], [others], cap=3, decay=0.5)[0] == pytest.approx(after - before)


@given(gains, st.lists(gains, min_size=3, max_size=5))
def test_where_three_ask_already_a_fourth_adds_nothing(hers, others):
    assert marginal_gain([hers], [others], cap=3, decay=0.5).tolist() == [0.0]


@given(gains, gains, st.lists(gains, max_size=3))
def test_another_who_asks_never_makes_hers_worth_more(hers, another, others):
    fewer, more = marginal_gain([hers, hers], [others, [*others, another]], cap=3, decay=0.5)
    assert more <= fewer + 1e-12


def test_no_friend_no_gain():
    assert marginal_gain([], [], cap=3, decay=0.5).tolist() == []
    assert np.isfinite(marginal_gain([0.1], [()], cap=3, decay=0.5)).all()
