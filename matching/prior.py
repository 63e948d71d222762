"""Where a supporter's friends live and how old they are, before a name is read: P(voter | supporter).

A friend is drawn from nested circles around the supporter (her household, her surname in town, precinct, city, county, the
whole file), and his age gap from the law that all supporters' likely friends teach; both shrink towards what her own likely
friends show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from matching.file_arrays import gathered, plain
from matching.file_facts import FileFacts
from matching.index import MatchIndex
from matching.prior_kernel import (
    FIRST_YEAR,
    YEARS,
    Living,
    Own,
    Sizes,
    factors_of_others,
    law_of_places,
    law_of_places_and_ages,
    levels_of,
    moved_law,
)

LEVELS = ("household", "surname", "precinct", "city", "county", "file", "surname_in_file")
FAMILY = (0, 1, 6)
"""The levels at which friends are mostly relatives: a generation apart as often as of one age."""
WIDEST_GAP = 80
_AGE_PRIOR_FRIENDS = 50.0
_NEAR_YEARS = 1.5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the prior needs of the voter file, and of each supporter: her row, or the city that her ZIP suggests."""

    columns: VoterColumns
    own_rows: NDArray[np.int32]
    own_city: NDArray[np.int32]
    own_birth_year: NDArray[np.int32]
    sizes: tuple[NDArray[np.int32], ...]
    year_share: NDArray[np.float64]
    surname_in_city: NDArray[np.int64]
    """By supporter: how many share her surname and city."""
    surname_in_file: NDArray[np.int64]
    """By supporter: how many share her surname."""


def surroundings(
    columns: VoterColumns,
    index: MatchIndex,
    *,
    own_rows: NDArray[np.int32],
    postal_codes: list[str],
    birth_years: NDArray[np.int32],
) -> Surroundings:
    """Gather what the prior needs; ``birth_years`` are guesses for supporters who are not found in the file (0: none)."""
    own, facts = np.maximum(own_rows, 0), index.facts
    cities = _cities(columns, facts, postal_codes)
    city = np.where(own_rows >= 0, columns.city.codes[own], cities).astype(np.int32)
    years = np.where(own_rows >= 0, columns.birth_year[own], birth_years).astype(np.int32)
    sizes = (facts.households, facts.precincts, facts.cities, facts.counties)
    counted = np.arange(len(facts.birth_years))
    share = np.bincount(_year_places(counted), weights=facts.birth_years, minlength=YEARS) / max(len(columns), 1)
    same = [_namesakes_in_city(columns, index, int(row)) if row >= 0 else 0 for row in own_rows]
    surname = np.where(own_rows >= 0, index.last.counts[columns.last_name.codes[own]], 0)
    return Surroundings(columns, own_rows, city, years, sizes, share, np.array(same, dtype=np.int64), surname)


def narrowed(around: Surroundings, start: int, stop: int) -> Surroundings:
    """The same for some supporters that follow each other, numbered from 0."""
    some = slice(start, stop)
    return replace(
        around,
        own_rows=around.own_rows[some],
        own_city=around.own_city[some],
        own_birth_year=around.own_birth_year[some],
        surname_in_city=around.surname_in_city[some],
        surname_in_file=around.surname_in_file[some],
    )


def _namesakes_in_city(columns: VoterColumns, index: MatchIndex, row: int) -> int:
    """How many share a voter's surname and city, herself included."""
    start, stop = index.by_last.ranges(columns.last_name.codes[row : row + 1])
    cities = columns.city.codes[index.by_last.rows[start[0] : stop[0]]]
    return int(np.count_nonzero(cities == columns.city.codes[row]))


@dataclass(frozen=True, slots=True)
class PairPlaces:
    """For each pair the density of every level at its voter: 1 / size where he is inside, else 0."""

    densities: NDArray[np.float32]
    year: NDArray[np.int32]
    precinct: NDArray[np.int32]
    household: NDArray[np.int32]
    """The voter's household, -1 when it is the supporter's own."""


def pair_places(around: Surroundings, supporter: NDArray[Any], rows: NDArray[Any]) -> PairPlaces:
    """The levels of pairs of supporter and row."""
    return PairPlaces(
        *levels_of(supporter, own_places(around), living(around.columns, rows), sizes(around), len(LEVELS))
    )


def own_places(around: Surroundings) -> Own:
    """Where supporters live, as compiled code takes it."""
    at_home = living(around.columns, around.own_rows)
    return Own(
        around.own_rows, at_home.household, at_home.precinct, at_home.county, at_home.last, around.own_city,
        around.surname_in_city, around.surname_in_file,
    )  # fmt: skip


def living(columns: VoterColumns, rows: NDArray[Any]) -> Living:
    """Where the voters of some rows live, as compiled code takes it; a row below 0 is taken for the first."""
    places = rows.astype(np.intp)
    return Living(
        household=gathered(plain(columns.household, np.int32), places),
        precinct=gathered(plain(columns.precinct.codes, np.int32), places),
        city=gathered(plain(columns.city.codes, np.int32), places),
        county=gathered(plain(columns.county.codes, np.int32), places),
        last=gathered(plain(columns.last_name.codes, np.int32), places),
        birth_year=gathered(plain(columns.birth_year, np.int16), places),
    )


def sizes(around: Surroundings) -> Sizes:
    """How many voters live where, as compiled code takes it."""
    households, precincts, cities, counties = (plain(size, np.int32) for size in around.sizes)
    return Sizes(households, precincts, cities, counties, len(around.columns))


def age_factors(around: Surroundings, gaps: NDArray[np.float64], friends: NDArray[np.float64]) -> NDArray[np.float64]:
    """By supporter and year of birth: how much likelier a friend is of that year than a voter is.

    ``gaps`` is the law of age gaps (from -80 to 80 years), ``friends`` the expected number of found friends by supporter and
    year; ``friends`` are spread over near years and count against 50 friends of the law.
    """
    years = np.arange(YEARS)
    own = around.own_birth_year - FIRST_YEAR
    place = np.clip(years[None, :] - own[:, None] + WIDEST_GAP, 0, 2 * WIDEST_GAP)
    law = np.where((around.own_birth_year > 0)[:, None], gaps[place], around.year_share[None, :])
    law = _normal(np.where(around.year_share[None, :] > 0, law, 0.0))
    near = friends @ _near_years() if friends.any() else friends
    near = np.where(around.year_share[None, :] > 0, near, 0.0)
    mixed = _normal(_AGE_PRIOR_FRIENDS * law + near)
    factors = np.where(around.year_share > 0, mixed / np.maximum(around.year_share, 1e-9), 1.0)
    factors[:, 0] = 1.0
    return np.clip(factors, 0.02, 50.0)


def level_ages(around: Surroundings, laws: NDArray[np.float64]) -> NDArray[np.float64]:
    """``age_factors`` of each level's law of age gaps, before anything is known of her own friends."""
    nobody = np.zeros((len(around.own_birth_year), YEARS))
    distinct = {law.tobytes(): law for law in laws}
    found = {key: age_factors(around, law, nobody) for key, law in distinct.items()}
    return np.stack([found[law.tobytes()] for law in laws])


def others_age_factors(
    around: Surroundings,
    factors: NDArray[np.float64],
    supporter: NDArray[Any],
    *,
    year: NDArray[Any],
    friends: NDArray[np.float64],
    own: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The factor of each pair without what the pair itself (``own``, expected friends) added to it."""
    totals = _AGE_PRIOR_FRIENDS + friends.sum(axis=1)
    width = _NEAR_YEARS * np.sqrt(2 * np.pi)
    return factors_of_others(factors, supporter, year, totals, around.year_share, own, width)


def place_law(places: PairPlaces, supporter: NDArray[Any], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(voter | supporter) of each pair by place alone; ``shares`` are the levels' (levels by supporters)."""
    return law_of_places(places.densities, supporter, shares)


def place_and_age_law(
    places: PairPlaces, supporter: NDArray[Any], shares: NDArray[np.float64], ages: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``place_law`` where every level has its own factor of an age (``level_ages``)."""
    return law_of_places_and_ages(places.densities, supporter, places.year, shares, ages)


def family_apart(shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of the family's levels alone, and those of all others alone."""
    is_family = np.isin(np.arange(len(LEVELS)), FAMILY)[:, None]
    return np.where(is_family, shares, 0.0), np.where(is_family, 0.0, shares)


def nearer_friends(
    law: NDArray[np.float64],
    places: PairPlaces,
    supporter: NDArray[Any],
    *,
    friends: NDArray[np.float64],
    sizes: NDArray[Any],
    own: NDArray[np.float64],
    mass: NDArray[np.float64],
    law_friends: float,
) -> NDArray[np.float64]:
    """A law of place moved towards the precincts where the supporter's likely friends are.

    ``friends`` is how many there are by supporter and precinct; ``law_friends`` of them count as much as the law, which sums
    to ``mass`` over all voters. ``own`` is what each pair itself added to that number: nobody speaks for himself.
    """
    totals = friends.sum(axis=1)
    moved = moved_law(law / mass, supporter, places.precinct, friends, totals, plain(sizes, np.int32), own, law_friends)
    return np.asarray(moved * mass, dtype=np.float64)


def level_shares(levels: NDArray[np.float64], around: Surroundings) -> NDArray[np.float64]:
    """By level and supporter the share of friends; levels that a supporter lacks give theirs to the whole file."""
    lacks = np.zeros((len(LEVELS), len(around.own_rows)), dtype=bool)
    lacks[[0, 1, 2, 4, 6]] = around.own_rows < 0
    lacks[3] = around.own_city < 0
    shares = np.where(lacks, 0.0, levels[:, None])
    shares[5] += np.where(lacks, levels[:, None], 0.0).sum(axis=0)
    return shares


def default_gaps() -> NDArray[np.float64]:
    """Age gaps of friends before anything is learned: near ages are common, a generation away is less so."""
    gap = np.abs(np.arange(-WIDEST_GAP, WIDEST_GAP + 1))
    law = 0.45 * np.exp(-gap / 2.5) / 4.5 + 0.4 * np.exp(-gap / 12.0) / 22.0 + 0.15 / 100.0
    return np.asarray(law / law.sum(), dtype=np.float64)


def default_family_gaps() -> NDArray[np.float64]:
    """Age gaps of relatives before anything is learned: husbands and sisters are near in age, parents and children far."""
    gap = np.abs(np.arange(-WIDEST_GAP, WIDEST_GAP + 1))
    law = 0.4 * np.exp(-gap / 4.0) / 8.0 + 0.4 * np.exp(-(((gap - 28) / 8.0) ** 2) / 2) / 40.0 + 0.2 / 161.0
    return np.asarray(law / law.sum(), dtype=np.float64)


def age_laws(learned: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """The law of age gaps of each level, as learned or before that: relatives have theirs, friends one for all levels."""
    if learned:
        return np.array(learned, dtype=np.float64)
    family, friends = default_family_gaps(), default_gaps()
    return np.stack([family if level in FAMILY else friends for level in range(len(LEVELS))])


def friends_law(laws: NDArray[np.float64], levels: Sequence[float]) -> NDArray[np.float64]:
    """The law of age gaps of friends who are no relatives, whatever their level; ``levels`` are the levels' shares."""
    shares = family_apart(np.array(levels)[:, None])[1][:, 0]
    return np.asarray(shares @ laws / max(float(shares.sum()), 1e-12), dtype=np.float64)


def smoothed_gaps(
    counts: NDArray[np.float64], default: NDArray[np.float64] | None = None, *, prior: float = 60.0
) -> NDArray[np.float64]:
    """The law of age gaps from expected counts, smoothed over a year and shrunk to the default by ``prior`` friends."""
    near = np.convolve(counts, [0.05, 0.2, 0.5, 0.2, 0.05], mode="same")
    law = near + prior * (default_gaps() if default is None else default)
    return np.asarray(law / law.sum(), dtype=np.float64)


def gap_places(years: NDArray[Any], own: NDArray[Any]) -> NDArray[np.int64]:
    """Where the gap between a year (from ``PairPlaces``) and a supporter's year of birth is counted."""
    return np.asarray(np.clip(years + FIRST_YEAR - own + WIDEST_GAP, 0, 2 * WIDEST_GAP), dtype=np.int64)


def years_counted() -> int:
    """How many years of birth are told apart."""
    return YEARS


def _year_places(years: NDArray[Any]) -> NDArray[np.int32]:
    """The place of a year of birth; 0 is unknown."""
    return np.where(years > FIRST_YEAR, np.clip(years.astype(np.int32) - FIRST_YEAR, 1, YEARS - 1), 0).astype(np.int32)


@cache
def _near_years() -> NDArray[np.float64]:
    """How a friend of one year of birth is spread over the years around it."""
    years = np.arange(YEARS)
    kernel = np.exp(-0.5 * ((years[:, None] - years[None, :]) / _NEAR_YEARS) ** 2)
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), dtype=np.float64)


def _normal(law: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(law / np.maximum(law.sum(axis=1, keepdims=True), 1e-12), dtype=np.float64)


def _cities(columns: VoterColumns, facts: FileFacts, postal_codes: list[str]) -> NDArray[np.int32]:
    """The city most voters of a ZIP code give; -1 when nobody has it."""
    code_of = {value: code for code, value in enumerate(columns.postal_code.values) if value}
    codes = np.array([code_of.get(postal_code, -1) for postal_code in postal_codes], dtype=np.int64)
    return np.where(codes >= 0, facts.city_of_postal_code[codes], -1).astype(np.int32)
