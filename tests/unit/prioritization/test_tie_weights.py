"""A large experiment moves the weights of signs of closeness to where they are; a small one says that it does not know."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from graph.errors import InputError
from prioritization.effect import EffectModel, tie_factor
from prioritization.experiment import Trial
from prioritization.tie_weights import DOUBT, learned_signs, slope_of, with_signs

SHIFT = 0.8
MODEL = EffectModel(shift=SHIFT, shift_deviation=0.2)
PUBLISHED = {"starred": 0.5, "number": 0.3, "address": 0.4}
SHARES = {"starred": 0.3, "number": 0.5, "address": 0.3}


def experiment(people, *, truth, seed=5, shift=SHIFT):
    """Ana's campaign asks half of her friends; ``truth`` is what the signs really add beyond what was published."""
    chance = np.random.default_rng(seed)
    signs = {name: chance.random(people) < share for name, share in SHARES.items()}
    told = -0.8 + sum(PUBLISHED[name] * signs[name] for name in signs)
    real = tie_factor(expit(told + sum(truth.get(name, 0.0) * signs[name] for name in signs)), MODEL)
    forecast = np.clip(expit(chance.normal(-0.3, 1.0, people)), 0.02, 0.98)
    asked = chance.random(people) < 0.5
    voted = chance.random(people) < expit(logit(forecast) + shift * real * asked)
    dose = tie_factor(expit(told), MODEL)
    trial = Trial(voted, asked, np.arange(people), logit(forecast)[:, None], dose)
    return trial, signs, slope_of(expit(told), MODEL)


def learned(trial, signs, slope, *, model=MODEL, shift=SHIFT):
    return {each.name: each for each in learned_signs(trial, signs, slope=slope, shift=shift, model=model)}


@pytest.mark.parametrize("seed", [5, 6])
def test_a_large_experiment_finds_the_sign_that_counts_for_more_and_leaves_the_others(seed):
    found = learned(*experiment(150_000, truth={"starred": 0.5}, seed=seed))
    star = found["starred"]
    assert star.is_known
    assert star.change.mean == pytest.approx(0.5, abs=3 * star.change.deviation + 0.05)
    assert star.change.mean > 2 * star.change.deviation
    assert all(abs(found[name].change.mean) < 3 * found[name].change.deviation for name in ("number", "address"))


def test_a_small_experiment_knows_nothing_and_moves_no_weight():
    usual = EffectModel()
    pilot = experiment(2_500, truth={"starred": 0.5}, shift=usual.shift)
    found = learned(*pilot, model=usual, shift=usual.shift)
    assert not any(each.is_known for each in found.values())
    assert with_signs(usual, tuple(found.values())) == usual


def test_a_sign_that_hardly_anybody_carries_stays_unknown_however_large_the_experiment():
    trial, signs, slope = experiment(20_000, truth={})
    rare = {**signs, "relation": np.arange(len(trial)) < 20}
    relation = learned(trial, rare, slope)["relation"]
    assert (relation.people, relation.is_known, relation.change.deviation) == (20, False, DOUBT)


def test_an_ask_that_does_nothing_tells_nothing_of_closeness():
    trial, signs, slope = experiment(20_000, truth={}, shift=0.0)
    assert not any(each.is_known for each in learned(trial, signs, slope, shift=-0.05).values())


def test_the_order_of_rows_does_not_matter():
    trial, signs, slope = experiment(4_000, truth={"starred": 0.5})
    back = Trial(trial.voted[::-1], trial.assigned[::-1], trial.cluster[::-1], trial.known[::-1], trial.dose[::-1])
    turned = learned(back, {name: carried[::-1] for name, carried in signs.items()}, slope[::-1])
    for name, each in learned(trial, signs, slope).items():
        assert turned[name].change.mean == pytest.approx(each.change.mean, abs=1e-7)


def test_what_was_learned_is_kept_with_the_effect_and_the_next_experiment_adds_to_it():
    found = learned(*experiment(150_000, truth={"starred": 0.5}))
    once = with_signs(MODEL, tuple(found.values()))
    assert EffectModel.from_json(once.to_json()) == once
    assert once.change_of_sign["starred"] == found["starred"].change.mean
    again = with_signs(once, (found["starred"],))
    assert again.change_of_sign["starred"] == pytest.approx(2 * found["starred"].change.mean)
    assert again.change_of_sign["number"] == once.change_of_sign["number"]


def test_an_experiment_without_a_control_arm_is_refused():
    trial, signs, slope = experiment(2_000, truth={})
    with pytest.raises(InputError, match="no control arm"):
        learned(replace(trial, assigned=np.ones(2_000, dtype=bool)), signs, slope)


def test_a_change_that_is_no_number_is_refused_with_the_file():
    broken = replace(MODEL, sign_changes=(("starred", float("nan"), 0.2),)).to_json()
    with pytest.raises(InputError, match="cannot be read"):
        EffectModel.from_json(broken)


def test_a_tie_grows_with_its_signs_but_not_where_nothing_is_known():
    assert (slope_of(np.linspace(0.05, 0.95, 20), MODEL) > 0).all()
    assert slope_of(np.nan, MODEL) == 0.0
