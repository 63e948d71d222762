"""Who knows whom: supporters, and their friends among the registered people of the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.town.columns import Whole
from app.town.people import Households, People
from app.town.register import ACTIVE, Register
from app.town.turnout import Turnout


class Circle(StrEnum):
    """Where people know each other from."""

    HOUSEHOLD = "household"
    KIN = "kin"
    BLOCK = "block"
    WORK = "work"
    CLUB = "club"
    SCHOOL = "school"
    RANDOM = "random"
    OTHER = "other"
    BUSINESS = "business"
    SELF = "self"


_STRENGTHS = {
    Circle.HOUSEHOLD: (8.0, 2.0),
    Circle.KIN: (4.0, 2.6),
    Circle.WORK: (2.2, 3.2),
    Circle.CLUB: (2.4, 3.0),
    Circle.BLOCK: (1.6, 4.0),
    Circle.SCHOOL: (1.5, 4.5),
    Circle.RANDOM: (1.2, 6.0),
    Circle.OTHER: (1.2, 4.5),
    Circle.BUSINESS: (1.0, 9.0),
    Circle.SELF: (1.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Friendship:
    """A supporter's tie to a registered person, strength between 0 and 1."""

    voter: int
    circle: Circle
    strength: float


def draw_strength(chance: np.random.Generator, circle: Circle) -> float:
    """A tie's strength, as close as its circle tends to be."""
    return round(float(np.clip(chance.beta(*_STRENGTHS[circle]), 0.02, 1.0)), 3)


def choose_supporters(
    chance: np.random.Generator, people: People, register: Register, turnout: Turnout, count: int
) -> Whole:
    """Registered people who like people and vote themselves; half come from a few congregations and workplaces."""
    weight = people.liked * turnout.p0 * (register.status == ACTIVE) * ~register.is_confidential
    clubs = np.unique(people.club[people.club >= 0])
    favored = chance.choice(clubs, size=min(len(clubs), max(2, count // 8)), replace=False)
    weight = weight * np.where(np.isin(people.club, favored), 1 + len(clubs) / (2 * len(favored)), 1.0)
    return chance.choice(len(people), size=count, replace=False, p=weight / weight.sum()).astype(np.int32)


def befriend(
    chance: np.random.Generator, people: People, homes: Households, supporter: int, wanted: int
) -> tuple[Friendship, ...]:
    """So many friends of a supporter among the registered people, nearest circles first, none twice."""
    taken = {supporter}
    friends: list[Friendship] = []
    for circle, pool, most in _pools(people, homes, supporter, wanted):
        room = min(most, wanted - len(friends))
        for voter in _pick(chance, people, pool, room, taken):
            taken.add(voter)
            friends.append(Friendship(voter, circle, draw_strength(chance, circle)))
    return tuple(friends)


def _pools(people: People, homes: Households, supporter: int, wanted: int) -> Iterator[tuple[Circle, Whole, int]]:
    """The circles of a supporter: who is in it, and how many of them she has in her books at most."""
    home = people.household[supporter]
    age_gap = np.abs(people.birth_year - people.birth_year[supporter])
    town = homes.town[people.household]
    yield Circle.HOUSEHOLD, _members(people, np.array([home])), 6
    kin = _members(people, _kin_households(homes, home))
    yield Circle.KIN, kin, max(1, round(0.85 * len(kin)))
    on_street = homes.street[people.household] == homes.street[home]
    near = on_street & (np.abs(homes.number[people.household] - homes.number[home]) < 60)
    yield Circle.BLOCK, np.flatnonzero(near).astype(np.int32), max(2, wanted // 20)
    if people.works_at[supporter] >= 0:
        yield Circle.WORK, _same(people.works_at, supporter), max(3, wanted // 6)
    if people.club[supporter] >= 0:
        yield Circle.CLUB, _same(people.club, supporter), max(3, wanted // 5)
    schoolmates = (age_gap <= 3) & (town == town[supporter])
    yield Circle.SCHOOL, np.flatnonzero(schoolmates).astype(np.int32), max(3, wanted // 2)
    yield Circle.RANDOM, np.flatnonzero((age_gap <= 12) & (town == town[supporter])).astype(np.int32), wanted // 2
    yield Circle.RANDOM, np.flatnonzero(age_gap <= 15).astype(np.int32), wanted


def _members(people: People, households: Whole) -> Whole:
    first = np.searchsorted(people.household, households)
    last = np.searchsorted(people.household, households, side="right")
    spans = [np.arange(start, end) for start, end in zip(first, last, strict=True)]
    return np.concatenate([np.empty(0, np.int64), *spans]).astype(np.int32)


def _kin_households(homes: Households, home: int) -> Whole:
    """Those of her parents (or her husband's), of her children, and of her brothers and sisters."""
    parents = homes.parents[home]
    children = np.flatnonzero(homes.parents == home)
    siblings = np.flatnonzero(homes.parents == parents) if parents >= 0 else np.empty(0, np.int64)
    found = np.concatenate([[parents] if parents >= 0 else [], children, siblings]).astype(np.int32)
    return np.unique(found[found != home])


def _same(groups: Whole, supporter: int) -> Whole:
    return np.flatnonzero(groups == groups[supporter]).astype(np.int32)


def _pick(chance: np.random.Generator, people: People, pool: Whole, most: int, taken: set[int]) -> list[int]:
    """So many of a pool, the liked more often, in the pool's order (Efraimidis and Spirakis 2006)."""
    if most <= 0 or not len(pool):
        return []
    keys = chance.exponential(size=len(pool)) / people.liked[pool]
    best = pool[np.argsort(keys, kind="stable")[: most + len(taken)]]
    return sorted([int(voter) for voter in best if int(voter) not in taken][:most])
