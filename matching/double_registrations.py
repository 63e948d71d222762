"""Who is registered twice: rows of one full name and date of birth, where namesakes by chance are far less likely."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.model import BallotStatus
from graph.voters import Ballots, RegistrationStatus, VoterColumns

Rows = NDArray[np.int32]
_LEAST_SURE = 0.9
_LIVES = 60.0
"""Years over which birth years spread, near enough for a chance of coincidence."""
_DAYS = 365
_NEAR_YEARS = range(1, 6)
"""Nobody is registered under two years of birth so far apart: whoever shares a full name with those born then is a namesake."""
_TOGETHER, _TOGETHER_STRENGTH = 3.0, 10.0
"""How much oftener three names meet than each alone makes likely, before the file shows it, and as how many namesakes that counts."""
_DOUBLE, _DOUBLE_STRENGTH = 0.005, 2000.0
"""How many voters have a second registration, before the file shows it, and as how many voters that counts."""
_MOST_DOUBLE = 0.02


def same_person(columns: VoterColumns) -> Rows:
    """For each row the row that stands for the same person, itself where there is no double registration.

    Rows are one person when first, middle and last name, suffix and date of birth (or its year) are equal, when a second
    registration is far likelier than a namesake of that year, and when no election was voted in twice. The row that
    stands for all is the active, newest one. No rows give an empty array.
    """
    person = np.arange(len(columns), dtype=np.int32)
    if len(columns) == 0:
        return person
    parts = columns.last_name, columns.first_name, columns.middle_name, columns.name_suffix
    names: list[NDArray[Any]] = [part.codes for part in parts]
    day = columns.birth_month.astype(np.int32) * 32 + columns.birth_day
    newest = -columns.registered_on.astype(np.int64)
    order = np.lexsort([person, newest, _usability(columns), day, columns.birth_year, *reversed(names)])
    name = _numbered([part[order] for part in names])
    group = _numbered([name, columns.birth_year[order], day[order]])
    head = order[np.searchsorted(group, group)]
    chance = _chance_namesakes(columns, order, np.minimum(np.bincount(group)[group], 2))
    is_same = _is_double(name, columns.birth_year[order], day[order], group, chance)
    is_same &= (columns.voted[order] & columns.voted[head] == 0) | (order == head)
    person[order] = np.where(is_same, head, order)
    return person


def under_all_registrations(ballots: Ballots, columns: VoterColumns, person: Rows) -> Ballots:
    """The same ballots, told of every registration of whoever returned one; what says most counts: voted, then to be checked.

    ``person`` is what ``same_person`` gives. Ballots of nobody in the file stay as they are.
    """
    status, ids = dict(ballots.status), columns.voter_ids
    again = np.flatnonzero(person != np.arange(len(person))) if status else person[:0]
    for head in np.unique(person[again]).tolist():
        names = [ids[row].decode("ascii") for row in (head, *again[person[again] == head].tolist())]
        if told := {status[name] for name in names if name in status}:
            status |= dict.fromkeys(names, next(one for one in BallotStatus if one in told))
    return replace(ballots, status=status)


def _is_double(
    name: NDArray[Any], year: NDArray[Any], day: NDArray[Any], group: NDArray[Any], chance: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """By row, in order of names and dates of birth: whether its ``group`` is likely one person.

    ``chance`` is how many namesakes born in the same year the names alone make likely. How much oftener they really meet
    is seen in those born a few years apart, how many voters register twice in what is left of those born together.
    """
    known = year > 0
    born, expected = name * 4096 + year.astype(np.int64), float(chance[known].sum()) * 2 * len(_NEAR_YEARS)
    near = sum(_count(born, born[known] + gap) for gap in (*_NEAR_YEARS, *(-gap for gap in _NEAR_YEARS)))
    together = max((near + _TOGETHER_STRENGTH * _TOGETHER) / (expected + _TOGETHER_STRENGTH), 1.0)
    by_chance = together * chance / np.where(day > 0, _DAYS, 1)
    others = float((np.bincount(group)[group] - 1)[known].sum()) - float(by_chance[known].sum())
    double = (max(others, 0.0) + _DOUBLE_STRENGTH * _DOUBLE) / (len(name) + _DOUBLE_STRENGTH)
    double = min(double, _MOST_DOUBLE)
    return np.asarray(known & (double / (double + by_chance) >= _LEAST_SURE), dtype=np.bool_)


def _count(ordered: NDArray[np.int64], wanted: NDArray[np.int64]) -> int:
    """How many of the ordered numbers are wanted ones, over all that are wanted."""
    first = np.searchsorted(ordered, wanted)
    return int((np.searchsorted(ordered, wanted, side="right") - first).sum())


def _chance_namesakes(columns: VoterColumns, order: NDArray[Any], size: NDArray[Any]) -> NDArray[np.float64]:
    """By row in this order: how many others of its names and birth year chance alone would give.

    The row and one more like it (``size``) do not count: a surname that nobody else has makes no namesakes.
    """
    rows = len(columns)
    share = np.ones(rows)
    for column in (columns.last_name, columns.first_name, columns.middle_name):
        share *= (np.bincount(column.codes, minlength=len(column.values))[column.codes[order]] - size) / rows
    return share * rows / _LIVES


def _numbered(parts: list[NDArray[Any]]) -> NDArray[np.int64]:
    """The parts of ordered rows as one number, equal where all are equal and growing with the order."""
    is_new = np.zeros(len(parts[0]), dtype=bool)
    for part in parts:
        is_new[1:] |= part[1:] != part[:-1]
    return np.cumsum(is_new, dtype=np.int64)


def _usability(columns: VoterColumns) -> NDArray[np.int64]:
    unusable = np.isin(columns.status, (RegistrationStatus.REMOVED, RegistrationStatus.DENIED))
    return np.where(unusable, 2, (columns.status == RegistrationStatus.INACTIVE).astype(np.int64))
