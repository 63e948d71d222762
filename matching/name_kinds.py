"""How the name that a contact has for somebody stands to the name of the voter he is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.candidates import SeenNames
from matching.cards import Cards
from matching.file_arrays import FileArrays
from matching.index import expand

NAME_KINDS = (
    "first name and surname fit", "initial or no surname", "another surname", "another first name", "nothing fits",
)  # fmt: skip
"""From the best to the worst; near spellings, sounds, halves and nicknames fit, and so does a middle name."""


def name_kinds(
    cards: Cards, names: SeenNames, file: FileArrays, *, card: NDArray[np.int64], row: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each pair of card and row the place in ``NAME_KINDS`` of the card's best reading; without a reading the last."""
    start = np.searchsorted(cards.reading_owner, card, "left").astype(np.int64)
    stop = np.searchsorted(cards.reading_owner, card, "right").astype(np.int64)
    pair, reading = expand(start, stop)
    given, family, voter = cards.given[reading], cards.family[reading], row[pair]
    is_whole = is_whole_surname(names)[family]
    fits_given = names.given.find(given, file.first[voter]) >= 0
    fits_given |= names.given_as_middle.find(given, file.middle[voter]) >= 0
    middle = names.family_as_middle[family]
    fits = names.family.find(family, file.last[voter]) >= 0
    fits_family = is_whole & (fits | ((middle >= 0) & (middle == file.middle[voter])))
    kinds = np.where(fits_given, np.where(fits_family, 0, np.where(is_whole, 2, 1)), np.where(fits_family, 3, 4))
    best = np.full(len(card), len(NAME_KINDS) - 1)
    np.minimum.at(best, pair, kinds)
    return best


def is_whole_surname(names: SeenNames) -> NDArray[np.bool_]:
    """By token whether a surname is more than an initial; one more, for -1, is not."""
    return np.array([*(len(token) > 1 for token in names.family.tokens), False], dtype=np.bool_)
