"""Given names and surnames go together: María is likelier a García than a Schmidt.

Both names of a person come from one of two hidden classes (Hofmann's aspect model, 1999, fitted by expectation-maximisation),
which a file shows by itself; no list of anybody's names is needed, and nothing is known or kept of any person's class. A file
that shows no such law gets none: it must foretell rows that were not learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from graph.voters import Coded

_CLASSES = 2
_ROUNDS = 5
"""Few: every further round lets rare names wander, and foretells rows held out worse."""
_DIRECTIONS = 40
_PRIOR_WHILE_LEARNING, _PRIOR_ROWS = 0.3, 4.0
"""A name is taken to be everybody's until about so many rows show it."""
_FREQUENT = 20
_MOST_ROWS = 200_000
_HELD_OUT = 5
_FEWEST_ROWS = 1000
_LEAST_GAIN = 0.002
"""What the law must add, in log-likelihood a row held out, to be believed."""

_Table = NDArray[np.float64]


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
        is_held_out = np.arange(codes.shape[1]) % _HELD_OUT == 0
        sizes = len(heads[0]), len(heads[1])
        if codes.shape[1] < _FEWEST_ROWS:
            return cls.none(*sizes)
        given, family, shares = _fitted(codes[:, ~is_held_out], sizes)
        gain = np.log(_together(given, family, shares, codes[:, is_held_out])).mean()
        return cls(given[heads[0]], family[heads[1]], shares) if gain >= _LEAST_GAIN else cls.none(*sizes)


def _fitted(codes: NDArray[np.int64], sizes: tuple[int, int]) -> tuple[_Table, _Table, _Table]:
    """The classes that rows of names which occur more than once show."""
    is_shared = np.bincount(codes[0])[codes[0]] > 1
    codes = codes[:, is_shared & (np.bincount(codes[1])[codes[1]] > 1)]
    joint = _start(codes, sizes)[codes[0]]
    for _ in range(_ROUNDS):
        shares = joint.mean(axis=0)
        given = _believed(codes[0], joint, sizes[0], shares, prior=_PRIOR_WHILE_LEARNING)
        family = _believed(codes[1], joint, sizes[1], shares, prior=_PRIOR_WHILE_LEARNING)
        joint = given[codes[0]] * family[codes[1]] / shares
        joint /= joint.sum(axis=1, keepdims=True)
    shares = joint.mean(axis=0)
    given = _believed(codes[0], joint, sizes[0], shares, prior=_PRIOR_ROWS)
    return given, _believed(codes[1], joint, sizes[1], shares, prior=_PRIOR_ROWS), shares


def _believed(codes: NDArray[np.int64], joint: _Table, size: int, shares: _Table, *, prior: float) -> _Table:
    counts = np.bincount(codes, minlength=size)[:, None]
    sums = np.stack([np.bincount(codes, weights=of, minlength=size) for of in joint.T], axis=1)
    return np.asarray((sums + prior * shares) / (counts + prior))


def _start(codes: NDArray[np.int64], sizes: tuple[int, int]) -> _Table:
    """Frequent first names, parted by the direction in which first names and surnames depend most on each other.

    The first axis of correspondence analysis (Benzécri 1973), by power iteration.
    """
    counts = [np.bincount(codes[side], minlength=sizes[side]) for side in (0, 1)]
    weights = [np.where(count >= _FREQUENT, 1 / np.maximum(count, 1), 0.0) for count in counts]
    axis = np.random.default_rng(0).standard_normal(sizes[0])
    rows = [count * (weight > 0) for count, weight in zip(counts, weights, strict=True)]
    for _ in range(_DIRECTIONS):
        of_family = np.bincount(codes[1], weights=axis[codes[0]], minlength=sizes[1]).astype(np.float64)
        family = _standardised(of_family * weights[1], rows[1])
        of_given = np.bincount(codes[0], weights=family[codes[1]], minlength=sizes[0]).astype(np.float64)
        axis = _standardised(of_given * weights[0], rows[0])
    axis *= np.sign((axis**3 * counts[0]).sum()) or 1.0
    special = np.where(weights[0] > 0, np.where(axis > 1, 0.9, 0.05), 0.3)
    return np.stack([1 - special, special], axis=1)


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
