"""How common a whole name is: two cards of one name in one list are one person, unless the name is common enough for two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.index import MatchIndex
from matching.names.law import family_share, given_share

_PERCENT_SQUARED = 1e4


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Counts of first and last name together in one voter file."""

    keys: NDArray[np.int64]
    first: Mapping[str, int]
    last: Mapping[str, int]

    @classmethod
    def of(cls, index: MatchIndex) -> Self:
        """Take the counts from the index."""
        return cls(index.by_first_last.keys, index.first.code_of, index.last.code_of)

    def share(self, given: str, family: str) -> float:
        """The share of people who have this name: as in the file, and no less than the two names apart make likely."""
        by_law = given_share(given) * family_share(family) / _PERCENT_SQUARED
        if given not in self.first or family not in self.last or not len(self.keys):
            return by_law
        key = self.first[given] * len(self.last) + self.last[family]
        start, stop = np.searchsorted(self.keys, [key, key + 1])
        return max(float(stop - start) / len(self.keys), by_law)
