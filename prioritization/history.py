"""What the file knew of each voter before a day, as numbers a model can learn from.

Everything here takes ``before``: bits of elections on or after it are never read, so that a model trained on a past
election sees exactly what could have been known then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.voters import UNKNOWN_DAY, ElectionKind, PastElection, VoterColumns
from prioritization.calendar import day_number, election_kind, is_presidential

Floats = NDArray[np.float32]
Mask = NDArray[np.uint64]

_LAGS = 2
_MANY = np.float32(3.0)
"""More elections than this are not counted apart: their number would tell the year, not the voter."""
_KINDS = (ElectionKind.GENERAL, ElectionKind.PRIMARY, ElectionKind.MUNICIPAL)
_DAYS_IN_YEAR = 365.25


def has_bit(mask: Mask, place: int) -> NDArray[np.bool_]:
    """Whether the bit of the election in this place is set, for each row."""
    return ((mask >> np.uint64(place)) & np.uint64(1)).astype(np.bool_)


def features(columns: VoterColumns, rows: NDArray[np.int64], *, before: date, presidential: bool) -> Floats:
    """One line for each of ``rows``: habit by kind of election, the last votes, household, precinct, age, registration.

    Unknown is NaN. Household and precinct are averages over the whole file, without the voter herself.
    """
    past = [(place, election) for place, election in enumerate(columns.elections) if election.day < before]
    surplus = _surplus(columns, [place for place, _ in past])
    parts = [
        *_habits(columns, rows, past),
        surplus[rows],
        *_company(columns, rows, surplus),
        *_person(columns, rows, before),
        np.full(len(rows), float(presidential)),
    ]
    return np.column_stack(parts).astype(np.float32)


def _habits(columns: VoterColumns, rows: NDArray[np.int64], past: list[tuple[int, PastElection]]) -> list[Floats]:
    parts: list[Floats] = []
    for kind in _KINDS:
        places = [place for place, election in past if election.kind is kind]
        parts += _rate(columns, rows, places)
        parts += [_vote(columns, rows, places, lag) for lag in range(1, _LAGS + 1)]
    return parts


def _rate(columns: VoterColumns, rows: NDArray[np.int64], places: list[int]) -> list[Floats]:
    """Share of votes among elections she could vote in, drawn towards one half, and how many those were.

    Drawn towards a fixed number and not the average to date, which would tell the year and not the voter.
    """
    votes, chances = _count(columns.voted[rows], places), _count(columns.eligible[rows], places)
    return [(votes + np.float32(0.5)) / (chances + np.float32(1.0)), np.minimum(chances, _MANY)]


def _count(mask: Mask, places: list[int]) -> Floats:
    bits = np.uint64(sum(1 << place for place in places))
    counts: Floats = np.bitwise_count(mask & bits).astype(np.float32)
    return counts


def _vote(columns: VoterColumns, rows: NDArray[np.int64], places: list[int], lag: int) -> Floats:
    if len(places) < lag:
        return np.full(len(rows), np.nan, dtype=np.float32)
    could, did = has_bit(columns.eligible[rows], places[-lag]), has_bit(columns.voted[rows], places[-lag])
    return np.where(could, did, np.nan).astype(np.float32)


def _surplus(columns: VoterColumns, places: list[int]) -> Floats:
    """Votes above what the average voter would have cast in the same elections, for each election she could vote in."""
    total = np.zeros(len(columns), dtype=np.float32)
    for place in places:
        could = has_bit(columns.eligible, place)
        did = has_bit(columns.voted, place)
        total += did - could * np.float32(did.sum() / max(1, could.sum()))
    surplus = total / (_count(columns.eligible, places) + np.float32(1.5))
    return surplus - np.float32(surplus.mean(dtype=np.float64)) if len(surplus) else surplus


def _company(columns: VoterColumns, rows: NDArray[np.int64], surplus: Floats) -> list[Floats]:
    home, alone = columns.household[rows], columns.household[rows] < 0
    size = _sizes(columns.household)[home]
    shared = _sums(columns.household, surplus)[home] - surplus[rows]
    precinct = columns.precinct.codes[rows]
    people = np.maximum(np.bincount(columns.precinct.codes), 1)
    place = (np.bincount(columns.precinct.codes, weights=surplus) / people)[precinct]
    return [
        np.where(alone | (size < 2), np.nan, shared / np.maximum(size - 1, 1)).astype(np.float32),
        np.where(alone, np.nan, np.minimum(size, 6)).astype(np.float32),
        np.round(place, 3).astype(np.float32),  # finer digits would tell the year, not the place
    ]


def _sizes(groups: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.bincount(groups[groups >= 0], minlength=1)


def _sums(groups: NDArray[np.int32], values: Floats) -> NDArray[np.float64]:
    known = groups >= 0
    return np.bincount(groups[known], weights=values[known], minlength=1).astype(np.float64)


def _person(columns: VoterColumns, rows: NDArray[np.int64], before: date) -> list[Floats]:
    registered = columns.registered_on[rows]
    years = (day_number(before) - registered.astype(np.int64)) / _DAYS_IN_YEAR
    return [
        age_on(columns, before)[rows],
        np.where(registered == UNKNOWN_DAY, np.nan, np.maximum(years, 0.0)).astype(np.float32),
        *(_is(columns.party.codes[rows], columns.party.values, party) for party in ("DEM", "REP")),
        _is(columns.gender.codes[rows], columns.gender.values, "F"),
    ]


def age_on(columns: VoterColumns, day: date) -> Floats:
    """Age in years by the year of birth alone, NaN when that is unknown."""
    year = columns.birth_year.astype(np.float32)
    return np.where(year > 0, np.float32(day.year) - year, np.nan).astype(np.float32)


def _is(codes: NDArray[np.int32], values: Sequence[str], wanted: str) -> Floats:
    return np.array([value == wanted for value in values] or [False], dtype=np.float32)[codes]


def like_elections(columns: VoterColumns, day: date, *, before: date, most: int) -> list[int]:
    """Places of the last ``most`` elections of the kind of the one on ``day``, oldest first.

    General elections with a president bring out more people than those without, so the last one that is alike in this is
    always among them, when the file has one.
    """
    kind = election_kind(day)
    of_kind = [place for place, past in enumerate(columns.elections) if past.day < before and past.kind is kind]
    alike = [place for place in of_kind if is_presidential(columns.elections[place].day) == is_presidential(day)]
    latest = of_kind[-most:]
    return latest if not alike or alike[-1] in latest else [alike[-1], *latest[1:]]


def latest_in_cycle(columns: VoterColumns, day: date, *, before: date) -> int | None:
    """The place of the latest election of the same kind in the same part of the four years (midterms with midterms), or ``None``."""
    kind = election_kind(day)
    alike = [
        place
        for place, past in enumerate(columns.elections)
        if past.day < before and past.kind is kind and past.day.year % 4 == day.year % 4
    ]
    return alike[-1] if alike else None
