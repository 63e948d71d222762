"""A small invented precinct for tests: voters with a household, a birth year, a status and a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from graph.voters import Coded, ContactDigests, ElectionKind, PastElection, RegistrationStatus, VoterColumns

ELECTIONS = (
    PastElection(date(2016, 11, 8), ElectionKind.GENERAL),
    PastElection(date(2018, 11, 6), ElectionKind.GENERAL),
    PastElection(date(2020, 11, 3), ElectionKind.GENERAL),
    PastElection(date(2022, 5, 17), ElectionKind.PRIMARY),
    PastElection(date(2022, 11, 8), ElectionKind.GENERAL),
    PastElection(date(2024, 11, 5), ElectionKind.GENERAL),
)
REGISTERED = 10_000  # a day in 1997


def coded(texts: Sequence[str]) -> Coded:
    values, codes = np.unique(np.array(texts, dtype=np.str_), return_inverse=True)
    return Coded(codes.astype(np.int32), tuple(values.tolist()))


def precinct(
    names: Sequence[str],
    *,
    birth_years: Sequence[int] | None = None,
    status: Sequence[RegistrationStatus] | None = None,
    household: Sequence[int] | None = None,
    parties: Sequence[str] | None = None,
    voted: Sequence[int] | None = None,
    eligible: Sequence[int] | None = None,
    scores: Mapping[str, np.ndarray] | None = None,
    elections: tuple[PastElection, ...] = ELECTIONS,
) -> VoterColumns:
    """Voters "ANA LEE" and so on; ids are V00000 in the order given."""
    n = len(names)
    nothing = coded([""] * n)
    everything = (1 << len(elections)) - 1
    none_known = ContactDigests(np.zeros(0, np.uint64), np.zeros(0, np.int32))
    return VoterColumns(
        state="NC",
        voter_ids=np.array([f"V{i:05d}" for i in range(n)], dtype=np.bytes_),
        last_name=coded([name.rpartition(" ")[2] for name in names]),
        first_name=coded([name.partition(" ")[0] for name in names]),
        middle_name=nothing,
        name_suffix=nothing,
        street=nothing,
        city=nothing,
        postal_code=nothing,
        county=nothing,
        precinct=nothing,
        party=coded(parties or ["UNA"] * n),
        gender=nothing,
        birth_year=np.array(birth_years or [1980] * n, dtype=np.int16),
        birth_month=np.zeros(n, np.int8),
        birth_day=np.zeros(n, np.int8),
        registered_on=np.full(n, REGISTERED, np.int32),
        status=np.array(status or [RegistrationStatus.ACTIVE] * n, dtype=np.int8),
        household=np.array(household or list(range(n)), dtype=np.int32),
        area_code=np.zeros(n, np.int16),
        elections=elections,
        voted=np.array(voted or [0] * n, dtype=np.uint64),
        eligible=np.array(eligible or [everything] * n, dtype=np.uint64),
        phones=none_known,
        emails=none_known,
        scores=dict(scores or {}),
    )


def town_with_habits(n: int, *, seed: int = 0) -> tuple[VoterColumns, np.ndarray]:
    """Voters whose habit decides every election alike, and the true chance each votes in the next midterm."""
    chance = np.random.default_rng(seed)
    habit = chance.normal(0.0, 1.5, n)
    voted = np.zeros(n, dtype=np.uint64)
    for place, election in enumerate(ELECTIONS):
        lift = 1.0 if election.day.year % 4 == 0 else 0.0 if election.kind is ElectionKind.GENERAL else -1.5
        did = chance.random(n) < 1.0 / (1.0 + np.exp(-(habit + lift)))
        voted |= did.astype(np.uint64) << np.uint64(place)
    columns = precinct(
        ["ANA LEE"] * n,
        voted=voted.tolist(),
        household=(np.arange(n) // 2).tolist(),
        birth_years=chance.integers(1935, 1998, n).tolist(),
    )
    registered = chance.integers(0, 19_500, n).astype(np.int32)
    days = [(election.day - date(1970, 1, 1)).days for election in ELECTIONS]
    eligible = sum((registered < day).astype(np.uint64) << np.uint64(place) for place, day in enumerate(days))
    columns = replace(columns, registered_on=registered, eligible=eligible, voted=columns.voted & eligible)
    return columns, 1.0 / (1.0 + np.exp(-habit))
