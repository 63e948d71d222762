"""The scan of surname classes, compiled: which voters of a class may have the given name that was seen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import borrowing, compiled
from matching.channels import Entries
from matching.file_arrays import plain
from matching.index import MatchIndex

_FIRST_ROOM = 1024


class Classes(NamedTuple):
    """Surname classes as plain arrays: class ``c`` is places ``starts[c]`` to ``starts[c + 1]`` of the other three."""

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    first: NDArray[np.int32]
    middle: NDArray[np.int32]

    @classmethod
    def of(cls, index: MatchIndex) -> Classes:
        """The classes of an index."""
        return cls(
            plain(index.by_last.starts, np.int64),
            plain(index.by_last.rows, np.int32),
            plain(index.last_first, np.int32),
            plain(index.last_middle, np.int32),
        )


class Named(NamedTuple):
    """Entries as plain arrays: token ``t`` may stand for ``codes[starts[t]:starts[t + 1]]`` among ``names`` names."""

    starts: NDArray[np.int64]
    codes: NDArray[np.int32]
    names: int

    @classmethod
    def of(cls, entries: Entries) -> Named:
        """The entries of all tokens."""
        return cls(entries.starts(), plain(entries.codes, np.int32), entries.names)


@compiled
def rows_of_family(
    family: NDArray[np.int32],
    given: NDArray[np.int32],
    classes: Classes,
    families: Named,
    givens: Named,
    as_middle: Named,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Place in ``family`` and row of every voter whose surname the one seen may stand for, and whose first or middle name the given one.

    ``family`` and ``given`` are tokens, one for each reading of a name; a given name of -1 is not told, so all fit.
    """
    owners, rows, size = np.empty(_FIRST_ROOM, np.int32), np.empty(_FIRST_ROOM, np.int32), 0
    of_first, of_middle = np.full(givens.names, -1, np.int32), np.full(as_middle.names, -1, np.int32)
    for place in range(len(family)):
        token = given[place]
        lay_open(of_first, givens, token)
        lay_open(of_middle, as_middle, token)
        for entry in range(families.starts[family[place]], families.starts[family[place] + 1]):
            name = families.codes[entry]
            start, stop = classes.starts[name], classes.starts[name + 1]
            if size + stop - start > len(rows):
                owners, rows = _roomier(owners, size + stop - start), _roomier(rows, size + stop - start)
            for at in range(start, stop):
                if token < 0 or of_first[classes.first[at]] >= 0 or of_middle[classes.middle[at]] >= 0:
                    owners[size], rows[size] = place, classes.rows[at]
                    size += 1
        close(of_first, givens, token)
        close(of_middle, as_middle, token)
    return owners[:size], rows[:size]


@compiled
def rows_of_known(
    family: NDArray[np.int32],
    given: NDArray[np.int32],
    supporter: NDArray[np.int32],
    starts: NDArray[np.int64],
    known: NDArray[np.int32],
    families: Named,
    givens: Named,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Place in ``family`` and row of every likely friend of the same supporter whose names the ones seen may stand for.

    ``known[starts[s]:starts[s + 1]]`` are the rows of the likely friends of supporter ``s``; ``first`` and ``last`` are the
    names of all voters. A surname of -1 is not told, so all fit.
    """
    places, rows, size = np.empty(_FIRST_ROOM, np.int64), np.empty(_FIRST_ROOM, np.int32), 0
    of_first, of_last = np.full(givens.names, -1, np.int32), np.full(families.names, -1, np.int32)
    for place in range(len(family)):
        lay_open(of_first, givens, given[place])
        lay_open(of_last, families, family[place])
        start, stop = starts[supporter[place]], starts[supporter[place] + 1]
        if size + stop - start > len(rows):
            places, rows = _roomier(places, size + stop - start), _roomier(rows, size + stop - start)
        for at in range(start, stop):
            row = known[at]
            if of_first[first[row]] >= 0 and (family[place] < 0 or of_last[last[row]] >= 0):
                places[size], rows[size] = place, row
                size += 1
        close(of_first, givens, given[place])
        close(of_last, families, family[place])
    return places[:size], rows[:size]


@borrowing
def lay_open(entry_of_name: NDArray[np.int32], entries: Named, token: int) -> None:
    """Write the entries of a token into a table by name, which holds -1 elsewhere; no token (-1) has none."""
    if token >= 0:
        for entry in range(entries.starts[token], entries.starts[token + 1]):
            entry_of_name[entries.codes[entry]] = entry


@borrowing
def close(entry_of_name: NDArray[np.int32], entries: Named, token: int) -> None:
    """Take the entries of a token out of the table again: far cheaper than a new table."""
    if token >= 0:
        for entry in range(entries.starts[token], entries.starts[token + 1]):
            entry_of_name[entries.codes[entry]] = -1


@compiled
def _roomier(array: NDArray[Any], least: int) -> NDArray[Any]:
    larger = np.empty(2 * max(len(array), least), array.dtype)
    for at in range(len(array)):
        larger[at] = array[at]
    return larger
