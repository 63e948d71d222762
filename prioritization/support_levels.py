"""Support learned from what people said at doors and on the phone: levels 1 (strong support) to 5 (strong opposition).

Whoever was asked keeps what she said. For the others the answers teach how parties lean and how much a place adds to that: a logistic
regression on party, age and sex whose prior is the party's usual lean, and a shift for each precinct that is drawn to nothing as far as few were
asked there (empirical Bayes). Few answers leave the prior nearly as it was.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from graph.voters import VoterColumns

Floats = NDArray[np.float64]

LEVELS: Mapping[int, float] = {1: 0.95, 2: 0.80, 3: 0.50, 4: 0.20, 5: 0.05}
"""What a level means as a probability: people who say that they are sure mostly are."""
FEWEST = 50
_PLACE_WEIGHT = 20.0
"""So many answers of one precinct count as much as what is known of the party."""
_RIDGE = 0.2


def learned_support(columns: VoterColumns, said: Mapping[int, int], prior: Floats) -> Floats:
    """The probability of support for each row, 0 to 1. ``said`` gives levels by row; ``prior`` is what is believed without them.

    With fewer than ``FEWEST`` answers, or where all said the same, only those who were asked move. Raises ``InputError`` for a level
    that is none.
    """
    if wrong := [level for level in said.values() if level not in LEVELS]:
        raise InputError(
            f"{wrong[0]} is no support level.", next_step="Levels go from 1 (strong support) to 5 (strong opposition)."
        )
    chance = prior.copy()
    rows = np.array(sorted(said), dtype=np.int64)
    answers = np.array([LEVELS[said[row]] for row in rows.tolist()])
    if len(rows) >= FEWEST and answers.min() < 0.5 < answers.max():
        chance = _by_place(columns, rows, answers, _by_person(columns, rows, answers, prior))
    chance[rows] = answers
    return chance


def _by_person(columns: VoterColumns, rows: NDArray[np.int64], answers: Floats, prior: Floats) -> Floats:
    """Each answer counts as support with its probability and as opposition with the rest; what is learned is the shift from the prior."""
    seen = _seen(columns, prior)
    design = np.concatenate([seen[rows], seen[rows]])
    labels = np.repeat([1, 0], len(rows))
    weights = np.concatenate([answers, 1.0 - answers])
    from sklearn.linear_model import LogisticRegression  # loads slowly, and most campaigns have no levels

    model = LogisticRegression(C=1.0 / _RIDGE, max_iter=500).fit(design, labels, sample_weight=weights)
    return np.asarray(model.predict_proba(seen)[:, 1], dtype=np.float64)


def _seen(columns: VoterColumns, prior: Floats) -> Floats:
    """The prior in log-odds, parties that many have, age in tens of years, sex."""
    shares = np.bincount(columns.party.codes, minlength=len(columns.party.values)) / max(len(columns), 1)
    parties = [columns.party.codes == code for code in np.flatnonzero(shares > 0.02)]
    year = np.where(columns.birth_year > 0, columns.birth_year, 1975).astype(np.float64)
    female = np.array([value == "F" for value in columns.gender.values] or [False])[columns.gender.codes]
    clipped = np.clip(prior, 0.02, 0.98)
    return np.column_stack([np.log(clipped / (1.0 - clipped)), *parties, (1975.0 - year) / 10.0, female]).astype(
        np.float64
    )


def _by_place(columns: VoterColumns, rows: NDArray[np.int64], answers: Floats, chance: Floats) -> Floats:
    """A shift for each precinct: the mean of answers less the mean expected there, drawn to nothing where few were asked."""
    places = len(columns.precinct.values)
    at = columns.precinct.codes[rows]
    asked = np.bincount(at, minlength=places)
    surplus = np.bincount(at, weights=answers - chance[rows], minlength=places) / (asked + _PLACE_WEIGHT)
    return np.clip(chance + surplus[columns.precinct.codes], 0.01, 0.99)
