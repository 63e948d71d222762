"""Relatives who are not in the file: they have the supporter's surname far more often than strangers do.

Without them a cousin elsewhere is taken for the voter of her name in town: the rarer the surname, the surer the mistake.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import Coded
from matching.score import NameRatios, Ratio

_NONE = -2
_MOST_SURNAMES = 3


def surnames_of(own_rows: NDArray[Any], last_name: Coded, tokens: Sequence[str]) -> NDArray[np.int64]:
    """By supporter the places of her surname and of its halves in ``tokens`` (sorted), -2 where nobody shows it."""
    found = np.full((len(own_rows), _MOST_SURNAMES), _NONE, dtype=np.int64)
    for supporter in np.flatnonzero(own_rows >= 0):
        for place, word in enumerate(_with_halves(last_name[int(own_rows[supporter])])):
            at = bisect_left(tokens, word)
            if word and at < len(tokens) and tokens[at] == word:
                found[supporter, place] = at
    return found


def is_hers(surnames: NDArray[np.int64], supporter: NDArray[Any], token: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each surname seen is the one of its supporter, or half of it."""
    return np.asarray((surnames[supporter] == token[:, None]).any(axis=1), dtype=np.bool_)


def beside_relatives(
    names: NameRatios, hers: NDArray[np.bool_], strangers: Ratio, share: Ratio, *, tells: NDArray[np.bool_]
) -> NameRatios:
    """Ratios against strangers and relatives: of people who are not in the file ``share`` are relatives of her surname.

    Args:
        names: ratios against strangers alone, by reading of a pair.
        hers: whether the surname is the supporter's.
        strangers: how common the surname is among strangers.
        share: of relatives, by reading.
        tells: whether the reading has a surname at all.
    """
    seen = (1 - share) * strangers + share * hers
    factor = np.where(tells, strangers / np.maximum(seen, 1e-300), 1.0)
    return replace(names, apart=names.apart * factor)


def _with_halves(surname: str) -> Iterator[str]:
    yield surname
    parts = surname.split()
    if len(parts) > 1:
        yield from (parts[0], parts[-1])
