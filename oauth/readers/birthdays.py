"""Birthdays and days of connection as address books write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

from graph.model import Birthday

_LONGEST = 40
_NO_YEAR: Final = 1604
"""The year that Apple writes for "no year"."""

_OLDEST_YEAR, _NEWEST_YEAR = 1880, 2100
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.]?(\d{1,2})(?:[-/.]?(\d{1,2}))?)?(?:T.*| .*)?")
_NO_YEAR_FORM = re.compile(r"--(\d{2})-?(\d{2})?(?:T.*)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?: .*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_DAY_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?,?(?:[ -](\d{4}))?")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")


def make_birthday(year: int | None, month: int | None = None, day: int | None = None) -> Birthday | None:
    """A birthday of the parts that are possible; ``None`` when none is. 1604 and years of two digits are no year."""
    known_year = year if year is not None and _OLDEST_YEAR <= year <= _NEWEST_YEAR and year != _NO_YEAR else None
    known_month = month if month is not None and 1 <= month <= 12 else None
    known_day = day if day is not None and 1 <= day <= 31 and known_month else None
    if known_year is None and known_month is None:
        return None
    return Birthday(known_year, known_month, known_day)


def read_birthday(text: str) -> Birthday | None:
    """The birthday in a text such as ``1985-03-15``, ``--0315``, ``3/15/1985`` or ``15 Mar 1985``, else ``None``.

    Slashes are read as month first, dots as day first; Outlook's ``0/0/00`` is no birthday.
    """
    text = text.strip()[:_LONGEST]
    if match := _YEAR_FIRST.fullmatch(text):
        return make_birthday(*_numbers(match, 1, 2, 3))
    if match := _NO_YEAR_FORM.fullmatch(text):
        return make_birthday(None, *_numbers(match, 1, 2))
    if match := _MONTH_FIRST.fullmatch(text):
        return make_birthday(*_numbers(match, 3, 1, 2))
    if match := _DAY_FIRST.fullmatch(text):
        return make_birthday(*_numbers(match, 3, 2, 1))
    return _named_month(text)


def _numbers(match: re.Match[str], *groups: int) -> tuple[int | None, ...]:
    return tuple(int(found) if (found := match.group(group)) else None for group in groups)


def _named_month(text: str) -> Birthday | None:
    if match := _DAY_NAMED.fullmatch(text):
        day, month, year = match.groups()
    elif match := _MONTH_NAMED.fullmatch(text):
        month, day, year = match.groups()
    else:
        return None
    return make_birthday(int(year) if year else None, _MONTHS.get(month.lower()), int(day))


def read_day(text: str) -> date | None:
    """A full date in any of the forms above, else ``None``."""
    found = read_birthday(text)
    if found is None or found.year is None or found.month is None or found.day is None:
        return None
    try:
        return date(found.year, found.month, found.day)
    except ValueError:
        return None


def read_timestamp(seconds: object) -> date | None:
    """The UTC day of a Unix time between 2000 and 2100, else ``None``."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 946_684_800 <= seconds < 4_102_444_800:
        return None
    return datetime.fromtimestamp(seconds, UTC).date()
