"""The elections of a history: of which kind, on which day, who voted and who could have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from graph.voters import UNKNOWN_DAY, ElectionKind, PastElection
from matching.voterfile.columns import days_since_epoch
from matching.voterfile.profile import ColumnsHistory, Profile

MOST_ELECTIONS = 64
_OF_AGE = 18
_CENTURY_PIVOT = 50


@dataclass(frozen=True, slots=True)
class History:
    """Elections, oldest first, and for each voter the mask of those in which she voted."""

    elections: tuple[PastElection, ...]
    voted: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Born:
    """Birth dates by part, 0 where unknown."""

    year: NDArray[np.int16]
    month: NDArray[np.int8]
    day: NDArray[np.int8]


def election_day(history: ColumnsHistory, found: re.Match[str], *, kind: ElectionKind, state: str) -> date:
    """The day of an election whose column tells its kind and year, and perhaps its month and day."""
    parts = found.groupdict()
    year = _full_year(parts["year"])
    if parts.get("month") and parts.get("day"):
        return date(year, int(parts["month"]), int(parts["day"]))
    word = _kind_word(kind)
    known = [day for day in history.known_days.get(state, {}).get(word, ()) if day.year == year]
    rule = history.days.get(word, "07-01")
    if known or rule == "november":
        return known[0] if known else november_election(year)
    month, day = rule.split("-")
    return date(year, int(month), int(day))


def november_election(year: int) -> date:
    """The Tuesday after the first Monday in November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 1)


def kind_of(profile: Profile, description: str, day: date) -> ElectionKind | None:
    """The kind that the description tells, or that the day tells when there is none; ``None`` when neither does."""
    if description:
        return profile.kind_of(description)
    if day == november_election(day.year):
        return ElectionKind.GENERAL if day.year % 2 == 0 else ElectionKind.MUNICIPAL
    return None


def refuse_coming_elections(rows: Mapping[date, int], *, snapshot: date, thing: str) -> None:
    """A history cannot know of an election after the day the voter file was taken."""
    coming = {day: count for day, count in rows.items() if day > snapshot and count}
    if not coming:
        return
    said = ", ".join(f"{day} ({count:,} votes)" for day, count in sorted(coming.items())[:3])
    raise InputError(
        f"The history has votes in elections after {snapshot}, the day of the voter file: {said}.",
        thing=thing,
        next_step="Give a later as-of day, or the history of that day.",
    )


def eligible(history: History, registered_on: NDArray[np.int32], born: Born) -> NDArray[np.uint64]:
    """The mask of elections in which each voter could have voted.

    She could when she was registered by election day (the deadlines of past elections are not known), from her first
    known vote on when that is earlier or when the day is unknown, and was 18: to the day when her birth date is known,
    by the year when only that is, and always when nothing is. Having voted implies it.
    """
    since = _registered_since(history, registered_on)
    masks = history.voted.copy()
    for bit, election in enumerate(history.elections):
        could = (since <= days_since_epoch(election.day)) & _of_age(born, election.day)
        masks |= could.astype(np.uint64) << np.uint64(bit)
    return masks


def _registered_since(history: History, registered_on: NDArray[np.int32]) -> NDArray[np.int64]:
    never = np.int64(2**40)
    since = np.where(registered_on == UNKNOWN_DAY, never, registered_on.astype(np.int64))
    for bit in reversed(range(len(history.elections))):
        voted = (history.voted >> np.uint64(bit)) & np.uint64(1) == 1
        day = days_since_epoch(history.elections[bit].day)
        since = np.where(voted, np.minimum(since, day), since)
    return since


def _of_age(born: Born, day: date) -> NDArray[np.bool_]:
    age = day.year - born.year.astype(np.int32)
    before_birthday = (born.month > day.month) | ((born.month == day.month) & (born.day > day.day))
    full_date = (born.month > 0) & (born.day > 0)
    whole_years = age - (before_birthday & full_date)
    grown: NDArray[np.bool_] = (born.year == 0) | (whole_years >= _OF_AGE)
    return grown


def _full_year(text: str) -> int:
    year = int(text)
    if year >= 100:
        return year
    return year + (2000 if year < _CENTURY_PIVOT else 1900)


def _kind_word(kind: ElectionKind) -> str:
    return kind.name.lower()
