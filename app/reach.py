"""Whom the supporters know, for the organizer: groups, places and single bridges; counts and places, never a name.

Only supporters who agreed to ``coordinate`` are in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from app.house import House
from app.small_cells import SMALLEST_CELL, shown_count, shown_part
from app.views import CircleGroup, CircleLine, PlaceLine, Reach, SingleBridges
from app.voter_file import turnout_of, voters_of
from app.web.picture import PlacedGroup, place_groups
from graph.model import Outcome, Purpose, SupporterId, VoterRef
from graph.network.arrays import TieArrays
from graph.network.groups import Group, groups_of, heard_in, single_bridges, ties_between
from graph.network.reach import known_to
from graph.network.recruiting import new_from_one
from graph.voters import RegistrationStatus, VoterColumns
from oauth.consent import consent_of

LAYOUT_SEED = 20
_PLACES_SHOWN = 8
_HEARD = frozenset({Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN, Outcome.HAS_VOTED})


@dataclass(frozen=True, slots=True)
class _Circles:
    """Groups with where each stands in the picture, and the lines between them."""

    groups: Sequence[Group]
    placed: Sequence[PlacedGroup]
    lines: tuple[CircleLine, ...]


def reach(house: House) -> Reach:
    """Whom the supporters know: the picture's groups, where one more supporter helps most, and single bridges.

    Raises ``NotFoundError`` before the first voter file is imported.
    """
    columns, ties = voters_of(house).columns, _ties(house)
    circles = house.memory.once("circles", _version(ties), lambda: _circles(ties))
    heard = {event.voter for event in house.graph.events() if event.voter and event.kind in _HEARD}
    return Reach(
        supporters=len(ties.supporters),
        known=shown_count(len(ties.voters)),
        universe=int(np.sum(columns.status == RegistrationStatus.ACTIVE)),
        known_to_two=shown_part(int(np.sum(known_to(ties) > 1)), len(ties.voters)),
        groups=tuple(
            CircleGroup(group.place, len(group.voters), _heard(group, ties, heard), at.x, at.y, at.radius)
            for group, at in zip(circles.groups, circles.placed, strict=True)
        ),
        lines=circles.lines,
        places=_places(house, columns, ties),
        layout_seed=LAYOUT_SEED,
        bridges=_bridges(circles.groups, ties),
    )


def _ties(house: House) -> TieArrays:
    ties = house.graph.export_edges()
    return ties.of_supporters({one for one in ties.supporters if _coordinates(house, one)})


def _coordinates(house: House, supporter_id: SupporterId) -> bool:
    consent = house.memory.once(
        f"coordinate {supporter_id}",
        house.clock().replace(microsecond=0),
        lambda: consent_of(house.records, supporter_id, house.clock()),
    )
    return Purpose.COORDINATE in consent.purposes


def _heard(group: Group, ties: TieArrays, heard: Collection[VoterRef]) -> int | None:
    return shown_part(heard_in(group, ties, heard), len(group.voters))


def _version(ties: TieArrays) -> tuple[object, ...]:
    """Two networks of one version have the same circles."""
    numbers = (ties.supporter, ties.voter, ties.probability, ties.city, ties.precinct)
    return (ties.supporters, ties.voters, ties.cities, ties.precincts, *(each.tobytes() for each in numbers))


def _circles(ties: TieArrays) -> _Circles:
    groups = groups_of(ties, seed=LAYOUT_SEED, smallest=SMALLEST_CELL)
    triples = [(first, second, count) for (first, second), count in ties_between(groups, ties).items()]
    placed = place_groups([len(group.voters) for group in groups], triples, LAYOUT_SEED)
    return _Circles(groups, placed, tuple(CircleLine(*triple) for triple in triples))


def _places(house: House, columns: VoterColumns, ties: TieArrays) -> tuple[PlaceLine, ...]:
    """Precincts by how many new people one more supporter from there is expected to bring, the most first."""
    unreached = _unreached(house, columns, ties)
    expected = new_from_one(ties, unreached)
    ordered = sorted(unreached, key=lambda precinct: (-expected[precinct], -unreached[precinct], precinct))
    have, towns = _messengers(ties), _towns(columns)
    return tuple(
        PlaceLine(
            ", ".join(filter(None, (precinct.title(), towns[precinct].title()))),
            have.get(precinct, 0),
            shown_count(unreached[precinct]),
            shown_count(round(expected[precinct])),
        )
        for precinct in ordered[:_PLACES_SHOWN]
    )


def _unreached(house: House, columns: VoterColumns, ties: TieArrays) -> dict[str, int]:
    """Of each precinct, how many people who may vote nobody knows."""
    may = turnout_of(house, columns).probability > 0
    in_file = np.bincount(columns.precinct.codes[may], minlength=len(columns.precinct.values)).tolist()
    counts = np.bincount(ties.precinct, minlength=len(ties.precincts)).tolist()
    reached = dict(zip(ties.precincts, counts, strict=True))
    return {
        precinct: max(count - reached.get(precinct, 0), 0)
        for precinct, count in zip(columns.precinct.values, in_file, strict=True)
        if precinct and count
    }


def _messengers(ties: TieArrays) -> dict[str, int]:
    """Of each precinct, how many supporters know somebody there."""
    pairs = np.unique(np.stack([ties.precinct[ties.voter], ties.supporter]), axis=1)
    counts = np.bincount(pairs[0], minlength=len(ties.precincts)).tolist()
    return dict(zip(ties.precincts, counts, strict=True))


def _towns(columns: VoterColumns) -> dict[str, str]:
    """Of each precinct, the town where most of its voters live."""
    pairs, counts = np.unique(np.stack([columns.precinct.codes, columns.city.codes]), axis=1, return_counts=True)
    order = np.argsort(counts, kind="stable")
    return {columns.precinct.values[precinct]: columns.city.values[city] for precinct, city in pairs[:, order].T}


def _bridges(groups: Sequence[Group], ties: TieArrays) -> SingleBridges | None:
    """Supporters who alone are the way to most of a group, and up to two places where a second would remove one."""
    found = single_bridges(groups, ties, smallest=SMALLEST_CELL)
    if not found:
        return None
    held = [one.supporter for one in found]
    places = [groups[one.group].place for one in found if held.count(one.supporter) == 1]
    return SingleBridges(len(set(held)), sum(one.people for one in found), tuple(filter(None, places))[:2])
