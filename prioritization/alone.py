"""Who lives alone: a question of plan moves her more, because nobody else at home asks when she will go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns

PLAN_ALONE = 1.3
"""What the question of plan, which every message asks, multiplies the shift by where one voter lives alone.

Nickerson and Rogers (2010): 9.1 points in homes of one voter, about nothing in homes of several. Drawn far towards 1, because their
plan was asked for on the phone by a stranger, and because other voters may be missing from the file.
"""


def plan_factor(columns: VoterColumns, row: NDArray[np.int64]) -> NDArray[np.float64]:
    """The factor of each row: ``PLAN_ALONE`` for the only voter of her household, 1 for others and where no household is known."""
    if not len(row):
        return np.ones(0)
    homes = columns.household
    size = np.bincount(homes[homes >= 0], minlength=1)
    home = homes[row].astype(np.int64)
    is_alone = (home >= 0) & (size[np.maximum(home, 0)] == 1)
    return np.where(is_alone, PLAN_ALONE, 1.0)
