"""The scan of surname classes finds whom a plain look at every voter finds, no more and no less."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.file_arrays import plain
from matching.scan import Classes, Named, rows_of_family

NAMES = 4
codes = st.integers(0, NAMES - 1)
voters = st.lists(st.tuples(codes, codes, codes), max_size=30)
meanings = st.lists(st.sets(codes), min_size=NAMES, max_size=NAMES)
readings = st.lists(st.tuples(st.integers(0, NAMES - 1), st.integers(-1, NAMES - 1)), max_size=6)


def named(stands_for):
    """Entries by token; ``stands_for[t]`` are the names that token ``t`` may stand for."""
    sizes = [0, *np.cumsum([len(names) for names in stands_for])]
    flat = [name for names in stands_for for name in sorted(names)]
    return Named(np.array(sizes, np.int64), plain(flat, np.int32), NAMES)


def classes_of(file):
    """Voters (surname, first, middle) sorted by surname."""
    order = sorted(range(len(file)), key=lambda row: file[row])
    columns = np.array([file[row] for row in order], np.int32).reshape(-1, 3)
    starts = np.searchsorted(columns[:, 0], np.arange(NAMES + 1))
    return Classes(plain(starts, np.int64), *(plain(part, np.int32) for part in (order, columns[:, 1], columns[:, 2])))


@given(voters, readings, meanings, meanings, meanings)
def test_every_voter_whose_names_fit_is_found_and_nobody_else(file, seen, families, givens, as_middle):
    family, told = (np.array([reading[part] for reading in seen], np.int32) for part in (0, 1))
    place, row = rows_of_family(family, told, classes_of(file), named(families), named(givens), named(as_middle))
    expected = [
        (at, row)
        for at, (surname, name) in enumerate(seen)
        for row, (last, first, middle) in enumerate(file)
        if last in families[surname] and (name < 0 or first in givens[name] or middle in as_middle[name])
    ]
    assert sorted(zip(place.tolist(), row.tolist(), strict=True)) == expected
