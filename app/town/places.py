"""An invented county: towns, streets, precincts and ZIP codes that are on no map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.town.columns import Numbers, Whole
from app.town.shape import LOCAL_AREA_CODES, TownShape

_FIRST_PARTS = (
    *("Alder", "Bram", "Carrow", "Dunmar", "Elk", "Farrow", "Gild", "Harrow", "Iver", "Juni", "Kestrel", "Larch"),
    *("Marl", "Nettle", "Osprey", "Pell", "Quill", "Rook", "Sorrel", "Tamar", "Umber", "Vesper", "Wick", "Yarrow"),
)
_LAST_PARTS = ("ton", "ville", "ford", "field", "burg", " Creek", " Mill", " Springs", " Ridge", "dale")
_STREET_NAMES = (
    *("Maple", "Oak Hollow", "Cedar", "Mill", "Church", "Main", "Azalea", "Dogwood", "Longleaf", "Heron", "Willow"),
    *("Quarry", "Orchard", "Ferry", "Tobacco Barn", "Kiln", "Meadow", "Sycamore", "Turnpike", "Old Depot", "Laurel"),
    *("Pine Bluff", "Cotton Gin", "Foxglove", "Sweetgum", "Juniper", "Harvest", "Stonewall Creek", "Sandhill", "Elm"),
    *("Persimmon", "Chestnut", "Bluebird", "Cardinal", "River", "Hickory", "Magnolia", "Wagon", "Copper", "Lantern"),
)
_STREET_KINDS = ("ST", "RD", "DR", "LN", "CT", "AVE", "WAY", "PL")
_SPELLED_KINDS = ("St", "Rd", "Drive", "Ln", "Ct", "Ave", "Way", "Pl")


@dataclass(frozen=True, slots=True)
class Places:
    """The towns in order of size and what stands in them. Streets are numbered through; each belongs to one town."""

    towns: tuple[str, ...]
    postal_codes: tuple[str, ...]
    counties: tuple[str, ...]
    county_of_town: Whole
    share_of_town: Numbers
    area_codes: tuple[int, ...]
    households_per_street: int

    def settle(self, chance: np.random.Generator, households: int) -> tuple[Whole, Whole, Whole]:
        """Town, street and house number of each household; households of one street stand side by side."""
        town = chance.choice(len(self.towns), size=households, p=self.share_of_town).astype(np.int32)
        in_town = np.zeros(households, np.int64)
        order = np.argsort(town, kind="stable")
        starts = np.searchsorted(town[order], np.arange(len(self.towns)))
        in_town[order] = np.arange(households) - starts[town[order]]
        street = town * 4_096 + in_town // self.households_per_street
        number = 100 + 7 * (in_town % self.households_per_street) + street % 5 * 400 + street % 4_096 // 360 * 3_000
        return town, street.astype(np.int32), number.astype(np.int32)

    def street_name(self, street: int, *, is_spelled: bool = False) -> str:
        """A street as the register writes it, or as people do."""
        name = _STREET_NAMES[street * 7 % len(_STREET_NAMES)]
        kind = street // len(_STREET_NAMES) % len(_STREET_KINDS)
        return f"{name} {_SPELLED_KINDS[kind]}" if is_spelled else f"{name.upper()} {_STREET_KINDS[kind]}"


def make_places(chance: np.random.Generator, shape: TownShape, voters: int) -> Places:
    """Towns for so many voters, sizes like 1, 1/2, 1/3 ..., names and ZIP codes of the generator's choice."""
    count = max(3, voters // shape.voters_per_town)
    every = [first + last for first in _FIRST_PARTS for last in _LAST_PARTS]
    drawn = chance.permutation(len(every))
    towns = tuple(every[place % len(every)] for place in np.resize(drawn, count))
    shares = 1 / np.arange(1, count + 1) ** 0.8
    counties = -(-count // shape.most_towns_per_county)
    codes = chance.permutation(900)[: min(count, 900)]
    return Places(
        towns=towns,
        postal_codes=tuple(f"28{100 + code:03d}" for code in np.resize(codes, count)),
        counties=tuple(_county_name(place) for place in range(counties)),
        county_of_town=(np.arange(count) % counties).astype(np.int32),
        share_of_town=shares / shares.sum(),
        area_codes=LOCAL_AREA_CODES[: min(max(2, voters // 60_000), len(LOCAL_AREA_CODES))],
        households_per_street=shape.households_per_street,
    )


def _county_name(place: int) -> str:
    turn, first = divmod(place, len(_FIRST_PARTS))
    return f"{_FIRST_PARTS[first]}{('shire', 'land', 'more', 'mark')[turn % 4]}".upper()
