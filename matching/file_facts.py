"""What is asked of a voter file in every search, gathered once and kept with the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from graph.voters import Coded, ContactDigests, VoterColumns

SHARED_NUMBER, ONE_NUMBER, SEVERAL_NUMBERS = 0, 1, 2
"""What the file knows of a voter's phones: only numbers that others have too, one of her own, or several."""

_GENDERS = "?FM"
_LETTERS = 128


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts by row, then how many rows have each value (by code), then facts of middle names and ZIP codes (by code)."""

    has_phone: NDArray[np.bool_]
    phone_kind: NDArray[np.int8]
    has_email: NDArray[np.bool_]
    gender: NDArray[np.int8]
    households: NDArray[np.int32]
    precincts: NDArray[np.int32]
    cities: NDArray[np.int32]
    counties: NDArray[np.int32]
    birth_years: NDArray[np.int32]
    """By year; unknown is year 0."""
    middle_letter: NDArray[np.uint8]
    """The first letter of each middle name, 0 where there is none."""
    middle_is_whole: NDArray[np.bool_]
    middle_names: NDArray[np.int32]
    middle_letters: NDArray[np.int32]
    """How many rows have a middle name that begins with each letter; 0 stands for none."""
    city_of_postal_code: NDArray[np.int32]
    """The city that most voters of a ZIP code give."""
    distinct: NDArray[np.int64]
    """How many different phone numbers, then e-mail addresses, all voters have together; at least one each."""

    @classmethod
    def of(cls, columns: VoterColumns) -> Self:
        """Look through a voter file once."""
        middle = columns.middle_name
        letter = np.array([ord(word[0]) if word else 0 for word in middle.values], dtype=np.uint8)
        return cls(
            has_phone=_held(columns.phones.rows, len(columns)),
            phone_kind=_phone_kinds(columns),
            has_email=_held(columns.emails.rows, len(columns)),
            gender=gender_codes(columns.gender),
            households=np.bincount(np.maximum(columns.household, 0), minlength=1).astype(np.int32),
            precincts=_counts(columns.precinct),
            cities=_counts(columns.city),
            counties=_counts(columns.county),
            birth_years=np.bincount(np.maximum(columns.birth_year, 0), minlength=1).astype(np.int32),
            middle_letter=letter,
            middle_is_whole=np.array([len(word) > 1 for word in middle.values], dtype=bool),
            middle_names=_counts(middle),
            middle_letters=np.bincount(letter[middle.codes], minlength=_LETTERS).astype(np.int32),
            city_of_postal_code=_main_cities(columns),
            distinct=np.array([_distinct(columns.phones), _distinct(columns.emails)], dtype=np.int64),
        )


def gender_codes(column: Coded) -> NDArray[np.int8]:
    """Voters' gender as cards code it: 1 women, 2 men, 0 unknown."""
    codes = np.array([max(_GENDERS.find(value[:1] or "?"), 0) for value in column.values], dtype=np.int8)
    return codes[column.codes]


def _held(rows: NDArray[Any], size: int) -> NDArray[np.bool_]:
    held = np.zeros(size, dtype=bool)
    held[rows] = True
    return held


def _distinct(digests: ContactDigests) -> int:
    return max(len(np.unique(digests.digests)), 1)


def _counts(column: Coded) -> NDArray[np.int32]:
    return np.bincount(np.maximum(column.codes, 0), minlength=max(len(column.values), 1)).astype(np.int32)


def _phone_kinds(columns: VoterColumns) -> NDArray[np.int8]:
    """The kind of each voter's numbers; voters without any count as sharing."""
    phones = columns.phones
    number, owners = np.unique(phones.digests, return_inverse=True, return_counts=True)[1:]
    own = np.bincount(phones.rows, weights=owners[number] == 1, minlength=len(columns))
    told = np.bincount(phones.rows, minlength=len(columns))
    kinds = np.where(told > 1, SEVERAL_NUMBERS, np.where(own > 0, ONE_NUMBER, SHARED_NUMBER))
    return kinds.astype(np.int8)


def _main_cities(columns: VoterColumns) -> NDArray[np.int32]:
    cities = np.int64(max(len(columns.city.values), 1))
    keys, rows = np.unique(columns.postal_code.codes * cities + columns.city.codes, return_counts=True)
    order = np.lexsort((-keys, rows))  # the last one written wins: most rows, then the first city
    main = np.zeros(len(columns.postal_code.values), dtype=np.int32)
    main[keys[order] // cities] = keys[order] % cities
    return main
