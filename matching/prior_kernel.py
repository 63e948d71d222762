"""The inner loops of the prior over all pairs of a batch, compiled; ``matching.prior`` says what they mean."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import borrowing, compiled

FIRST_YEAR, YEARS = 1900, 130
_LEAST, _MOST = 0.02, 50.0
"""Bounds of the factor of an age."""
_Numbers = NDArray[np.float64]


class Own(NamedTuple):
    """By supporter: her row or -1, what is written there (of any other row where it is -1), the city of her row or of her ZIP
    or -1, how many share her surname, in her city and at all.
    """

    row: NDArray[np.int32]
    household: NDArray[np.int32]
    precinct: NDArray[np.int32]
    county: NDArray[np.int32]
    last: NDArray[np.int32]
    city: NDArray[np.int32]
    in_city: NDArray[np.int64]
    in_file: NDArray[np.int64]


class Living(NamedTuple):
    """By pair where the voter lives, his surname and year of birth."""

    household: NDArray[np.int32]
    precinct: NDArray[np.int32]
    city: NDArray[np.int32]
    county: NDArray[np.int32]
    last: NDArray[np.int32]
    birth_year: NDArray[np.int16]


class Sizes(NamedTuple):
    """How many voters each household and place has, and the file."""

    households: NDArray[np.int32]
    precincts: NDArray[np.int32]
    cities: NDArray[np.int32]
    counties: NDArray[np.int32]
    voters: int


def levels_of(
    supporter: NDArray[np.int32], own: Own, living: Living, sizes: Sizes, levels: int
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The columns of ``PairPlaces``: densities (levels by pairs), place of the year of birth, precinct, household."""
    pairs = len(supporter)
    densities = np.empty((levels, pairs), np.float32)
    years, precincts, households = np.empty(pairs, np.int32), np.empty(pairs, np.int32), np.empty(pairs, np.int32)
    _levels(supporter, own, living, sizes, densities, years, precincts, households)
    return densities, years, precincts, households


@borrowing
def _levels(
    supporter: NDArray[np.int32],
    own: Own,
    living: Living,
    sizes: Sizes,
    densities: NDArray[np.float32],
    years: NDArray[np.int32],
    precincts: NDArray[np.int32],
    households: NDArray[np.int32],
) -> None:
    """Fill in what ``levels_of`` gives."""
    for pair in range(len(supporter)):
        one, household = supporter[pair], living.household[pair]
        for level, density in enumerate(densities_of(one, pair, own, living, sizes)):
            densities[level, pair] = density
        is_own_home = own.row[one] >= 0 and household >= 0 and household == own.household[one]
        years[pair], precincts[pair] = year_place(living.birth_year[pair]), living.precinct[pair]
        households[pair] = -1 if is_own_home else household


@borrowing
def densities_of(one: int, pair: int, own: Own, living: Living, sizes: Sizes) -> tuple[float, ...]:
    """The density of every level of one pair of supporter ``one`` and a voter: 1 / size where he is inside, else 0."""
    home = precinct = county = last = last_in_city = 0.0
    household, city = living.household[pair], living.city[pair]
    in_city = city == own.city[one] and city >= 0
    if own.row[one] >= 0:
        if household >= 0 and household == own.household[one]:
            home = 1.0 / max(sizes.households[household], 1)
        if living.precinct[pair] == own.precinct[one]:
            precinct = 1.0 / max(sizes.precincts[own.precinct[one]], 1)
        if living.county[pair] == own.county[one]:
            county = 1.0 / max(sizes.counties[own.county[one]], 1)
        if living.last[pair] == own.last[one]:
            last_in_city = 1.0 / max(own.in_city[one], 1) if in_city else 0.0
            last = 1.0 / max(own.in_file[one], 1)
    in_town = 1.0 / max(sizes.cities[city], 1) if in_city else 0.0
    return home, last_in_city, precinct, in_town, county, 1.0 / max(sizes.voters, 1), last


@borrowing
def year_place(year: int) -> int:
    """The place of a year of birth; 0 is unknown."""
    return min(max(year - FIRST_YEAR, 1), YEARS - 1) if year > FIRST_YEAR else 0


@compiled
def spread(
    supporter: NDArray[np.int32], place: NDArray[np.int32], values: _Numbers, shape: tuple[int, int]
) -> _Numbers:
    """The sums of values by supporter and place."""
    sums = np.zeros(shape)
    for pair in range(len(values)):
        sums[supporter[pair], place[pair]] += values[pair]
    return sums


@compiled
def law_of_places(densities: NDArray[np.float32], supporter: NDArray[np.int32], shares: _Numbers) -> _Numbers:
    """The densities of each pair's levels weighed with the supporter's ``shares`` (levels by supporters)."""
    law = np.zeros(len(supporter))
    for level in range(len(densities)):
        for pair in range(len(supporter)):
            law[pair] += densities[level, pair] * shares[level, supporter[pair]]
    return law


@compiled
def law_of_places_and_ages(
    densities: NDArray[np.float32],
    supporter: NDArray[np.int32],
    year: NDArray[np.int32],
    shares: _Numbers,
    ages: NDArray[np.float64],
) -> _Numbers:
    """``law_of_places``, each level with its own factor of an age (levels by supporters by years)."""
    law = np.zeros(len(supporter))
    for level in range(len(densities)):
        for pair in range(len(supporter)):
            one = supporter[pair]
            law[pair] += densities[level, pair] * shares[level, one] * ages[level, one, year[pair]]
    return law


@compiled
def moved_law(
    law: _Numbers,
    supporter: NDArray[np.int32],
    precinct: NDArray[np.int32],
    friends: _Numbers,
    totals: _Numbers,
    sizes: NDArray[np.int32],
    own: _Numbers,
    prior: float,
) -> _Numbers:
    """``law`` moved towards the precincts of ``friends`` (supporters by precincts, ``totals`` by supporter)."""
    moved = np.empty(len(law))
    for pair in range(len(law)):
        one = supporter[pair]
        found = (friends[one, precinct[pair]] - own[pair]) / max(sizes[precinct[pair]], 1)
        moved[pair] = (prior * law[pair] + found) / (prior + (totals[one] - own[pair]))
    return moved


@compiled
def factors_of_others(
    factors: _Numbers,
    supporter: NDArray[np.int32],
    year: NDArray[np.int32],
    totals: _Numbers,
    year_share: _Numbers,
    own: _Numbers,
    width: float,
) -> _Numbers:
    """Factors (supporters by years) at each pair without what the pair itself added; 1 where the year is unknown."""
    others = np.ones(len(own))
    for pair in range(len(own)):
        if year[pair] > 0:
            total = totals[supporter[pair]]
            added = own[pair] / width / max(year_share[year[pair]], 1e-9)
            left = (factors[supporter[pair], year[pair]] * total - added) / max(total - own[pair], 1e-9)
            others[pair] = min(max(left, _LEAST), _MOST)
    return others


@compiled
def numbered(owner: NDArray[Any], value: NDArray[Any]) -> NDArray[np.int64]:
    """A number from 1 for each distinct pair of owner and value, in the order they come; 0 where the value is below 0.

    A table of twice the pairs, rounded up to a power of two, with open places (linear probing).
    """
    room = 16
    while room < 2 * len(owner):
        room *= 2
    taken, numbers = np.zeros(room, np.int64), np.zeros(len(owner), np.int64)
    found = 0
    first = np.empty(len(owner), np.int64)
    for at in range(len(owner)):
        if value[at] < 0:
            continue
        place = (np.int64(owner[at]) * 1_000_003 + np.int64(value[at]) * 40_503) & (room - 1)
        while taken[place] and (
            owner[first[taken[place] - 1]] != owner[at] or value[first[taken[place] - 1]] != value[at]
        ):
            place = (place + 1) & (room - 1)
        if not taken[place]:
            first[found] = at
            found += 1
            taken[place] = found
        numbers[at] = taken[place]
    return numbers
