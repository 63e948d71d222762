"""A smooth forecast beside the trees: logistic regression on straight lines that bend twice.

Trees give everybody of a leaf the same chance and nothing outside of what they saw; an election to come lies a little outside. A
regression is cruder and carries on in straight lines. Their mean in log-odds forecasts later elections better than either (combining
forecasts: Bates and Granger 1969).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BENDS = (1.0 / 3.0, 2.0 / 3.0)
"""Where each line bends, as shares of the people below."""
_STRENGTH = 0.05
"""scikit-learn's C: with thousands of people it holds back only lines that hardly tell."""
_MOST_STEPS = 300
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class SmoothForecast:
    """A fitted regression. ``bends`` has a row for each bend, in standard deviations from the mean; ``weights`` fit ``_lines``."""

    centre: Floats
    spread: Floats
    bends: Floats
    weights: Floats
    level: float

    @classmethod
    def fitted(cls, seen: Floats, labels: NDArray[np.bool_]) -> Self:
        """Learn from lines of features (NaN is unknown), at least one, and who voted; where all did alike, everybody's log-odds are theirs."""
        from sklearn.linear_model import LogisticRegression  # loads slowly

        centre, spread = _centre_and_spread(seen)
        standard = _standard(seen, centre, spread)
        bends = np.quantile(np.nan_to_num(standard), _BENDS, axis=0).astype(np.float32)
        if labels.all() or not labels.any():
            votes = float(labels.sum())
            alike = np.log((votes + 0.5) / (len(labels) - votes + 0.5))
            return cls(centre, spread, bends, np.zeros((2 + len(_BENDS)) * seen.shape[1], np.float32), float(alike))
        model = LogisticRegression(C=_STRENGTH, max_iter=_MOST_STEPS).fit(_lines(standard, bends), labels)
        return cls(centre, spread, bends, model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def log_odds(self, seen: Floats) -> Floats:
        """The log-odds of voting for each line of features."""
        parts = np.array_split(seen, max(1, -(-len(seen) // _AT_ONCE)))
        lines = (_lines(_standard(part, self.centre, self.spread), self.bends) for part in parts)
        return np.concatenate([part @ self.weights + np.float32(self.level) for part in lines]).astype(np.float32)


def _centre_and_spread(seen: Floats) -> tuple[Floats, Floats]:
    """The mean and the standard deviation of what is known in each column; 0 and 1 where nothing is, or all are alike."""
    known = ~np.isnan(seen)
    people = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, seen, 0.0).sum(axis=0, dtype=np.float64) / people
    spread = np.sqrt((np.where(known, seen - centre, 0.0) ** 2).sum(axis=0) / people)
    return centre.astype(np.float32), np.where(spread > 0.0, spread, 1.0).astype(np.float32)


def _standard(seen: Floats, centre: Floats, spread: Floats) -> Floats:
    return np.asarray((seen - centre) / spread, dtype=np.float32)


def _lines(standard: Floats, bends: Floats) -> Floats:
    """Each feature straight, then what lies above each bend, then whether it is unknown; unknown counts as the mean."""
    known = np.nan_to_num(standard)
    above = [np.maximum(known - bend, np.float32(0.0)) for bend in bends]
    return np.concatenate([known, *above, np.isnan(standard)], axis=1, dtype=np.float32)
