"""The people in a supporter's books as they are in life: registered here or not, with phones, mail and home."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from app.town.people import FEMALE, MALE, Households, People
from app.town.places import Places
from app.town.pools import NamePools
from app.town.register import Register, phone_numbers
from app.town.shape import MAIL_DOMAINS, OTHER_AREA_CODES, Kind, TownShape
from app.town.ties import Circle, draw_strength
from graph.model import Birthday, Place

_NOWHERE = Place()
_OTHER_TOWNS = (
    ("Graywater", "VA"),
    ("Port Selwyn", "SC"),
    ("Lindale", "GA"),
    ("Ashmoor", "NY"),
    ("Cinder Falls", "OH"),
)
_OTHER_COUNTY_TOWNS = ("Bellhaven Cross", "Tarrow", "Mossbridge", "Kelder", "Windlow", "Oxbow Landing")
_BUSINESSES = (
    *("Tire Center", "Family Dental", "Pizza", "Pharmacy", "Plumbing", "Auto Repair", "Nail Salon", "Vet Clinic"),
    *("Credit Union", "Heating & Air", "Pediatrics", "Barber Shop", "Church Office", "Lawn Care", "Insurance"),
)
_PLAIN_BUSINESSES = (
    "Landlord",
    "Vet",
    "School Office",
    "Voicemail",
    "Dentist",
    "Babysitter",
    "Taxi",
    "Bank",
    "Pharmacy",
)

_KIN_SHARES = {
    Kind.MINOR: 0.5,
    Kind.DEAD: 0.35,
    Kind.UNREGISTERED: 0.12,
    Kind.OTHER_COUNTY: 0.05,
    Kind.OTHER_STATE: 0.05,
}


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody (or a business) a supporter knows; names in upper case, unknown parts empty."""

    kind: Kind
    circle: Circle
    strength: float
    voter: int = -1
    given: str = ""
    middle: str = ""
    family: str = ""
    second_family: str = ""
    maiden: str = ""
    gender: int = FEMALE
    is_older_kin: bool = False
    is_younger_kin: bool = False
    phones: tuple[str, ...] = ()
    email: str = ""
    place: Place = _NOWHERE
    birthday: Birthday | None = None
    business: str = ""


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """The town's columns together, so that people can be looked at one by one."""

    shape: TownShape
    names: NamePools
    places: Places
    people: People
    homes: Households
    register: Register
    as_of: date

    def know_voter(
        self, voter: int, circle: Circle, strength: float, supporter: int, *, kind: Kind = Kind.VOTER
    ) -> Acquaintance:
        """A registered person as somebody in town knows her."""
        people, register = self.people, self.register
        gap = int(people.birth_year[voter] - people.birth_year[supporter])
        cell, line = int(register.cell[voter]), int(register.landline[voter])
        is_kin = circle in (Circle.KIN, Circle.HOUSEHOLD)
        return Acquaintance(
            kind=kind,
            circle=circle,
            strength=strength,
            voter=voter,
            given=self.names.given[people.given[voter]],
            middle=self.names.given[people.middle[voter]],
            family=self.names.surnames[people.family[voter]],
            second_family=self._surname(int(people.second_family[voter])),
            maiden=self._surname(int(people.maiden[voter])),
            gender=int(people.gender[voter]),
            is_older_kin=is_kin and gap < -17,
            is_younger_kin=is_kin and gap > 17,
            phones=tuple(str(number) for number in (cell, line) if number),
            email=self.email_of(voter),
            place=self.home_of(voter),
            birthday=self._birthday(voter),
        )

    def _surname(self, index: int) -> str:
        return self.names.surnames[index] if index >= 0 else ""

    def _birthday(self, voter: int) -> Birthday:
        year = int(self.people.birth_year[voter])
        day = date(year, 1, 1) + timedelta(days=int(self.people.birth_day[voter]) - 1)
        return Birthday(day.year, day.month, day.day)

    def home_of(self, voter: int) -> Place:
        """The address as people write it."""
        home = self.people.household[voter]
        town, street = int(self.homes.town[home]), int(self.homes.street[home])
        name = self.places.street_name(street, is_spelled=True)
        return Place(f"{self.homes.number[home]} {name}", self.places.towns[town], "NC", self.places.postal_codes[town])

    def email_of(self, voter: int) -> str:
        """The person's real mail address."""
        given = self.names.given[self.people.given[voter]]
        family = self.names.surnames[self.people.family[voter]]
        return mail_address(given, family, int(self.register.email_number[voter]))


def mail_address(given: str, family: str, number: int) -> str:
    """One of the usual ways to write an address, decided by the number."""
    given, family = given.lower(), family.lower()
    number, form = divmod(number, 5)
    number, domain = divmod(number, len(MAIL_DOMAINS))
    local = (
        f"{given}.{family}{number % 89 + 10}",
        f"{given}{family}{number % 9_000}",
        f"{given[0]}{family}{number % 9_000}",
        f"{family}{given}{number % 890 + 10}",
        f"{given}_{family[0]}{number % 9_000}",
    )[form]
    return f"{local}@{MAIL_DOMAINS[domain]}"


def know_stranger(chance: np.random.Generator, town: Neighborhood, kind: Kind, supporter: int) -> Acquaintance:
    """Somebody who is not in the file, or a business, that a supporter knows."""
    if kind is Kind.BUSINESS:
        return _business(chance, town)
    is_kin = chance.random() < _KIN_SHARES[kind]
    circle = Circle.KIN if is_kin else Circle.OTHER
    gender = int(chance.random() < 0.48)
    given, middle, family = _stranger_names(chance, town, gender)
    if is_kin and chance.random() < 0.6:
        family = town.names.surnames[town.people.family[supporter]]
    age = _stranger_age(chance, kind, int(town.as_of.year - town.people.birth_year[supporter]))
    number = int(chance.integers(0, 2**31 - 1))
    return Acquaintance(
        kind=kind,
        circle=circle,
        strength=draw_strength(chance, circle),
        given=given,
        middle=middle,
        family=family,
        gender=gender,
        is_older_kin=is_kin and kind is Kind.DEAD,
        phones=(_stranger_phone(chance, town, kind),),
        email=mail_address(given, family, number),
        place=_stranger_place(chance, town, kind, supporter),
        birthday=Birthday(town.as_of.year - age, int(chance.integers(1, 13)), int(chance.integers(1, 29))),
    )


def _stranger_names(chance: np.random.Generator, town: Neighborhood, gender: int) -> tuple[str, str, str]:
    names = town.names
    is_latino = chance.random() < town.shape.latino_share
    given_pool = (names.latino_by_gender if is_latino else names.by_gender)[MALE if gender else FEMALE]
    family_pool = names.latino_family if is_latino else names.family
    given, middle = given_pool.draw(chance, 2)
    return names.given[given], names.given[middle], names.surnames[family_pool.draw(chance, 1)[0]]


def _stranger_age(chance: np.random.Generator, kind: Kind, supporter_age: int) -> int:
    if kind is Kind.MINOR:
        return int(chance.integers(11, 18))
    if kind is Kind.DEAD:
        return int(chance.integers(66, 96))
    return int(np.clip(supporter_age + chance.normal(0, 12), 18, 95))


def _stranger_phone(chance: np.random.Generator, town: Neighborhood, kind: Kind) -> str:
    is_far = kind is Kind.OTHER_STATE or chance.random() < 0.12
    codes = OTHER_AREA_CODES if is_far else town.places.area_codes
    return str(phone_numbers(chance.integers(0, len(codes) * 80_000, 1), codes)[0])


def _stranger_place(chance: np.random.Generator, town: Neighborhood, kind: Kind, supporter: int) -> Place:
    home = town.home_of(supporter)
    street = f"{chance.integers(100, 9_900)} {town.places.street_name(int(chance.integers(0, 400)), is_spelled=True)}"
    if kind is Kind.OTHER_STATE:
        city, region = _OTHER_TOWNS[chance.integers(0, len(_OTHER_TOWNS))]
        return Place(street, city, region, f"{chance.integers(10_000, 99_999)}")
    if kind is Kind.OTHER_COUNTY:
        return Place(
            street,
            _OTHER_COUNTY_TOWNS[chance.integers(0, len(_OTHER_COUNTY_TOWNS))],
            "NC",
            f"{chance.integers(27_000, 28_099)}",
        )
    return Place(street, home.city, "NC", home.postal_code)


def _business(chance: np.random.Generator, town: Neighborhood) -> Acquaintance:
    if chance.random() < 0.35:
        name = _PLAIN_BUSINESSES[chance.integers(0, len(_PLAIN_BUSINESSES))]
    else:
        owner = town.names.surnames[town.names.family.draw(chance, 1)[0]].title()
        owner = owner if chance.random() < 0.5 else town.places.towns[chance.integers(0, len(town.places.towns))]
        name = f"{owner} {_BUSINESSES[chance.integers(0, len(_BUSINESSES))]}"
    return Acquaintance(
        kind=Kind.BUSINESS,
        circle=Circle.BUSINESS,
        strength=draw_strength(chance, Circle.BUSINESS),
        phones=(_stranger_phone(chance, town, Kind.BUSINESS),),
        email=f"info{zlib.crc32(name.encode()) % 10_000}@outlook.example",
        business=name,
    )
