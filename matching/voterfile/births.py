"""When voters were born, as far as a file tells: a whole date, a year, or an age."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.errors import InputError
from graph.voters import UNKNOWN_DAY
from matching.voterfile.columns import day_of, day_parser, mapped, parts
from matching.voterfile.elections import Born
from matching.voterfile.report import Tally

_OLDEST_BIRTH_YEAR = 1900
_YEAR_ONLY = re.compile(r"(\d{4})(?:-?(?:\d\d-?)?00)?")
"""``1980``, ``19800000``, ``19800500``, ``1980-00-00``: a day that is 0 is none."""
_PLACEHOLDER_SHARE = 0.03
_LEAST_TO_JUDGE = 20
_Numbers = NDArray[np.int32]


def read_births(table: pa.Table, *, dates: Sequence[str], snapshot: date | None, tally: Tally, thing: str) -> Born:
    """Birth dates by part: the whole date where the file has it, else the year, else the year that the age tells.

    Vendors fill in a day where a state publishes the year alone. A day of the year on which more than 3 in 100 were born,
    and more than 20, (a true one has about 1 in 365) is such a filling: the birthdays on it are unknown, the years stay.

    Args:
        table: the columns ``birth_date``, ``birth_year`` and ``age`` as far as there are any.
        dates: the formats that dates may have.
        snapshot: the day the file was taken, from which ages count; ``None`` when it is not known.
        tally: where unknown years and fillings are counted.
        thing: the file, for messages.

    Raises:
        InputError: somebody's birth is told by an age alone, and the day it was counted on is not known.
    """
    year, month, day = _dates(table, dates)
    if "birth_year" in table.column_names:
        year = np.where(year == 0, mapped(table["birth_year"], _number, np.int32), year)
    if "age" in table.column_names:
        year = _with_ages(year, mapped(table["age"], _number, np.int32), snapshot, thing)
    plausible = (year >= _OLDEST_BIRTH_YEAR) & (year <= (snapshot or date.max).year)
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


def _with_ages(year: _Numbers, age: _Numbers, snapshot: date | None, thing: str) -> _Numbers:
    """The years, and where there is none the one that the age tells."""
    told = (year == 0) & (age > 0)
    if not told.any():
        return year
    if snapshot is None:
        raise InputError(
            "This file tells ages, and no date from which they count.", thing=thing, next_step="Give its as-of day."
        )
    return np.where(told, snapshot.year - age, year)


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
