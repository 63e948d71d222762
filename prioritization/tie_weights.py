"""How much each sign of closeness counts, learned from an experiment: does a word do more for friends who carry it?

A friend's shift is the campaign's shift times what his tie lets through, and that moves with the weight of each sign he carries. To first
order the vote's log-odds are ``shift * (dose + sum of change_k * slope)`` for those who were asked: a logistic regression with one term
for each sign among the asked. Each change has a normal prior around none, because the published weights are judgements and not noise;
the posterior is normal, by the mode and the curvature (Gelman and others 2013, section 4.1), with errors that take a household as one.

A sign's own effect is a difference of small effects: a pilot of some thousand friends says nothing of it, and then the weight stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from prioritization.effect import EffectModel, tie_factor
from prioritization.experiment import Belief, Trial, refuse_one_sided

Floats = NDArray[np.float64]

DOUBT = 0.5
"""The standard deviation of a weight before any experiment, in log-odds: they range from .1 (two numbers) to 3 (one household)."""
_TELLS = 0.5**0.5
"""A sign is known once the experiment says more of it than was believed before; until then its weight stays as it is."""
_FEWEST_WITH = 50
"""With fewer who carry a sign, asked or not, nothing is told of it."""
_STEP = 0.25
_MOST_STEPS, _CLOSE = 60, 1e-10


@dataclass(frozen=True, slots=True)
class SignBelief:
    """What an experiment says of one sign: how many carry it, what to add to its weight, and whether that is known at all."""

    name: str
    people: int
    change: Belief
    is_known: bool


def slope_of(strength: ArrayLike, model: EffectModel) -> Floats:
    """How much a tie's factor grows with its log-odds, at strengths 0 to 1; 0 where it is unknown (NaN)."""
    known = np.asarray(strength, dtype=np.float64)
    sure = np.clip(np.nan_to_num(known, nan=0.5), 1e-6, 1.0 - 1e-6)
    log_odds = np.log(sure / (1.0 - sure))
    rise = tie_factor(expit(log_odds + _STEP), model) - tie_factor(expit(log_odds - _STEP), model)
    return np.where(np.isnan(known), 0.0, rise / (2.0 * _STEP))


def learned_signs(
    trial: Trial, signs: Mapping[str, NDArray[np.bool_]], *, slope: ArrayLike, shift: float, model: EffectModel
) -> tuple[SignBelief, ...]:
    """What a trial says of each sign, by name; no signs give none.

    Args:
        trial: who was asked by assignment, and who voted. Its ``known`` holds forecasts as log-odds, its ``dose`` how much of a full
            ask each one's was.
        signs: for each sign who of the trial carries it.
        slope: by how much each one's dose grows with the log-odds of closeness.
        shift: a full ask's, this trial already in it. Where it is nothing or worse, nothing is told of any sign.
        model: what was believed before the trial.

    Raises ``InputError`` where an arm is missing or nothing can be told apart.
    """
    refuse_one_sided(trial)
    names = [name for name in sorted(signs) if _FEWEST_WITH <= signs[name].sum() <= len(trial) - _FEWEST_WITH]
    before = {name: (mean, wide) for name, mean, wide in model.sign_changes}
    prior = np.array([before.get(name, (0.0, DOUBT))[1] for name in names])
    terms = np.array([signs[name] for name in names], dtype=np.float64).reshape(len(names), len(trial)).T
    rise = np.asarray(slope, dtype=np.float64)[:, None] * terms * max(0.0, shift)
    found = _posterior(trial, rise, prior, model) if names else []
    told = {name: _told(name, int(signs[name].sum()), each, wide) for name, each, wide in zip(names, found, prior, strict=True)}  # fmt: skip
    return tuple(told.get(name) or _untold(name, int(signs[name].sum()), before) for name in sorted(signs))


def with_signs(model: EffectModel, found: Sequence[SignBelief]) -> EffectModel:
    """The model with what is known of signs added to what earlier experiments said; unknown ones change nothing."""
    before = {name: (mean, wide) for name, mean, wide in model.sign_changes}
    known = {
        each.name: (before.get(each.name, (0.0, DOUBT))[0] + each.change.mean, each.change.deviation)
        for each in found if each.is_known
    }  # fmt: skip
    changes = sorted({**before, **known}.items())
    return replace(model, sign_changes=tuple((name, mean, wide) for name, (mean, wide) in changes))


def _told(name: str, people: int, found: Belief, prior: float) -> SignBelief:
    return SignBelief(name, people, found, found.deviation < _TELLS * prior)


def _untold(name: str, people: int, before: Mapping[str, tuple[float, float]]) -> SignBelief:
    return SignBelief(name, people, Belief(0.0, before.get(name, (0.0, DOUBT))[1]), is_known=False)


def _posterior(trial: Trial, rise: Floats, prior: Floats, model: EffectModel) -> list[Belief]:
    """The change of each sign: the mode of a logistic regression with normal priors, and its error over clusters."""
    dose = np.ones(len(trial)) if trial.dose is None else trial.dose
    asked = trial.assigned.astype(np.float64)[:, None]
    design = np.column_stack([np.ones(len(trial)), trial.known, asked * dose[:, None], asked * rise])
    free = design.shape[1] - rise.shape[1] - 1
    centre = np.concatenate([np.zeros(free), [model.shift], np.zeros(rise.shape[1])])
    strict = np.concatenate([np.zeros(free), [model.shift_deviation**-2], prior**-2.0])
    mode, spread = _mode(design, trial.voted.astype(np.float64), trial.cluster, centre, strict)
    deviations = np.sqrt(np.diag(spread))
    return [Belief(float(m), float(d)) for m, d in zip(mode[free + 1 :], deviations[free + 1 :], strict=True)]


def _mode(
    design: Floats, voted: Floats, cluster: NDArray[np.int64], centre: Floats, strict: Floats
) -> tuple[Floats, Floats]:
    weights = centre.copy()
    for _ in range(_MOST_STEPS):
        chance = expit(design @ weights)
        curve = _curvature(design, chance, strict)
        step = np.linalg.solve(curve, design.T @ (voted - chance) - strict * (weights - centre))
        weights = weights + step
        if np.abs(step).max() < _CLOSE:
            break
    chance = expit(design @ weights)
    bread = np.linalg.inv(_curvature(design, chance, strict))
    _, at = np.unique(cluster, return_inverse=True)
    scores = np.zeros((int(at.max()) + 1, design.shape[1]))
    np.add.at(scores, at, design * (voted - chance)[:, None])
    return weights, bread @ (scores.T @ scores + np.diag(strict)) @ bread


def _curvature(design: Floats, chance: Floats, strict: Floats) -> Floats:
    return np.asarray(design.T @ (design * (chance * (1.0 - chance))[:, None]) + np.diag(strict), dtype=np.float64)
