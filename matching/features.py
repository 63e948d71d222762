"""What agrees and what differs between a person in a supporter's contacts and a voter, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.compiled import borrowing
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
    size, near = len(card), file.of_rows(row)
    codes, phone_kind, born = np.empty((8, size), np.int8), np.empty(size, np.int8), np.empty(size, np.int16)
    status, is_woman = np.empty(size, np.int8), np.empty(size, np.bool_)
    _codes(card, found_by(pairs), Told.of(cards), near, (codes, phone_kind, born, status, is_woman))
    return Features(
        card,
        row,
        cards.supporter[card],
        _read_pairs(cards, card, near, names),
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


def found_by(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether phone, e-mail, street or a housemate's phone led to the voter (4 by pairs)."""
    return np.stack([pairs.has_phone, pairs.has_email, pairs.has_street, pairs.has_housemates_phone])


class Told(NamedTuple):
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
    def of(cls, cards: Cards) -> Told:
        """What the cards tell."""
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


@borrowing
def _code(is_told: bool, agrees: bool) -> int:
    if agrees:
        return AGREES
    return DIFFERS if is_told else NOT_TOLD


@borrowing
def _codes(
    card: NDArray[np.int32],
    found: NDArray[np.bool_],
    told: Told,
    near: FileArrays,
    made: tuple[NDArray[Any], ...],
) -> None:
    """Fill in codes (fields by pairs), and of each pair's voter the kind of phones, year of birth, status, whether a woman.

    ``found`` is what ``found_by`` gives, ``near`` the voters of the pairs brought together.
    """
    codes, phone_kind, born, status, is_woman = made
    for pair in range(len(card)):
        for field, code in enumerate(codes_of(pair, card[pair], found, told, near)):
            codes[field, pair] = code
        phone_kind[pair], born[pair] = near.phone_kind[pair], near.birth_year[pair]
        status[pair], is_woman[pair] = near.status[pair], near.gender[pair] == 1


@borrowing
def codes_of(pair: int, card: int, found: NDArray[np.bool_], told: Told, near: FileArrays) -> tuple[int, ...]:
    """The codes of one pair, in the order of ``_PHONE`` to ``_GENDER``; ``found`` and ``near`` as in ``_codes``."""
    year, month, day = near.birth_year[pair], told.birth_month[card], told.birth_day[card]
    tells_day = month > 0 and day > 0 and near.birth_month[pair] > 0 and near.birth_day[pair] > 0
    same_day = tells_day and month == near.birth_month[pair] and day == near.birth_day[pair]
    phone = _code(told.phone[card] and near.has_phone[pair], found[0, pair])
    start, stop = told.place_starts[card], told.place_starts[card + 1]
    is_near = False
    for place in range(start, stop):
        same_city = told.city[place] == near.city[pair]
        is_near = is_near or same_city or told.postal_code[place] == near.postal_code[pair]
    return (
        HOUSEMATE if phone != AGREES and found[3, pair] else phone,
        _code(told.email[card] and near.has_email[pair], found[1, pair]),
        _code(told.street[card], found[2, pair]),
        _code(stop > start, is_near),
        _code_of_numbers(told.birth_year[card], year),
        _code(tells_day, same_day),
        _code_of_numbers(told.email_year[card], year),
        _code_of_numbers(told.gender[card], near.gender[pair]),
    )


@borrowing
def _code_of_numbers(one: int, other: int) -> int:
    """Whether two numbers agree, each told when it is above 0: two that are unknown agree in nothing."""
    is_told = one > 0 and other > 0
    return _code(is_told, is_told and one == other)


class MiddleNames(NamedTuple):
    """The middle names seen: first letter, code of the equal one in the file, whether it is more than an initial.

    The last of each, 0, -1 and false, stands for none.
    """

    letters: NDArray[np.uint8]
    codes: NDArray[np.int32]
    is_whole: NDArray[np.bool_]


class Readings(NamedTuple):
    """The readings of names; those of a card are ``starts[card]`` to ``starts[card + 1]`` of the other four."""

    starts: NDArray[np.int64]
    given: NDArray[np.int32]
    family: NDArray[np.int32]
    middle: NDArray[np.int32]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, cards: Cards) -> Readings:
        """The readings of all cards."""
        starts = np.searchsorted(cards.reading_owner, np.arange(len(cards) + 1)).astype(np.int64)
        return cls(starts, cards.given, cards.family, cards.middle, cards.reading_weight)


class Seen(NamedTuple):
    """What the names seen may stand for, as compiled code takes it."""

    givens: Named
    as_middle: Named
    families: Named
    family_as_middle: NDArray[np.int32]
    middles: MiddleNames

    @classmethod
    def of(cls, names: SeenNames) -> Seen:
        """The names of a run."""
        letters = np.array([*(ord(word[0]) for word in names.middle_words), 0], dtype=np.uint8)
        return cls(
            Named.of(names.given),
            Named.of(names.given_as_middle),
            Named.of(names.family),
            names.family_as_middle,
            MiddleNames(letters, names.middle_codes, names.middle_is_whole),
        )


Said = tuple[int, int, int, bool, int, float]
"""Entries of first, middle and last name, whether the surname is the middle name, the code of middle names, how common they are."""


class Opened(NamedTuple):
    """By first name, middle name and surname of the file the entry through which one reading may stand for it, or -1."""

    first: NDArray[np.int32]
    middle: NDArray[np.int32]
    last: NDArray[np.int32]

    @classmethod
    def of(cls, seen: Seen) -> Opened:
        """Tables in which no reading is laid open yet."""
        return cls(*(np.full(names.names, -1, np.int32) for names in (seen.givens, seen.as_middle, seen.families)))


@borrowing
def open_reading(opened: Opened, seen: Seen, given: int, family: int) -> None:
    """Lay open what a reading with these tokens may stand for."""
    lay_open(opened.first, seen.givens, given)
    lay_open(opened.middle, seen.as_middle, given)
    lay_open(opened.last, seen.families, family)


@borrowing
def close_reading(opened: Opened, seen: Seen, given: int, family: int) -> None:
    """Take it out again."""
    close(opened.first, seen.givens, given)
    close(opened.middle, seen.as_middle, given)
    close(opened.last, seen.families, family)


@borrowing
def read_of(
    pair: int, reading: int, readings: Readings, seen: Seen, opened: Opened, near: FileArrays, told: int
) -> Said:
    """What one reading, laid open, says of a pair's voter, with ``near`` as in ``_codes``; ``told`` voters have a middle name."""
    voters_middle, family = near.middle[pair], readings.family[reading]
    equal = seen.family_as_middle[family] if family >= 0 else -1
    token = readings.middle[reading]
    letter, name = seen.middles.letters[token], seen.middles.codes[token]
    code, common = NOT_TOLD, near.middle_letters[letter]
    if letter and near.middle_letter[voters_middle]:
        same_letter, is_same = letter == near.middle_letter[voters_middle], name == voters_middle
        both_whole = seen.middles.is_whole[token] and near.middle_is_whole[voters_middle]
        code = AGREES if same_letter and (is_same or not both_whole) else DIFFERS
        common = near.middle_names[voters_middle] if same_letter and is_same else common
    return (
        opened.first[near.first[pair]],
        opened.middle[voters_middle],
        opened.last[near.last[pair]],
        bool(equal >= 0 and equal == voters_middle),
        code,
        common / told,
    )


def middle_names_told(file: FileArrays) -> int:
    """How many voters have a middle name or an initial of one, at least 1."""
    return max(int(file.middle_letters[1:].sum()), 1)


@borrowing
def same_card(card: NDArray[np.int32], start: int) -> int:
    """Where the pairs end that follow ``start`` and are of its card: pairs of one person stand together."""
    stop = start
    while stop < len(card) and card[stop] == card[start]:
        stop += 1
    return stop


def _read_pairs(cards: Cards, card: NDArray[np.int32], near: FileArrays, names: SeenNames) -> ReadPairs:
    readings, seen = Readings.of(cards), Seen.of(names)
    size = int(np.diff(readings.starts)[card].sum())
    read = ReadPairs(
        pair=np.empty(size, np.int32),
        weight=np.empty(size),
        given=np.empty(size, np.int32),
        given_as_middle=np.empty(size, np.int32),
        family=np.empty(size, np.int32),
        family_is_middle=np.empty(size, np.bool_),
        tells_given=np.empty(size, np.bool_),
        tells_family=np.empty(size, np.bool_),
        middle=np.empty(size, np.int8),
        middle_initial_share=np.empty(size, np.float32),
    )
    columns = tuple(getattr(read, column.name) for column in fields(ReadPairs))
    _read(card, readings, seen, Opened.of(seen), near, middle_names_told(near), columns)
    return read


@borrowing
def _read(
    card: NDArray[np.int32],
    readings: Readings,
    seen: Seen,
    opened: Opened,
    near: FileArrays,
    told: int,
    made: tuple[NDArray[Any], ...],
) -> None:
    """Fill in the columns of ``ReadPairs``: every reading of the name of every pair.

    What a reading may stand for is laid open once for all pairs of its person.
    """
    pairs, weight, given, given_as_middle, family, is_middle, tells_given, tells_family, middle, share = made
    start, base = 0, 0
    while start < len(card):
        one, stop = card[start], same_card(card, start)
        each = readings.starts[one + 1] - readings.starts[one]
        for number in range(each):
            reading = readings.starts[one] + number
            given_token, family_token = readings.given[reading], readings.family[reading]
            open_reading(opened, seen, given_token, family_token)
            for pair in range(start, stop):
                at = base + number + (pair - start) * each
                said = read_of(pair, reading, readings, seen, opened, near, told)
                pairs[at], weight[at] = pair, readings.weight[reading]
                given[at], given_as_middle[at], family[at], is_middle[at], middle[at], share[at] = said
                tells_given[at], tells_family[at] = given_token >= 0, family_token >= 0
            close_reading(opened, seen, given_token, family_token)
        base += each * (stop - start)
        start = stop
