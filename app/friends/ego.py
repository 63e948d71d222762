"""The ego pictures: one supporter and her circles, laid out in a job and kept as coordinates alone.

What she brought stays sealed: neither a friend nor a circle's name is in what is kept, only where each circle stands, in an
order that is made again when she opens the page. Her own page shows how she knows whom she brought; an organizer's shows
places, counts of ten and more, and nothing unless she agreed to ``coordinate``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.friends.circles import open_contacts, supporter_of
from app.friends.mine import latest_events
from app.friends.ranking import listed
from app.house import House
from app.jobs import enqueue
from app.organizing.layouts import LAYOUT_SEED, coordinated_ties, coordinates, heard_voters
from app.organizing.small_cells import SMALLEST_CELL, shown_count, shown_part
from app.translations import Language, translate
from app.views.circle import CircleRow, EgoPicture, HerCircles, OverlapLine, SupporterReach
from app.views.reach import CircleGroup, CircleLine
from app.voter_file import voters_of
from app.web.picture import place_groups
from graph.digests import keyed_name
from graph.model import ContactKey, ContactRecord, Outcome, RelationshipType, SourceKind, SupporterId, VoterRef
from graph.network.reach import reached

EGO = "ego"
EGO_PICTURE = "ego_picture"
_HERS, _DESK = "hers", "desk"
_SMALLEST_CIRCLE, _MOST_CIRCLES = 3, 10
_OTHERS, _IN_CONTACTS = "others", "contacts"
_WROTE = frozenset({Outcome.SENT, Outcome.TALKED, Outcome.HAS_PLAN, Outcome.HAS_VOTED})
_OVERLAPS_SHOWN = 8
_BY_SOURCE = {SourceKind.FACEBOOK_EXPORT: "facebook", SourceKind.LINKEDIN_CSV: "linkedin", SourceKind.TYPED: "typed"}

Members = Mapping[ContactKey, tuple[str, ...]]
"""The circles of each friend, his own first."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a layout is made from: circles by size, and between two of them how many friends belong to both."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    between: tuple[tuple[int, int, int], ...]

    def placed(self) -> list[tuple[float, float, float]]:
        """Where she stands, then each circle; the same shape is always placed the same."""
        around = [(0, at + 1, size) for at, size in enumerate(self.sizes)]
        across = [(first + 1, second + 1, count) for first, second, count in self.between]
        smallest = max(sum(self.sizes) // 40, 1)
        spots = place_groups([smallest, *self.sizes], [*around, *across], LAYOUT_SEED) if self.sizes else ()
        return [(spot.x, spot.y, spot.radius) for spot in spots]


# --- the job ----------------------------------------------------------------------------------------------------------


def ask_for_ego(house: House, supporter_id: SupporterId) -> None:
    """Have her pictures drawn; asking again while that waits is asking once."""
    enqueue(house.records, EGO, {"supporter_id": supporter_id}, now=house.clock(), key=f"{EGO}:{supporter_id}")


def draw_ego(house: House, supporter_id: SupporterId) -> None:
    """Lay both of her pictures out and keep the coordinates. Raises ``NotFoundError`` when she has left."""
    supporter_of(house, supporter_id)
    shapes = {_HERS: _shape(_members(house, supporter_id)), _DESK: _places_shape(_places(house, supporter_id))}
    kept = {name: {"version": _version(house, shape), "spots": shape.placed()} for name, shape in shapes.items()}
    house.records.put(EGO_PICTURE, supporter_id, kept)


def _version(house: House, shape: _Shape) -> str:
    """A keyed digest, so that what is kept tells nothing of places to whoever reads it."""
    return keyed_name(house.vault.campaign_secret("links"), "ego", repr(shape))


def _spots(house: House, supporter_id: SupporterId, which: str, shape: _Shape) -> list[tuple[float, float, float]]:
    """The coordinates of this very shape; empty, and asked for, when they are not there."""
    kept = house.records.get(EGO_PICTURE, supporter_id)
    if kept is None or kept.value[which]["version"] != _version(house, shape):
        ask_for_ego(house, supporter_id)
        return []
    return [(x, y, radius) for x, y, radius in kept.value[which]["spots"]]


# --- for herself ------------------------------------------------------------------------------------------------------


def her_circles(house: House, supporter_id: SupporterId, language: Language) -> HerCircles:
    """Her own circles: how she knows whom she brought, how many are on her list, to how many she wrote. For her alone."""
    members = _members(house, supporter_id)
    shape = _shape(members)
    home = {key: _home(names, shape) for key, names in members.items()}
    written = {key for key, event in latest_events(house, supporter_id).items() if event.kind in _WROTE}
    on_list = {ask.contact_key for ask in listed(house, supporter_id)}
    friends: defaultdict[str, list[ContactKey]] = defaultdict(list)
    for key, name in home.items():
        friends[name].append(key)
    rows = tuple(
        CircleRow(
            _spoken(name, language),
            len(friends[name]),
            len(on_list.intersection(friends[name])),
            len(written.intersection(friends[name])),
        )
        for name in shape.names
    )
    spots = _spots(house, supporter_id, _HERS, shape) if rows else []
    return HerCircles(rows, _picture(spots, shape, [(row.name, row.friends, row.written) for row in rows]), len(home))


def _members(house: House, supporter_id: SupporterId) -> Members:
    ties = {contact.key: contact.relationship_type for contact in house.graph.contacts_of(supporter_id)}
    opened = open_contacts(house, supporter_id)
    return {key: circles_of(record, ties.get(key, RelationshipType.UNKNOWN)) for key, record in opened.items()}


def circles_of(record: ContactRecord, relationship: RelationshipType) -> tuple[str, ...]:
    """The circles of a friend by what she brought, the closest first: how she knows him, where he lives, whence he came."""
    known_as = () if relationship in (RelationshipType.UNKNOWN, RelationshipType.OTHER) else (relationship.value,)
    towns = tuple(f"town {place.city.strip().title()}" for place in record.places[:1] if place.city.strip())
    return (*known_as, *towns) or (_BY_SOURCE.get(record.kind, _IN_CONTACTS),)


def _shape(members: Members) -> _Shape:
    """The circles of three and more, the largest first, and everybody else as "others" at the end."""
    sizes = Counter(names[0] for names in members.values())
    ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
    kept = [name for name in ordered if sizes[name] >= _SMALLEST_CIRCLE][:_MOST_CIRCLES]
    rest = len(members) - sum(sizes[name] for name in kept)
    names = (*kept, *([_OTHERS] if rest else []))
    place = {name: at for at, name in enumerate(kept)}
    pairs = (sorted(place[name] for name in set(own) if name in place) for own in members.values())
    between = Counter(pair for both in pairs for pair in combinations(both, 2))
    counts = tuple((first, second, count) for (first, second), count in sorted(between.items()))
    return _Shape(names, (*(sizes[name] for name in kept), *([rest] if rest else [])), counts)


def _home(names: Sequence[str], shape: _Shape) -> str:
    return names[0] if names[0] in shape.names else _OTHERS


def _spoken(name: str, language: Language) -> str:
    """A circle's name on her page."""
    if name.startswith("town "):
        return name.removeprefix("town ")
    words: Mapping[str, str] = {
        "family": translate("Family", language),
        "household": translate("At home", language),
        "friend": translate("Friends", language),
        "coworker": translate("Work", language),
        "neighbor": translate("Neighbors", language),
        "faith": translate("Church", language),
        "school": translate("School", language),
        "facebook": translate("From Facebook", language),
        "linkedin": translate("From LinkedIn", language),
        "typed": translate("Names you typed", language),
        _IN_CONTACTS: translate("In your contacts", language),
        _OTHERS: translate("Others", language),
    }
    return words[name]


# --- for organizers ---------------------------------------------------------------------------------------------------


def supporter_reach(house: House, supporter_id: SupporterId) -> SupporterReach:
    """Her network by place for an organizer: counts of ten and more, never a friend. Raises ``NotFoundError``."""
    supporter = supporter_of(house, supporter_id)
    nothing = EgoPicture(None, (), ())
    if not coordinates(house, supporter_id):
        return SupporterReach(supporter.display_name, False, None, None, nothing, ())
    places = _places(house, supporter_id)
    shape, heard = _places_shape(places), heard_voters(house)
    counted = Counter(place for voter, place in places.items() if voter in heard)
    rows = [(name, size, shown_part(counted[name], size)) for name, size in zip(shape.names, shape.sizes, strict=True)]
    spots = _spots(house, supporter_id, _DESK, shape) if rows else []
    known, alone = _known(house, supporter_id)
    return SupporterReach(
        supporter.display_name, True, shown_count(known), shown_part(alone, known), _picture(spots, shape, rows),
        _overlap(house, supporter_id), is_drawing=bool(rows) and not spots,
    )  # fmt: skip


def _known(house: House, supporter_id: SupporterId) -> tuple[int, int]:
    """How many people she knows, and how many of them no other supporter who coordinates."""
    found = reached(coordinated_ties(house))
    return next(((one.known, one.alone) for one in found if one.supporter_id == supporter_id), (0, 0))


def _overlap(house: House, supporter_id: SupporterId) -> tuple[OverlapLine, ...]:
    """Who else knows ten of them or more, of those who coordinate; the most shared first."""
    found = [one for one in house.graph.overlap(supporter_id) if shown_count(one.shared) is not None]
    shown = [one for one in found if coordinates(house, one.supporter_id)][:_OVERLAPS_SHOWN]
    return tuple(OverlapLine(supporter_of(house, one.supporter_id).display_name, one.shared) for one in shown)


def _places(house: House, supporter_id: SupporterId) -> dict[VoterRef, str]:
    """Where the people whom she knows live: the town, or the precinct where all live in one. Nobody unless she agreed."""
    if house.voters.current() is None or not coordinates(house, supporter_id):
        return {}
    columns = voters_of(house).columns
    rows = {match.voter: columns.row(match.voter) for match in house.graph.matches_of(supporter_id) if match.voter}
    found = {
        voter: (columns.city[row].title(), columns.precinct[row].title())
        for voter, row in rows.items()
        if row is not None
    }
    is_one_town = len({city for city, _ in found.values()}) <= 1
    return {
        voter: (precinct or city) if is_one_town else (city or precinct) for voter, (city, precinct) in found.items()
    }


def _places_shape(places: Mapping[VoterRef, str]) -> _Shape:
    """Places of ten people and more, the largest first; the people of smaller ones are nowhere."""
    counted = Counter(filter(None, places.values()))
    large = sorted(
        (name for name in counted if counted[name] >= SMALLEST_CELL), key=lambda name: (-counted[name], name)
    )
    names = tuple(large[:_MOST_CIRCLES])
    if 0 < len(places) - sum(counted[name] for name in names) < SMALLEST_CELL:
        names = names[:-1]  # who is left over would be too few, and the sum tells of them
    return _Shape(names, tuple(counted[name] for name in names), ())


def _picture(
    spots: Sequence[tuple[float, float, float]], shape: _Shape, rows: Sequence[tuple[str, int, int | None]]
) -> EgoPicture:
    if len(spots) != len(rows) + 1:
        return EgoPicture(None, (), ())
    groups = tuple(
        CircleGroup(name, people, heard, *spot) for (name, people, heard), spot in zip(rows, spots[1:], strict=True)
    )
    to_her = tuple(CircleLine(-1, at, size) for at, size in enumerate(shape.sizes))
    return EgoPicture(spots[0], groups, (*to_her, *(CircleLine(*each) for each in shape.between)))
