"""An invented town whose truth is known: made from a seed, written as a campaign would really have it.

    make_people -> register_people -> hold_elections -> choose_supporters -> bring_books -> write_town

Everything comes from one numpy Generator, in this order, so that the same seed and arguments give the same bytes.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from app.town.acquaintances import Neighborhood
from app.town.books import SupporterBooks, bring_books
from app.town.columns import Whole
from app.town.people import Households, People, make_people
from app.town.places import Places, make_places
from app.town.pools import NamePools, as_written, name_pools
from app.town.register import Register, register_people, voter_id
from app.town.shape import TownShape
from app.town.ties import choose_supporters
from app.town.truth import write_truth
from app.town.turnout import Turnout, hold_elections
from app.town.voter_files import write_voter_files
from graph.errors import InputError


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


def write_town(town: Town, folder: Path) -> None:
    """Write ``public/`` (what a campaign has) and ``truth/`` (what nobody has) into a folder, which is made.

    Not atomic: write into a folder of its own and move that.

    Raises:
        InputError: the folder holds a town already, whose contact files would be mixed with this one's.
    """
    public, truth = folder / "public", folder / "truth"
    if public.exists():
        raise InputError("There is a town already.", thing=folder.name, next_step="Name an empty folder.")
    (public / "contacts").mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    write_voter_files(town, public)
    for owner in town.supporters:
        for book in owner.books:
            (public / "contacts" / book.file_name).write_bytes(book.content)
    _write_supporters(town, public / "supporters.csv")
    _write_manifest(town, public / "manifest.json")
    write_truth(town, truth)


def _write_supporters(town: Town, path: Path) -> None:
    columns = ("supporter_id", "display_name", "email", "phone", "zip", "providers", "files")
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows(_supporter_row(town, place, owner) for place, owner in enumerate(town.supporters))


def _supporter_row(town: Town, place: int, owner: SupporterBooks) -> tuple[str, ...]:
    """What she wrote of herself when she signed up: some leave out the phone or the ZIP code."""
    people, names = town.people, town.names
    given, family = names.given[people.given[owner.voter]], names.surnames[people.family[owner.voter]]
    cell = int(town.register.cell[owner.voter])
    return (
        owner.supporter_id,
        f"{as_written(given)} {as_written(family)}",
        town.neighborhood.email_of(owner.voter),
        str(cell) if cell and place % 3 == 0 else "",
        town.neighborhood.home_of(owner.voter).postal_code if place % 6 != 1 else "",
        ";".join(book.provider.value for book in owner.books),
        ";".join(book.file_name for book in owner.books),
    )


def _write_manifest(town: Town, path: Path) -> None:
    past = town.turnout.past
    counts = {
        "seed": town.seed,
        "voters": len(town.people),
        "rows": len(town.people) + len(town.register.old.person),
        "supporters": len(town.supporters),
        "contacts": sum(len(book.kept) for owner in town.supporters for book in owner.books),
        "history_rows": sum(len(election.voted) + len(election.again) for election in past),
        "counties": [county.title() for county in town.places.counties],
        "snapshot": f"{town.as_of:%m/%d/%Y}",
        "outcome_election": f"{town.election:%m/%d/%Y}",
    }
    path.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
