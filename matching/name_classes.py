"""Given names and surnames go together: María is likelier a García than a Schmidt.

Both names of a person come from one of two hidden classes (Hofmann's aspect model, 1999, fitted by expectation-maximisation),
which a file shows by itself; no list of anybody's names is needed, and nothing is known or kept of any person's class. A file
that shows no such law gets none: it must foretell rows that were not learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from graph.voters import Coded

_CLASSES = 2
_ROUNDS = 4
"""Few: every further round lets rare names wander, and foretells rows held out worse."""
_DIRECTIONS = 60
_CUTS = (0.5, 1.0, 1.5)
_SPECIAL = (0.01, 0.5, 0.97)
"""How far a row is of the second class to begin with, by how many of its names lie beyond the cut."""
_PRIOR_WHILE_LEARNING, _PRIOR_ROWS = 0.3, 4.0
"""A name is taken to be everybody's until about so many rows show it."""
_FREQUENT = 10
_MOST_ROWS = 200_000
_HELD_OUT = 5
_FEWEST_ROWS = 1000
_LEAST_GAIN = 0.002
"""What the law must add, in log-likelihood a row held out, to be believed."""

_Table = NDArray[np.float64]
_Law = tuple[float, _Table, _Table, _Table]
"""Gain, P(class | first name), P(class | surname), P(class)."""


@dataclass(frozen=True, slots=True)
class NameClasses:
    """P(class | name) of every first name and surname by code, and P(class)."""

    given: _Table
    family: _Table
    shares: _Table

    @classmethod
    def none(cls, firsts: int, lasts: int) -> Self:
        """No law: every name is everybody's."""
        shares = np.full(_CLASSES, 1 / _CLASSES)
        return cls(np.tile(shares, (firsts, 1)), np.tile(shares, (lasts, 1)), shares)

    @classmethod
    def of(cls, first: Coded, last: Coded) -> Self:
        """Learn from the first name and surname of each row; of a double name the first half counts."""
        heads = _heads(first.values), _heads(last.values)
        step = max(1, -(-len(first.codes) // _MOST_ROWS))
        codes = np.stack([heads[0][first.codes[::step]], heads[1][last.codes[::step]]])
        sizes = len(heads[0]), len(heads[1])
        if codes.shape[1] < _FEWEST_ROWS:
            return cls.none(*sizes)
        is_held_out = np.arange(codes.shape[1]) % _HELD_OUT == 0
        gain, given, family, shares = _best(codes[:, ~is_held_out], codes[:, is_held_out], sizes)
        return cls(given[heads[0]], family[heads[1]], shares) if gain >= _LEAST_GAIN else cls.none(*sizes)


def _best(codes: NDArray[np.int64], held_out: NDArray[np.int64], sizes: tuple[int, int]) -> _Law:
    """Of the laws learned from ``codes`` the one that foretells the rows held out best, and its gain a row."""
    directions = _directions(codes, sizes)
    laws = [law for cut in _CUTS for law in _fitted(codes, sizes, _start(codes, directions, cut))]
    gains = [float(np.log(_together(*law, held_out)).mean()) for law in laws]
    best = int(np.argmax(gains))
    return gains[best], *laws[best]


def _fitted(codes: NDArray[np.int64], sizes: tuple[int, int], joint: _Table) -> Iterator[tuple[_Table, _Table, _Table]]:
    """The law after each round, from classes of rows to begin with."""
    for _ in range(_ROUNDS):
        shares = joint.mean(axis=0)
        yield *(_believed(codes[at], joint, sizes[at], shares, prior=_PRIOR_ROWS) for at in (0, 1)), shares
        given, family = (_believed(codes[at], joint, sizes[at], shares, prior=_PRIOR_WHILE_LEARNING) for at in (0, 1))
        joint = given[codes[0]] * family[codes[1]] / shares
        joint /= joint.sum(axis=1, keepdims=True)


def _believed(codes: NDArray[np.int64], joint: _Table, size: int, shares: _Table, *, prior: float) -> _Table:
    counts = np.bincount(codes, minlength=size)[:, None]
    sums = np.stack([np.bincount(codes, weights=of, minlength=size) for of in joint.T], axis=1)
    return np.asarray((sums + prior * shares) / (counts + prior))


def _start(codes: NDArray[np.int64], directions: tuple[_Table, _Table], cut: float) -> _Table:
    """Classes of rows to begin with: both names lie beyond the cut, one of them does, none does."""
    beyond = sum((direction[code] > cut).astype(np.int64) for direction, code in zip(directions, codes, strict=True))
    special = np.array(_SPECIAL)[beyond]
    return np.stack([1 - special, special], axis=1)


def _directions(codes: NDArray[np.int64], sizes: tuple[int, int]) -> tuple[_Table, _Table]:
    """The direction in which frequent first names and surnames depend most on each other, 0 for all other names.

    The first axis of correspondence analysis (Benzécri 1973), by power iteration.
    """
    counts = [np.bincount(codes[side], minlength=sizes[side]) for side in (0, 1)]
    weights = [np.where(count >= _FREQUENT, 1 / np.maximum(count, 1), 0.0) for count in counts]
    axis, family = np.random.default_rng(0).standard_normal(sizes[0]), np.zeros(sizes[1])
    rows = [count * (weight > 0) for count, weight in zip(counts, weights, strict=True)]
    for _ in range(_DIRECTIONS):
        of_family = np.bincount(codes[1], weights=axis[codes[0]], minlength=sizes[1]).astype(np.float64)
        family = _standardised(of_family * weights[1], rows[1])
        of_given = np.bincount(codes[0], weights=family[codes[1]], minlength=sizes[0]).astype(np.float64)
        axis = _standardised(of_given * weights[0], rows[0])
    sign = np.sign((axis**3 * counts[0]).sum()) or 1.0
    return axis * sign, family * sign


def _standardised(values: _Table, counts: NDArray[Any]) -> _Table:
    """Values with mean 0 and spread 1 over rows, 0 for names that do not count."""
    total = max(float(counts.sum()), 1.0)
    centred = np.where(counts > 0, values - (values * counts).sum() / total, 0.0)
    return np.asarray(centred / max(np.sqrt((centred**2 * counts).sum() / total), 1e-12))


def _together(given: _Table, family: _Table, shares: _Table, codes: NDArray[np.int64]) -> _Table:
    """How much likelier two names are seen together than they would be apart from each other."""
    return np.asarray((given[codes[0]] * family[codes[1]] / shares).sum(axis=1))


def _heads(words: Sequence[str]) -> NDArray[np.int64]:
    """By code the code of the first half of a double name, itself where the half is nobody's name."""
    code_of = {word: code for code, word in enumerate(words)}
    return np.array([code_of.get(word.partition(" ")[0], code) for code, word in enumerate(words)], dtype=np.int64)
