"""Days and kinds of elections. No clock: the day is always given."""

from __future__ import annotations

from datetime import date

import numpy as np

from graph.voters import ElectionKind

_EPOCH = date(1970, 1, 1)
_TUESDAY = 1


def election_kind(day: date) -> ElectionKind:
    """The kind of an election by its day: the first Tuesday after the first Monday of November is a general election in
    even years and a municipal one in odd years; a Tuesday from February to September is a primary; the rest are special.
    """
    is_tuesday = day.weekday() == _TUESDAY
    if is_tuesday and day.month == 11 and 2 <= day.day <= 8:
        return ElectionKind.GENERAL if day.year % 2 == 0 else ElectionKind.MUNICIPAL
    return ElectionKind.PRIMARY if is_tuesday and 2 <= day.month <= 9 else ElectionKind.SPECIAL


def is_presidential(day: date) -> bool:
    """Whether the country elects a president on this day."""
    return election_kind(day) is ElectionKind.GENERAL and day.year % 4 == 0


def day_number(day: date) -> np.int32:
    """Days since 1970-01-01, as the columns count."""
    return np.int32((day - _EPOCH).days)


def in_words(day: date) -> str:
    """``Saturday, October 31``: every language of dates on screens begins here."""
    return f"{day:%A}, {day:%B} {day.day}"
