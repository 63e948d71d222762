"""Which voters each person may be: every row that the index gives for a name, a phone, an e-mail or an address.

A surname's whole class is scanned, near spellings, sounds and halves of double names included, and kept where the first
or middle name may be the one seen. A changed surname is found by phone, e-mail, address, household or birth year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.voters import ContactDigests, VoterColumns
from matching.cards import Cards, Listed
from matching.channels import Entries
from matching.file_arrays import FileArrays
from matching.index import Groups, MatchIndex, SortedKeys, day_code, digest_ranges, expand
from matching.scan import Classes, Named, rows_of_family, rows_of_known

_WIDE = 400
"""A given name alone, held by more rows than this, is looked for in the places of supporter and contact only."""


@dataclass(frozen=True, slots=True)
class SeenNames:
    """What the names of a run may stand for: first names, middle names (of given names and of surnames), surnames."""

    given: Entries
    given_as_middle: Entries
    family: Entries
    family_as_middle: NDArray[np.int32]
    """For each seen surname the code of the equal middle name, or -1; one more, -1, stands for no surname."""
    middle_words: tuple[str, ...]
    middle_codes: NDArray[np.int32]
    """For each seen middle name the code of the equal one, or -1; one more, -1, stands for no middle name."""
    middle_is_whole: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct pairs of person and row, sorted by person, then row; flags say which contact field led to the row."""

    card: NDArray[np.int32]
    row: NDArray[np.int32]
    has_phone: NDArray[np.bool_]
    has_housemates_phone: NDArray[np.bool_]
    has_email: NDArray[np.bool_]
    has_street: NDArray[np.bool_]
    missed: NDArray[np.float64]
    """By person: the share of the rows with a fitting name that were not laid out, because the name says too little."""


Found = tuple[NDArray[Any], NDArray[Any]]


def find_pairs(
    cards: Cards,
    index: MatchIndex,
    columns: VoterColumns,
    *,
    names: SeenNames,
    own_rows: NDArray[np.int32],
    confirmed: Found,
) -> Pairs:
    """All candidates of each person; ``own_rows`` is each supporter's own row or -1, ``confirmed`` who she said it is."""
    by_phone = _by_digest(cards.phones, columns.phones)
    by_email = _by_digest(cards.emails, columns.emails)
    by_street = _by_street(cards, index, columns)
    housemates = _housemates(by_phone, index, columns)
    missed = np.zeros(len(cards))
    found = [by_phone, by_email, by_street, housemates]
    found += [_by_family(cards, index, names), _by_given(cards, index, columns, names, own_rows, missed)]
    found += [_by_middle(cards, index, names), _by_birth_year(cards, index, names), _by_birthday(cards, index, names)]
    found += [_by_household(cards, index, columns, own_rows), confirmed]
    return _as_pairs(found, by_phone, housemates, by_email, by_street, index, missed)


def with_known_friends(
    cards: Cards,
    pairs: Pairs,
    file: FileArrays,
    *,
    names: SeenNames,
    keep: NDArray[np.bool_],
    is_known: NDArray[np.bool_],
) -> Pairs:
    """The pairs to keep, and each supporter's likely friends (``is_known``) for every other card that may name them.

    A friend is often in two of her sources, in one by his first name only.
    """
    rows = np.int64(max(len(file.first), 1))
    reading, row = _readings_of_known(cards, pairs, file, names, is_known)
    keys = pairs.card[keep].astype(np.int64) * rows + pairs.row[keep]
    more = _not_in(keys, _distinct(cards.reading_owner[reading].astype(np.int64) * rows + row))
    order = np.argsort(np.r_[keys, more], kind="stable")

    def flags(flag: NDArray[np.bool_]) -> NDArray[np.bool_]:
        both: NDArray[np.bool_] = np.r_[flag[keep], np.zeros(len(more), dtype=bool)]
        return np.asarray(both[order], dtype=np.bool_)

    both = np.r_[keys, more][order]
    return Pairs(
        card=(both // rows).astype(np.int32),
        row=(both % rows).astype(np.int32),
        has_phone=flags(pairs.has_phone),
        has_housemates_phone=flags(pairs.has_housemates_phone),
        has_email=flags(pairs.has_email),
        has_street=flags(pairs.has_street),
        missed=pairs.missed,
    )


def _readings_of_known(
    cards: Cards, pairs: Pairs, file: FileArrays, names: SeenNames, is_known: NDArray[np.bool_]
) -> Found:
    """Every reading that has a given name beside every likely friend of the same supporter whom it may name."""
    supporters = int(cards.supporter.max(initial=-1)) + 1
    known = Groups.of(cards.supporter[pairs.card[is_known]], supporters)
    readings = np.flatnonzero(cards.given >= 0)
    place, row = rows_of_known(
        cards.family[readings],
        cards.given[readings],
        cards.supporter[cards.reading_owner[readings]],
        known.starts,
        pairs.row[is_known][known.rows],
        Named.of(names.family),
        Named.of(names.given),
        file.first,
        file.last,
    )
    return readings[place], row


def _as_pairs(
    found: list[Found],
    phone: Found,
    housemates: Found,
    email: Found,
    street: Found,
    index: MatchIndex,
    missed: NDArray[np.float64],
) -> Pairs:
    rows = np.int64(max(len(index.person), 1))

    def keyed(part: Found) -> NDArray[np.int64]:
        return part[0].astype(np.int64) * rows + index.person[part[1]]

    keys = _distinct(np.concatenate([keyed(part) for part in found]))

    def flags(part: Found) -> NDArray[np.bool_]:
        flag = np.zeros(len(keys), dtype=bool)
        flag[np.searchsorted(keys, keyed(part))] = True
        return flag

    return Pairs(
        card=(keys // rows).astype(np.int32),
        row=(keys % rows).astype(np.int32),
        has_phone=flags(phone),
        has_housemates_phone=flags(housemates),
        has_email=flags(email),
        has_street=flags(street),
        missed=missed,
    )


def _distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sorted, each once; by sorting, which for millions of keys takes a fraction of what ``np.unique`` does."""
    ordered = np.sort(keys)
    distinct: NDArray[np.int64] = ordered[np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)]]
    return distinct


def _not_in(keys: NDArray[np.int64], more: NDArray[np.int64]) -> NDArray[np.int64]:
    """What ``more`` has and ``keys`` lacks; both are sorted."""
    at = np.searchsorted(keys, more)
    missing: NDArray[np.int64] = more[np.append(keys, -1)[at] != more]
    return missing


def _by_digest(seen: Listed, column: ContactDigests) -> Found:
    start, stop = digest_ranges(column, seen.values)
    owner, at = expand(start, stop)
    return seen.owner[owner], column.rows[at]


def _laid_out(owner: NDArray[Any], group: Groups | SortedKeys, wanted: NDArray[Any]) -> Found:
    at, place = expand(*group.ranges(wanted))
    return owner[at], group.rows[place]


def _by_street(cards: Cards, index: MatchIndex, columns: VoterColumns) -> Found:
    """Rows of the same street address, unless city or ZIP say that it is another street of that name."""
    places = cards.places
    at = np.flatnonzero(places.street >= 0)
    place, rows = _laid_out(at, index.by_street, places.street[at])
    same_city = (places.city[place] == columns.city.codes[rows]) | (places.city[place] == -1)
    same_zip = (places.postal_code[place] == columns.postal_code.codes[rows]) & (places.postal_code[place] >= 0)
    return places.owner[place[same_city | same_zip]], rows[same_city | same_zip]


def _housemates(by_phone: Found, index: MatchIndex, columns: VoterColumns) -> Found:
    cards, rows = _laid_out(by_phone[0], index.by_household, columns.household[by_phone[1]])
    return cards, rows


def _by_household(cards: Cards, index: MatchIndex, columns: VoterColumns, own_rows: NDArray[np.int32]) -> Found:
    """The supporter's own household, for everybody whose name does not speak against it is decided by the score."""
    own = own_rows[cards.supporter]
    homes = np.where(own >= 0, columns.household[np.maximum(own, 0)], -1)
    return _laid_out(np.arange(len(cards)), index.by_household, homes)


def _by_family(cards: Cards, index: MatchIndex, names: SeenNames) -> Found:
    """The classes of the surname seen, kept where the given name may be the voter's first or middle name."""
    lengths = np.array([len(token) for token in names.family.tokens], dtype=np.int64)
    readings = np.flatnonzero(cards.family >= 0)
    readings = readings[lengths[cards.family[readings]] > 1]
    place, rows = rows_of_family(
        cards.family[readings],
        cards.given[readings],
        Classes.of(index),
        Named.of(names.family),
        Named.of(names.given),
        Named.of(names.given_as_middle),
    )
    return cards.reading_owner[readings[place]], rows


def _by_given(
    cards: Cards,
    index: MatchIndex,
    columns: VoterColumns,
    names: SeenNames,
    own_rows: NDArray[np.int32],
    missed: NDArray[np.float64],
) -> Found:
    """Rows of a given name when no more than an initial of the surname is known."""
    lasts = len(columns.last_name.values)
    low, high = _initial_ranges(cards, names, index)
    readings = np.flatnonzero((cards.given >= 0) & (low >= 0))
    starts = names.given.starts()
    owner, entry = expand(starts[cards.given[readings]], starts[cards.given[readings] + 1])
    reading, first = readings[owner], names.given.codes[entry].astype(np.int64)
    keys = index.by_first_last.keys
    start = np.searchsorted(keys, first * lasts + low[reading]).astype(np.int64)
    stop = np.searchsorted(keys, first * lasts + high[reading]).astype(np.int64)
    size = np.bincount(reading, weights=stop - start, minlength=len(cards.given))
    is_wide = size[reading] > _WIDE
    narrow_at, place = expand(start[~is_wide], stop[~is_wide])
    narrow = reading[~is_wide][narrow_at], index.by_first_last.rows[place]
    wide = _in_places(cards, index, columns, own_rows, reading=reading[is_wide], first=first[is_wide])
    last = columns.last_name.codes[wide[1]]
    fits = (last >= low[wide[0]]) & (last < high[wide[0]])
    wide = wide[0][fits], wide[1][fits]
    kept = np.bincount(wide[0], minlength=len(cards.given))
    wide_readings = np.flatnonzero(size > _WIDE)
    share = 1 - kept[wide_readings] / size[wide_readings]
    np.maximum.at(missed, cards.reading_owner[wide_readings], share)
    both = np.r_[narrow[0], wide[0]], np.r_[narrow[1], wide[1]]
    return cards.reading_owner[both[0]], both[1]


def _initial_ranges(cards: Cards, names: SeenNames, index: MatchIndex) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By reading: the range of surname codes that its initial allows; all when there is no surname, -1 when it is whole."""
    low, high = np.full(len(names.family.tokens) + 1, -1), np.full(len(names.family.tokens) + 1, -1)
    low[-1], high[-1] = 0, len(index.last.words)
    for at, token in enumerate(names.family.tokens):
        if len(token) == 1:
            codes = index.last.of_letter(token)
            low[at], high[at] = codes.start, codes.stop
    return low[cards.family].astype(np.int64), high[cards.family].astype(np.int64)


def _in_places(
    cards: Cards,
    index: MatchIndex,
    columns: VoterColumns,
    own_rows: NDArray[np.int32],
    *,
    reading: NDArray[Any],
    first: NDArray[Any],
) -> Found:
    """Rows of a first name in the supporter's own city and in the cities that the contact names."""
    firsts = np.int64(len(columns.first_name.values))
    own = own_rows[cards.supporter[cards.reading_owner[reading]]]
    city = np.where(own >= 0, columns.city.codes[np.maximum(own, 0)], -1)
    at_home = _laid_out(reading, index.by_city_first, np.where(city >= 0, city * firsts + first, -1))
    order = np.argsort(cards.places.owner, kind="stable")
    start = np.searchsorted(cards.places.owner[order], cards.reading_owner[reading], "left")
    stop = np.searchsorted(cards.places.owner[order], cards.reading_owner[reading], "right")
    owner, at = expand(start.astype(np.int64), stop.astype(np.int64))
    city = cards.places.city[order[at]]
    told = _laid_out(reading[owner], index.by_city_first, np.where(city >= 0, city * firsts + first[owner], -1))
    return np.r_[at_home[0], told[0]], np.r_[at_home[1], told[1]]


def _by_middle(cards: Cards, index: MatchIndex, names: SeenNames) -> Found:
    """Rows of which the surname seen is the middle name."""
    readings = np.flatnonzero((cards.family >= 0) & (cards.given >= 0))
    middle = names.family_as_middle[cards.family[readings]]
    readings, middle = readings[middle >= 0], middle[middle >= 0]
    return _with_first(cards, names, index.by_middle_first, readings=readings, high=middle.astype(np.int64))


def _by_birth_year(cards: Cards, index: MatchIndex, names: SeenNames) -> Found:
    """Rows of the first name and year of birth, whatever the surname."""
    years = cards.birth_year[cards.reading_owner].astype(np.int64)
    readings = np.flatnonzero((years > 0) & (cards.given >= 0))
    return _with_first(cards, names, index.by_birth_first, readings=readings, high=years[readings])


def _by_birthday(cards: Cards, index: MatchIndex, names: SeenNames) -> Found:
    """Rows of the first name and day of birth, whatever the surname, where the file tells whole dates."""
    days = day_code(cards.birth_month, cards.birth_day)[cards.reading_owner].astype(np.int64)
    readings = np.flatnonzero((days > 0) & (cards.given >= 0))
    return _with_first(cards, names, index.by_day_first, readings=readings, high=days[readings])


def _with_first(
    cards: Cards, names: SeenNames, group: SortedKeys, *, readings: NDArray[Any], high: NDArray[np.int64]
) -> Found:
    starts = names.given.starts()
    owner, entry = expand(starts[cards.given[readings]], starts[cards.given[readings] + 1])
    keys = high[owner] * names.given.names + names.given.codes[entry]
    return _laid_out(cards.reading_owner[readings[owner]], group, keys)
