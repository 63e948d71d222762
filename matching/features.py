"""What agrees and what differs between a person in a supporter's contacts and a voter, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled
from matching.candidates import Pairs, SeenNames
from matching.cards import Cards
from matching.file_arrays import FileArrays
from matching.scan import Named, close, lay_open

NOT_TOLD, DIFFERS, AGREES, HOUSEMATE = 0, 1, 2, 3
_PHONE, _EMAIL, _STREET, _PLACE, _YEAR, _DAY, _EMAIL_YEAR, _GENDER = range(8)


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
    born: NDArray[np.int16]
    """The voter's year of birth, 0 when it is unknown."""
    status: NDArray[np.int8]
    is_woman: NDArray[np.bool_]
    missed: NDArray[np.float64]


def compare(cards: Cards, pairs: Pairs, file: FileArrays, *, names: SeenNames) -> Features:
    """The features of all pairs."""
    card, row = pairs.card, pairs.row
    found = np.stack([pairs.has_phone, pairs.has_email, pairs.has_street, pairs.has_housemates_phone])
    codes, phone_kind, born, status, is_woman = _codes(card, row, found, _Told.of(cards), file)
    return Features(
        card,
        row,
        cards.supporter[card],
        _read_pairs(cards, pairs, file, names),
        codes[_PHONE],
        phone_kind,
        codes[_EMAIL],
        codes[_STREET],
        codes[_PLACE],
        codes[_YEAR],
        codes[_DAY],
        codes[_EMAIL_YEAR],
        codes[_GENDER],
        born,
        status,
        is_woman,
        pairs.missed,
    )


class _Told(NamedTuple):
    """What each person tells; her places are ``place_starts[card]`` to ``place_starts[card + 1]`` of the other two."""

    phone: NDArray[np.bool_]
    email: NDArray[np.bool_]
    street: NDArray[np.bool_]
    place_starts: NDArray[np.int64]
    city: NDArray[np.int32]
    postal_code: NDArray[np.int32]
    birth_year: NDArray[np.int32]
    birth_month: NDArray[np.int8]
    birth_day: NDArray[np.int8]
    email_year: NDArray[np.int32]
    gender: NDArray[np.int8]

    @classmethod
    def of(cls, cards: Cards) -> _Told:
        places = cards.places
        return cls(
            _tells(cards, cards.phones.owner),
            _tells(cards, cards.emails.owner),
            _tells(cards, places.owner[places.street != -1]),
            np.searchsorted(places.owner, np.arange(len(cards) + 1)).astype(np.int64),
            np.ascontiguousarray(places.city),
            np.ascontiguousarray(places.postal_code),
            cards.birth_year,
            cards.birth_month,
            cards.birth_day,
            cards.email_year,
            cards.gender,
        )


def _tells(cards: Cards, owners: NDArray[Any]) -> NDArray[np.bool_]:
    tells = np.zeros(len(cards), dtype=bool)
    tells[owners] = True
    return tells


@compiled
def _code(is_told: bool, agrees: bool) -> int:
    if agrees:
        return AGREES
    return DIFFERS if is_told else NOT_TOLD


@compiled
def _codes(
    card: NDArray[np.int32], row: NDArray[np.int32], found: NDArray[np.bool_], told: _Told, file: FileArrays
) -> tuple[NDArray[Any], ...]:
    """Codes (fields by pairs), and of each pair's voter the kind of phones, year of birth, status, whether a woman.

    ``found`` (4 by pairs) says whether phone, e-mail, street or a housemate's phone led to the voter.
    """
    size = len(card)
    codes = np.empty((8, size), np.int8)
    phone_kind, born, status = np.empty(size, np.int8), np.empty(size, np.int16), np.empty(size, np.int8)
    is_woman = np.empty(size, np.bool_)
    for pair in range(size):
        one, voter = card[pair], row[pair]
        year, gender = file.birth_year[voter], file.gender[voter]
        month, day = told.birth_month[one], told.birth_day[one]
        tells_day = month > 0 and day > 0 and file.birth_month[voter] > 0 and file.birth_day[voter] > 0
        same_day = tells_day and month == file.birth_month[voter] and day == file.birth_day[voter]
        phone = _code(told.phone[one] and file.has_phone[voter], found[0, pair])
        codes[_PHONE, pair] = HOUSEMATE if phone != AGREES and found[3, pair] else phone
        codes[_EMAIL, pair] = _code(told.email[one] and file.has_email[voter], found[1, pair])
        codes[_STREET, pair] = _code(told.street[one], found[2, pair])
        start, stop = told.place_starts[one], told.place_starts[one + 1]
        is_near = False
        for place in range(start, stop):
            same_city = told.city[place] == file.city[voter]
            is_near = is_near or same_city or told.postal_code[place] == file.postal_code[voter]
        codes[_PLACE, pair] = _code(stop > start, is_near)
        codes[_YEAR, pair] = _code_of_numbers(told.birth_year[one], year)
        codes[_DAY, pair] = _code(tells_day, same_day)
        codes[_EMAIL_YEAR, pair] = _code_of_numbers(told.email_year[one], year)
        codes[_GENDER, pair] = _code_of_numbers(told.gender[one], gender)
        phone_kind[pair], born[pair], status[pair] = file.phone_kind[voter], year, file.status[voter]
        is_woman[pair] = gender == 1
    return codes, phone_kind, born, status, is_woman


@compiled
def _code_of_numbers(one: int, other: int) -> int:
    """Whether two numbers agree, each told when it is above 0: two that are unknown agree in nothing."""
    is_told = one > 0 and other > 0
    return _code(is_told, is_told and one == other)


class _MiddleNames(NamedTuple):
    """The middle names seen: first letter, code of the equal one in the file, whether it is more than an initial.

    The last of each, 0, -1 and false, stands for none.
    """

    letters: NDArray[np.uint8]
    codes: NDArray[np.int32]
    is_whole: NDArray[np.bool_]

    @classmethod
    def of(cls, names: SeenNames) -> _MiddleNames:
        letters = np.array([*(ord(word[0]) for word in names.middle_words), 0], dtype=np.uint8)
        return cls(letters, names.middle_codes, names.middle_is_whole)


class _Readings(NamedTuple):
    """The readings of names; those of a card are ``starts[card]`` to ``starts[card + 1]`` of the other four."""

    starts: NDArray[np.int64]
    given: NDArray[np.int32]
    family: NDArray[np.int32]
    middle: NDArray[np.int32]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, cards: Cards) -> _Readings:
        starts = np.searchsorted(cards.reading_owner, np.arange(len(cards) + 1)).astype(np.int64)
        return cls(starts, cards.given, cards.family, cards.middle, cards.reading_weight)


def _read_pairs(cards: Cards, pairs: Pairs, file: FileArrays, names: SeenNames) -> ReadPairs:
    entries = Named.of(names.given), Named.of(names.given_as_middle), Named.of(names.family)
    read = _read(
        pairs.card, pairs.row, _Readings.of(cards), *entries, names.family_as_middle, _MiddleNames.of(names), file
    )
    return ReadPairs(*read)


@compiled
def _read(
    card: NDArray[np.int32],
    row: NDArray[np.int32],
    readings: _Readings,
    givens: Named,
    as_middle: Named,
    families: Named,
    family_as_middle: NDArray[np.int32],
    middles: _MiddleNames,
    file: FileArrays,
) -> tuple[NDArray[Any], ...]:
    """The columns of ``ReadPairs``: every reading of the name of every pair.

    Pairs of one person stand together, so what a reading may stand for is laid open once for all of them.
    """
    size = 0
    for one in card:
        size += readings.starts[one + 1] - readings.starts[one]
    pairs, weight = np.empty(size, np.int32), np.empty(size)
    given, given_as_middle, family = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32)
    is_middle, tells_given, tells_family = np.empty(size, np.bool_), np.empty(size, np.bool_), np.empty(size, np.bool_)
    middle, share = np.empty(size, np.int8), np.empty(size, np.float32)
    told = 0
    for letter in range(1, len(file.middle_letters)):
        told += file.middle_letters[letter]
    told = max(told, 1)
    entry_of_first = np.full(givens.names, -1, np.int32)
    entry_of_middle = np.full(as_middle.names, -1, np.int32)
    entry_of_last = np.full(families.names, -1, np.int32)
    start, base = 0, 0
    while start < len(card):
        one, stop = card[start], start
        while stop < len(card) and card[stop] == one:
            stop += 1
        each = readings.starts[one + 1] - readings.starts[one]
        for number in range(each):
            reading = readings.starts[one] + number
            given_token, family_token = readings.given[reading], readings.family[reading]
            lay_open(entry_of_first, givens, given_token)
            lay_open(entry_of_middle, as_middle, given_token)
            lay_open(entry_of_last, families, family_token)
            equal = family_as_middle[family_token] if family_token >= 0 else -1
            seen = readings.middle[reading]
            letter, middle_code, is_whole = middles.letters[seen], middles.codes[seen], middles.is_whole[seen]
            at = base + number
            for pair in range(start, stop):
                voter = row[pair]
                voters_middle = file.middle[voter]
                pairs[at], weight[at] = pair, readings.weight[reading]
                given[at], given_as_middle[at] = entry_of_first[file.first[voter]], entry_of_middle[voters_middle]
                family[at] = entry_of_last[file.last[voter]]
                is_middle[at] = equal >= 0 and equal == voters_middle
                tells_given[at], tells_family[at] = given_token >= 0, family_token >= 0
                middle[at], common = NOT_TOLD, file.middle_letters[letter]
                if letter and file.middle_letter[voters_middle]:
                    same_letter = letter == file.middle_letter[voters_middle]
                    is_same = middle_code == voters_middle
                    both_whole = is_whole and file.middle_is_whole[voters_middle]
                    middle[at] = AGREES if same_letter and (is_same or not both_whole) else DIFFERS
                    common = file.middle_names[voters_middle] if same_letter and is_same else common
                share[at] = common / told
                at += each
            close(entry_of_first, givens, given_token)
            close(entry_of_middle, as_middle, given_token)
            close(entry_of_last, families, family_token)
        base += each * (stop - start)
        start = stop
    return pairs, weight, given, given_as_middle, family, is_middle, tells_given, tells_family, middle, share
