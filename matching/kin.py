"""What a word for kin says: a mother is a generation older than the supporter, a husband is near her age and at her home."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.prior import WIDEST_GAP, default_family_gaps

_GRANDPARENT, _PARENT, _SIBLING, _CHILD, SPOUSE = range(5)
GENERATIONS = 5
UNTOLD = -1
SPOUSES_LEVELS = (0.85, 0.02, 0.03, 0.04, 0.03, 0.02, 0.01)
"""Where husbands and wives live, by level of ``matching.prior``."""
_OF_WORD = {
    **dict.fromkeys(("grandmother", "grandfather"), _GRANDPARENT),
    **dict.fromkeys(("mother", "father", "parent", "aunt", "uncle", "mother-in-law", "father-in-law"), _PARENT),
    **dict.fromkeys(("sister", "brother", "sister-in-law", "brother-in-law"), _SIBLING),
    **dict.fromkeys(("daughter", "son", "niece", "nephew"), _CHILD),
    **dict.fromkeys(("wife", "husband", "spouse"), SPOUSE),
}
_OLDER = ((-54.0, 10.0), (-28.0, 8.0), (0.0, 6.0), (28.0, 8.0), (0.0, 5.0))
"""By generation how many years younger he is than the supporter, in the middle and give or take."""
_LOOSE = 0.25
"""Of people with a word for kin, how many are of any age: the word is a joke, or a way to speak of friends."""


def generation(kin: str) -> int:
    """The generation of a word for kin (as ``matching.names`` gives it), from 0 to ``GENERATIONS`` - 1.

    Cousins and godparents are of any age: ``UNTOLD``, like whoever has no word for kin.
    """
    return _OF_WORD.get(kin, UNTOLD)


def default_kin_gaps() -> NDArray[np.float64]:
    """By generation the law of age gaps, from 80 years older to 80 years younger, before anything is learned."""
    gap = np.arange(-WIDEST_GAP, WIDEST_GAP + 1)
    laws = np.stack([np.exp(-(((gap - middle) / width) ** 2) / 2) for middle, width in _OLDER])
    return np.asarray(
        (1 - _LOOSE) * laws / laws.sum(axis=1, keepdims=True) + _LOOSE * default_family_gaps(), dtype=np.float64
    )


def kin_age_laws(learned: Sequence[Sequence[float]], family: NDArray[np.float64]) -> NDArray[np.float64]:
    """The laws of age gaps by generation, as learned or before that, and last the law of the ``family`` for words that tell none."""
    laws = np.array(learned, dtype=np.float64) if learned else default_kin_gaps()
    return np.vstack([laws, family])
