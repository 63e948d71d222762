"""Experiments beside their forecasts, where several campaigns are looked at together: surer of each shift than its two arms alone.

Most of the doubt about a shift is the small control arm's: how many would have come anyway. The forecast of turnout says that, too, but
for its level, which no model of past elections knows exactly. How far forecasts are off is seen in the control arms of all campaigns
together; each one's own level is drawn towards theirs as far as it is unsure (normal-normal: Gelman and others 2013, section 5.4), and the
shift is the asked arm's level less that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prioritization.experiment import Belief, Trial, common_of, refuse_one_sided, spread_between, updated

Floats = NDArray[np.float64]

_LEAST_SPREAD = 0.05
"""Forecasts are never trusted nearer than this, a point of turnout, however well a few control arms agree by chance."""
_MOST_STEPS, _CLOSE = 60, 1e-10
_LEAST, _MOST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Arms:
    """How far each arm's turnout lay above its forecast, in log-odds."""

    control: Belief
    asked: Belief


def arms(trial: Trial, forecast: ArrayLike) -> Arms:
    """Both arms of a trial beside the forecast of each person, 0 to 1. Raises ``InputError`` where an arm is missing or all alike."""
    refuse_one_sided(trial)
    chance = np.clip(np.asarray(forecast, dtype=np.float64), _LEAST, _MOST)
    told = np.log(chance / (1.0 - chance))
    control, asked = (
        _level(trial.voted[at].astype(np.float64), told[at], trial.cluster[at])
        for at in (~trial.assigned, trial.assigned)
    )
    return Arms(control, asked)


def shifts_beside_forecasts(campaigns: Sequence[Arms]) -> tuple[Belief, ...]:
    """The shift of each campaign, in their order; none gives none, and one alone is believed as its two arms say."""
    if len(campaigns) < 2:
        return tuple(_less(each.asked, each.control) for each in campaigns)
    controls = [each.control for each in campaigns]
    spread = max(_LEAST_SPREAD, spread_between(controls))
    around = common_of(controls, spread)
    return tuple(_less(each.asked, updated(around, each.control)) for each in campaigns)


def _less(asked: Belief, level: Belief) -> Belief:
    return Belief(asked.mean - level.mean, float(np.hypot(asked.deviation, level.deviation)))


def _level(voted: Floats, told: Floats, cluster: NDArray[np.int64]) -> Belief:
    """The constant that the log-odds have to be moved by, with an error that takes a household as one."""
    level = 0.0
    for _ in range(_MOST_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(told + level)))
        step = float((voted - chance).sum() / (chance * (1.0 - chance)).sum())
        level += step
        if abs(step) < _CLOSE:
            break
    chance = 1.0 / (1.0 + np.exp(-(told + level)))
    _, at = np.unique(cluster, return_inverse=True)
    by_home = np.bincount(at, weights=voted - chance)
    return Belief(level, float(np.sqrt((by_home**2).sum()) / (chance * (1.0 - chance)).sum()))
