"""Google Contacts as CSV, with the header of 2024 and the older one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from graph.model import ContactRecord, Place, Relation, SourceKind
from oauth.readers.birthdays import read_birthday
from oauth.readers.cleaning import clean, clean_all, join_name
from oauth.readers.csv_table import Table, cell
from oauth.readers.limits import MOST_VALUES
from oauth.readers.places import make_place, read_formatted

_SEPARATOR = ":::"
_LABEL_COLUMNS = ("label", "type")
_NEW_SIGNS = frozenset(
    {
        "name prefix",
        "file as",
        "labels",
        "organization name",
        "phonetic first name",
        "e-mail 1 - value",
        "phone 1 - value",
    }
)


def is_google_header(columns: frozenset[str]) -> bool:
    """Whether these lower-case columns are Google's: given and family name, or first and last with a Google sign."""
    is_old = {"given name", "family name"} <= columns
    return is_old or ({"first name", "last name"} <= columns and bool(columns & _NEW_SIGNS))


def read_google_rows(table: Table, *, source: str) -> Iterator[ContactRecord]:
    """One record for each row, in order; cells with several values are parted at `` ::: ``."""
    columns = _Columns(table)
    for position, row in enumerate(table.rows):
        yield columns.record(row, position, source)


class _Columns:
    """Where a Google table keeps what is read of it."""

    def __init__(self, table: Table) -> None:
        self._name = table.index("name")
        self._given = table.index("first name", "given name")
        self._middle = table.index("middle name", "additional name")
        self._family = table.index("last name", "family name")
        self._prefix = table.index("name prefix")
        self._suffix = table.index("name suffix")
        self._nickname = table.index("nickname")
        self._file_as = table.index("file as")
        self._organization = table.index("organization name", "organization 1 - name")
        self._birthday = table.index("birthday")
        self._labels = table.index("labels", "group membership")
        self._emails = table.numbered("e-mail", "value", *_LABEL_COLUMNS)
        self._phones = table.numbered("phone", "value")
        self._relations = list(
            zip(table.numbered("relation", *_LABEL_COLUMNS), table.numbered("relation", "value"), strict=False)
        )
        self._places = [
            _PlaceColumns(table, number) for number in range(1, 1 + len(table.numbered("address", *_LABEL_COLUMNS)))
        ]

    def record(self, row: Sequence[str], position: int, source: str) -> ContactRecord:
        given, middle, family, suffix, nickname = (
            clean(cell(row, place)) for place in (self._given, self._middle, self._family, self._suffix, self._nickname)
        )
        shown = clean(cell(row, self._name)) or join_name(given, middle, family, suffix)
        labels = clean_all(_label(text) for text in _values(cell(row, self._labels)))
        return ContactRecord(
            source=source,
            position=position,
            kind=SourceKind.GOOGLE_CSV,
            display_name=shown or clean(cell(row, self._file_as)) or nickname,
            given_name=given,
            middle_name=middle,
            family_name=family,
            name_prefix=clean(cell(row, self._prefix)),
            name_suffix=suffix,
            nickname=nickname,
            organization=clean(cell(row, self._organization)),
            phones=clean_all(text for text in _parts(row, self._phones) if _is_number(text)),
            # Labels and addresses have been seen in each other's column, so whatever has an @ is an address.
            emails=clean_all(text for text in _parts(row, self._emails) if "@" in text),
            places=tuple(place for columns in self._places for place in columns.places(row)),
            birthday=read_birthday(cell(row, self._birthday)),
            relations=self._named_relations(row),
            labels=labels,
            is_starred="starred" in labels,
        )

    def _named_relations(self, row: Sequence[str]) -> tuple[Relation, ...]:
        found = []
        for label_place, value_place in self._relations[:MOST_VALUES]:
            kind = clean(_label(cell(row, label_place)))
            found += [Relation(kind, name) for name in clean_all(_values(cell(row, value_place)))]
        return tuple(found[:MOST_VALUES])


class _PlaceColumns:
    """Where a Google table keeps one of its addresses."""

    def __init__(self, table: Table, number: int) -> None:
        prefix = f"address {number} - "
        self._parts = [table.index(prefix + part) for part in ("street", "city", "region", "postal code")]
        self._formatted = table.index(prefix + "formatted")

    def places(self, row: Sequence[str]) -> Iterable[Place]:
        street, city, region, postal_code = (_first(cell(row, place)) for place in self._parts)
        place = make_place(street, city, region, postal_code)
        place = place or read_formatted(_first(cell(row, self._formatted)))
        return [place] if place else []


def _parts(row: Sequence[str], places: Iterable[int]) -> Iterator[str]:
    return chain.from_iterable(_values(cell(row, place)) for place in places)


def _values(text: str) -> list[str]:
    return text.split(_SEPARATOR, MOST_VALUES)[:MOST_VALUES]


def _first(text: str) -> str:
    return text.split(_SEPARATOR, 1)[0]


def _is_number(text: str) -> bool:
    return sum(letter.isdecimal() for letter in text[:60]) >= 3


def _label(text: str) -> str:
    return text.strip().removeprefix("*").strip().lower()
