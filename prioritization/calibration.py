"""Whether forecasts of turnout came true: a past election forecast with what was known the day before, held against who came.

Two questions are kept apart. Who comes can be learned from who came before. How many come, the level, cannot be known beforehand: between
two midterms it moved by thirteen points of those who could (36.7% in 2014, 50.0% in 2018; McDonald, United States Elections Project).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import rankdata

from graph.errors import InputError
from graph.model import Election
from graph.voters import Ballots, VoterColumns
from prioritization.history import has_bit, latest_in_cycle
from prioritization.turnout import may_vote, turnout_probability

Floats = NDArray[np.float64]
_BINS = 20
_ROWS = 10
_A_POINT = 0.01
_LEAST, _FAR = 1e-4, 12.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a calibration table: people of like forecasts, the mean of these, and the share of them that came."""

    people: int
    forecast: float
    voted: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A forecast against what came. ``error`` is forecast less voted, in the mean; ``spread_error`` the mean gap over twenty equal parts;
    ``order`` the chance that a voter was put above a non-voter (.5: by chance); ``table`` ten equal parts, the least likely first.
    """

    people: int
    forecast: float
    voted: float
    spread_error: float
    order: float
    table: tuple[Row, ...] = ()

    @property
    def error(self) -> float:
        """How much too high the mean forecast was."""
        return self.forecast - self.voted


@dataclass(frozen=True, slots=True)
class BackTest:
    """One past election: how it was forecast (``learned``, ``vendor``, ``prior``), from which earlier ones, and how well.

    ``level_from`` is the election whose turnout, ``level_before``, told how many were expected; ``None`` where none of the same stakes
    stands before it. ``spread_error_at_level`` is the spread error once as many are expected as came: what is left when the level is known.
    """

    day: date
    method: str
    learned_from: tuple[date, ...]
    calibration: Calibration
    level_from: date | None
    level_before: float
    spread_error_at_level: float

    @property
    def level(self) -> str:
        """In words whether it could be known how many would come."""
        found = self.calibration
        if abs(found.error) <= _A_POINT:
            return f"as many came as were expected, within a point ({found.voted:.1%})"
        if self.level_from is None:
            why = "no earlier election of the same stakes stands in the file, so that what is usual for its kind was taken"
        else:
            why = f"{self.level_before:.1%} came to the last like it, on {self.level_from}, and {found.voted:.1%} to this one"
        return f"not to be known beforehand: {why}; with the level known, forecasts are off by {self.spread_error_at_level:.1%}"


def calibration(forecast: ArrayLike, voted: ArrayLike) -> Calibration:
    """Hold probabilities against what came. Raises ``InputError`` where there is nobody, or all or none voted."""
    chance, came = np.asarray(forecast, dtype=np.float64), np.asarray(voted, dtype=np.bool_)
    if came.all() or not came.any():
        raise InputError("Nothing can be told where everybody or nobody voted.", next_step="Choose another election.")
    order = (rankdata(chance)[came].sum() - came.sum() * (came.sum() + 1) / 2) / (came.sum() * (~came).sum())
    gaps = sum(row.people * abs(row.forecast - row.voted) for row in _table(chance, came, _BINS))
    return Calibration(
        len(chance), float(chance.mean()), float(came.mean()), gaps / len(chance), float(order), _table(chance, came, _ROWS)
    )  # fmt: skip


def _table(chance: Floats, came: NDArray[np.bool_], rows: int) -> tuple[Row, ...]:
    parts = np.array_split(np.argsort(chance, kind="stable"), min(rows, len(chance)))
    return tuple(Row(len(part), float(chance[part].mean()), float(came[part].mean())) for part in parts)


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
    at_level = calibration(_at_level(made.probability[could].astype(np.float64), held.voted), came)
    before = latest_in_cycle(columns, day, before=day)
    level_from, level_before = _level(columns, before) if made.report.method == "learned" else (None, 0.0)
    return BackTest(
        day, made.report.method, made.report.learned_from, held, level_from, level_before, at_level.spread_error
    )


def _level(columns: VoterColumns, place: int | None) -> tuple[date | None, float]:
    """An election and the share of those in the file who could vote in it and did."""
    could = np.zeros(0, np.bool_) if place is None else has_bit(columns.eligible, place)
    if place is None or not could.any():
        return None, 0.0
    return columns.elections[place].day, float(has_bit(columns.voted[could], place).mean())


def _at_level(chance: Floats, share: float) -> Floats:
    """Forecasts moved by one shift in log-odds to the mean that came."""
    told = np.log(np.clip(chance, _LEAST, 1.0 - _LEAST) / (1.0 - np.clip(chance, _LEAST, 1.0 - _LEAST)))
    shift = brentq(lambda by: float((1.0 / (1.0 + np.exp(-(told + by)))).mean()) - share, -_FAR, _FAR)
    return np.asarray(1.0 / (1.0 + np.exp(-(told + shift))), dtype=np.float64)


def forecastable(columns: VoterColumns, *, most: int = 6) -> tuple[date, ...]:
    """The newest elections that another one of their kind precedes, oldest first: those of which a forecast could have been learned."""
    days = [
        past.day
        for at, past in enumerate(columns.elections)
        if any(earlier.kind is past.kind for earlier in columns.elections[:at])
    ]
    return tuple(days[max(0, len(days) - most) :])


def back_tests(columns: VoterColumns, days: Sequence[date], *, seed: int = 0) -> tuple[BackTest, ...]:
    """A back-test for each day, in the order given."""
    return tuple(back_test(columns, day, seed=seed) for day in days)
