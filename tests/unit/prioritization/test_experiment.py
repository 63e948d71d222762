"""An experiment moves what is believed by as much as it is worth, and says when it is worth nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from prioritization.experiment import Belief, Trial, measure, pooled, sample_needed, updated

PRIOR = Belief(0.10, 0.12)
beliefs = st.builds(Belief, st.floats(-1, 1), st.floats(0.01, 1.0))


def trial(people, shift, *, seed=1, pairs=False, known=True, arm=0.5):
    """People whose log-odds of voting spread around a third; with ``pairs`` two live together and vote alike."""
    chance = np.random.default_rng(seed)
    homes = people // 2 if pairs else people
    cluster = np.repeat(np.arange(homes), 2) if pairs else np.arange(homes)
    base = chance.normal(-0.7, 1.0, homes)[cluster]
    assigned = (chance.random(homes) < arm)[cluster]
    draw = chance.random(homes)[cluster] if pairs else chance.random(people)
    voted = draw < 1 / (1 + np.exp(-(base + shift * assigned)))
    return Trial(voted, assigned, cluster, base[:, None] if known else np.zeros((people, 0)))


def test_it_finds_the_shift_that_there_is():
    found = measure(trial(60_000, 0.3)).shift
    assert found.mean == pytest.approx(0.3, abs=4 * found.deviation)
    assert found.deviation < 0.025


def test_the_interval_holds_the_truth_nineteen_times_in_twenty():
    intervals = [measure(trial(600, 0.2, seed=seed)).shift.interval() for seed in range(300)]
    inside = np.mean([low <= 0.2 <= high for low, high in intervals])
    assert 0.91 <= inside <= 0.98


def test_people_who_vote_alike_count_as_fewer():
    together = trial(8_000, 0.2, pairs=True, known=False)
    apart = Trial(together.voted, together.assigned, np.arange(len(together)), together.known)
    assert measure(together).shift.deviation > 1.3 * measure(apart).shift.deviation


def test_what_was_known_before_makes_it_surer_of_a_larger_shift():
    full = trial(20_000, 0.3)
    without = Trial(full.voted, full.assigned, full.cluster, np.zeros((len(full), 0)))
    assert measure(full).shift.mean > measure(without).shift.mean


def test_half_a_dose_is_told_as_the_whole():
    full = trial(60_000, 0.2)
    half = Trial(full.voted, full.assigned, full.cluster, full.known, dose=np.full(len(full), 0.5))
    assert measure(half).shift.mean == pytest.approx(2 * measure(full).shift.mean, rel=1e-6)


@pytest.mark.parametrize(
    ("voted", "assigned"),
    [([True, False] * 4, [True] * 8), ([True, False] * 4, [False] * 8), ([True] * 8, [True, False] * 4), ([], [])],
)
def test_without_two_arms_that_differ_nothing_is_learned(voted, assigned):
    rows = Trial(np.array(voted, bool), np.array(assigned, bool), np.arange(len(voted)), np.zeros((len(voted), 0)))
    with pytest.raises(InputError):
        measure(rows)


@given(beliefs, beliefs)
def test_what_is_believed_lies_between_and_is_never_less_sure(before, found):
    after = updated(before, found)
    low, high = sorted((before.mean, found.mean))
    assert low - 1e-9 <= after.mean <= high + 1e-9
    assert after.deviation <= min(before.deviation, found.deviation) + 1e-12


@given(st.lists(beliefs, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_cells_changes_nothing(cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    common, each = pooled(cells, PRIOR)
    again, mixed = pooled([cells[at] for at in order], PRIOR)
    assert again.mean == pytest.approx(common.mean)
    assert [mixed[order.index(at)].mean for at in range(len(cells))] == pytest.approx([one.mean for one in each])


def test_fifty_small_campaigns_together_know_what_one_does_not():
    """Friends of a thousand, a quarter held out: alone the error is a sixth, together each is told to a twelfth."""
    chance = np.random.default_rng(20261123)
    truth = chance.normal(0.10, 0.05, 50)
    alone = [measure(trial(1_000, shift, seed=at, arm=0.75)).shift for at, shift in enumerate(truth)]
    _, together = pooled(alone, PRIOR)
    error = {
        "alone": np.sqrt(np.mean([(one.mean - shift) ** 2 for one, shift in zip(alone, truth, strict=True)])),
        "together": np.sqrt(np.mean([(one.mean - shift) ** 2 for one, shift in zip(together, truth, strict=True)])),
    }
    assert error["together"] <= 0.08 < error["alone"]


def test_a_small_lift_needs_many_people():
    assert sample_needed(0.5, points=2.0) == pytest.approx(54_506, rel=0.01)
    assert sample_needed(0.5, points=4.0) < sample_needed(0.5, points=2.0) / 3.9
