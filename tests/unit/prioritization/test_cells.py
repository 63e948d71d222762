"""Cells borrow from one another: a small one goes with the others, a large one that differs keeps its own shift."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritization.cells import shifts_by_cell
from prioritization.experiment import Belief, Trial, measure

PRIOR = Belief(0.1, 0.12)


def trial(sizes: dict[str, tuple[int, float]], seed: int = 3) -> tuple[Trial, np.ndarray]:
    """Each cell's people and true shift."""
    chance = np.random.default_rng(seed)
    cells = np.concatenate([np.full(n, name) for name, (n, _) in sizes.items()])
    shift = np.concatenate([np.full(n, each) for n, each in sizes.values()])
    assigned = chance.random(len(cells)) < 0.5
    voted = chance.random(len(cells)) < 1 / (1 + np.exp(-shift * assigned))
    return Trial(voted, assigned, np.arange(len(cells)), np.zeros((len(cells), 0))), cells


def test_a_small_cell_goes_with_the_others_and_a_large_one_keeps_its_own():
    told = {
        one.name: one
        for one in shifts_by_cell(*trial({"close": (40_000, 0.8), "weak": (40_000, 0.2), "few": (80, 0.5)}), PRIOR)
    }
    assert told["close"].shift.mean == pytest.approx(0.8, abs=0.07)
    assert told["weak"].shift.mean == pytest.approx(0.2, abs=0.07)
    alone, cells = trial({"close": (40_000, 0.8), "weak": (40_000, 0.2), "few": (80, 0.5)})
    few = cells == "few"
    own = measure(Trial(alone.voted[few], alone.assigned[few], alone.cluster[few], alone.known[few])).shift
    assert told["few"].shift.deviation < own.deviation


def test_a_cell_without_both_arms_says_so_and_takes_nothing_from_the_others():
    made, cells = trial({"close": (4_000, 0.4), "weak": (4_000, 0.4)})
    alone = np.where((cells == "weak") & made.assigned, "only treated", cells)
    told = {one.name: one for one in shifts_by_cell(made, alone, PRIOR)}
    assert told["only treated"].shift is None
    assert "no control arm" in told["only treated"].why_not
    assert told["close"].shift is not None


def test_half_an_ask_counts_twice():
    made, cells = trial({"close": (9_000, 0.4), "weak": (9_000, 0.1)})
    full, half = (shifts_by_cell(made, cells, Belief(0.0, 1e6), part) for part in (1.0, 0.5))
    assert [one.shift.mean for one in half] == pytest.approx([2 * one.shift.mean for one in full], rel=1e-3)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(mix):
    made, cells = trial({"close": (300, 0.4), "weak": (300, 0.1), "few": (40, 0.3)})
    order = np.array(mix.sample(range(len(cells)), len(cells)))
    mixed = Trial(made.voted[order], made.assigned[order], made.cluster[order], made.known[order])
    straight, again = shifts_by_cell(made, cells, PRIOR), shifts_by_cell(mixed, cells[order], PRIOR)
    assert [one.name for one in straight] == [one.name for one in again]
    assert [one.shift.mean for one in straight] == pytest.approx([one.shift.mean for one in again])
