"""When voters were born, as far as a file tells: a whole date, a year, or an age."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.voters import UNKNOWN_DAY
from matching.columns import day_of, day_parser, mapped, parts
from matching.elections import Born
from matching.report import Tally

_OLDEST_BIRTH_YEAR = 1900
_YEAR_ONLY = re.compile(r"(\d{4})(?:-?(?:\d\d-?)?00)?")
"""``1980``, ``19800000``, ``19800500``, ``1980-00-00``: a day that is 0 is none."""
_PLACEHOLDER_SHARE = 0.03
_LEAST_TO_JUDGE = 20
_Numbers = NDArray[np.int32]


def read_births(table: pa.Table, *, dates: Sequence[str], snapshot: date, tally: Tally) -> Born:
    """Birth dates by part: the whole date where the file has it, else the year, else the year that the age tells.

    Vendors fill in a day where a state publishes the year alone. A day of the year on which more than 3 in 100 were born,
    and more than 20, (a true one has about 1 in 365) is such a filling: the birthdays on it are unknown, the years stay.

    Args:
        table: the columns ``birth_date``, ``birth_year`` and ``age`` as far as there are any.
        dates: the formats that dates may have.
        snapshot: the day the file was taken, from which ages count.
        tally: where unknown years and fillings are counted.
    """
    year, month, day = _dates(table, dates)
    for name in ("birth_year", "age"):
        if name in table.column_names:
            numbers = mapped(table[name], _number, np.int32)
            told = numbers if name == "birth_year" else np.where(numbers > 0, snapshot.year - numbers, 0)
            year = np.where(year == 0, told, year)
    plausible = (year >= _OLDEST_BIRTH_YEAR) & (year <= snapshot.year)
    whole = plausible & (month > 0)
    filled = _filled_in(month * 100 + day, whole)
    tally.count(
        "voters",
        birth_year_unknown=int(np.count_nonzero(~plausible)),
        **({"birthday_filled_in": int(np.count_nonzero(filled))} if filled.any() else {}),
    )
    kept = whole & ~filled
    return Born(
        np.where(plausible, year, 0).astype(np.int16),
        np.where(kept, month, 0).astype(np.int8),
        np.where(kept, day, 0).astype(np.int8),
    )


def _dates(table: pa.Table, dates: Sequence[str]) -> tuple[_Numbers, _Numbers, _Numbers]:
    if "birth_date" not in table.column_names:
        none = np.zeros(len(table), dtype=np.int32)
        return none, none.copy(), none.copy()
    codes, texts = parts(table["birth_date"])
    parse = day_parser(dates)
    split = np.array([_split(text, parse) for text in texts], dtype=np.int32).reshape(-1, 3)
    year, month, day = split[codes].T
    return year, month, day


def _split(text: str, parse: Callable[[str], int]) -> tuple[int, int, int]:
    if found := _YEAR_ONLY.fullmatch(text.strip()):
        return (int(found[1]), 0, 0)
    days = parse(text)
    if days == UNKNOWN_DAY:
        return (0, 0, 0)
    day = day_of(days)
    return (day.year, day.month, day.day)


def _number(text: str) -> int:
    plain = text.strip()
    return int(plain) if plain.isdecimal() and plain.isascii() and len(plain) <= 4 else 0


def _filled_in(birthdays: _Numbers, whole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whose day of birth is one on which too many were born."""
    counts = np.bincount(birthdays[whole], minlength=1)
    too_many = max(_LEAST_TO_JUDGE, _PLACEHOLDER_SHARE * np.count_nonzero(whole))
    return whole & (counts[np.where(whole, birthdays, 0)] > too_many)
