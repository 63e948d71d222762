"""Who votes, learned from lines of features and from who did: trees, with a smooth regression beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from prioritization.smooth import SmoothForecast

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

Floats = NDArray[np.float32]

_PART_OF_SMOOTH = np.float32(1.0 / 3.0)
"""What the regression weighs in the mean of log-odds; the trees know more, so theirs is the rest.

Of eight past elections of two invented places this part made six likelier, by .0005 to .007 in log loss, and two .0001 less likely; one half
did more where the election was unlike those before, and harm where it was alike.
"""
_ROWS_FOR_SMOOTH = 10_000
_LEAST = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Both models and the columns that they read."""

    trees: HistGradientBoostingClassifier
    smooth: SmoothForecast
    telling: NDArray[np.bool_]

    @classmethod
    def fitted(cls, seen: Floats, labels: NDArray[np.bool_], *, seed: int) -> Self:
        """Learn from lines of features (NaN is unknown) and who voted; both answers must be among them."""
        from sklearn.ensemble import HistGradientBoostingClassifier  # half of what a server loads before it answers

        trees = HistGradientBoostingClassifier(
            max_iter=100,
            max_leaf_nodes=15,
            min_samples_leaf=max(20, len(labels) // 200),
            early_stopping=False,
            random_state=0,
        )
        telling = _telling(seen)
        told = seen[:, telling]
        some = np.random.default_rng(seed).permutation(len(labels))[:_ROWS_FOR_SMOOTH]
        return cls(trees.fit(told, labels), SmoothForecast.fitted(told[some], labels[some]), telling)

    def probability(self, seen: Floats) -> Floats:
        """The probability of voting for each line of features; no lines give none."""
        if not len(seen):
            return np.zeros(0, np.float32)
        told = seen[:, self.telling]
        log_odds = _log_odds(self.trees.predict_proba(told)[:, 1])
        return _chance(log_odds + _PART_OF_SMOOTH * (self.smooth.log_odds(told) - log_odds))


def between(one: Floats, other: Floats, part_of_other: float) -> Floats:
    """Two forecasts of the same people as one: their mean in log-odds, 0 giving the first and 1 the other."""
    log_odds = _log_odds(one)
    return _chance(log_odds + np.float32(part_of_other) * (_log_odds(other) - log_odds))


def _log_odds(chance: Floats) -> Floats:
    sure = np.clip(chance.astype(np.float32), _LEAST, 1.0 - _LEAST)
    return np.asarray(np.log(sure / (1.0 - sure)), dtype=np.float32)


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float32)


def _telling(seen: Floats) -> NDArray[np.bool_]:
    """Columns in which people differ; a file without primaries has nothing to say of them."""
    least = np.where(np.isnan(seen), np.inf, seen).min(axis=0)
    most = np.where(np.isnan(seen), -np.inf, seen).max(axis=0)
    telling: NDArray[np.bool_] = least < most
    if not telling.any():
        telling[0] = True
    return telling
