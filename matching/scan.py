"""The scan of surname classes, compiled: which voters of a class may have the given name that was seen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled
from matching.channels import Entries
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
            plain(index.by_last.starts), plain(index.by_last.rows), plain(index.last_first), plain(index.last_middle)
        )


class Named(NamedTuple):
    """Entries as plain arrays: token ``t`` may stand for ``codes[starts[t]:starts[t + 1]]`` among ``names`` names."""

    starts: NDArray[np.int64]
    codes: NDArray[np.int32]
    names: int

    @classmethod
    def of(cls, entries: Entries) -> Named:
        """The entries of all tokens."""
        return cls(entries.starts(), plain(entries.codes), entries.names)


def plain(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers as an array that may not be written, memory-mapped or not: one type, so compiled once."""
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


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
    is_first, is_middle = np.zeros(givens.names, np.bool_), np.zeros(as_middle.names, np.bool_)
    for place in range(len(family)):
        token = given[place]
        _mark(is_first, givens, token, True)
        _mark(is_middle, as_middle, token, True)
        for entry in range(families.starts[family[place]], families.starts[family[place] + 1]):
            name = families.codes[entry]
            start, stop = classes.starts[name], classes.starts[name + 1]
            if size + stop - start > len(rows):
                owners, rows = _roomier(owners, size + stop - start), _roomier(rows, size + stop - start)
            for at in range(start, stop):
                if token < 0 or is_first[classes.first[at]] or is_middle[classes.middle[at]]:
                    owners[size], rows[size] = place, classes.rows[at]
                    size += 1
        _mark(is_first, givens, token, False)
        _mark(is_middle, as_middle, token, False)
    return owners[:size], rows[:size]


@compiled
def _mark(marks: NDArray[np.bool_], entries: Named, token: int, is_marked: bool) -> None:
    """Set the mark of every name that a token may stand for; no token (-1) stands for none."""
    if token >= 0:
        for entry in range(entries.starts[token], entries.starts[token + 1]):
            marks[entries.codes[entry]] = is_marked


@compiled
def _roomier(array: NDArray[np.int32], least: int) -> NDArray[np.int32]:
    larger = np.empty(2 * max(len(array), least), np.int32)
    larger[: len(array)] = array
    return larger
