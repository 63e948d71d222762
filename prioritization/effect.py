"""What one ask changes.

The default effect is a constant shift in log-odds (decision 4): a message moves a friend's log-odds of voting by ``d``,
so it changes most where voting is uncertain and nearly nothing where it is settled. On the open experiment of Gerber,
Green and Larimer (2008) it is the best one-parameter shape in all four arms, and ranks as well as any learner.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graph.errors import InputError
from graph.voters import ElectionKind
from prioritization.calendar import election_kind

FloatArray = NDArray[np.float64]

_VERSION = 1
_LEAST, _MOST = 0.02, 0.98
"""A forecast is never surer than this: the file is a snapshot, and people move."""


@dataclass(frozen=True, slots=True)
class EffectModel:
    """The prior of one delivered personal message, in log-odds, until the campaign's own hold-outs speak.

    ``shift`` is d0: .10 lies between a cold text (.01 to .02) and the strongest friend-to-friend trials (.35 to .55), and
    is pulled down by later trials that found little. ``shift_deviation`` is its prior standard deviation: the effect may well be
    nothing. The tie multiplies the shift along ``tie_points`` (strength, factor), straight lines between: nearly all
    transmission runs through close friends (Bond et al. 2012); weak .35, normal 1, close 1.6, and whom she lives with half as much
    again, because they talk. ``unknown_tie`` is the strength taken when no source tells.
    """

    shift: float = 0.10
    shift_deviation: float = 0.12
    salience_of_presidential: float = 0.5
    salience_of_midterm: float = 0.75
    tie_points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.15, 0.35), (0.40, 1.0), (0.65, 1.6), (1.0, 2.4))
    unknown_tie: float = 0.25
    decay: float = 0.5
    cap: int = 3
    sign_changes: tuple[tuple[str, float, float], ...] = ()
    """What experiments added to the weights of signs of closeness: name, change in log-odds, its deviation. The others are as published."""
    learned_from: str = ""
    """The hash of the experiment that moved the shift; empty while it is assumed from published trials."""

    def to_json(self) -> str:
        """As text, the same for the same values."""
        return json.dumps({"effect_version": _VERSION, **asdict(self)}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The model in a text that ``to_json`` made. Raises ``InputError`` for another or an impossible one."""
        try:
            told = json.loads(text)
            if told.pop("effect_version") != _VERSION:
                raise ValueError
            told["tie_points"] = tuple((float(at), float(factor)) for at, factor in told["tie_points"])
            changes = told.get("sign_changes", ())
            told["sign_changes"] = tuple((str(name), float(change), float(wide)) for name, change, wide in changes)
            model = cls(**told)
            model._refuse_impossible()
        except (ValueError, TypeError, KeyError, AttributeError):
            raise InputError(
                "The effect cannot be read.", next_step="Make it again: kith effect learn --experiment FILE --out FILE."
            ) from None
        return model

    @property
    def change_of_sign(self) -> dict[str, float]:
        """What is added to the weight of each sign that an experiment moved, by its name."""
        return {name: change for name, change, _ in self.sign_changes}

    def _refuse_impossible(self) -> None:
        told = [(self.shift, self.shift_deviation), *((change, wide) for _, change, wide in self.sign_changes)]
        if not all(math.isfinite(value) and 0.0 < wide < math.inf for value, wide in told):
            raise ValueError


def salience(day: date, model: EffectModel) -> float:
    """How much of the shift is left on this day: messages do less when everybody talks of the election.

    Mann and Haenschen (2024) find effects 33 to 76% smaller in salient elections; midterms are put half-way.
    """
    if election_kind(day) is not ElectionKind.GENERAL:
        return 1.0
    return model.salience_of_presidential if day.year % 4 == 0 else model.salience_of_midterm


def tie_factor(strength: ArrayLike, model: EffectModel) -> FloatArray:
    """What a tie of this strength (0 to 1, NaN unknown) multiplies the shift by; never falls as strength grows."""
    known = np.asarray(strength, dtype=np.float64)
    known = np.where(np.isnan(known), model.unknown_tie, known)
    points, factors = zip(*model.tie_points, strict=True)
    return np.asarray(np.interp(known, points, factors), dtype=np.float64)


def gain(turnout_probability: ArrayLike, shift: ArrayLike) -> FloatArray:
    """The change in the probability of voting: ``sigmoid(logit p + d) - p``, nothing where p is 0, 1 or unknown.

    >>> round(float(gain(0.5, 0.1)), 4)
    0.025
    """
    raw = np.nan_to_num(np.asarray(turnout_probability, dtype=np.float64), nan=0.0)
    probability = np.clip(raw, _LEAST, _MOST)
    odds = probability / (1.0 - probability) * np.exp(np.asarray(shift, dtype=np.float64))
    return np.where((raw > 0.0) & (raw < 1.0), odds / (1.0 + odds) - probability, 0.0)
