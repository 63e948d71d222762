"""Whether forecasts of turnout came true: a past election forecast with what was known the day before, held against who came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from graph.errors import InputError
from graph.model import Election
from graph.voters import Ballots, VoterColumns
from prioritization.history import has_bit
from prioritization.turnout import may_vote, turnout_probability

Floats = NDArray[np.float64]
_BINS = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """A forecast against what came. ``error`` is forecast less voted, in the mean; ``spread_error`` the mean gap over twenty equal parts;
    ``order`` the chance that a voter was put above a non-voter (.5: by chance).
    """

    people: int
    forecast: float
    voted: float
    spread_error: float
    order: float

    @property
    def error(self) -> float:
        """How much too high the mean forecast was."""
        return self.forecast - self.voted


@dataclass(frozen=True, slots=True)
class BackTest:
    """One past election: how it was forecast (``learned``, ``vendor``, ``prior``), from which earlier ones, and how well."""

    day: date
    method: str
    learned_from: tuple[date, ...]
    calibration: Calibration


def calibration(forecast: ArrayLike, voted: ArrayLike) -> Calibration:
    """Hold probabilities against what came. Raises ``InputError`` where there is nobody, or all or none voted."""
    chance, came = np.asarray(forecast, dtype=np.float64), np.asarray(voted, dtype=np.bool_)
    if came.all() or not came.any():
        raise InputError("Nothing can be told where everybody or nobody voted.", next_step="Choose another election.")
    parts = np.array_split(np.argsort(chance, kind="stable"), min(_BINS, len(chance)))
    gaps = [len(part) * abs(chance[part].mean() - came[part].mean()) for part in parts]
    order = (rankdata(chance)[came].sum() - came.sum() * (came.sum() + 1) / 2) / (came.sum() * (~came).sum())
    return Calibration(len(chance), float(chance.mean()), float(came.mean()), sum(gaps) / len(chance), float(order))


def back_test(columns: VoterColumns, day: date, *, seed: int = 0) -> BackTest:
    """Forecast the election of ``day`` from what stood before it, and hold that against the history.

    Status and address are today's, the history's votes are those before the day. Raises ``InputError`` when the file does not know it.
    """
    places = [place for place, past in enumerate(columns.elections) if past.day == day]
    if not places:
        raise InputError(f"The history does not know the election of {day}.", next_step="Choose one that it has.")
    made = turnout_probability(columns, Election("", day, columns.state), as_of=day, ballots=Ballots(), seed=seed)
    could = np.flatnonzero(has_bit(columns.eligible, places[0]) & may_vote(columns, day))
    came = has_bit(columns.voted[could], places[0])
    held = calibration(made.probability[could], came)
    return BackTest(day, made.report.method, made.report.learned_from, held)


def back_tests(columns: VoterColumns, days: Sequence[date], *, seed: int = 0) -> tuple[BackTest, ...]:
    """A back-test for each day, in the order given."""
    return tuple(back_test(columns, day, seed=seed) for day in days)
