"""The community picture: laid out in a job, kept, and only read when a page is opened.

What is kept are counts, places and coordinates; never a name, and nobody's id. Only supporters who agreed to
``coordinate`` are in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from app.house import House
from app.jobs import enqueue
from app.organizing.small_cells import SMALLEST_CELL, shown_part
from app.views.reach import CircleGroup, CircleLine, SingleBridges
from app.voter_file import turnout_of, voters_of
from app.web.picture import place_groups
from graph.model import Outcome, Purpose, SupporterId, VoterRef
from graph.network.arrays import TieArrays
from graph.network.groups import Group, groups_of, heard_in, single_bridges, ties_between
from graph.network.recruiting import new_from_one
from graph.records import JsonObject
from graph.voters import VoterColumns
from oauth.consent import allows, consent_of

LAYOUT = "layout"
PICTURE = "picture"
LAYOUT_SEED = 20
_CIRCLES, _PLACES = "circles", "places"
_HEARD = frozenset({Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN, Outcome.HAS_VOTED})


@dataclass(frozen=True, slots=True)
class Circles:
    """The community picture as it was drawn at ``at``; the same ``version`` of the network gives the same picture."""

    version: str
    at: datetime
    groups: tuple[CircleGroup, ...]
    lines: tuple[CircleLine, ...]
    bridges: SingleBridges | None


def coordinated_ties(house: House) -> TieArrays:
    """The ties of the supporters who agreed to ``coordinate``."""
    ties = house.graph.export_edges()
    return ties.of_supporters({one for one in ties.supporters if coordinates(house, one)})


def coordinates(house: House, supporter_id: SupporterId) -> bool:
    """Whether she agreed to ``coordinate``."""
    consent = house.memory.once(
        f"coordinate {supporter_id}",
        house.clock().replace(microsecond=0),
        lambda: consent_of(house.records, supporter_id, house.clock()),
    )
    return allows(consent, Purpose.COORDINATE)


def drawn_circles(house: House) -> Circles | None:
    """The picture that was drawn last, or ``None`` before the first."""
    kept = house.records.get(PICTURE, _CIRCLES)
    return None if kept is None else _opened(kept.value)


def draw_circles(house: House) -> Circles:
    """Lay the picture out and keep it: the job. The same network, with the same people who have heard, gives the same."""
    ties, heard = coordinated_ties(house), heard_voters(house)
    groups = house.memory.once("groups", _tie_version(ties), lambda: _groups(ties))
    drawn = _drawn(groups, ties, heard, at=house.clock())
    house.records.put(PICTURE, _CIRCLES, _kept(drawn))
    return drawn


def expected_new(house: House) -> dict[str, float]:
    """Of each precinct, how many people whom nobody knows one more supporter from there would bring, as the job last
    counted; empty before.
    """
    kept = house.records.get(PICTURE, _PLACES)
    return {} if kept is None else dict(kept.value["expected_new"])


def count_places(house: House) -> dict[str, float]:
    """Count that again and keep it: a part of the job. Nothing before the first voter file."""
    if house.voters.current() is None:
        return {}
    unreached = unreached_people(house, voters_of(house).columns, ties := coordinated_ties(house))
    expected = new_from_one(ties, unreached)
    house.records.put(PICTURE, _PLACES, {"expected_new": expected})
    return expected


def unreached_people(house: House, columns: VoterColumns, ties: TieArrays) -> dict[str, int]:
    """Of each precinct, how many people who may vote nobody knows."""
    may = turnout_of(house, columns).probability > 0
    in_file = np.bincount(columns.precinct.codes[may], minlength=len(columns.precinct.values)).tolist()
    counts = np.bincount(ties.precinct, minlength=len(ties.precincts)).tolist()
    known = dict(zip(ties.precincts, counts, strict=True))
    return {
        precinct: max(count - known.get(precinct, 0), 0)
        for precinct, count in zip(columns.precinct.values, in_file, strict=True)
        if precinct and count
    }


def ask_for_circles(house: House) -> None:
    """Have the picture drawn; asking again while that waits is asking once."""
    enqueue(house.records, LAYOUT, {}, now=house.clock(), key=LAYOUT)


def heard_voters(house: House) -> frozenset[VoterRef]:
    """The voters to whom a friend has written or spoken."""
    return frozenset(event.voter for event in house.graph.events() if event.voter and event.kind in _HEARD)


def version_of(ties: TieArrays, heard: Collection[VoterRef]) -> str:
    """A digest: two networks of one version have the same picture. It tells of nobody."""
    told = hashlib.blake2b(_tie_version(ties).encode(), digest_size=16)
    told.update(repr(sorted(heard)).encode())
    return told.hexdigest()


def _tie_version(ties: TieArrays) -> str:
    told = hashlib.blake2b(repr((ties.supporters, ties.voters, ties.cities, ties.precincts)).encode(), digest_size=16)
    for numbers in (ties.supporter, ties.voter, ties.probability, ties.city, ties.precinct):
        told.update(numbers.tobytes())
    return told.hexdigest()


def _groups(ties: TieArrays) -> list[Group]:
    return groups_of(ties, seed=LAYOUT_SEED, smallest=SMALLEST_CELL)


def _drawn(groups: Sequence[Group], ties: TieArrays, heard: Collection[VoterRef], *, at: datetime) -> Circles:
    triples = [(first, second, count) for (first, second), count in ties_between(groups, ties).items()]
    placed = place_groups([len(group.voters) for group in groups], triples, LAYOUT_SEED)
    shown = (
        CircleGroup(group.place, len(group.voters), _heard(group, ties, heard), spot.x, spot.y, spot.radius)
        for group, spot in zip(groups, placed, strict=True)
    )
    lines = tuple(CircleLine(*triple) for triple in triples)
    return Circles(version_of(ties, heard), at, tuple(shown), lines, _bridges(groups, ties))


def _heard(group: Group, ties: TieArrays, heard: Collection[VoterRef]) -> int | None:
    return shown_part(heard_in(group, ties, heard), len(group.voters))


def _bridges(groups: Sequence[Group], ties: TieArrays) -> SingleBridges | None:
    """Supporters who alone are the way to most of a group, and up to two places where a second would remove one."""
    found = single_bridges(groups, ties, smallest=SMALLEST_CELL)
    if not found:
        return None
    held = [one.supporter for one in found]
    places = [groups[one.group].place for one in found if held.count(one.supporter) == 1]
    return SingleBridges(len(set(held)), sum(one.people for one in found), tuple(filter(None, places))[:2])


def _kept(drawn: Circles) -> JsonObject:
    return {
        "version": drawn.version,
        "at": drawn.at.isoformat(),
        "groups": [asdict(group) for group in drawn.groups],
        "lines": [asdict(line) for line in drawn.lines],
        "bridges": None if drawn.bridges is None else asdict(drawn.bridges),
    }


def _opened(value: JsonObject) -> Circles:
    bridges = value["bridges"]
    return Circles(
        value["version"],
        datetime.fromisoformat(value["at"]),
        tuple(CircleGroup(**group) for group in value["groups"]),
        tuple(CircleLine(**line) for line in value["lines"]),
        None if bridges is None else SingleBridges(**{**bridges, "places": tuple(bridges["places"])}),
    )
