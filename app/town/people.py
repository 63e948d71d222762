"""The people of an invented town: households with shared names, ages, addresses and phones. All columns, no loops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.town.columns import Flags, Numbers, Whole
from app.town.places import Places
from app.town.pools import NamePools
from app.town.shape import TownShape

HEAD, PARTNER, CHILD, OTHER = 0, 1, 2, 3
FEMALE, MALE = 0, 1
NO_MIDDLE, MIDDLE_INITIAL, MIDDLE_NAME = 0, 1, 2
SUFFIXES = ("", "JR", "SR", "II", "III")


@dataclass(frozen=True, slots=True)
class Households:
    """One row for each household; members stand side by side in ``People``, from ``first`` on."""

    first: Whole
    size: Whole
    surname: Whole
    is_latino: Flags
    parents: Whole
    """The household of the parents of its head or of the head's partner, -1 when they do not live here."""
    is_parents_of_head: Flags
    town: Whole
    street: Whole
    number: Whole


@dataclass(frozen=True, slots=True)
class People:
    """One row for each registered person; names are indexes into the pools, -1 is none."""

    household: Whole
    role: Whole
    gender: Whole
    birth_year: Whole
    birth_day: Whole
    """The day of the year, 1 to 365."""
    given: Whole
    middle: Whole
    middle_form: Whole
    family: Whole
    second_family: Whole
    """The second of two surnames, -1 for most."""
    maiden: Whole
    """The surname before marriage, -1 when it did not change."""
    suffix: Whole
    is_latino: Flags
    works_at: Whole
    club: Whole
    liked: Numbers
    """How many people tend to know this person, 1 in the middle."""

    def __len__(self) -> int:
        """How many people are registered."""
        return len(self.household)

    def age_on(self, day: date) -> Whole:
        """Full years of age on a day."""
        had_birthday = self.birth_day <= day.timetuple().tm_yday
        return (day.year - self.birth_year - ~had_birthday).astype(np.int32)


def make_people(
    chance: np.random.Generator, shape: TownShape, voters: int, places: Places, names: NamePools, as_of: date
) -> tuple[People, Households]:
    """So many adults in households, placed along the streets of the county's towns."""
    size = _household_sizes(chance, shape, voters)
    first = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int32)
    household = np.repeat(np.arange(len(size), dtype=np.int32), size)
    rank = np.arange(voters, dtype=np.int32) - first[household]
    role = _roles(chance, shape, size, household, rank)
    gender = _genders(chance, role, first[household])
    age = _ages(chance, role, first[household])
    homes = _households(chance, shape, first, size, age, gender, places, names)
    people = _named(chance, shape, household, role, gender, age, homes, names, as_of)
    return people, homes


def _household_sizes(chance: np.random.Generator, shape: TownShape, voters: int) -> Whole:
    drawn = 1 + chance.choice(len(shape.household_sizes), size=voters, p=shape.household_sizes).astype(np.int32)
    end = int(np.searchsorted(np.cumsum(drawn), voters))
    size = drawn[: end + 1]
    size[-1] -= int(size.sum()) - voters
    return size


def _roles(chance: np.random.Generator, shape: TownShape, size: Whole, household: Whole, rank: Whole) -> Whole:
    has_couple = chance.random(len(size)) < shape.couple_share
    role = np.where(chance.random(len(household)) < 0.8, CHILD, OTHER)
    role[(rank == 1) & has_couple[household]] = PARTNER
    role[rank == 0] = HEAD
    return role.astype(np.int32)


def _genders(chance: np.random.Generator, role: Whole, head: Whole) -> Whole:
    gender = (chance.random(len(role)) < 0.47).astype(np.int32)
    is_opposite = (role == PARTNER) & (chance.random(len(role)) < 0.96)
    return np.where(is_opposite, 1 - gender[head], gender).astype(np.int32)


def _ages(chance: np.random.Generator, role: Whole, head: Whole) -> Whole:
    own = np.clip(18 + 75 * chance.beta(1.25, 1.75, len(role)), 18, 97)
    gap = chance.integers(19, 38, len(role))
    age = np.where(role == PARTNER, np.clip(own[head] + chance.normal(0, 3.5, len(role)), 18, 97), own)
    child = own[head] - gap
    # A head too young for a grown child has an elderly parent in the house, or somebody who shares the rent.
    grown = np.where(child >= 18, child, np.where(own[head] + gap <= 97, own[head] + gap, own[head]))
    return np.where(role == CHILD, grown, age).astype(np.int32)


def _households(
    chance: np.random.Generator,
    shape: TownShape,
    first: Whole,
    size: Whole,
    age: Whole,
    gender: Whole,
    places: Places,
    names: NamePools,
) -> Households:
    count = len(first)
    is_latino = chance.random(count) < shape.latino_share
    surname = np.where(is_latino, names.latino_family.draw(chance, count), names.family.draw(chance, count))
    parents = _parents(chance, shape, age[first], is_latino)
    through_head = (gender[first] == MALE) | (chance.random(count) < 0.3)
    surname = _inherited(surname, parents, through_head & (parents >= 0), age[first])
    town, street, number = places.settle(chance, count)
    return Households(first, size, surname.astype(np.int32), is_latino, parents, through_head, town, street, number)


def _parents(chance: np.random.Generator, shape: TownShape, head_age: Whole, is_latino: Flags) -> Whole:
    """For some households, one whose head is 20 to 38 years older, of the same origin."""
    count = len(head_age)
    wants = (chance.random(count) < shape.has_parents_in_town_share) & (head_age < 75)
    parents = np.full(count, -1, np.int32)
    for origin in (False, True):
        older = np.flatnonzero(is_latino == origin)
        if not len(older):
            continue
        order = older[np.argsort(head_age[older], kind="stable")]
        children = np.flatnonzero(wants & (is_latino == origin))
        wanted_age = head_age[children] + chance.integers(20, 39, len(children))
        low, high = (np.searchsorted(head_age[order], wanted_age + step) for step in (0, 1))
        drawn = low + (chance.random(len(children)) * np.maximum(high - low, 1)).astype(np.int64)
        has_some = high > low
        parents[children[has_some]] = order[drawn[has_some]]
    return parents


def _inherited(surname: Whole, parents: Whole, takes_it: Flags, head_age: Whole) -> Whole:
    """Surnames handed down, oldest households first, so that a grandchild has the grandfather's."""
    surname = surname.copy()
    for youngest in (54, 36, 0):
        heirs = np.flatnonzero(takes_it & (head_age >= youngest) & (head_age < {54: 999, 36: 54, 0: 36}[youngest]))
        surname[heirs] = surname[parents[heirs]]
    return surname


def _named(
    chance: np.random.Generator,
    shape: TownShape,
    household: Whole,
    role: Whole,
    gender: Whole,
    age: Whole,
    homes: Households,
    names: NamePools,
    as_of: date,
) -> People:
    count = len(household)
    is_latino = homes.is_latino[household]
    own_name = np.where(is_latino, names.latino_family.draw(chance, count), names.family.draw(chance, count))
    shares_name = (role == HEAD) | ((role != OTHER) & (chance.random(count) < shape.shared_surname_share))
    family = np.where(shares_name, homes.surname[household], own_name).astype(np.int32)
    # The head of a household is somebody's wife as often as her husband is: whoever is the woman took the name.
    has_partner = np.zeros(len(homes.first), bool)
    has_partner[household[role == PARTNER]] = True
    took_name = shares_name & (gender == FEMALE) & (age > 22) & (role <= PARTNER) & has_partner[household]
    took_name &= ~((role == HEAD) & homes.is_parents_of_head[household] & (homes.parents[household] >= 0))
    maiden = np.where(took_name & (chance.random(count) < 0.85), own_name, -1).astype(np.int32)
    maiden = _wives_parents_name(maiden, household, homes)
    given = _given(chance, gender, is_latino & (chance.random(count) < 0.6), names)
    suffix, given = _juniors(chance, role, gender, age, homes.first[household], shares_name, given)
    has_two = is_latino & (chance.random(count) < shape.double_surname_share)
    second = np.where(has_two, names.latino_family.draw(chance, count), -1)
    return People(
        household=household,
        role=role,
        gender=gender,
        birth_year=(as_of.year - age - 1).astype(np.int32),
        birth_day=chance.integers(1, 366, count).astype(np.int32),
        given=given,
        middle=_given(chance, gender, is_latino, names),
        middle_form=chance.choice(3, size=count, p=[0.11, 0.17, 0.72]).astype(np.int32),
        family=family,
        second_family=second.astype(np.int32),
        maiden=maiden,
        suffix=suffix,
        is_latino=is_latino,
        works_at=np.where(age < 68, _groups(chance, count, 30), -1).astype(np.int32),
        club=_clubs(chance, homes.town[household]),
        liked=chance.lognormal(0.0, 0.5, count),
    )


def _wives_parents_name(maiden: Whole, household: Whole, homes: Households) -> Whole:
    """A wife whose parents live here had their surname."""
    through_wife = (homes.parents[household] >= 0) & ~homes.is_parents_of_head[household] & (maiden >= 0)
    return np.where(through_wife, homes.surname[homes.parents[household]], maiden).astype(np.int32)


def _given(chance: np.random.Generator, gender: Whole, is_latino: Flags, names: NamePools) -> Whole:
    count = len(gender)
    usual = [pool.draw(chance, count) for pool in names.by_gender]
    latino = [pool.draw(chance, count) for pool in names.latino_by_gender]
    women = np.where(is_latino, latino[FEMALE], usual[FEMALE])
    men = np.where(is_latino, latino[MALE], usual[MALE])
    return np.where(gender == MALE, men, women).astype(np.int32)


def _juniors(
    chance: np.random.Generator, role: Whole, gender: Whole, age: Whole, head: Whole, shares_name: Flags, given: Whole
) -> tuple[Whole, Whole]:
    """Some sons carry their father's whole name: the file tells them apart by JR, sometimes, and by age."""
    is_son = (role == CHILD) & (gender == MALE) & (gender[head] == MALE) & (age < age[head] - 17) & shares_name
    is_junior = is_son & (chance.random(len(role)) < 0.12)
    suffix = np.zeros(len(role), np.int32)
    marked = is_junior & (chance.random(len(role)) < 0.7)
    suffix[marked] = 1
    suffix[head[marked]] = np.where(chance.random(int(marked.sum())) < 0.4, 2, 0)
    other = (suffix == 0) & (gender == MALE) & (chance.random(len(role)) < 0.02)
    suffix[other] = chance.choice([1, 3, 4], size=int(other.sum()), p=[0.7, 0.1, 0.2])
    return suffix, np.where(is_junior, given[head], given).astype(np.int32)


def _groups(chance: np.random.Generator, people: int, mean_size: int) -> Whole:
    """Groups of very different sizes: the squared draw makes the low numbers large."""
    return (chance.random(people) ** 2 * max(people // mean_size, 1)).astype(np.int32)


def _clubs(chance: np.random.Generator, town: Whole) -> Whole:
    """A congregation, team or union, mostly of one's own town; half of the people have none."""
    number = (chance.random(len(town)) ** 1.5 * 40).astype(np.int32)
    return np.where(chance.random(len(town)) < 0.5, town * 40 + number, -1).astype(np.int32)
