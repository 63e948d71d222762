"""The laws of sharing out asks: limits hold, order does not matter, together is never worse than alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UsageError
from prioritization.allocate import allocate, shared_value

edges = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 7), st.sampled_from([0.0, 0.01, 0.02, 0.05, 0.1])),
    min_size=1,
    max_size=40,
)
limits = st.tuples(st.integers(1, 4), st.integers(1, 3))


def parts(ties):
    supporter, voter, gain = zip(*ties, strict=True)
    return np.array(supporter), np.array(voter), np.array(gain)


@given(edges, limits)
def test_no_supporter_passes_k_no_voter_the_cap_and_no_pair_comes_twice(ties, limit):
    k, cap = limit
    supporter, voter, gain = parts(ties)
    picks = allocate(supporter, voter, gain, k=k, cap=cap).picks
    assert np.bincount(supporter[picks], minlength=1).max(initial=0) <= k
    assert np.bincount(voter[picks], minlength=1).max(initial=0) <= cap
    assert len({(supporter[p], voter[p]) for p in picks}) == len(picks)
    assert (gain[picks] > 0).all()


@given(edges, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(ties, random):
    mixed = random.sample(ties, len(ties))
    chosen = [sorted((ties_[p]) for p in allocate(*parts(ties_), k=2).picks) for ties_ in (ties, mixed)]
    assert chosen[0] == chosen[1]


@given(edges, limits)
def test_together_is_never_worth_less_than_each_with_her_own_list(ties, limit):
    k, cap = limit
    best = {}
    for s, v, g in ties:
        best[s, v] = max(g, best.get((s, v), 0.0))
    own = [
        (v, g)
        for s in range(6)
        for g, v in sorted(((g, v) for (t, v), g in best.items() if t == s), key=lambda x: (-x[0], x[1]))[:k]
    ]
    supporter, voter, gain = parts(ties)
    picks = allocate(supporter, voter, gain, k=k, cap=cap).picks
    alone = shared_value([v for v, _ in own], [g for _, g in own], cap=cap)
    assert shared_value(voter[picks], gain[picks], cap=cap) >= alone * 0.999


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 9)),
        min_size=1,
        max_size=8,
        unique_by=lambda t: t[:2],
    )
)
def test_it_is_the_best_of_all_choices_to_a_thousandth_and_its_bound_holds(ties):
    supporter, voter, gain = parts(ties)
    best = 0.0
    for size in range(len(ties) + 1):
        for choice in itertools.combinations(range(len(ties)), size):
            at = list(choice)
            if np.bincount(supporter[at].astype(int), minlength=3).max() <= 2:
                best = max(best, shared_value(voter[at], gain[at]))
    found = allocate(supporter, voter, gain, k=2)
    assert 0.999 * best <= found.value <= best + 1e-9
    assert found.value == pytest.approx(shared_value(voter[found.picks], gain[found.picks]))
    assert best <= found.bound * (1 + 1e-12)


def test_a_friend_of_two_goes_to_the_one_who_has_nobody_else():
    picks = allocate(["ana", "ana", "bo"], ["cy", "di", "cy"], [0.10, 0.09, 0.08], k=1).picks
    assert picks.tolist() == [1, 2]


def test_the_nth_ask_of_one_voter_is_worth_half_of_the_one_before():
    assert shared_value(["cy"] * 4, [0.4, 0.1, 0.2, 0.1]) == pytest.approx(0.4 + 0.1 + 0.025)


def test_nothing_to_ask_is_no_ask():
    assert allocate([], [], [], k=5).picks.tolist() == []
    assert allocate(["ana"], ["cy"], [0.0], k=5).picks.tolist() == []
    assert allocate(["ana"], ["cy"], [float("nan")], k=5).picks.tolist() == []


def test_more_ties_leave_the_limits_and_the_bound_true():
    """Thirty thousand ties, some voters known to hundreds: no limit is passed and the proof is within a tenth of a percent."""
    chance = np.random.default_rng(20261123)
    supporter = np.repeat(np.arange(600), 50)
    voter = np.minimum(chance.zipf(1.8, 30_000), 4_000)
    gain = chance.beta(1.6, 1.6, 30_000) * 0.1
    found = allocate(supporter, voter, gain, k=5)
    assert np.bincount(supporter[found.picks]).max() <= 5
    assert np.bincount(voter[found.picks]).max() <= 3
    assert found.value <= found.bound
    assert found.gap < 1e-3


def test_one_supporter_whom_everybody_knows_and_one_who_knows_everybody():
    many = np.arange(5_000)
    assert len(allocate(many, np.zeros(5_000), np.full(5_000, 0.05), k=5).picks) == 3
    assert len(allocate(np.zeros(5_000), many, np.full(5_000, 0.05), k=5).picks) == 5


def test_a_huge_gain_among_small_ones_is_taken_and_the_small_ones_are_too():
    found = allocate(["ana", "ana", "bo"], ["cy", "di", "eva"], [1e12, 1e-6, 1e-6], k=2)
    assert found.picks.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("gain", "limits"),
    [(0.1, {"k": -1}), (0.1, {"k": 1, "cap": -1}), (0.1, {"k": 1, "decay": 1.5}), (np.inf, {"k": 1})],
)
def test_limits_and_gains_that_make_no_sense_are_refused(gain, limits):
    with pytest.raises(UsageError):
        allocate(["ana"], ["cy"], [gain], **limits)
