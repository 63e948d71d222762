"""What the state knows of each person: registration, status, phone; and what a vendor appended to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from app.town.columns import Flags, Long, Numbers, Whole
from app.town.people import Households, People
from app.town.places import Places
from app.town.shape import NEVER_ASSIGNED_EXCHANGES, TownShape

ACTIVE, INACTIVE, REMOVED, DENIED = 0, 1, 2, 3


class Party(StrEnum):
    """Parties as the register abbreviates them."""

    DEMOCRATIC = "DEM"
    UNAFFILIATED = "UNA"
    REPUBLICAN = "REP"
    LIBERTARIAN = "LIB"


PARTIES = tuple(Party)
_NUMBERS_OF_AN_AREA = len(NEVER_ASSIGNED_EXCHANGES) * 10_000


@dataclass(frozen=True, slots=True)
class OldRegistrations:
    """Second registrations of a few people, older than the ones in ``Register``. One row for each."""

    person: Whole
    voter_number: Long
    registered_on: Whole
    household: Whole
    """The household at whose address the person lived then."""


@dataclass(frozen=True, slots=True)
class Register:
    """One row for each person; numbers without a phone are 0; days are proleptic ordinals."""

    voter_number: Long
    """What the state's id is made of; no two registrations share one."""
    status: Whole
    is_dead: Flags
    registered_on: Whole
    eligible_from: Whole
    """The day of the first registration, which the older one of a pair may be."""
    is_unknown_registration: Flags
    is_confidential: Flags
    party: Whole
    landline: Long
    cell: Long
    """The number that the person really has."""
    appended_cell: Long
    email_number: Whole
    """Decides how the person's mail address is written."""
    is_email_appended: Flags
    old: OldRegistrations


def voter_id(number: int) -> str:
    """The state's id: two letters and six digits."""
    high, low = divmod(number, 1_000_000)
    first, second = divmod(high, 26)
    return f"{chr(65 + first)}{chr(65 + second)}{low:06d}"


def register_people(
    chance: np.random.Generator, shape: TownShape, people: People, homes: Households, places: Places, as_of: date
) -> Register:
    """Registrations, older ones at the youngest on the 18th birthday, the newest a month before ``as_of``."""
    count = len(people)
    numbers = chance.permutation(count + int(count * shape.double_registration_share)).astype(np.int64)
    registered_on = _registration_days(chance, people, as_of)
    old = _old_registrations(chance, people, registered_on, numbers[count:])
    eligible_from = registered_on.copy()
    eligible_from[old.person] = old.registered_on
    status = _statuses(chance, shape, count)
    landline, cell = _phones(chance, shape, people, homes, places)
    return Register(
        voter_number=numbers[:count],
        status=status,
        is_dead=(status == REMOVED) & (chance.random(count) < 0.4),
        registered_on=registered_on,
        eligible_from=eligible_from,
        is_unknown_registration=chance.random(count) < shape.unknown_registration_share,
        is_confidential=chance.random(count) < shape.confidential_share,
        party=chance.choice(len(PARTIES), size=count, p=[0.37, 0.35, 0.27, 0.01]).astype(np.int32),
        landline=landline,
        cell=cell,
        appended_cell=_appended(chance, shape, cell),
        email_number=chance.integers(0, 2**31 - 1, count).astype(np.int32),
        is_email_appended=chance.random(count) < shape.append_share * 0.45,
        old=old,
    )


def _registration_days(chance: np.random.Generator, people: People, as_of: date) -> Whole:
    today = as_of.toordinal()
    of_age = _days_of_age(people)
    latest = today - 28
    years_back = chance.gamma(1.3, 8.0, len(people)) * 365
    days: Numbers = np.maximum(of_age + chance.integers(0, 400, len(people)), latest - years_back)
    registered_on: Whole = np.minimum(days, latest).astype(np.int32)
    return registered_on


def _days_of_age(people: People) -> Numbers:
    """The ordinal day on which each person becomes 18, to a day or two."""
    return ((people.birth_year + 18 - 1) * 365.2425 + people.birth_day + 2).astype(np.float64)


def _statuses(chance: np.random.Generator, shape: TownShape, count: int) -> Whole:
    others = (shape.inactive_share, shape.removed_share, shape.denied_share)
    return chance.choice(4, size=count, p=[1 - sum(others), *others]).astype(np.int32)


def _old_registrations(
    chance: np.random.Generator, people: People, registered_on: Whole, numbers: Long
) -> OldRegistrations:
    """Only people registered within the last eight years have one: they moved, and nobody noticed."""
    of_age = _days_of_age(people)
    recent = np.flatnonzero((registered_on > registered_on.max() - 8 * 365) & (registered_on > of_age + 1_000))
    person = np.sort(chance.permutation(recent)[: len(numbers)]).astype(np.int32)
    before = chance.integers(400, 9 * 365, len(person))
    days = np.maximum(registered_on[person] - before, of_age[person])
    household = chance.choice(people.household, size=len(person)).astype(np.int32)
    return OldRegistrations(person, numbers[: len(person)], days.astype(np.int32), household)


def _phones(
    chance: np.random.Generator, shape: TownShape, people: People, homes: Households, places: Places
) -> tuple[Long, Long]:
    """A line for some households, a cell phone for nearly everybody; no number twice while numbers last."""
    count, lines = len(people), len(homes.first)
    capacity = len(places.area_codes) * _NUMBERS_OF_AN_AREA
    drawn = np.resize(chance.permutation(capacity), count + lines)
    numbers = phone_numbers(drawn, places.area_codes)
    has_line = chance.random(lines) < shape.landline_share
    landline = np.where(has_line, numbers[:lines], 0)[people.household]
    return landline, np.where(chance.random(count) < 0.94, numbers[lines:], 0)


def phone_numbers(drawn: Long, area_codes: tuple[int, ...]) -> Long:
    """Ten-digit numbers in exchanges that are never assigned, one for each whole number below the capacity."""
    area, rest = np.divmod(drawn, _NUMBERS_OF_AN_AREA)
    exchange, line = np.divmod(rest, 10_000)
    areas = np.array(area_codes, np.int64)[area % len(area_codes)]
    exchanges = np.array(NEVER_ASSIGNED_EXCHANGES, np.int64)[exchange]
    numbers: Long = (areas * 1_000 + exchanges) * 10_000 + line
    return numbers


def _appended(chance: np.random.Generator, shape: TownShape, cell: Long) -> Long:
    """The vendor's cell phones: of some people, and a few of them somebody else's."""
    is_wrong = chance.random(len(cell)) < shape.wrong_append_share
    found = np.where(is_wrong, cell[chance.permutation(len(cell))], cell)
    return np.where(chance.random(len(cell)) < shape.append_share, found, 0)
