"""The evidence of many people as arrays, coded by the vocabulary of one voter file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.model import Birthday
from graph.voters import VoterColumns
from matching.evidence import Evidence
from matching.index import MatchIndex, street_key
from matching.kin import generation

IN_STATE, OUT_OF_STATE = -2, -3
"""Places that no voter of the file has, by whether the contact says another state."""
TRAITS = ("several numbers", "starred", "birthday", "several sources")
"""What tells how well a supporter knows somebody: whom she knows well is oftener near, and in the file."""
_STATES = {"NC": "NORTH CAROLINA", "OH": "OHIO", "FL": "FLORIDA"}


@dataclass(frozen=True, slots=True)
class Listed:
    """Values that belong to people: value ``values[i]`` to person ``owner[i]``."""

    owner: NDArray[np.int32]
    values: NDArray[Any]


@dataclass(frozen=True, slots=True)
class PlaceLists:
    """Places of people: codes in the file's columns, ``-1`` not told, ``IN_STATE``/``OUT_OF_STATE`` not in the file."""

    owner: NDArray[np.int32]
    city: NDArray[np.int32]
    postal_code: NDArray[np.int32]
    street: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Cards:
    """People to look for, and the readings of their names, as columns."""

    evidence: Sequence[Evidence]
    supporter: NDArray[np.int32]
    source_kind: NDArray[np.int32]
    source_kinds: tuple[str, ...]
    reading_owner: NDArray[np.int32]
    reading_weight: NDArray[np.float64]
    given: NDArray[np.int32]
    family: NDArray[np.int32]
    middle: NDArray[np.int32]
    phones: Listed
    emails: Listed
    area_codes: Listed
    places: PlaceLists
    birth_year: NDArray[np.int32]
    birth_month: NDArray[np.int8]
    birth_day: NDArray[np.int8]
    email_year: NDArray[np.int32]
    gender: NDArray[np.int8]
    is_kin: NDArray[np.bool_]
    generation: NDArray[np.int8]
    """What the word for kin says of it, see ``matching.kin``."""
    traits: NDArray[np.bool_]
    """By person and trait whether he has it, see ``TRAITS``."""

    def __len__(self) -> int:
        """How many people."""
        return len(self.supporter)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The distinct names seen in a run, sorted."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    middle: tuple[str, ...]

    @classmethod
    def of(cls, people: Sequence[Evidence]) -> Tokens:
        """Collect the names of all readings."""
        names = [name for person in people for name in person.reading.possible]
        given = {" ".join(name.given) for name in names} - {""}
        family = {" ".join(name.family) for name in names} - {""}
        return cls(
            tuple(sorted(given)),
            tuple(sorted(family)),
            tuple(sorted({name.middle[0] for name in names if name.middle})),
        )


class CardMaker:
    """Codes evidence by the vocabulary of a voter file and of the names seen."""

    def __init__(self, columns: VoterColumns, index: MatchIndex, tokens: Tokens) -> None:
        self._state = columns.state
        self._given, self._family, self._middle = (
            _places(part) for part in (tokens.given, tokens.family, tokens.middle)
        )
        self._cities, self._postal_codes = columns.city.values, columns.postal_code.values
        self._street_keys, self._street_codes = index.street_keys, index.street_codes
        self._place = cache(self._place_code)  # a circle's places are few, and looking one up reads the file's texts

    def make(self, people: Sequence[Evidence], supporters: Sequence[int]) -> Cards:
        """The people as columns; ``supporters`` numbers the supporter of each."""
        kinds = tuple(sorted({person.source_kind for person in people}))
        readings = [(at, name) for at, person in enumerate(people) for name in person.reading.possible]
        return Cards(
            evidence=people,
            supporter=np.array(supporters, dtype=np.int32),
            source_kind=np.array([kinds.index(person.source_kind) for person in people], dtype=np.int32),
            source_kinds=kinds,
            reading_owner=np.array([at for at, _ in readings], dtype=np.int32),
            reading_weight=np.array([name.weight for _, name in readings], dtype=np.float64),
            given=np.array([self._given.get(" ".join(name.given), -1) for _, name in readings], dtype=np.int32),
            family=np.array([self._family.get(" ".join(name.family), -1) for _, name in readings], dtype=np.int32),
            middle=np.array([self._middle[n.middle[0]] if n.middle else -1 for _, n in readings], dtype=np.int32),
            phones=_listed(people, lambda person: person.phones, np.uint64),
            emails=_listed(people, lambda person: person.emails, np.uint64),
            area_codes=_listed(people, lambda person: person.area_codes, np.int32),
            places=self._place_lists(people),
            birth_year=np.array([person.birthday.year or 0 for person in people], dtype=np.int32),
            birth_month=np.array([person.birthday.month or 0 for person in people], dtype=np.int8),
            birth_day=np.array([person.birthday.day or 0 for person in people], dtype=np.int8),
            email_year=np.array([person.email_year for person in people], dtype=np.int32),
            gender=np.array(["?FM".find(person.reading.gender or "?") for person in people], dtype=np.int8),
            is_kin=np.array([bool(person.reading.kin) for person in people], dtype=bool),
            generation=np.array([generation(person.reading.kin) for person in people], dtype=np.int8),
            traits=np.array([_traits(person) for person in people], dtype=bool).reshape(-1, len(TRAITS)),
        )

    def _place_lists(self, people: Sequence[Evidence]) -> PlaceLists:
        rows = [
            (
                at,
                *self._place(place.city, place.postal_code, place.region),
                self._street(place.street),
            )
            for at, person in enumerate(people)
            for place in person.places
        ]
        table = np.array(rows, dtype=np.int32).reshape(-1, 4)
        return PlaceLists(*table.T)

    def _street(self, street: str) -> int:
        if not street:
            return -1
        key = np.uint64(street_key(street))
        at = int(np.searchsorted(self._street_keys, key))
        return int(self._street_codes[at]) if at < len(self._street_keys) and self._street_keys[at] == key else IN_STATE

    def _place_code(self, city: str, postal_code: str, region: str) -> tuple[int, int]:
        unknown = IN_STATE if region in ("", self._state, _STATES.get(self._state)) else OUT_OF_STATE
        if unknown == OUT_OF_STATE:
            return (unknown if city else -1), (unknown if postal_code else -1)
        city_code = _code(self._cities, city, unknown) if city else -1
        return city_code, (_code(self._postal_codes, postal_code, unknown) if postal_code else -1)


def _traits(person: Evidence) -> tuple[bool, ...]:
    return len(person.phones) > 1, person.is_starred, person.birthday != Birthday(), len(person.sources) > 1


def _code(values: Sequence[str], value: str, unknown: int) -> int:
    """The place of a value among sorted ones."""
    at = bisect_left(values, value)
    return at if at < len(values) and values[at] == value else unknown


def _places(values: Sequence[str]) -> Mapping[str, int]:
    return {value: at for at, value in enumerate(values) if value}


def _listed(people: Sequence[Evidence], part: Callable[[Evidence], tuple[int, ...]], dtype: type[np.generic]) -> Listed:
    pairs = [(at, value) for at, person in enumerate(people) for value in part(person)]
    return Listed(
        np.array([at for at, _ in pairs], dtype=np.int32), np.array([value for _, value in pairs], dtype=dtype)
    )
