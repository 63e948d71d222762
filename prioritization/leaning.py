"""How much each voter leans towards voting, whatever the election: what her own votes and her household's tell together.

    log-odds of voting = level of the election + leaning + habit (if she voted in the one before; less it if she stayed at home)
    leaning            = what is usual for her age, party and sex + her home's part + her own

A share of votes says the same of one in one and of ten in ten, and counts a vote that everybody cast like one that few did; a leaning knows
both, and borrows from the household as far as households are alike. The model is Rasch's (1960) with a normal spread of people, learned by
expectation and maximisation over a grid (Bock and Aitkin 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from prioritization.history import age_on, has_bit

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_GRID = np.linspace(-9.0, 9.0, 31)
_IN_DEVIATIONS = np.linspace(-2.4, 2.4, 7)
_AT_HOME = np.exp(-(_IN_DEVIATIONS**2) / 2.0) / np.exp(-(_IN_DEVIATIONS**2) / 2.0).sum()
_OF_ONE = _IN_DEVIATIONS / np.sqrt((_AT_HOME * _IN_DEVIATIONS**2).sum())
"""Where a home's part may lie, in its standard deviations, and how likely it is there."""

_MOST_PEOPLE = 20_000
_PART = 50_000
_STEPS = 20
_LEAST_SPREAD, _MOST_SHARED, _FARTHEST = 0.5, 3.0, 5.0
_BEFORE = np.array([-1.0, 0.0, 1.0])
_AGE_BENDS = (30.0, 45.0, 60.0, 75.0)
_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of some people: a mark for each election, state before it and vote; the newest state; traits; home's number."""

    marks: NDArray[np.float32]
    before: NDArray[np.int64]
    traits: Floats
    home: Rows


@dataclass(frozen=True, slots=True)
class _Believed:
    """What their votes make of it: chances over the grid for each person, and the means that the next step needs."""

    chances: Floats
    own_part: Floats
    own_square: float
    home_square: float


@dataclass(frozen=True, slots=True)
class Leanings:
    """The learned model: ``level`` for each of ``places`` (elections of the file, oldest first), spreads in log-odds."""

    places: tuple[int, ...]
    level: Floats
    habit: float
    own: float
    shared: float
    usual: Floats
    known: date

    @staticmethod
    def fitted(columns: VoterColumns, rows: Rows, *, known: date, seed: int) -> Leanings:
        """Learn from the elections before ``known``, at least one, and whole homes of ``rows``, at least one; about 20,000 people at most."""
        places = tuple(at for at, past in enumerate(columns.elections) if past.day < known)
        some = _some_homes(columns, rows, seed)
        seen = _seen(columns, some, places, known)
        votes = seen.marks.reshape(-1, len(places), 3, 2).sum(axis=(0, 2), dtype=np.float64) + 0.5
        level = np.log(votes[:, 1] / votes[:, 0])
        model = Leanings(places, level, 0.2, 1.2, 0.7, np.zeros(seen.traits.shape[1]), known)
        for _ in range(_STEPS):
            model = _next(model, seen)
        return model

    def probability(self, columns: VoterColumns, rows: Rows, *, like: int) -> NDArray[np.float32]:
        """The probability of voting for each of ``rows`` (in the file's order, at least one), with the level of the election in place ``like``.

        Read are votes in the elections learned from, hers and those of who lives with her.
        """
        chance = np.zeros(len(columns), dtype=np.float32)
        for people in _parts(columns, _with_their_homes(columns, rows)):
            seen = _seen(columns, people, self.places, self.known)
            told = _log_odds(self)[self.places.index(like)]
            chances = _believed(self, seen).chances
            chance[people] = (chances * (1.0 / (1.0 + np.exp(-told)))[seen.before + 1]).sum(axis=1)
        return chance[rows]


def _homes(columns: VoterColumns, rows: Rows) -> Rows:
    """A number for each row's home; who has none lives alone."""
    home = columns.household[rows].astype(np.int64)
    alone = home < 0
    home[alone] = home.max(initial=0) + 1 + np.arange(alone.sum())
    return np.unique(home, return_inverse=True)[1].astype(np.int64)


def _some_homes(columns: VoterColumns, rows: Rows, seed: int) -> Rows:
    if len(rows) <= _MOST_PEOPLE:
        return rows
    home = _homes(columns, rows)
    drawn = np.random.default_rng(seed).random(home.max() + 1) < _MOST_PEOPLE / len(rows)
    return np.asarray(rows[drawn[home]], dtype=np.int64)


def _with_their_homes(columns: VoterColumns, rows: Rows) -> Rows:
    """The rows and everybody who lives with them, in the file's order."""
    wanted = np.zeros(len(columns), dtype=np.bool_)
    wanted[rows] = True
    at_home = columns.household >= 0
    homes = np.zeros(columns.household.max(initial=0) + 1, dtype=np.bool_)
    homes[columns.household[wanted & at_home]] = True
    return np.flatnonzero(wanted | (at_home & homes[columns.household]))


def _parts(columns: VoterColumns, people: Rows) -> list[Rows]:
    """The people in parts of about 50,000, whole homes in each: what is believed of one takes the memory of 200 numbers."""
    home = _homes(columns, people)
    order = np.argsort(home, kind="stable")
    ends = np.searchsorted(home[order], home[order][::_PART])
    return [part for part in np.split(people[order], np.unique(ends)) if len(part)]


def _seen(columns: VoterColumns, rows: Rows, places: Sequence[int], day: date) -> _Seen:
    marks = np.zeros((len(rows), len(places), 3, 2), dtype=np.float32)
    everybody, before = np.arange(len(rows)), np.zeros(len(rows), dtype=np.int64)
    eligible, voted = columns.eligible[rows], columns.voted[rows]
    for at, place in enumerate(places):
        could, did = has_bit(eligible, place), has_bit(voted, place)
        marks[everybody[could], at, before[could] + 1, did[could].astype(np.int64)] = 1.0
        before = np.where(could, np.where(did, 1, -1), 0)
    return _Seen(marks.reshape(len(rows), -1), before, _traits(columns, rows, day), _homes(columns, rows))


def _traits(columns: VoterColumns, rows: Rows, day: date) -> Floats:
    age = age_on(columns, day)[rows].astype(np.float64)
    known = np.clip(np.nan_to_num(age, nan=50.0), 18.0, 95.0)
    lines = [(known - 50.0) / 10.0, *(np.maximum(known - bend, 0.0) / 10.0 for bend in _AGE_BENDS), np.isnan(age)]
    coded = ((columns.party, "DEM"), (columns.party, "REP"), (columns.gender, "F"))
    marks = [np.array([value == word for value in of.values] or [False])[of.codes[rows]] for of, word in coded]
    return np.column_stack([*lines, *marks]).astype(np.float64)


def _believed(model: Leanings, seen: _Seen) -> _Believed:
    """Bayes over the grid. Own parts are normal around what is usual plus the home's part; a home's members are told by all their votes.

    exp(-(t - m - h)^2 / 2 s^2) is split into factors of t, of t with m and of t with h, so that the work is in three products of matrices.
    """
    precision = 1.0 / model.own**2
    usual, parts = np.clip(seen.traits @ model.usual, -_FARTHEST, _FARTHEST), _OF_ONE * model.shared
    told = seen.marks @ _log_chances(model) + precision * (np.outer(usual, _GRID) - _GRID**2 / 2.0)
    likely = np.exp(told - told.max(axis=1, keepdims=True))
    by_part = np.exp(precision * np.outer(_GRID, parts))
    middle = usual[:, None] + parts
    total = likely @ by_part
    of_each = np.log(total) - precision * middle**2 / 2.0
    at_home = _softmax(_by_home(seen.home, of_each) + np.log(_AT_HOME))
    weight = at_home[seen.home]
    chances = likely * ((weight / total) @ by_part.T)
    first, second = ((likely @ (_GRID[:, None] ** power * by_part)) / total for power in (1, 2))
    square = (weight * (second - 2.0 * middle * first + middle**2)).sum(axis=1).mean()
    return _Believed(chances, chances @ _GRID - weight @ parts, float(square), float((at_home @ parts**2).mean()))


def _log_chances(model: Leanings) -> Floats:
    """For each mark and place of the grid the log of its chance."""
    log_odds = _log_odds(model)
    return -np.stack([np.logaddexp(0.0, log_odds), np.logaddexp(0.0, -log_odds)], axis=2).reshape(-1, len(_GRID))


def _log_odds(model: Leanings) -> Floats:
    return model.level[:, None, None] + model.habit * _BEFORE[:, None] + _GRID


def _by_home(home: Rows, values: Floats) -> Floats:
    return np.column_stack([np.bincount(home, column) for column in values.T])


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _next(model: Leanings, seen: _Seen) -> Leanings:
    """One step: believe, then set each number to what is likeliest for the beliefs."""
    found = _believed(model, seen)
    votes = (seen.marks.T @ found.chances).reshape(-1, 3, 2, len(_GRID))
    level, habit = _levels(model, votes)
    lines = np.column_stack([np.ones(len(seen.traits)), seen.traits])
    held_back = np.diag([0.0, *np.full(seen.traits.shape[1], _RIDGE)])
    usual: Floats = np.linalg.solve(lines.T @ lines + held_back, lines.T @ found.own_part).astype(np.float64)
    own = max(_LEAST_SPREAD, float(np.sqrt(found.own_square)))
    return replace(
        model,
        level=level + usual[0],
        habit=habit,
        own=own,
        shared=min(_MOST_SHARED, float(np.sqrt(found.home_square))),
        usual=usual[1:],
    )


def _levels(model: Leanings, votes: Floats) -> tuple[Floats, float]:
    """One of Newton's steps for the levels and the habit together."""
    people = votes.sum(axis=2)
    chance = 1.0 / (1.0 + np.exp(-_log_odds(model)))
    above, bend = votes[:, :, 1] - people * chance, people * chance * (1.0 - chance)
    state = _BEFORE[:, None]
    push, hold, cross = above.sum(axis=(1, 2)), bend.sum(axis=(1, 2)) + 1.0, (bend * state).sum(axis=(1, 2))
    left = (above * state).sum() - (cross * push / hold).sum()
    step = left / ((bend * state**2).sum() - (cross**2 / hold).sum() + 1.0)
    return model.level + (push - cross * step) / hold, float(model.habit + step)
