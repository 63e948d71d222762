"""How close a supporter is to a friend, as far as what she brought tells.

Signs add up in log-odds. The weights are judgements, rounded on purpose, and each says why; an experiment that is large enough moves
them (``tie_weights``). What she brought (``evidence``) may be said back to her; what was read beside it in the voter file
(``inferred``) is for the organizer's factors alone.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.model import (
    Circle,
    ContactKey,
    ContactRecord,
    Match,
    RelationshipType,
    SourceKind,
    VoterRef,
)
from graph.voters import VoterColumns

BASE_LOG_ODDS = -1.1
"""A friend of whom nothing is told: strength .25, between a name in a list and a friend one meets."""

_RELATIONSHIP_WORDS = frozenset(kind.value for kind in RelationshipType)
_DISTANT_KIN = frozenset({"cousin", "in-law", "mother-in-law", "father-in-law", "nephew", "niece", "step"})
_LABEL_TYPES = {
    "family": RelationshipType.FAMILY,
    "friends": RelationshipType.FRIEND,
    "coworkers": RelationshipType.COWORKER,
    "work": RelationshipType.COWORKER,
    "neighbors": RelationshipType.NEIGHBOR,
    "church": RelationshipType.FAITH,
    "school": RelationshipType.SCHOOL,
    "classmates": RelationshipType.SCHOOL,
    "familia": RelationshipType.FAMILY,
    "amigos": RelationshipType.FRIEND,
    "trabajo": RelationshipType.COWORKER,
    "vecinos": RelationshipType.NEIGHBOR,
    "iglesia": RelationshipType.FAITH,
    "escuela": RelationshipType.SCHOOL,
}
_GROUP_WEIGHTS = {RelationshipType.FAMILY: 1.2, RelationshipType.COWORKER: 0.4, RelationshipType.FAITH: 0.4}
"""What a group says, or a word of where from beside a name: whom one works or worships with one sees each week, former classmates not."""
_NETWORKS = frozenset({SourceKind.FACEBOOK_EXPORT, SourceKind.LINKEDIN_CSV})
"""Lists that fill themselves: a birthday or an address there was not typed in by her."""
_NEW = ((365, -2.0), (3 * 365, -1.2), (7 * 365, -0.5))
"""Days since they connected, and what that takes away: friendships that matter are mostly older than their link."""
_RARE_NAME, _COMMON_NAME = 0.001, 0.01
"""Shares of the file. Of a hundred neighbors one shares a common last name by chance; a rare one is shared by kin."""

_MOST_FURTHER = 3
"""More of one household than this say no more."""

SIGNS = (
    *("kin", "labelled", "starred", "birthday", "relation", "nickname", "address", "two_numbers", "number_and_mail"),
    *("two_lists", "number", "mail", "new_connection", "household", "last_name", "family_known"),
)
"""The names of all signs, whose weights an experiment may move."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie as far as it is known: strength 0 to 1, or ``None`` when nothing was told. ``signs`` are names of ``SIGNS``."""

    strength: float | None
    relationship_type: RelationshipType
    evidence: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sign:
    name: str
    weight: float
    words: str = ""
    inferred: str = ""


@dataclass(frozen=True, slots=True)
class _Person:
    """One friend: every card of hers in this circle, and her row in the voter file when she is linked."""

    cards: tuple[tuple[ContactKey, ContactRecord], ...]
    row: int | None


def tie_strengths(
    circle: Circle,
    relationships: Mapping[ContactKey, str],
    columns: VoterColumns,
    own_row: int | None,
    matches: Sequence[Match],
    *,
    as_of: date | None = None,
    learned: Mapping[str, float] | None = None,
) -> dict[ContactKey, Tie]:
    """The tie to each contact of a circle, by key, in the circle's order; an empty circle gives none.

    ``relationships`` holds kin labels in lower case English ("aunt") or a ``RelationshipType``. Cards linked to one voter
    share one tie, with the strongest evidence first. ``learned`` adds to the weights of signs, by their names.
    """
    ties: dict[ContactKey, Tie] = {}
    people = _people(circle, columns, matches)
    at_home = _known_by_home(people, columns)
    for person in people:
        kin = _said_of(person, relationships)
        signs = _what_she_brought(person, kin, as_of) + _what_the_file_says(person.row, own_row, columns)
        signs += _house_signs(person.row, own_row, columns, at_home)
        tie = _combine(signs, _relationship(kin), learned or {})
        ties.update((key, tie) for key, _ in person.cards)
    return {key: ties[key] for key in circle.contacts}


def _people(circle: Circle, columns: VoterColumns, matches: Sequence[Match]) -> list[_Person]:
    linked = {match.contact_key: match.voter for match in matches if match.voter is not None}
    groups: dict[VoterRef | ContactKey, list[tuple[ContactKey, ContactRecord]]] = defaultdict(list)
    for key, record in circle.contacts.items():
        groups[linked.get(key, key)].append((key, record))
    return [
        _Person(tuple(cards), columns.row(name) if isinstance(name, VoterRef) else None)
        for name, cards in groups.items()
    ]


def _said_of(person: _Person, relationships: Mapping[ContactKey, str]) -> str:
    """How she knows a friend by the names of his cards and the groups she put them into: what says most, empty when nothing says."""
    names = [relationships.get(key, "") for key, _ in person.cards]
    groups = [
        _LABEL_TYPES[label].value for _, record in person.cards for label in record.labels if label in _LABEL_TYPES
    ]
    told = [said for said in (*names, *groups) if said and said != RelationshipType.UNKNOWN]
    return max(told, key=lambda said: (_kin_weight(said), said), default="")


def _combine(signs: Sequence[_Sign], relationship: RelationshipType, learned: Mapping[str, float]) -> Tie:
    if not signs:
        return Tie(None, relationship)
    names = tuple(sorted({sign.name for sign in signs}))
    log_odds = BASE_LOG_ODDS + sum(sign.weight for sign in signs) + sum(learned.get(name, 0.0) for name in names)
    strongest_first = sorted(signs, key=lambda sign: -sign.weight)
    evidence = tuple(sign.words for sign in strongest_first if sign.words)
    inferred = tuple(sign.inferred for sign in signs if sign.inferred)
    return Tie(1.0 / (1.0 + math.exp(-log_odds)), relationship, evidence, inferred, names)


def _what_she_brought(person: _Person, kin: str, as_of: date | None) -> list[_Sign]:
    records = [record for _, record in person.cards]
    signs = _kin_signs(kin)
    if any(record.is_starred for record in records):
        signs.append(_Sign("starred", 1.6, "Starred in your contacts"))  # she marked her favourites herself
    if any(record.birthday for record in records if record.kind not in _NETWORKS):
        signs.append(_Sign("birthday", 0.7, "Birthday saved"))  # typed in for people whose birthday one keeps
    if any(record.relations for record in records):
        signs.append(_Sign("relation", 0.5, "Relation saved"))
    if any(record.nickname for record in records):
        signs.append(_Sign("nickname", 0.4, "Nickname saved"))
    return signs + _card_signs(records) + _list_signs(records, as_of)


def _kin_signs(kin: str) -> list[_Sign]:
    if not kin:
        return []
    if kin in _RELATIONSHIP_WORDS:
        return [
            _Sign("kin" if kin == RelationshipType.FAMILY else "labelled", _kin_weight(kin), _LABEL_WORDS.get(kin, ""))
        ]
    return [_Sign("kin", _kin_weight(kin), kin[:1].upper() + kin[1:])]


def _kin_weight(kin: str) -> float:
    """A word for near kin ("Mom") says more than one for distant kin ("Cousin Al"), both say more than a full name."""
    if kin in _RELATIONSHIP_WORDS:
        return _GROUP_WEIGHTS.get(RelationshipType(kin), 0.0)
    return 1.0 if kin in _DISTANT_KIN else 1.8


_LABEL_WORDS = {
    "family": "Family in your contacts",
    "coworker": "From work in your contacts",
    "neighbor": "A neighbor in your contacts",
    "faith": "From church in your contacts",
    "school": "From school in your contacts",
}


def _card_signs(records: Sequence[ContactRecord]) -> list[_Sign]:
    signs = []
    if any(record.places for record in records if record.kind not in _NETWORKS):
        signs.append(
            _Sign("address", 0.3, "Address saved")
        )  # she has been there, or sends cards; or a parcel went there once
    if len({phone for record in records for phone in record.phones}) > 1:
        signs.append(_Sign("two_numbers", 0.1, "Two numbers saved"))  # kept over a change of number, or synchronised
    if any(record.phones and record.emails for record in records):
        signs.append(
            _Sign("number_and_mail", 0.0, "Phone and e-mail saved")
        )  # each counts by itself; both are no third thing
    if len({record.kind not in _NETWORKS for record in records}) > 1 or len({record.source for record in records}) > 1:
        signs.append(_Sign("two_lists", 0.3, "In two of your lists"))  # a friend on Facebook whose number she has, too
    return signs


def _list_signs(records: Sequence[ContactRecord], as_of: date | None) -> list[_Sign]:
    signs = (
        [_Sign("number", 0.3)] if any(record.phones for record in records) else []
    )  # a way to reach him was worth keeping
    signs += [_Sign("mail", 0.3)] if any(record.emails for record in records) else []
    dates = [record.connected_on for record in records if record.connected_on]
    if as_of and dates:
        since = (as_of - min(dates)).days
        signs += [_Sign("new_connection", weight) for days, weight in _NEW if since < days][:1]
    return signs


def _what_the_file_says(row: int | None, own_row: int | None, columns: VoterColumns) -> list[_Sign]:
    if row is None or own_row is None:
        return []
    if columns.household[row] >= 0 and columns.household[row] == columns.household[own_row]:
        return [_Sign("household", 3.0, inferred="Same household")]
    same_name = columns.last_name.codes[row] == columns.last_name.codes[own_row] and columns.last_name[row] != ""
    return [_Sign("last_name", _name_weight(row, columns), inferred="Same last name")] if same_name else []


def _known_by_home(people: Sequence[_Person], columns: VoterColumns) -> Counter[int]:
    """Of each household, how many people she knows."""
    homes = (int(columns.household[person.row]) for person in people if person.row is not None)
    return Counter(home for home in homes if home >= 0)


def _house_signs(row: int | None, own_row: int | None, columns: VoterColumns, known: Mapping[int, int]) -> list[_Sign]:
    """Who knows a whole family is kin or comes to their house; one name of a household may be from anywhere."""
    if row is None:
        return []
    further = min(known.get(int(columns.household[row]), 1) - 1, _MOST_FURTHER)
    is_hers = own_row is not None and columns.household[row] == columns.household[own_row]
    sign = _Sign("family_known", 0.4 * further, inferred="Knows others of the household")
    return [] if is_hers or further < 1 else [sign]


def _name_weight(row: int, columns: VoterColumns) -> float:
    """More for a rare last name: half-way in logarithm between the shares counts half-way."""
    share = float((columns.last_name.codes == columns.last_name.codes[row]).mean())
    return float(np.interp(math.log(share), [math.log(_RARE_NAME), math.log(_COMMON_NAME)], [2.0, 1.0]))


def _relationship(kin: str) -> RelationshipType:
    """As far as what she brought tells: whom she lives with by the voter file stays out of what she is shown."""
    if not kin:
        return RelationshipType.UNKNOWN
    return RelationshipType(kin) if kin in _RELATIONSHIP_WORDS else RelationshipType.FAMILY
