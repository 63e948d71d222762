"""A contact made comparable: what its fields say of a voter, with phones and e-mails as keyed digests.

Cards of one person in one supporter's sources are merged first, so that a person is looked for once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from graph.digests import area_code, keyed_digest, normalise_email, normalise_phone
from graph.model import Birthday, Circle, ContactKey, ContactRecord, Place, SourceKind, Supporter, SupporterId
from matching.names.reading import NameKind, NameReading, PossibleName, read_name, year_from_email
from matching.normalise import normalise
from matching.streets import comparable_street

_OLDEST_YEAR = 1900
_NO_BIRTHDAY = Birthday()
_YOUNGEST = 16
_MOST_NAMESAKES = 0.1
"""Further people of a name expected in a list; beyond, a second card of the name may well be a second person."""


class ComparablePlace(NamedTuple):
    """A place as voters' places are written; unknown parts are ``""``."""

    street: str
    city: str
    region: str
    postal_code: str


class Evidence(NamedTuple):
    """What one person in a supporter's contacts tells; ``keys`` are the cards that were merged."""

    supporter_id: SupporterId
    keys: tuple[ContactKey, ...]
    reading: NameReading
    source_kind: str
    sources: frozenset[str]
    phones: tuple[int, ...] = ()
    area_codes: tuple[int, ...] = ()
    emails: tuple[int, ...] = ()
    places: tuple[ComparablePlace, ...] = ()
    birthday: Birthday = _NO_BIRTHDAY
    email_year: int = 0
    is_starred: bool = False

    @property
    def is_person(self) -> bool:
        """Whether there is anybody to look for."""
        silent = self.reading.kind is NameKind.SAYS_NOTHING and not self.reading.possible
        says_something = bool(self.phones or self.emails) or not silent
        return self.reading.kind is not NameKind.NOT_A_PERSON and says_something

    def is_too_young(self, as_of: date) -> bool:
        """Whether the birthday tells an age at which nobody is registered, preregistration included."""
        return bool(self.birthday.year) and as_of.year - int(self.birthday.year or 0) < _YOUNGEST


def evidence_of(supporter_id: SupporterId, contact_key: ContactKey, record: ContactRecord, *, key: bytes) -> Evidence:
    """The evidence of one card. ``key`` is the campaign's key of phone and e-mail digests."""
    phones = tuple(dict.fromkeys(filter(None, map(normalise_phone, record.phones)))) if record.phones else ()
    emails = tuple(dict.fromkeys(filter(None, map(normalise_email, record.emails)))) if record.emails else ()
    years = [year for email in emails if (year := year_from_email(email))]
    return Evidence(
        supporter_id,
        (contact_key,),
        read_name(record),
        str(record.kind),
        frozenset({record.source}),
        tuple([keyed_digest(key, phone) for phone in phones]),
        tuple(dict.fromkeys(filter(None, map(area_code, phones)))) if phones else (),
        tuple([keyed_digest(key, email) for email in emails]),
        tuple(filter(None, map(comparable_place, record.places))) if record.places else (),
        _plausible(record.birthday),
        years[0] if years else 0,
        record.is_starred,
    )


def supporter_evidence(supporter: Supporter, *, key: bytes) -> Evidence:
    """The supporter as a card of her own, to find her in the voter file."""
    record = ContactRecord(
        source="",
        position=0,
        kind=SourceKind.TYPED,
        display_name=supporter.display_name,
        phones=(supporter.phone,) if supporter.phone else (),
        emails=(supporter.email,) if supporter.email else (),
        places=(Place(postal_code=supporter.postal_code),) if supporter.postal_code else (),
    )
    return evidence_of(supporter.supporter_id, ContactKey(""), record, key=key)


NameShare = Callable[[str, str], float]
"""The share of people who have a given name and surname."""


def circle_evidence(circle: Circle, *, key: bytes, name_share: NameShare) -> list[Evidence]:
    """One piece of evidence for each person of a circle, duplicate cards merged, in order of their keys.

    Cards of one name are one person only when the list is too short for two people of that name (``name_share``).
    """
    supporter_id = circle.supporter.supporter_id
    cards = [
        evidence_of(supporter_id, contact, circle.contacts[contact], key=key) for contact in sorted(circle.contacts)
    ]
    return [merge(group) for group in same_people(cards, name_share)]


def comparable_place(place: Place) -> ComparablePlace | None:
    """A place without what voter files do not write; ``None`` when nothing is left."""
    made = ComparablePlace(
        comparable_street(normalise(place.street.replace("#", " "))),
        normalise(place.city),
        normalise(place.region),
        place.postal_code.strip()[:5],
    )
    return made if any((made.street, made.city, made.region, made.postal_code)) else None


def same_people(cards: Sequence[Evidence], name_share: NameShare) -> list[list[Evidence]]:
    """Groups of cards that are one person: same rare full name, or a shared phone or e-mail with names that agree."""
    leader = list(range(len(cards)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    for mates in _shared(cards, name_share):
        for other in mates[1:]:
            if _may_be_one(cards[mates[0]], cards[other]):
                first, second = sorted((find(mates[0]), find(other)))
                leader[second] = first
    groups: dict[int, list[Evidence]] = {}
    for at, card in enumerate(cards):
        groups.setdefault(find(at), []).append(card)
    return list(groups.values())


def merge(cards: Sequence[Evidence]) -> Evidence:
    """One piece of evidence from the cards of one person: the fullest name, and everything else that any of them tells."""
    if len(cards) == 1:
        return cards[0]
    fullest = max(cards, key=lambda card: (_fullness(card.reading), -cards.index(card)))
    return fullest._replace(
        keys=tuple(card.keys[0] for card in cards),
        sources=frozenset().union(*(card.sources for card in cards)),
        phones=_union(card.phones for card in cards),
        area_codes=_union(card.area_codes for card in cards),
        emails=_union(card.emails for card in cards),
        places=tuple(dict.fromkeys(place for card in cards for place in card.places)),
        birthday=_birthday(cards),
        email_year=next((card.email_year for card in cards if card.email_year), 0),
        is_starred=any(card.is_starred for card in cards),
    )


def full_name(reading: NameReading) -> tuple[str, str]:
    """Given name and surname of the likeliest reading when both are whole words, else two empty texts."""
    if reading.kind is not NameKind.PERSON or not reading.possible:
        return "", ""
    best = max(reading.possible, key=lambda name: name.weight)
    if not best.given or not best.family or len(best.given[0]) < 2 or len(best.family[-1]) < 2:
        return "", ""
    return best.given[0], " ".join(best.family)


def _shared(cards: Sequence[Evidence], name_share: NameShare) -> list[list[int]]:
    """Places of the cards that share a full name no other friend is likely to have, a phone or an e-mail."""
    named: dict[tuple[str, str], list[int]] = {}
    reached: dict[tuple[str, int], list[int]] = {}
    for at, card in enumerate(cards):
        if card.reading.kind is NameKind.NOT_A_PERSON:
            continue
        name = full_name(card.reading)
        if name[0]:
            named.setdefault(name, []).append(at)
        for token in [("phone", digest) for digest in card.phones] + [("email", digest) for digest in card.emails]:
            reached.setdefault(token, []).append(at)
    several = [
        mates for name, mates in named.items() if len(mates) > 1 and name_share(*name) * len(cards) <= _MOST_NAMESAKES
    ]
    return [*several, *(mates for mates in reached.values() if len(mates) > 1)]


def _may_be_one(one: Evidence, other: Evidence) -> bool:
    """Whether names agree as far as both tell, and no year of birth speaks against it."""
    years = {card.birthday.year for card in (one, other) if card.birthday.year}
    names = [full_name(card.reading) for card in (one, other)]
    if len(years) > 1 or "FAMILY" in (*one.reading.context, *other.reading.context):
        return False
    if names[0] == names[1] and names[0][0]:
        return True
    told = [bool(card.reading.possible) for card in (one, other)]
    if told[0] != told[1]:  # a number alone may be a housemate's, or another's by now
        return bool(set(one.emails) & set(other.emails))
    if not any(told):
        return True
    return any(_agree(a, b) for a in one.reading.possible for b in other.reading.possible)


def _agree(one: PossibleName, other: PossibleName) -> bool:
    given = not one.given or not other.given or _same_start(one.given[0], other.given[0])
    family = not one.family or not other.family or _same_start(one.family[-1], other.family[-1])
    return given and family


def _same_start(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter)


def _fullness(reading: NameReading) -> tuple[bool, bool, int]:
    best = max(reading.possible, key=lambda name: name.weight, default=PossibleName((), ()))
    words = [word for word in (*best.given, *best.middle, *best.family) if len(word) > 1]
    return reading.kind is NameKind.PERSON, bool(full_name(reading)[0]), len(words)


def _birthday(cards: Sequence[Evidence]) -> Birthday:
    known = [card.birthday for card in cards if card.birthday != _NO_BIRTHDAY]
    return max(known, key=lambda day: (day.year is not None, day.month is not None), default=_NO_BIRTHDAY)


def _plausible(birthday: Birthday | None) -> Birthday:
    """The birthday without a year that stands for "none" (1604 in Apple's cards)."""
    if birthday is None:
        return _NO_BIRTHDAY
    return birthday if (birthday.year or 0) >= _OLDEST_YEAR else replace(birthday, year=None)


def _union(parts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(value for part in parts for value in part))
