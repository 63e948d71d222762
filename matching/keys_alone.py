"""The candidates that each key of the index gives by itself: every key is asked with all else that a contact tells left out.

For the evaluation alone. The usual search keeps no account of which key led to a candidate, and is not slowed by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.voters import VoterColumns
from matching.candidates import Found, Pairs, SeenNames, find_pairs
from matching.cards import Cards, Listed, PlaceLists
from matching.channels import Entries
from matching.index import MatchIndex
from matching.name_kinds import is_whole_surname

_NOBODY: Found = (np.zeros(0, np.int64), np.zeros(0, np.int64))
_NO_VALUES = Listed(np.zeros(0, np.int32), np.zeros(0, np.uint64))
_NO_CODES = np.zeros(0, np.int32)
_NO_PLACES = PlaceLists(_NO_CODES, _NO_CODES, _NO_CODES, _NO_CODES)
_NO_SURNAME = "??"
"""Stands for a surname that no voter has: two signs long, because of one alone the letter would be looked for."""


class _Question(NamedTuple):
    cards: Cards
    names: SeenNames
    own_rows: NDArray[np.int32]


def pairs_by_key(
    cards: Cards, index: MatchIndex, columns: VoterColumns, *, names: SeenNames, own_rows: NDArray[np.int32]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """For each key its name and the pairs that it gives, as sorted numbers ``card * rows + row`` (``numbered_pairs``).

    ``own_rows`` is each supporter's own row or -1. One pair may be given by several keys; no cards give empty arrays.
    """

    def asked(question: _Question) -> Pairs:
        cards, seen, own = question
        return find_pairs(cards, index, columns, names=seen, own_rows=own, confirmed=_NOBODY)

    numbers = _by_contact_field(asked(_Question(cards, names, own_rows)), index)
    yield from numbers.items()
    for key, question in _questions(cards, names, own_rows):
        pairs = asked(question)
        yield key, numbered_pairs(pairs.card, pairs.row, index)


def numbered_pairs(card: NDArray[Any], row: NDArray[Any], index: MatchIndex) -> NDArray[np.int64]:
    """Pairs as numbers, in their order."""
    numbers: NDArray[np.int64] = card.astype(np.int64) * np.int64(max(len(index.person), 1)) + row
    return numbers


def _by_contact_field(pairs: Pairs, index: MatchIndex) -> dict[str, NDArray[np.int64]]:
    flags = {
        "phone number": pairs.has_phone,
        "phone number of the household": pairs.has_housemates_phone & ~pairs.has_phone,
        "e-mail address": pairs.has_email,
        "street address": pairs.has_street,
    }
    numbers = numbered_pairs(pairs.card, pairs.row, index)
    return {key: numbers[flag] for key, flag in flags.items()}


def _questions(cards: Cards, names: SeenNames, own_rows: NDArray[np.int32]) -> Iterator[tuple[str, _Question]]:
    is_whole = is_whole_surname(names)[cards.family]
    nowhere = np.full_like(own_rows, -1)
    bare = replace(
        cards, phones=_NO_VALUES, emails=_NO_VALUES, places=_NO_PLACES, birth_year=np.zeros_like(cards.birth_year),
        birth_month=np.zeros_like(cards.birth_month), birth_day=np.zeros_like(cards.birth_day),
    )  # fmt: skip
    whole, rest = _readings(bare, is_whole), _readings(replace(bare, places=cards.places), ~is_whole)
    yield "surname, first name", _Question(whole, replace(names, family_as_middle=_none(names)), nowhere)
    yield "middle name, first name", _Question(whole, replace(names, family=_no_names(names.family)), nowhere)
    yield "first name, initial or no surname", _Question(rest, names, own_rows)
    first = replace(bare, family=np.zeros_like(bare.family))
    unnamed = replace(names, family=_no_surname(names.family), family_as_middle=np.full(2, -1, np.int32))
    born = replace(first, birth_year=cards.birth_year)
    yield "first name, year of birth", _Question(born, unnamed, nowhere)
    day = replace(first, birth_month=cards.birth_month, birth_day=cards.birth_day)
    yield "first name, birthday", _Question(day, unnamed, nowhere)
    town = replace(first, places=replace(cards.places, street=np.full_like(cards.places.street, -1)))
    yield "first name, town", _Question(town, unnamed, nowhere)
    yield "supporter's household", _Question(first, unnamed, own_rows)


def _readings(cards: Cards, keep: NDArray[np.bool_]) -> Cards:
    """The cards with some readings of their names alone."""
    return replace(cards, given=np.where(keep, cards.given, -1), family=np.where(keep, cards.family, -1))


def _none(names: SeenNames) -> NDArray[np.int32]:
    return np.full_like(names.family_as_middle, -1)


def _no_names(entries: Entries) -> Entries:
    """The same tokens, standing for no name at all."""
    return replace(
        entries, token=entries.token[:0], codes=entries.codes[:0], kinds=entries.kinds[:0], shares=entries.shares[:0],
        here=entries.here[:0], country=entries.country[:0],
    )  # fmt: skip


def _no_surname(entries: Entries) -> Entries:
    """One token that stands for no name."""
    return replace(
        _no_names(entries), tokens=(_NO_SURNAME,), absent=np.zeros(1, np.float64), elsewhere=np.zeros(1, np.float64)
    )
