"""Evidence from other supporters, where they agreed: one number or address, one person, the sum of what is saved.

Two supporters who saved the same phone or e-mail nearly always mean the same person; one wrote "Mom", the other "Tanya
Matthes". Each one's contact borrows what the other's says and hers does not. Nobody's contacts help or are helped
without her agreement, and nothing borrowed is ever kept or shown: it only feeds the matcher of one run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from graph.digests import normalise_email, normalise_phone
from graph.model import Circle, ContactKey, ContactRecord
from matching.evidence import full_name
from matching.names.nicknames import name_variants
from matching.names.reading import NameKind, read_name

_MOST_SHARERS = 12
"""A number that more contacts than this carry is a switchboard, not a person."""


def share_evidence(circles: Sequence[Circle], *, agreed: Collection[str]) -> list[Circle]:
    """Circles in which contacts of those who agreed carry each other's evidence; all others are as they were."""
    sharing = [circle for circle in circles if circle.supporter.supporter_id in agreed]
    known = _by_address(sharing)
    return [_enriched(circle, known) if circle.supporter.supporter_id in agreed else circle for circle in circles]


def _by_address(circles: Sequence[Circle]) -> Mapping[str, list[ContactRecord]]:
    known: defaultdict[str, list[ContactRecord]] = defaultdict(list)
    for circle in circles:
        for record in circle.contacts.values():
            for address in _addresses(record):
                known[address].append(record)
    return known


def _addresses(record: ContactRecord) -> set[str]:
    phones = map(normalise_phone, record.phones)
    emails = map(normalise_email, record.emails)
    return {address for address in (*phones, *emails) if address}


def _enriched(circle: Circle, known: Mapping[str, list[ContactRecord]]) -> Circle:
    contacts: dict[ContactKey, ContactRecord] = {}
    for key, record in circle.contacts.items():
        others = _others(record, known)
        contacts[key] = _borrow(record, others) if others else record
    return replace(circle, contacts=contacts)


def _others(record: ContactRecord, known: Mapping[str, list[ContactRecord]]) -> list[ContactRecord]:
    found: dict[int, ContactRecord] = {}
    for address in sorted(_addresses(record)):
        sharers = known.get(address, [])
        if len(sharers) <= _MOST_SHARERS:
            found |= {id(other): other for other in sharers if other is not record and _agree(record, other)}
    return list(found.values())


def _agree(record: ContactRecord, other: ContactRecord) -> bool:
    """Whether two entries may mean one person: both people, and given names that may be one, as far as both tell."""
    readings = read_name(record), read_name(other)
    if any(reading.kind is NameKind.NOT_A_PERSON for reading in readings):
        return False
    first, second = ({name.given[0] for name in reading.possible if name.given} for reading in readings)
    return not first or not second or any(_may_be_one(one, another) for one in first for another in second)


def _may_be_one(one: str, other: str) -> bool:
    return one[0] == other[0] or other in name_variants(one)


def _borrow(record: ContactRecord, others: Sequence[ContactRecord]) -> ContactRecord:
    fullest = max(others, key=lambda other: (_has_full_name(other), len(other.display_name)))
    named = record if _has_full_name(record) or not _has_full_name(fullest) else _named_like(record, fullest)
    return replace(
        named,
        phones=_union(record.phones, *(other.phones for other in others)),
        emails=_union(record.emails, *(other.emails for other in others)),
        places=record.places or next((other.places for other in others if other.places), ()),
        birthday=record.birthday or next((other.birthday for other in others if other.birthday), None),
    )


def _has_full_name(record: ContactRecord) -> bool:
    return bool(full_name(read_name(record))[0])


def _named_like(record: ContactRecord, other: ContactRecord) -> ContactRecord:
    return replace(
        record,
        display_name=other.display_name,
        given_name=other.given_name,
        middle_name=other.middle_name,
        family_name=other.family_name,
        nickname=record.nickname or other.nickname,
    )


def _union(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for part in parts for value in part))
