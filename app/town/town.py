"""An invented town whose truth is known, made from a seed. ``app.town.files`` writes it as a campaign would have it.

    make_people -> register_people -> hold_elections -> choose_supporters -> bring_books

Everything comes from one numpy Generator, in this order, so that the same seed and arguments give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.town.acquaintances import Neighborhood
from app.town.books import SupporterBooks, bring_books
from app.town.columns import Whole
from app.town.people import Households, People, make_people
from app.town.places import Places, make_places
from app.town.pools import NamePools, name_pools
from app.town.register import Register, register_people, voter_id
from app.town.shape import TownShape
from app.town.ties import choose_supporters
from app.town.turnout import Turnout, hold_elections


@dataclass(frozen=True, slots=True)
class Town:
    """The town and everything that is true of it."""

    seed: int
    election: date
    as_of: date
    neighborhood: Neighborhood
    turnout: Turnout
    supporters: tuple[SupporterBooks, ...]

    @property
    def shape(self) -> TownShape:
        """The parameters it was made with."""
        return self.neighborhood.shape

    @property
    def names(self) -> NamePools:
        """The names that indexes point into."""
        return self.neighborhood.names

    @property
    def places(self) -> Places:
        """Towns and streets."""
        return self.neighborhood.places

    @property
    def people(self) -> People:
        """Registered people."""
        return self.neighborhood.people

    @property
    def homes(self) -> Households:
        """Their households."""
        return self.neighborhood.homes

    @property
    def register(self) -> Register:
        """Their registrations."""
        return self.neighborhood.register

    def voter_id_of(self, row: int) -> str:
        """The state's id of a person."""
        return voter_id(int(self.register.voter_number[row]))

    def precinct_of_street(self, street: Whole) -> Whole:
        """The number, from 1 within its town, of each street's precinct."""
        return precinct_of_street(self.shape, street)


def precinct_of_street(shape: TownShape, street: Whole) -> Whole:
    """The number, from 1 within its town, of each street's precinct."""
    streets = max(1, shape.voters_per_precinct // (2 * shape.households_per_street))
    return (street % 4_096 // streets + 1).astype(np.int32)


def make_town(
    seed: int,
    *,
    election: date,
    as_of: date,
    voters: int = 20_000,
    supporters: int = 40,
    shape: TownShape | None = None,
) -> Town:
    """Make a town of so many registered people and supporters, seen on ``as_of``, before ``election``.

    Raises:
        ValueError: fewer than 500 voters, fewer than one supporter or more than one in ten, ``as_of`` after ``election``.
    """
    _refuse_impossible(voters, supporters, election, as_of)
    shape = shape or TownShape()
    chance, names = np.random.default_rng(seed), name_pools()
    places = make_places(chance, shape, voters)
    people, homes = make_people(chance, shape, voters, places, names, as_of)
    register = register_people(chance, shape, people, homes, places, as_of)
    precinct = homes.town * 4_096 + precinct_of_street(shape, homes.street)
    turnout = hold_elections(
        chance, shape, people, homes, register, precinct=precinct[people.household], election=election, as_of=as_of
    )
    neighborhood = Neighborhood(shape, names, places, people, homes, register, as_of)
    chosen = choose_supporters(chance, people, register, turnout, supporters)
    return Town(seed, election, as_of, neighborhood, turnout, bring_books(chance, neighborhood, chosen))


def _refuse_impossible(voters: int, supporters: int, election: date, as_of: date) -> None:
    if voters < 500:
        raise ValueError(f"a town needs at least 500 voters, not {voters}")
    if not 1 <= supporters <= voters // 10:
        raise ValueError(f"{voters} voters can have 1 to {voters // 10} supporters, not {supporters}")
    if as_of > election:
        raise ValueError(f"the snapshot of {as_of} is after the election of {election}")
