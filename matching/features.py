"""What agrees and what differs between a person in a supporter's contacts and a voter, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from matching.candidates import Pairs, SeenNames
from matching.cards import Cards
from matching.file_facts import FileFacts
from matching.index import expand

NOT_TOLD, DIFFERS, AGREES, HOUSEMATE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class ReadPairs:
    """Pairs once for each reading of the person's name; entries are places in ``SeenNames``, -1 none fits.

    ``tells_given`` and ``tells_family`` say whether the reading has that name at all.
    """

    pair: NDArray[np.int32]
    weight: NDArray[np.float64]
    given: NDArray[np.int32]
    given_as_middle: NDArray[np.int32]
    family: NDArray[np.int32]
    family_is_middle: NDArray[np.bool_]
    tells_given: NDArray[np.bool_]
    tells_family: NDArray[np.bool_]
    middle: NDArray[np.int8]
    middle_initial_share: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """One code for each pair and field: ``NOT_TOLD``, ``DIFFERS``, ``AGREES`` (and ``HOUSEMATE`` for phones)."""

    card: NDArray[np.int32]
    row: NDArray[np.int32]
    supporter: NDArray[np.int32]
    read: ReadPairs
    phone: NDArray[np.int8]
    phone_kind: NDArray[np.int8]
    """``SHARED_NUMBER``, ``ONE_NUMBER`` or ``SEVERAL_NUMBERS``, of the voter."""
    email: NDArray[np.int8]
    street: NDArray[np.int8]
    place: NDArray[np.int8]
    birth_year: NDArray[np.int8]
    birthday: NDArray[np.int8]
    email_year: NDArray[np.int8]
    gender: NDArray[np.int8]
    is_woman: NDArray[np.bool_]
    missed: NDArray[np.float64]


def compare(cards: Cards, pairs: Pairs, columns: VoterColumns, *, names: SeenNames, facts: FileFacts) -> Features:
    """The features of all pairs."""
    card, row = pairs.card, pairs.row
    has_phone, has_email = _tells(cards, cards.phones.owner), _tells(cards, cards.emails.owner)
    phone = _code(has_phone[card] & facts.has_phone[row], pairs.has_phone)
    phone = np.where((phone != AGREES) & pairs.has_housemates_phone, HOUSEMATE, phone).astype(np.int8)
    has_street = _tells(cards, cards.places.owner[cards.places.street != -1])
    year, own_year = cards.birth_year[card], columns.birth_year[row]
    return Features(
        card,
        row,
        cards.supporter[card],
        _read_pairs(cards, pairs, columns, names=names, facts=facts),
        phone,
        facts.phone_kind[row],
        _code(has_email[card] & facts.has_email[row], pairs.has_email),
        _code(has_street[card], pairs.has_street),
        _place_codes(cards, card, row, columns),
        _code((year > 0) & (own_year > 0), year == own_year),
        _birthday_codes(cards, card, row, columns),
        _code((cards.email_year[card] > 0) & (own_year > 0), cards.email_year[card] == own_year),
        _code((cards.gender[card] > 0) & (facts.gender[row] > 0), cards.gender[card] == facts.gender[row]),
        facts.gender[row] == 1,
        pairs.missed,
    )


def _code(is_told: NDArray[np.bool_], agrees: NDArray[np.bool_]) -> NDArray[np.int8]:
    return np.where(agrees, AGREES, np.where(is_told, DIFFERS, NOT_TOLD)).astype(np.int8) * (is_told | agrees)


def _tells(cards: Cards, owners: NDArray[Any]) -> NDArray[np.bool_]:
    tells = np.zeros(len(cards), dtype=bool)
    tells[owners] = True
    return tells


def _place_codes(cards: Cards, card: NDArray[Any], row: NDArray[Any], columns: VoterColumns) -> NDArray[np.int8]:
    """Whether one of the person's places is the voter's city or ZIP."""
    places = cards.places
    is_told = _tells(cards, places.owner)[card]
    at = np.flatnonzero(is_told)
    order = np.argsort(places.owner, kind="stable")
    owners = places.owner[order]
    start, stop = np.searchsorted(owners, card[at], "left"), np.searchsorted(owners, card[at], "right")
    owner, place = expand(start.astype(np.int64), stop.astype(np.int64))
    rows, place = row[at[owner]], order[place]
    same = (places.city[place] == columns.city.codes[rows]) | (
        places.postal_code[place] == columns.postal_code.codes[rows]
    )
    agrees = np.zeros(len(card), dtype=bool)
    agrees[at[owner[same]]] = True
    return _code(is_told, agrees)


def _birthday_codes(cards: Cards, card: NDArray[Any], row: NDArray[Any], columns: VoterColumns) -> NDArray[np.int8]:
    month, day = cards.birth_month[card], cards.birth_day[card]
    is_told = (month > 0) & (day > 0) & (columns.birth_month[row] > 0) & (columns.birth_day[row] > 0)
    return _code(is_told, is_told & (month == columns.birth_month[row]) & (day == columns.birth_day[row]))


def _read_pairs(cards: Cards, pairs: Pairs, columns: VoterColumns, *, names: SeenNames, facts: FileFacts) -> ReadPairs:
    readings = np.bincount(cards.reading_owner, minlength=len(cards))
    starts = np.cumsum(readings) - readings
    start = starts[pairs.card].astype(np.int64)
    pair, reading = expand(start, start + readings[pairs.card])
    row = pairs.row[pair]
    given, family = cards.given[reading], cards.family[reading]
    middle_code = columns.middle_name.codes[row]
    family_middle = names.family_as_middle[family]
    middle, share = _middle_codes(cards.middle[reading], middle_code, names=names, facts=facts)
    return ReadPairs(
        pair.astype(np.int32),
        cards.reading_weight[reading],
        names.given.find(given, columns.first_name.codes[row]),
        names.given_as_middle.find(given, middle_code),
        names.family.find(family, columns.last_name.codes[row]),
        (family >= 0) & (family_middle >= 0) & (family_middle == middle_code),
        given >= 0,
        family >= 0,
        middle,
        share,
    )


def _middle_codes(
    middle: NDArray[Any], middle_code: NDArray[Any], *, names: SeenNames, facts: FileFacts
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whether the middle name seen starts like the voter's, and how common such a start is."""
    seen_letters = np.array([ord(word[0]) for word in names.middle_words] or [0])
    seen, voters = np.where(middle >= 0, seen_letters[middle], 0), facts.middle_letter[middle_code]
    is_told = (middle >= 0) & (voters > 0)
    told = max(float(facts.middle_letters[1:].sum()), 1.0)
    same_initial = is_told & (seen == voters)
    whole = names.middle_codes[middle] == middle_code
    of_word = facts.middle_names[middle_code] / told
    common = np.where(same_initial & whole & (middle >= 0), of_word, facts.middle_letters[seen] / told)
    agrees = same_initial & (whole | ~(names.middle_is_whole[middle] & facts.middle_is_whole[middle_code]))
    return _code(is_told, agrees), common.astype(np.float32)
