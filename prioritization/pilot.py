"""What a campaign's own pilot says of an ask, before the coming election: friends drawn by chance, half of them asked, and who then voted.

A pilot is small: of 2,500 friends it tells the shift within .1, as much as the published prior is worth. So nothing of it is wasted:
what was known of each friend before takes noise away, and the shift is told for a word from a friend in a quiet election, so that
it carries over to an election of another kind and to closer or looser friends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prioritization.effect import EffectModel, salience
from prioritization.experiment import Belief, Trial, measure, updated
from prioritization.tie_weights import SignBelief, learned_signs

Floats = NDArray[np.float64]

_LEAST, _MOST = 0.01, 0.99


def learned_from_pilot(
    trial: Trial, *, turnout: ArrayLike, part: ArrayLike, day: date, model: EffectModel
) -> EffectModel:
    """The effect, moved by a pilot held before the election of ``day`` as far as it is worth.

    Args:
        trial: who was asked by assignment, and who voted; analysed as assigned.
        turnout: for each person the forecast of that election made from what stood before it, NaN unknown.
        part: how much of a friend's word each one's ask was, by tie and plan. Only the average counts: it sets the scale of the
            shift, and is right where the weights of single signs are not.
        day: the pilot's election.
        model: what was believed before.

    Raises ``InputError`` where an arm is missing or nothing can be told apart.
    """
    average = float(np.asarray(part, dtype=np.float64).mean()) if len(trial) else 1.0
    dose = np.full(len(trial), average * salience(day, model))
    lift = measure(replace(trial, known=_as_known(turnout), dose=dose))
    after = updated(Belief(model.shift, model.shift_deviation), lift.shift)
    return replace(model, shift=after.mean, shift_deviation=after.deviation)


def signs_of_pilot(
    trial: Trial,
    signs: Mapping[str, NDArray[np.bool_]],
    *,
    turnout: ArrayLike,
    part: ArrayLike,
    slope: ArrayLike,
    day: date,
    model: EffectModel,
    learned: EffectModel,
) -> tuple[SignBelief, ...]:
    """What the pilot says of each sign of closeness, by name (``tie_weights.learned_signs``); mostly that nothing is known.

    ``part`` and ``slope`` are those of each person, before the election's part; ``learned`` is what ``learned_from_pilot`` made of ``model``.
    """
    left = salience(day, model)
    dosed = replace(trial, known=_as_known(turnout), dose=np.asarray(part, dtype=np.float64) * left)
    rise = np.asarray(slope, dtype=np.float64) * left
    return learned_signs(dosed, signs, slope=rise, shift=learned.shift, model=model)


def _as_known(turnout: ArrayLike) -> Floats:
    """Forecasts as log-odds in one column; who is unknown counts as the average."""
    chance = np.asarray(turnout, dtype=np.float64)
    is_told = np.isfinite(chance)
    average = float(chance[is_told].mean()) if is_told.any() else 0.5
    told = np.clip(np.where(is_told, chance, average), _LEAST, _MOST)
    return np.asarray(np.log(told / (1.0 - told))[:, None], dtype=np.float64)
