"""How good a ranking of asks is, by a randomised experiment: which part of the effect its first asks bring.

Each person's effect is estimated without bias from her arm and her vote (doubly robust: Robins, Rotnitzky and Zhao 1994); the ranking
itself must not have seen them. The curve of effects collected against asks made is that of Radcliffe (2007).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graph.errors import InputError
from prioritization.experiment import Trial

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], float]
"""Of a weight for each person (how often her household was drawn) one number."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its middle 95%."""

    value: float
    low: float
    high: float


def personal_effects(
    voted: ArrayLike, assigned: ArrayLike, *, share: float, without: ArrayLike | float, treated: ArrayLike | float
) -> Floats:
    """Each person's effect, right on average: what is expected of her with an ask less without one, set right by what she did.

    ``share`` of the people were assigned by chance. ``without`` and ``treated`` are forecasts of her vote in each arm, made without her
    row; a plain mean for everybody will do, but a good forecast makes intervals narrower. Raises ``InputError`` for a share of 0 or 1.
    """
    if not 0.0 < share < 1.0:
        raise InputError("The experiment has one arm only.", next_step="Give rows of people who were left alone, too.")
    outcome, arm = np.asarray(voted, dtype=np.float64), np.asarray(assigned, dtype=np.float64)
    with_ask, alone = np.asarray(treated, dtype=np.float64), np.asarray(without, dtype=np.float64)
    surprise = arm * (outcome - with_ask) / share - (1.0 - arm) * (outcome - alone) / (1.0 - share)
    return np.asarray(with_ask - alone + surprise, dtype=np.float64)


def judged(
    score: ArrayLike, trial: Trial, *, share: float, draws: int = 200, seed: int = 0
) -> tuple[Estimate, Estimate]:
    """The Qini of a score and the votes that an ask adds among the first ``share``, by a trial whose clusters are drawn again.

    Raises ``InputError`` for a trial of one arm, or a score that is not a number.
    """
    assigned = trial.assigned
    alone, asked = (
        float(trial.voted[assigned == arm].mean()) if (assigned == arm).any() else 0.0 for arm in (False, True)
    )
    effect = personal_effects(trial.voted, assigned, share=float(assigned.mean()), without=alone, treated=asked)
    ranked = Ranking(score, effect)
    return (
        bootstrapped(ranked.qini, trial.cluster, draws=draws, seed=seed),
        bootstrapped(lambda weight: ranked.per_ask(weight, share), trial.cluster, draws=draws, seed=seed),
    )


class Ranking:
    """People in the order of a score, highest first; equal scores are asked in equal parts, whatever the order of the input."""

    def __init__(self, score: ArrayLike, effect: ArrayLike) -> None:
        """Take scores and personal effects of equal length. Raises ``InputError`` for a score that is not a number."""
        scores = np.asarray(score, dtype=np.float64)
        if not np.isfinite(scores).all():
            raise InputError("A score is not a number.", next_step="Give everybody a score, or leave the row out.")
        self._order = np.argsort(-scores, kind="stable")
        self._effect = np.asarray(effect, dtype=np.float64)[self._order]
        in_order = scores[self._order]
        self._last = np.flatnonzero(np.append(in_order[1:] != in_order[:-1], True)) if len(scores) else self._order

    def qini(self, weight: Floats) -> float:
        """The area between the curve and random asks, as a share of the triangle under random ones; 0 is no better than chance."""
        asked, collected = self._curve(weight)
        triangle = collected[-1] / 2.0 if len(asked) else 0.0
        return float(_above_chance(asked, collected) / triangle) if triangle else 0.0

    def gained(self, weight: Floats) -> float:
        """The same area by itself, in effect for each person: also where all asks together change nothing."""
        asked, collected = self._curve(weight)
        return _above_chance(asked, collected) if len(asked) else 0.0

    def per_ask(self, weight: Floats, share: float) -> float:
        """The mean effect of an ask when the first ``share`` of the people are asked; 0 for nobody."""
        asked, collected = self._curve(weight)
        return float(np.interp(share, asked, collected) / share) if len(asked) and share > 0.0 else 0.0

    def _curve(self, weight: Floats) -> tuple[Floats, Floats]:
        """Shares asked and effects collected, for each group of equal scores, from nobody to everybody."""
        weights = weight[self._order]
        total = float(weights.sum())
        if not total:
            return np.zeros(0), np.zeros(0)
        asked = np.cumsum(weights)[self._last] / total
        collected = np.cumsum(weights * self._effect)[self._last] / total
        return np.append(0.0, asked), np.append(0.0, collected)


def _above_chance(asked: Floats, collected: Floats) -> float:
    return float(np.trapezoid(collected, asked)) - float(collected[-1]) / 2.0


def bootstrapped(statistic: Statistic, cluster: ArrayLike, *, draws: int = 200, seed: int = 0) -> Estimate:
    """A number with its 95% interval, whole clusters (households) drawn with replacement (Davison and Hinkley 1997, chapter 3)."""
    _, at = np.unique(np.asarray(cluster), return_inverse=True)
    count = int(at.max()) + 1 if len(at) else 0
    value = statistic(np.ones(len(at)))
    if not count or draws < 1:
        return Estimate(value, value, value)
    chance = np.random.default_rng(seed)
    drawn = (np.bincount(chance.integers(0, count, count), minlength=count)[at] for _ in range(draws))
    low, high = np.percentile([statistic(times.astype(np.float64)) for times in drawn], [2.5, 97.5])
    return Estimate(value, float(low), float(high))
