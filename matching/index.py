"""The index of a voter file: sorted arrays that answer "which rows?" for names, places, phones and e-mails.

Nothing here is cut off: a look-up returns every row. Rows are those of the ``VoterColumns`` the index was built from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import Coded, ContactDigests, VoterColumns
from matching.double_registrations import same_person
from matching.file_facts import FileFacts
from matching.name_classes import NameClasses
from matching.streets import comparable_street
from matching.vocabulary import Vocabulary

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows by group: ``rows[starts[g]:starts[g + 1]]`` are the rows of group ``g``, in a fixed order."""

    starts: NDArray[np.int64]
    rows: Rows

    @classmethod
    def of(cls, codes: NDArray[Any], groups: int, *, then: Sequence[NDArray[Any]] = ()) -> Groups:
        """Group rows by code; within a group by ``then``, then by row. Codes below 0 belong nowhere."""
        order = np.lexsort((*reversed(then), codes)) if then else np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(groups + 1))
        return cls(starts.astype(np.int64), order.astype(np.int32))

    def ranges(self, groups: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the rows of each wanted group start and stop; a group below 0 is empty."""
        known = groups >= 0
        safe = np.where(known, groups, 0)
        start = self.starts[safe]
        return start, np.where(known, self.starts[safe + 1], start)


@dataclass(frozen=True, slots=True)
class SortedKeys:
    """Rows by a 64-bit key, such as (city, first name) packed in one number."""

    keys: NDArray[np.int64]
    rows: Rows

    @classmethod
    def of(cls, keys: NDArray[np.int64]) -> SortedKeys:
        """Sort rows by key, then by row; negative keys are left out."""
        order = np.argsort(keys, kind="stable")
        order = order[np.searchsorted(keys[order], 0) :]
        return cls(keys[order], order.astype(np.int32))

    def ranges(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the rows of each wanted key start and stop."""
        start = np.searchsorted(self.keys, wanted, side="left")
        return start.astype(np.int64), np.searchsorted(self.keys, wanted, side="right").astype(np.int64)


@dataclass(frozen=True, slots=True)
class MatchIndex:
    """Everything that is looked up; arrays only, so that it can be memory-mapped and shared.

    ``person`` gives for each row the row that stands for the same person: the newest usable one of a double registration.
    """

    first: Vocabulary
    middle: Vocabulary
    last: Vocabulary
    by_last: Groups
    last_first: Rows
    last_middle: Rows
    """First and middle name of each of ``by_last.rows``, side by side, so that a surname's class is read in one go."""
    by_first_last: SortedKeys
    by_household: Groups
    by_street: Groups
    by_middle_first: SortedKeys
    by_city_first: SortedKeys
    by_birth_first: SortedKeys
    by_day_first: SortedKeys
    person: Rows
    street_keys: NDArray[np.uint64]
    street_codes: Rows
    """Sorted hashes of streets as contacts write them, each with its code in the street column."""
    classes: NameClasses
    """Which first names and surnames go together."""
    facts: FileFacts

    @classmethod
    def build(cls, columns: VoterColumns) -> MatchIndex:
        """Sort a voter file; an empty file gives an empty index."""
        first, last = columns.first_name, columns.last_name
        street_keys, street_codes = _streets(columns.street)
        firsts = len(first.values)
        by_last = Groups.of(last.codes, len(last.values), then=[first.codes])
        return cls(
            first=Vocabulary.of(first),
            middle=Vocabulary.of(columns.middle_name),
            last=Vocabulary.of(last),
            by_last=by_last,
            last_first=first.codes[by_last.rows].astype(np.int32),
            last_middle=columns.middle_name.codes[by_last.rows].astype(np.int32),
            by_first_last=SortedKeys.of(packed(first.codes, last.codes, len(last.values))),
            by_household=Groups.of(columns.household, int(columns.household.max(initial=-1)) + 1),
            by_street=Groups.of(_known(columns.street), len(columns.street.values)),
            by_middle_first=SortedKeys.of(packed(_known(columns.middle_name), first.codes, firsts)),
            by_city_first=SortedKeys.of(packed(_known(columns.city), first.codes, firsts)),
            by_birth_first=SortedKeys.of(packed(_year_or_none(columns), first.codes, firsts)),
            by_day_first=SortedKeys.of(packed(day_code(columns.birth_month, columns.birth_day), first.codes, firsts)),
            person=same_person(columns),
            street_keys=street_keys,
            street_codes=street_codes,
            classes=NameClasses.of(first, last),
            facts=FileFacts.of(columns),
        )


def packed(high: NDArray[Any], low: NDArray[Any], lows: int) -> NDArray[np.int64]:
    """Two codes in one key; negative when the first is unknown."""
    return np.where(high < 0, -1, high.astype(np.int64) * lows + low)


def expand(start: NDArray[np.int64], stop: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ranges laid out: for each element the range it came from, and its position."""
    lengths = stop - start
    owner = np.repeat(np.arange(len(start)), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, start[owner] + offset


def digest_ranges(column: ContactDigests, wanted: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the rows that share each wanted digest start and stop in ``column.rows``."""
    start = np.searchsorted(column.digests, wanted, side="left")
    return start.astype(np.int64), np.searchsorted(column.digests, wanted, side="right").astype(np.int64)


def street_key(street: str) -> int:
    """A 64-bit hash of a street as ``comparable_street`` writes it; not secret, streets are public."""
    return int.from_bytes(blake2b(street.encode(), digest_size=8).digest(), "big")


def _known(column: Coded) -> NDArray[np.int32]:
    """Codes with the unknown text as -1."""
    is_unknown = np.array([not value for value in column.values], dtype=bool)
    return np.where(is_unknown[column.codes], -1, column.codes).astype(np.int32) if len(column.values) else column.codes


def _year_or_none(columns: VoterColumns) -> NDArray[np.int32]:
    years = columns.birth_year.astype(np.int32)
    return np.where(years > 0, years, -1).astype(np.int32)


def day_code(month: NDArray[Any], day: NDArray[Any]) -> NDArray[np.int32]:
    """A day of the year in one number, as birthdays are saved without their year; -1 when it is unknown."""
    return np.where((month > 0) & (day > 0), month.astype(np.int32) * 32 + day, -1).astype(np.int32)


def _streets(column: Coded) -> tuple[NDArray[np.uint64], Rows]:
    codes = np.array([code for code, street in enumerate(column.values) if street], dtype=np.int32)
    keys = np.array([street_key(comparable_street(column.values[code])) for code in codes], dtype=np.uint64)
    order = np.lexsort((codes, keys))
    return keys[order], codes[order]
