"""What a hold-out found: as assigned, for those who were written to, and when that is not enough to say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritization.effect import EffectModel
from prioritization.study import (
    Study,
    difference,
    effect_on_reached,
    find,
    intent_to_treat,
    learned,
    tie_cell,
)

PRIOR = EffectModel()


def study(*, voted, aside, written, home=None, chance=0.5, turnout=None, tie=None) -> Study:
    n = len(voted)
    return Study(
        np.asarray(voted, bool), np.asarray(aside, bool), np.asarray(written, bool),
        np.arange(n) if home is None else np.asarray(home), np.full(n, chance) if np.isscalar(chance) else np.asarray(chance),
        np.full(n, 0.5) if turnout is None else turnout, np.array(tie if tie is not None else ["normal"] * n, dtype=np.str_),
    )  # fmt: skip


def new_haven() -> Study:
    """One-person homes of the New Haven canvass of 1998 (Gerber and Green 2012, Field Experiments, table 5.2): of 1,445 assigned 395
    were reached, of whom 54.43% voted; of the 1,050 others 36.48%, of the 5,645 in the control 37.54%.
    """
    parts = ((215, 395, True, False), (383, 1050, False, False), (2119, 5645, False, True))
    voted = np.concatenate([np.arange(n) < yes for yes, n, *_ in parts])
    written = np.concatenate([np.full(n, reached) for _, n, reached, _ in parts])
    aside = np.concatenate([np.full(n, control) for _, n, _, control in parts])
    return study(voted=voted, aside=aside, written=written, chance=5645 / 7090)


def test_it_finds_what_was_published_of_new_haven():
    told = new_haven()
    assert intent_to_treat(told).mean == pytest.approx(3.84, abs=0.01)
    assert intent_to_treat(told).deviation == pytest.approx(1.45, abs=0.01)
    assert effect_on_reached(told).mean == pytest.approx(14.1, abs=0.06)


def a_town(seed: int, homes: int = 1_500, *, uneven: bool = False) -> Study:
    chance = np.random.default_rng(seed)
    size = chance.integers(1, 4, homes)
    home = np.repeat(np.arange(homes), size)
    share = np.where(chance.random(homes) < 0.5, 0.2, 0.5) if uneven else np.full(homes, 0.3)
    aside = (chance.random(homes) < share)[home]
    keen = chance.random(homes)[home] + chance.normal(0, 0.2, len(home))
    written = (chance.random(len(home)) < 0.6) & ~aside | (chance.random(len(home)) < 0.05)
    voted = keen + 0.15 * written > 0.5
    return study(voted=voted, aside=aside, written=written, home=home, chance=share[home])


def two_stage(told: Study) -> tuple[float, float]:
    """Two-stage least squares with errors by household, written out by matrices."""
    ones = np.ones(len(told))
    z = np.column_stack([ones, ~told.set_aside])
    x = np.column_stack([ones, told.written_to])
    y = told.voted.astype(float)
    inverse = np.linalg.inv(z.T @ x)
    b = inverse @ z.T @ y
    scores = z * (y - x @ b)[:, None]
    by_home = np.array([scores[told.home == home].sum(axis=0) for home in np.unique(told.home)])
    meat = by_home.T @ by_home * len(by_home) / (len(by_home) - 1)
    return 100 * b[1], 100 * np.sqrt((inverse @ meat @ inverse.T)[1, 1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_equal_weights_it_is_two_stage_least_squares_with_errors_by_household(seed):
    told = a_town(seed)
    found = effect_on_reached(told)
    assert (found.mean, found.deviation) == pytest.approx(two_stage(told), rel=1e-9)


def test_where_probabilities_differ_each_person_counts_by_one_over_hers():
    """Eager homes are set aside more often: the plain difference is misled, the weighted one is not."""
    found = []
    for seed in range(60):
        chance = np.random.default_rng(seed)
        eager = chance.random(800) < 0.5
        share = np.where(eager, 0.6, 0.2)
        aside = chance.random(800) < share
        voted = chance.random(800) < np.where(eager, 0.8, 0.3) + 0.1 * ~aside
        found.append(intent_to_treat(study(voted=voted, aside=aside, written=~aside, chance=share)))
    assert np.mean([one.mean for one in found]) == pytest.approx(10.0, abs=1.5)
    assert sum(one.interval()[0] <= 10.0 <= one.interval()[1] for one in found) >= 53


def test_people_of_one_household_count_as_the_few_that_they_are():
    apart = a_town(5)
    twice = study(
        voted=np.repeat(apart.voted, 4), aside=np.repeat(apart.set_aside, 4), written=np.repeat(apart.written_to, 4),
        home=np.repeat(apart.home, 4), chance=0.3,
    )  # fmt: skip
    assert intent_to_treat(twice).deviation == pytest.approx(intent_to_treat(apart).deviation)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(mix):
    told = a_town(7, 200)
    order = np.array(mix.sample(range(len(told)), len(told)))
    assert difference(told.part(order), told.part(order).voted)[0] == pytest.approx(difference(told, told.voted)[0])
    assert intent_to_treat(told.part(order)).deviation == pytest.approx(intent_to_treat(told).deviation)


def test_where_hardly_anybody_was_written_to_nothing_is_said_of_those_reached():
    told = a_town(3)
    nobody = study(
        voted=told.voted, aside=told.set_aside, written=np.zeros(len(told), bool), home=told.home, chance=0.3
    )
    assert effect_on_reached(nobody) is None
    assert find(nobody, model=PRIOR, salience=0.75).shift is None
    assert learned(find(nobody, model=PRIOR, salience=0.75), PRIOR) == PRIOR


def test_too_few_people_in_an_arm_is_not_enough_and_rows_of_certain_arms_teach_nothing():
    told = a_town(3, 20)
    found = find(told, model=PRIOR, salience=1.0)
    assert found.intent is None
    assert found.verdict == "not enough yet: too few people in one of the arms"
    certain = study(voted=[1, 0], aside=[0, 0], written=[1, 0], chance=0.0)
    assert find(certain, model=PRIOR, salience=1.0).people == 0
    assert find(certain, model=PRIOR, salience=1.0).needed == 0


def a_campaign(shift: float, people: int = 40_000, *, seed: int = 9) -> Study:
    """Everybody is written to unless set aside; close ties move by 1.6 of the shift, weak ones by .35."""
    chance = np.random.default_rng(seed)
    turnout = chance.beta(3, 3, people)
    aside = chance.random(people) < 0.3
    tie = chance.choice(["weak", "normal", "close"], people)
    factor = np.select([tie == "weak", tie == "normal"], [0.35, 1.0], 1.6)
    log_odds = np.log(turnout / (1 - turnout)) + np.where(aside, 0.0, shift * factor)
    voted = chance.random(people) < 1 / (1 + np.exp(-log_odds))
    return study(voted=voted, aside=aside, written=~aside, chance=0.3, turnout=turnout, tie=tie)


def test_the_shift_of_a_full_ask_is_found_and_carried_over_with_its_cells():
    found = find(a_campaign(0.4), model=PRIOR, salience=1.0)
    assert found.shift.mean == pytest.approx(0.4, abs=0.1)
    after = learned(found, PRIOR)
    assert PRIOR.shift < after.shift < found.shift.mean + 1e-9
    assert after.shift_deviation < PRIOR.shift_deviation
    assert [word for word, *_ in found.cells] == ["weak", "normal", "close"]
    assert sum(people for _, people, _ in found.cells) == found.people
    spread = np.ptp([shift.mean for *_, shift in found.cells])
    assert spread < 0.5  # what a full ask moves is nearly the same once the closeness is taken out


def test_every_strength_has_its_cell():
    assert [tie_cell(strength) for strength in (None, 0.0, 0.274, 0.275, 0.5, 0.6, 1.0)] == [
        "unknown", "weak", "weak", "normal", "normal", "close", "close",
    ]  # fmt: skip
